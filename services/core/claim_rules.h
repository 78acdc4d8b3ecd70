// How long a claim holds unless it says, and how many one helper may hold.
// Pure arithmetic: what a helper's record is, is the caller's to know.
#ifndef XOM_SERVICES_CORE_CLAIM_RULES_H_
#define XOM_SERVICES_CORE_CLAIM_RULES_H_

#include <cstddef>
#include <map>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/core/limits.h"
#include "xom/v1/need.pb.h"

namespace xom::core {

// Of one text: each category that a server can have, with each urgency and
// without, and each urgency.
inline constexpr size_t kMaxLeaseRules = kMaxCategories * 5 + 4;

// The default lease by category and urgency, an operator's to set:
//
//   auto rules = LeaseRules::Parse(
//       "critical=1h, groceries/normal=6h, medical-advice=2h");
//   claim.lease = rules->DefaultLease(need);
//
// A rule is for an urgency (critical, high, normal, low), for a category by its
// id, or for a category at an urgency. For each category of a need the most
// specific rule counts: category/urgency, else category, else urgency. Of
// several categories that with the shortest lease decides, so that what is
// pressing is not held for long because of the rest. There is always a rule for
// each urgency.
//
// Immutable once made, so thread-safe.
class LeaseRules {
 public:
  // critical 1 h, high 4 h, normal 12 h, low 24 h.
  LeaseRules();

  // Rules in any order, with commas between, on top of those that the
  // constructor makes. Leases as absl::ParseDuration reads them, in whole
  // seconds from kMinClaimLease to kMaxClaimLease. The empty text has no rules.
  // Whether a category exists is not looked at; a category called as an urgency
  // is can only be named with an urgency.
  // INVALID_ARGUMENT naming the part that is wrong: no rule, no such urgency,
  // no category id, a lease out of bounds, a second rule for the same; or more
  // than kMaxLeaseRules.
  static absl::StatusOr<LeaseRules> Parse(absl::string_view text);

  // An urgency that is not set counts as normal.
  absl::Duration DefaultLease(const v1::Need& need) const;

  // All rules, as Parse takes them: it makes the same of it.
  std::string ToString() const;

 private:
  // No category: all. URGENCY_UNSPECIFIED: each.
  using Key = std::pair<std::string, v1::Urgency>;

  absl::Duration LeaseOf(absl::string_view category, v1::Urgency urgency) const;

  std::map<Key, absl::Duration> leases_;
};

// What became of a helper's last kTrackRecordClaims claims that are over.
// A claim released in time counts as neither.
struct TrackRecord {
  int delivered = 0;  // CONFIRMED with something received
  int failed = 0;     // EXPIRED, or CONFIRMED with nothing or a wrong person
};

// How many claims a helper may hold at once, from 1 to kMaxClaimsPerHelper:
// (kNewHelperClaims + delivered) x share^2, rounded down, where share is that
// of the delivered among all, as if two more had been delivered. So:
//
//   delivered   failed  cap
//           0        0    3
//           0        1    1
//          10        0   13
//          10        1   11
//          10       10    3
//          47        0   50
//
// Never less with one more delivered, never more with one more failed.
// REQUIRES: no count is negative.
int ClaimCap(const TrackRecord& record);

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_CLAIM_RULES_H_
