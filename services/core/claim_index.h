#ifndef XOM_SERVICES_CORE_CLAIM_INDEX_H_
#define XOM_SERVICES_CORE_CLAIM_INDEX_H_

#include <string>
#include <tuple>
#include <utility>

#include "absl/container/btree_set.h"
#include "absl/time/time.h"
#include "services/core/claim_rules.h"
#include "xom/internal/v1/stored.pb.h"

namespace xom::core {

// Of each offer the needs that hold claims of it: pairs of names.
using ClaimedNeeds = absl::btree_set<std::pair<std::string, std::string>>;

// What the view keeps of the claims of all needs, by who holds them: a party is
// an offer, or the user that is a claim's assignee, by its name. Who asks for a
// claim is counted as if they held it already.
//
// Thread-compatible.
class ClaimIndex {
 public:
  // Adds and removes what a need holds. REQUIRES: what is removed was added.
  void Add(const internal::v1::StoredNeed& need);
  void Remove(const internal::v1::StoredNeed& need);

  const ClaimedNeeds& claimed_needs() const { return claimed_needs_; }

  // How many ACTIVE claims the party holds, or asks for, whose leases run.
  int CountActive(const std::string& party, absl::Time now) const;

  // What became of the user's last kTrackRecordClaims claims that are over, as
  // far as they are retained: those of needs that ended within
  // kEndedRetention, or not yet.
  TrackRecord RecordOf(const std::string& user) const;

 private:
  // Party, end of the lease, name of the claim.
  using Lease = std::tuple<std::string, absl::Time, std::string>;
  // User, when it was over, name of the claim, whether it was delivered.
  using Past = std::tuple<std::string, absl::Time, std::string, bool>;

  template <typename Visit>
  static void VisitLeases(const v1::Claim& claim, Visit visit);
  template <typename Visit>
  static void VisitPast(const v1::Claim& claim, Visit visit);

  ClaimedNeeds claimed_needs_;
  absl::btree_set<Lease> leases_;
  absl::btree_set<Past> past_;
};

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_CLAIM_INDEX_H_
