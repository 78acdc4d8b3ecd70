#include "services/core/claim_index.h"

#include <algorithm>

#include "services/core/time_proto.h"

namespace xom::core {
namespace {

using v1::Claim;

// When somebody who asks for the claim stops to: its lease may run out before
// it moves. A move that is due is as good as made, whenever it is written.
absl::Time AskedUntil(const Claim& claim) {
  const absl::Time lease = FromProto(claim.lease_expire_time());
  return FromProto(claim.handover().answer_before_time()) <= lease
             ? absl::InfiniteFuture()
             : lease;
}

}  // namespace

template <typename Visit>
void ClaimIndex::VisitLeases(const Claim& claim, Visit visit) {
  if (claim.state() != Claim::STATE_ACTIVE) return;
  const absl::Time end = FromProto(claim.lease_expire_time());
  visit(Lease{claim.offer(), end, claim.name()});
  if (!claim.assignee().empty()) {
    visit(Lease{claim.assignee(), end, claim.name()});
  }
  if (!claim.has_handover()) return;
  const v1::Handover& asked = claim.handover();
  visit(Lease{asked.offer(), AskedUntil(claim), asked.claim()});
  if (!asked.assignee().empty()) {
    visit(Lease{asked.assignee(), AskedUntil(claim), asked.claim()});
  }
}

template <typename Visit>
void ClaimIndex::VisitPast(const Claim& claim, Visit visit) {
  if (claim.assignee().empty()) return;
  switch (claim.state()) {
    case Claim::STATE_CONFIRMED:
      visit(Past{claim.assignee(), FromProto(claim.end_time()), claim.name(),
                 std::any_of(claim.lines().begin(), claim.lines().end(),
                             [](const v1::ClaimedLine& line) {
                               return line.received_quantity() > 0;
                             })});
      break;
    case Claim::STATE_EXPIRED:
      visit(Past{claim.assignee(), FromProto(claim.end_time()), claim.name(),
                 false});
      break;
    default:
      break;
  }
}

void ClaimIndex::Add(const internal::v1::StoredNeed& need) {
  for (const Claim& claim : need.claims()) {
    claimed_needs_.insert({claim.offer(), need.need().name()});
    VisitLeases(claim, [this](const Lease& lease) { leases_.insert(lease); });
    VisitPast(claim, [this](const Past& past) { past_.insert(past); });
  }
}

void ClaimIndex::Remove(const internal::v1::StoredNeed& need) {
  for (const Claim& claim : need.claims()) {
    claimed_needs_.erase({claim.offer(), need.need().name()});
    VisitLeases(claim, [this](const Lease& lease) { leases_.erase(lease); });
    VisitPast(claim, [this](const Past& past) { past_.erase(past); });
  }
}

int ClaimIndex::CountActive(const std::string& party, absl::Time now) const {
  int count = 0;
  auto lease =
      leases_.lower_bound({party, now + absl::Nanoseconds(1), std::string()});
  for (; lease != leases_.end() && std::get<0>(*lease) == party; ++lease) {
    ++count;
  }
  return count;
}

TrackRecord ClaimIndex::RecordOf(const std::string& user) const {
  TrackRecord record;
  auto past =
      past_.upper_bound({user, absl::InfiniteFuture(), std::string(), true});
  for (int i = 0; i < kTrackRecordClaims && past != past_.begin(); ++i) {
    --past;
    if (std::get<0>(*past) != user) break;
    ++(std::get<3>(*past) ? record.delivered : record.failed);
  }
  return record;
}

}  // namespace xom::core
