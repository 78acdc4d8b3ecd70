#include "storage/change_feed.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "storage/ledger_error.h"

namespace xom::storage {

void ChangeFeed::Publish(absl::Span<const Change> changes) {
  MutexLock lock(mu_);
  for (Subscription& subscription : subscriptions_) {
    // A follower that came between the commit and now has read some already.
    const auto* fresh =
        std::find_if(changes.begin(), changes.end(), [&](const Change& change) {
          return change.revision > subscription.seen;
        });
    Tell(changes.subspan(static_cast<size_t>(fresh - changes.begin())),
         &subscription);
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
  Tell(*changes, subscription);
  return changes->size() == kMaxChangesPerRead;
}

void ChangeFeed::Tell(absl::Span<const Change> changes,
                      Subscription* subscription) {
  if (changes.empty()) return;
  subscription->seen = changes.back().revision;
  subscription->follower(changes);
}

}  // namespace xom::storage
