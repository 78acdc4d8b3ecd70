// Who may call what: the one table. A method without a row is refused.
#ifndef XOM_SERVICES_CORE_POLICY_H_
#define XOM_SERVICES_CORE_POLICY_H_

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace xom::core {

// What a caller is, by itself or to the resource that a call is about: bits of
// a set. One that the row allows is enough.
enum Who : uint32_t {
  kAnybody = 1 << 0,
  // Signed in.
  kUser = 1 << 1,
  // Has the need's access code, or posted it signed in. Of a claim: of its
  // need.
  kRequester = 1 << 2,
  // Posted the offer or the supply point; is the user; holds the claim, as its
  // assignee or as who posted its offer. Of an offer of an organization, and of
  // claims of it, its poster is no owner: see kMember and kDispatcher.
  kOwner = 1 << 3,
  // Belongs to the organization, or to that of the offer.
  kMember = 1 << 4,
  // Likewise, as its dispatcher. Of a claim: of its offer's.
  kDispatcher = 1 << 5,
  // Is a dispatcher of an accredited organization.
  kVoucher = 1 << 6,
  // Has the access code of a need that was merged into the need. It may be
  // another household's, or a stranger's: it opens no address.
  kMergedRequester = 1 << 10,
  // Roles.
  kModerator = 1 << 7,
  kOfficial = 1 << 8,
  kOperator = 1 << 9,
};

// What a call costs, for the limits on how often (rate_limits.h). A call for
// help is kPost, and nothing else is, so that it waits for nobody's reading.
enum class Cost {
  kNothing,
  kSearch,
  kPost,
  kChange,
  kClaim,
  kReveal,
  kReport,
  kVerify,
  // No call: a wrong access code.
  kGuess
};
inline constexpr size_t kCosts = 9;

struct PolicyRow {
  absl::string_view method;  // such as NeedService/GetNeed
  // The paths of the request's fields that name the resources it is about,
  // between commas: what the caller is to any of them counts.
  absl::string_view subjects;
  uint32_t allowed;  // a set of Who
  Cost cost = Cost::kChange;
  // Also on a server without accounts, where all else is everybody's.
  bool always = false;
};

// All methods, service by service in the order of the protos.
absl::Span<const PolicyRow> Policy();

// nullptr: refuse.
const PolicyRow* FindPolicy(absl::string_view method);

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_POLICY_H_
