#include "loadtest/arrivals.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace xom::loadtest {
namespace {

// The name of need 0 without its last character, the 0.
std::string PrefixOf(const LockdownCity& city) {
  std::string name = absl::StrCat("needs/", city.NeedId(0));
  name.pop_back();
  return name;
}

void RaiseTo(int64_t value, std::atomic<int64_t>* greatest) {
  int64_t before = *greatest;
  while (before < value && !greatest->compare_exchange_weak(before, value)) {
  }
}

}  // namespace

Arrivals::Arrivals(const LockdownCity& city, int64_t first, int64_t count,
                   size_t watches)
    : first_(first),
      prefix_(PrefixOf(city)),
      last_nanos_(static_cast<size_t>(count)),
      watches_(static_cast<size_t>(count)),
      named_(watches) {}

void Arrivals::Note(size_t watch, absl::string_view message, absl::Time time) {
  for (size_t at = message.find(prefix_); at != absl::string_view::npos;
       at = message.find(prefix_, at + 1)) {
    const size_t from = at + prefix_.size();
    const size_t end = message.find_first_not_of("0123456789", from);
    int64_t number = 0;
    if (!absl::SimpleAtoi(message.substr(from, end - from), &number)) continue;
    const int64_t i = number - first_;
    if (i < 0 || i >= static_cast<int64_t>(last_nanos_.size())) continue;
    if (!named_[watch].insert(i).second) continue;
    RaiseTo(absl::ToUnixNanos(time), &last_nanos_[static_cast<size_t>(i)]);
    ++watches_[static_cast<size_t>(i)];
  }
}

std::optional<absl::Time> Arrivals::LastOf(int64_t i) const {
  const int64_t nanos = last_nanos_[static_cast<size_t>(i)];
  if (nanos == 0) return std::nullopt;
  return absl::FromUnixNanos(nanos);
}

int64_t Arrivals::WatchesOf(int64_t i) const {
  return watches_[static_cast<size_t>(i)];
}

void MessageCount::Add() {
  std::lock_guard<std::mutex> lock(mu_);
  ++count_;
  came_.notify_one();
}

int64_t MessageCount::count() const {
  std::lock_guard<std::mutex> lock(mu_);
  return count_;
}

bool MessageCount::WaitForMoreThan(int64_t before, absl::Duration timeout) {
  std::unique_lock<std::mutex> lock(mu_);
  return came_.wait_for(lock, absl::ToChronoNanoseconds(timeout),
                        [&] { return count_ > before; });
}

}  // namespace xom::loadtest
