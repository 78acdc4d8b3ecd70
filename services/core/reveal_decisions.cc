#include "services/core/reveal_decisions.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "services/core/claim_decisions.h"
#include "services/core/error.h"
#include "services/core/field_check.h"
#include "services/core/limits.h"
#include "services/core/resource_check.h"
#include "services/core/time_proto.h"

namespace xom::core {
namespace {

using internal::v1::StoredNeed;
using internal::v1::StoredRevealer;
using internal::v1::StoredReveals;
using v1::Claim;

bool MayLook(const Claim& claim, absl::Time now) {
  return claim.state() == Claim::STATE_ACTIVE ||
         (claim.state() == Claim::STATE_DELIVERED &&
          now <= FromProto(claim.deliver_time()) + kRevealAfterDelivery);
}

}  // namespace

absl::Status ErasedError(absl::string_view need) {
  return MakeError(Reason::kErased,
                   absl::StrCat("what was personal of ", need, " is erased"),
                   {{"resource", std::string(need)}});
}

absl::Status CheckNotErased(const v1::Need& need) {
  return need.has_erase_time() ? ErasedError(need.name()) : absl::OkStatus();
}

absl::Status CheckMayReveal(const StoredNeed& current,
                            const v1::RevealClaimRequest& request,
                            absl::Time now) {
  if (request.fencing_token() < 1) {
    return FieldError("fencing_token", "must be that of the claim");
  }
  const StoredNeed stored = Advance(current, now);
  const Claim* claim = FindClaim(stored, request.name());
  if (claim == nullptr) return NotFoundError(request.name());
  if (claim->fencing_token() != request.fencing_token()) {
    return MakeError(
        Reason::kFencingTokenStale,
        absl::StrCat(claim->name(), " has another fencing token than ",
                     request.fencing_token()));
  }
  if (absl::Status status = CheckNotErased(stored.need()); !status.ok()) {
    return status;
  }
  if (MayLook(*claim, now)) return absl::OkStatus();
  return StateError(claim->name(), Claim::State_Name(claim->state()));
}

void AddReveal(absl::Time now, v1::Reveal* look, StoredReveals* log) {
  auto& looks = *log->mutable_reveals();
  const absl::Time last = looks.empty()
                              ? absl::InfinitePast()
                              : FromProto(looks.rbegin()->reveal_time());
  *look->mutable_reveal_time() = ToProto(NextUpdateTime(now, last));
  *looks.Add() = *look;
  if (looks.size() > kMaxKeptReveals) {
    looks.DeleteSubrange(0, looks.size() - kMaxKeptReveals);
  }
}

absl::Status CountLook(const std::string& need, int limit, absl::Time now,
                       StoredRevealer* revealer) {
  auto& looks = *revealer->mutable_looks();
  // The need's own last look makes way for this one, so that what is left
  // counts each need by when it was last looked at.
  looks.erase(
      std::remove_if(looks.begin(), looks.end(),
                     [&](const StoredRevealer::Look& look) {
                       return look.need() == need ||
                              absl::FromUnixMicros(look.reveal_time_micros()) <=
                                  now - kRevealDay;
                     }),
      looks.end());
  if (looks.size() >= limit) {
    // With a limit that was lowered, more than one has to age first.
    const auto& blocking = looks[looks.size() - limit];
    const absl::Time next =
        absl::FromUnixMicros(blocking.reveal_time_micros()) + kRevealDay;
    return MakeRetryableError(
        Reason::kRevealLimitReached,
        absl::StrCat("the details of ", looks.size(),
                     " needs were looked at within a day"),
        absl::Ceil(std::max(next - now, absl::Seconds(1)), absl::Seconds(1)));
  }
  StoredRevealer::Look& look = *looks.Add();
  look.set_need(need);
  look.set_reveal_time_micros(absl::ToUnixMicros(now));
  return absl::OkStatus();
}

int64_t AddPage(const StoredReveals& log, int64_t before_micros, int page_size,
                v1::ListRevealsResponse* response) {
  int64_t last = 0;
  for (int i = log.reveals_size() - 1; i >= 0; --i) {
    const v1::Reveal& look = log.reveals(i);
    const int64_t micros = absl::ToUnixMicros(FromProto(look.reveal_time()));
    if (micros >= before_micros) continue;
    if (response->reveals_size() == page_size) return last;
    *response->add_reveals() = look;
    last = micros;
  }
  return 0;
}

}  // namespace xom::core
