// What becomes of a need: each decision is a function of what is, what is asked
// and the time, without I/O. It returns the record as it shall be, or an error
// that changes nothing: INVALID_ARGUMENT for what is asked, ABORTED for another
// etag than that of the record, FAILED_PRECONDITION when the need has ended.
// What time has done meanwhile is done first, as in claim_decisions.h, where
// stands what becomes of its claims.
#ifndef XOM_SERVICES_CORE_NEED_DECISIONS_H_
#define XOM_SERVICES_CORE_NEED_DECISIONS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/core/category_table.h"
#include "xom/internal/v1/stored.pb.h"
#include "xom/v1/need_service.pb.h"

namespace xom::core {

// A need and what only those may know of it who were let in, which stands in a
// record of its own.
struct NeedRecord {
  internal::v1::StoredNeed stored;
  internal::v1::StoredNeedDetails details;
};

// `name` is what the need shall be called.
absl::StatusOr<NeedRecord> CreateNeed(const v1::CreateNeedRequest& request,
                                      const std::string& name,
                                      const CategoryTable& categories,
                                      absl::Time now);

// FAILED_PRECONDITION too when the lines shall change while claims hold them.
absl::StatusOr<NeedRecord> UpdateNeed(const NeedRecord& before,
                                      const v1::UpdateNeedRequest& request,
                                      const CategoryTable& categories,
                                      absl::Time now);

absl::StatusOr<internal::v1::StoredNeed> RenewNeed(
    const internal::v1::StoredNeed& before, const v1::RenewNeedRequest& request,
    absl::Time now);

// To CLOSED or CANCELLED, as a person asks, with the etag they may have sent.
// Ends its claims.
absl::StatusOr<internal::v1::StoredNeed> EndNeed(
    const internal::v1::StoredNeed& before, v1::Need::State state,
    const std::string& etag, absl::Time now);

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_NEED_DECISIONS_H_
