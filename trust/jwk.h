#ifndef XOM_TRUST_JWK_H_
#define XOM_TRUST_JWK_H_

#include <nlohmann/json_fwd.hpp>
#include <optional>

#include "absl/status/statusor.h"
#include "trust/key_set.h"

namespace xom::trust {

// Reads one key (RFC 7517, 7518, 8037). nullopt when it is of a kind, curve,
// algorithm or use that is not for us; INVALID_ARGUMENT when it is, but
// damaged, weak, or not only public.
absl::StatusOr<std::optional<NamedKey>> ReadJwk(const nlohmann::json& json);

}  // namespace xom::trust

#endif  // XOM_TRUST_JWK_H_
