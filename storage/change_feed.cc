#include "storage/change_feed.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "storage/ledger_error.h"

namespace xom::storage {

void ChangeFeed::Publish(absl::Span<const Change> changes) {
  MutexLock lock(mu_);
  for (Subscription& subscription : subscriptions_) {
    for (const Change& change : changes) {
      // A follower that came between the commit and now has read it already.
      if (change.revision <= subscription.seen) continue;
      subscription.seen = change.revision;
      subscription.follower(change);
    }
  }
}

absl::Status ChangeFeed::Follow(Revision after, Ledger::Follower follower) {
  Subscription subscription{after, std::move(follower)};
  while (true) {  // ends: reading is faster than committing with an fsync
    const auto more = CatchUp(&subscription);
    if (!more.ok()) return more.status();
    if (!*more) break;
  }
  // The rest under the lock: what commits meanwhile is published after it.
  MutexLock lock(mu_);
  if (subscriptions_.size() >= kMaxFollowers) {
    return MakeLedgerError(LedgerError::kTooManyFollowers,
                           absl::StrCat(kMaxFollowers, " follow already"));
  }
  while (true) {
    const auto more = CatchUp(&subscription);
    if (!more.ok()) return more.status();
    if (!*more) break;
  }
  subscriptions_.push_back(std::move(subscription));
  return absl::OkStatus();
}

absl::StatusOr<bool> ChangeFeed::CatchUp(Subscription* subscription) const {
  const auto changes = read_(subscription->seen, kMaxChangesPerRead);
  if (!changes.ok()) return changes.status();
  for (const Change& change : *changes) {
    subscription->seen = change.revision;
    subscription->follower(change);
  }
  return changes->size() == kMaxChangesPerRead;
}

}  // namespace xom::storage
