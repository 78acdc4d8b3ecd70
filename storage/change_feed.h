#ifndef XOM_STORAGE_CHANGE_FEED_H_
#define XOM_STORAGE_CHANGE_FEED_H_

#include <functional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "storage/ledger.h"
#include "storage/mutex.h"

namespace xom::storage {

// Hands changes to followers: to each all of them, once, in order. Knows
// nothing of how changes are kept, so that any ledger can use it. Thread-safe.
class ChangeFeed {
 public:
  // As Ledger::ReadChanges. Must show a change before it is published.
  using Reader = std::function<absl::StatusOr<std::vector<Change>>(
      Revision after, size_t limit)>;

  explicit ChangeFeed(Reader read) : read_(std::move(read)) {}

  // Calls the followers with changes that follow those published before.
  void Publish(absl::Span<const Change> changes) XOM_EXCLUDES(mu_);

  // As Ledger::Follow.
  absl::Status Follow(Revision after, Ledger::Follower follower)
      XOM_EXCLUDES(mu_);

 private:
  struct Subscription {
    Revision seen = 0;
    Ledger::Follower follower;
  };

  // Reads once and calls; true when there may be more.
  absl::StatusOr<bool> CatchUp(Subscription* subscription) const;

  static void Tell(absl::Span<const Change> changes,
                   Subscription* subscription);

  const Reader read_;
  // Held while followers are called: one change after the other for each.
  Mutex mu_;
  std::vector<Subscription> subscriptions_ XOM_GUARDED_BY(mu_);
};

}  // namespace xom::storage

#endif  // XOM_STORAGE_CHANGE_FEED_H_
