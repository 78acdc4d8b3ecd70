#ifndef XOM_LOADTEST_ARRIVALS_H_
#define XOM_LOADTEST_ARRIVALS_H_

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "loadtest/lockdown_city.h"

// What comes to those who watch. Thread-safe.

namespace xom::loadtest {

// When the needs [first, first + count) of the city came to the last watch that
// shows them. What a watch says of a need for the first time is that it
// entered: that it moved or left later is no arrival. Names are looked for in
// the bytes: messages need not be parsed.
class Arrivals {
 public:
  // As seen by `watches` watches.
  Arrivals(const LockdownCity& city, int64_t first, int64_t count,
           size_t watches);

  // A message of a watch came at that time. One thread at a time for each
  // watch. REQUIRES: watch < watches.
  void Note(size_t watch, absl::string_view message, absl::Time time);

  // Of need first + i; nullopt: no watch shows it. REQUIRES: 0 <= i < count.
  std::optional<absl::Time> LastOf(int64_t i) const;

  // So many watches have shown need first + i. REQUIRES: as LastOf.
  int64_t WatchesOf(int64_t i) const;

 private:
  const int64_t first_;
  const std::string prefix_;  // of all names, up to the number
  // By need.
  std::vector<std::atomic<int64_t>> last_nanos_;  // 0: none
  std::vector<std::atomic<int64_t>> watches_;
  // By watch, the needs that it has named.
  std::vector<absl::flat_hash_set<int64_t>> named_;
};

// Messages that came, for somebody who waits for the next.
class MessageCount {
 public:
  void Add();
  int64_t count() const;

  // False when for `timeout` there were not more.
  bool WaitForMoreThan(int64_t before, absl::Duration timeout);

 private:
  mutable std::mutex mu_;
  std::condition_variable came_;
  int64_t count_ = 0;  // guarded by mu_
};

}  // namespace xom::loadtest

#endif  // XOM_LOADTEST_ARRIVALS_H_
