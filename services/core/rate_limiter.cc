#include "services/core/rate_limiter.h"

#include <algorithm>
#include <cassert>

namespace xom::core {
namespace {

using storage::MutexLock;

// Full buckets dropped by one call. It adds one at most, so that two bring the
// number down, and no call pays for all that others left.
constexpr int kDropsPerTake = 2;

}  // namespace

RateLimiter::RateLimiter(RateLimit limit, size_t max_keys)
    : limit_(limit),
      capacity_(limit.burst * limit.refill),
      max_keys_(max_keys) {
  assert(limit.burst >= 1 && limit.refill > absl::ZeroDuration());
  assert(max_keys >= 1);
}

std::optional<absl::Duration> RateLimiter::Take(absl::string_view key,
                                                absl::Time now, double cost) {
  MutexLock lock(mu_);
  PassTo(now);
  DropFull();
  const absl::Duration full_at = FullAfter(key, passed_, cost);
  const auto wait = WaitFor(full_at - passed_, cost);
  // A full bucket need not be kept.
  if (!wait.has_value() && full_at > passed_) Keep(key, full_at);
  return wait;
}

std::optional<absl::Duration> RateLimiter::Check(absl::string_view key,
                                                 absl::Time now,
                                                 double cost) const {
  MutexLock lock(mu_);
  const absl::Duration passed = PassedAt(now);
  return WaitFor(FullAfter(key, passed, cost) - passed, cost);
}

size_t RateLimiter::size() const {
  MutexLock lock(mu_);
  return buckets_.size();
}

absl::Duration RateLimiter::PassedAt(absl::Time now) const {
  if (last_now_ == absl::InfinitePast()) return passed_;
  return passed_ + std::max(absl::ZeroDuration(), now - last_now_);
}

void RateLimiter::PassTo(absl::Time now) {
  passed_ = PassedAt(now);
  if (now > last_now_ || now < last_now_ - kMaxClockJitter) last_now_ = now;
}

absl::Duration RateLimiter::FullAfter(absl::string_view key,
                                      absl::Duration passed,
                                      double cost) const {
  assert(cost >= 0);
  const auto it = by_key_.find(key);
  const absl::Duration full_at =
      it == by_key_.end() ? passed : std::max(passed, it->second->full_at);
  return full_at + cost * limit_.refill;
}

std::optional<absl::Duration> RateLimiter::WaitFor(absl::Duration to_full,
                                                   double cost) const {
  if (cost > limit_.burst) return absl::InfiniteDuration();
  if (to_full <= capacity_) return std::nullopt;
  return to_full - capacity_;
}

void RateLimiter::Keep(absl::string_view key, absl::Duration full_at) {
  const auto it = by_key_.find(key);
  if (it != by_key_.end()) {
    by_full_.erase({it->second->full_at, &*it->second});
    buckets_.splice(buckets_.end(), buckets_, it->second);
  } else {
    if (buckets_.size() == max_keys_) Drop(buckets_.front());
    buckets_.push_back({std::string(key), full_at});
    by_key_.emplace(buckets_.back().key, std::prev(buckets_.end()));
  }
  buckets_.back().full_at = full_at;
  by_full_.insert({full_at, &buckets_.back()});
}

void RateLimiter::DropFull() {
  for (int i = 0; i < kDropsPerTake && !by_full_.empty(); ++i) {
    const auto [full_at, bucket] = *by_full_.begin();
    if (full_at > passed_) return;
    Drop(*bucket);
  }
}

void RateLimiter::Drop(const Bucket& bucket) {
  by_full_.erase({bucket.full_at, &bucket});
  const auto it = by_key_.find(bucket.key);
  const Buckets::iterator place = it->second;
  by_key_.erase(it);
  buckets_.erase(place);
}

}  // namespace xom::core
