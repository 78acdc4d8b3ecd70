#ifndef XOM_SERVICES_CORE_CLAIM_LIST_H_
#define XOM_SERVICES_CORE_CLAIM_LIST_H_

#include "absl/status/statusor.h"
#include "services/core/view.h"
#include "xom/v1/claim_service.pb.h"

namespace xom::core {

// The page of claims that the request asks for, as they are stored.
// INVALID_ARGUMENT.
absl::StatusOr<v1::ListClaimsResponse> ListClaims(
    const View& view, const v1::ListClaimsRequest& request);

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_CLAIM_LIST_H_
