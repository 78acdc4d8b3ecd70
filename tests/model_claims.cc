#include "tests/model_claims.h"

#include <algorithm>

#include "tests/model_world.h"

namespace xom::tests {
namespace {

bool IsUnfinished(const v1::Claim& claim) {
  return claim.state() == v1::Claim::STATE_ACTIVE ||
         claim.state() == v1::Claim::STATE_DELIVERED;
}

bool IsUntouched(const v1::LineCoverage& line) {
  return line.open() == line.asked();
}

// Whether time ended it.
bool LapseClaim(absl::Time now, v1::Claim* claim) {
  if (claim->state() == v1::Claim::STATE_ACTIVE &&
      ToTime(claim->lease_expire_time()) <= now) {
    EndClaim(v1::Claim::STATE_EXPIRED, now, claim);
    return true;
  }
  if (claim->state() == v1::Claim::STATE_DELIVERED &&
      ToTime(claim->deliver_time()) + absl::Hours(72) <= now) {
    ConfirmClaim(v1::Claim::OUTCOME_ASSUMED_RECEIVED, now, claim);
    return true;
  }
  return false;
}

}  // namespace

std::vector<v1::LineCoverage> CoverageOf(const v1::Need& need,
                                         const Claims& claims) {
  std::vector<v1::LineCoverage> coverage;
  for (const v1::Line& line : need.lines()) {
    coverage.emplace_back().set_asked(std::max(1, line.quantity()));
  }
  if (coverage.empty()) coverage.emplace_back().set_asked(1);
  for (v1::LineCoverage& line : coverage) line.set_open(line.asked());
  for (const v1::Claim& claim : claims) {
    for (const v1::ClaimedLine& held : claim.lines()) {
      const auto i = static_cast<size_t>(held.line_index());
      // Of a claim that ended before the lines were changed.
      if (i >= coverage.size()) continue;
      v1::LineCoverage& line = coverage[i];
      int units = held.quantity();
      if (claim.state() == v1::Claim::STATE_ACTIVE) {
        line.set_promised(line.promised() + units);
      } else if (claim.state() == v1::Claim::STATE_DELIVERED) {
        line.set_delivered(line.delivered() + units);
      } else {
        units = held.received_quantity();
        line.set_confirmed(line.confirmed() + units);
      }
      line.set_open(line.open() - units);
    }
  }
  return coverage;
}

bool HasEnded(const v1::Need& need) {
  return need.state() == v1::Need::STATE_CLOSED ||
         need.state() == v1::Need::STATE_CANCELLED ||
         need.state() == v1::Need::STATE_EXPIRED;
}

void FollowClaims(absl::Time now, const Claims& claims, v1::Need* need) {
  const auto coverage = CoverageOf(*need, claims);
  need->clear_coverage();
  if (!std::all_of(coverage.begin(), coverage.end(), IsUntouched)) {
    need->mutable_coverage()->Assign(coverage.begin(), coverage.end());
  }
  int asked = 0;
  int open = 0;
  int confirmed = 0;
  for (const v1::LineCoverage& line : coverage) {
    asked += line.asked();
    open += line.open();
    confirmed += line.confirmed();
  }
  need->set_state(confirmed == asked ? v1::Need::STATE_CLOSED
                  : open > 0         ? v1::Need::STATE_OPEN
                                     : v1::Need::STATE_CLAIMED);
  if (!HasEnded(*need) && ToTime(need->expire_time()) <= now &&
      std::none_of(claims.begin(), claims.end(), IsUnfinished)) {
    need->set_state(v1::Need::STATE_EXPIRED);
  }
  if (HasEnded(*need)) *need->mutable_end_time() = ToTimestamp(now);
}

bool LetTimePass(absl::Time now, Claims* claims, v1::Need* need) {
  if (HasEnded(*need)) return false;
  bool changed = false;
  for (v1::Claim& claim : *claims) changed |= LapseClaim(now, &claim);
  const v1::Need::State before = need->state();
  FollowClaims(now, *claims, need);
  return changed || need->state() != before;
}

void EndNeed(v1::Need::State state, absl::Time now, Claims* claims,
             v1::Need* need) {
  for (v1::Claim& claim : *claims) {
    if (claim.state() == v1::Claim::STATE_ACTIVE) {
      claim.set_release_reason(v1::Claim::RELEASE_REASON_NEED_ENDED);
      EndClaim(v1::Claim::STATE_RELEASED, now, &claim);
    } else if (claim.state() == v1::Claim::STATE_DELIVERED) {
      ConfirmClaim(state == v1::Need::STATE_CLOSED
                       ? v1::Claim::OUTCOME_RECEIVED
                       : v1::Claim::OUTCOME_ASSUMED_RECEIVED,
                   now, &claim);
    }
  }
  FollowClaims(now, *claims, need);
  need->set_state(state);
  *need->mutable_end_time() = ToTimestamp(now);
}

void EndClaim(v1::Claim::State state, absl::Time now, v1::Claim* claim) {
  claim->set_state(state);
  *claim->mutable_end_time() = ToTimestamp(now);
}

void ConfirmClaim(v1::Claim::Outcome outcome, absl::Time now,
                  v1::Claim* claim) {
  const bool all = outcome == v1::Claim::OUTCOME_RECEIVED ||
                   outcome == v1::Claim::OUTCOME_ASSUMED_RECEIVED;
  for (v1::ClaimedLine& line : *claim->mutable_lines()) {
    line.set_received_quantity(all ? line.quantity() : 0);
  }
  claim->set_outcome(outcome);
  EndClaim(v1::Claim::STATE_CONFIRMED, now, claim);
}

absl::Duration DefaultLease(v1::Urgency urgency) {
  if (urgency == v1::URGENCY_CRITICAL) return absl::Hours(1);
  if (urgency == v1::URGENCY_HIGH) return absl::Hours(4);
  return urgency == v1::URGENCY_LOW ? absl::Hours(24) : absl::Hours(12);
}

}  // namespace xom::tests
