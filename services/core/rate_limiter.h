// How often somebody may do something: token buckets by key.
//
//   RateLimiter posts({.burst = 10, .refill = absl::Minutes(1)});
//   if (auto wait = posts.Take(NetworkPrefixOf(peer), clock.Now())) {
//     return MakeRetryableError(reason, "too many posts", *wait);
//   }
//
// For guesses, where only the wrong ones count: Check before, Take after a
// wrong one. Between the two others may pass, so that as many wrong guesses as
// run at once can exceed the burst by that number.
//
// Memory: a full bucket is the same as none, and is dropped in time. When there
// are max_keys and none is full, a new key takes the place of the one longest
// unused, which then counts as full. So who has more keys than that and uses
// them in turn is not limited at all, and frees others of their limits; nobody
// is refused for it. Keys should be such that nobody has many: prefixes, not
// addresses; principals, not what a caller names. They are kept as they are:
// short ones are cheap.
//
// Thread-safe. The limiter reads no clock; time is what callers say. A step
// back by more than kMaxClockJitter is a clock set anew: buckets go on from
// there, none the fuller or emptier for it. A smaller one is threads overtaking
// each other, and passes no time.
#ifndef XOM_SERVICES_CORE_RATE_LIMITER_H_
#define XOM_SERVICES_CORE_RATE_LIMITER_H_

#include <cstddef>
#include <list>
#include <optional>
#include <string>
#include <utility>

#include "absl/container/btree_set.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "storage/mutex.h"

namespace xom::core {

// Of one limiter: some 10 MB when keys are short.
inline constexpr size_t kMaxRateLimiterKeys = 50'000;

inline constexpr absl::Duration kMaxClockJitter = absl::Seconds(1);

// `burst` at once; one more each `refill`, up to `burst`.
struct RateLimit {
  double burst;           // REQUIRES: finite, >= 1
  absl::Duration refill;  // REQUIRES: finite, > 0
};

class RateLimiter {
 public:
  // REQUIRES: max_keys >= 1.
  explicit RateLimiter(RateLimit limit, size_t max_keys = kMaxRateLimiterKeys);

  // nullopt: taken. Else how long until `cost` may be taken if nobody takes
  // meanwhile; nothing was taken. Infinite when `cost` is more than the burst.
  // REQUIRES: cost >= 0, and `now` is finite.
  std::optional<absl::Duration> Take(absl::string_view key, absl::Time now,
                                     double cost = 1);

  // Whether `cost` could be taken, taking nothing.
  std::optional<absl::Duration> Check(absl::string_view key, absl::Time now,
                                      double cost = 1) const;

  // How many buckets are kept: at most max_keys.
  size_t size() const;

 private:
  // Times of buckets are times passed since the limiter was made.
  struct Bucket {
    std::string key;
    // When it is full if nobody takes meanwhile. So one number says all, and
    // nothing must be refilled.
    absl::Duration full_at;
  };
  using Buckets = std::list<Bucket>;

  // The time passed when it is `now` on the callers' clock.
  absl::Duration PassedAt(absl::Time now) const XOM_REQUIRES(mu_);
  void PassTo(absl::Time now) XOM_REQUIRES(mu_);
  // When the bucket of `key` would be full after taking.
  absl::Duration FullAfter(absl::string_view key, absl::Duration passed,
                           double cost) const XOM_REQUIRES(mu_);
  std::optional<absl::Duration> WaitFor(absl::Duration to_full,
                                        double cost) const;
  void Keep(absl::string_view key, absl::Duration full_at) XOM_REQUIRES(mu_);
  void DropFull() XOM_REQUIRES(mu_);
  void Drop(const Bucket& bucket) XOM_REQUIRES(mu_);

  const RateLimit limit_;
  const absl::Duration capacity_;  // from empty to full
  const size_t max_keys_;

  mutable storage::Mutex mu_;
  absl::Duration passed_ XOM_GUARDED_BY(mu_);
  absl::Time last_now_ XOM_GUARDED_BY(mu_) = absl::InfinitePast();
  Buckets buckets_ XOM_GUARDED_BY(mu_);  // the longest unused first
  // Keys are views of the buckets' own.
  absl::flat_hash_map<absl::string_view, Buckets::iterator> by_key_
      XOM_GUARDED_BY(mu_);
  absl::btree_set<std::pair<absl::Duration, const Bucket*>> by_full_
      XOM_GUARDED_BY(mu_);
};

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_RATE_LIMITER_H_
