#ifndef XOM_SERVICES_CORE_WATCH_WORLD_H_
#define XOM_SERVICES_CORE_WATCH_WORLD_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/core/fake_clock.h"
#include "services/core/watch_hub.h"
#include "services/core/watch_service.h"
#include "services/core/watch_testing.h"
#include "storage/mutex.h"

namespace xom::core {

// Waits until so many more messages were sent. Thread-safe.
class Counter {
 public:
  void Add() {
    storage::MutexLock lock(mu_);
    if (++count_ == awaited_) reached_.NotifyOne();
  }
  void Await(int64_t more) {
    storage::MutexLock lock(mu_);
    awaited_ += more;
    while (count_ < awaited_) reached_.Wait(mu_);
  }

 private:
  storage::Mutex mu_;
  storage::CondVar reached_;
  int64_t count_ XOM_GUARDED_BY(mu_) = 0;
  int64_t awaited_ XOM_GUARDED_BY(mu_) = 0;
};

// What is watched at a site.
enum WatchKind { kNearest10, kNearest20, kCircle, kBox };

// For benchmarks of watches: a store with needs at places 2 km from each other,
// and watches on them whose messages are out as soon as they are sent. What
// fails ends the program.
class WatchWorld {
 public:
  explicit WatchWorld(size_t sites);

  // On each site so many; waits for their first messages.
  void OpenWatches(WatchKind kind, size_t per_site);

  // A watch from a resume token, which may be empty. The last message goes to
  // `last` unless that is null.
  WatchHub::Id Open(WatchKind kind, size_t site, const std::string& token = "",
                    std::string* last = nullptr);

  // One post at each of so many sites; what became of the view by it.
  std::vector<Transition> Post(size_t sites);
  // The end of what was posted last.
  std::vector<Transition> TakeBack();

  // Tells the hub what the view knows.
  void Publish(std::vector<Transition> transitions);

  Counter& sent() { return sent_; }
  WatchHub& hub() { return hub_; }
  FakeClock& clock() { return clock_; }

 private:
  absl::StatusOr<std::unique_ptr<Watch>> MakeWatch(WatchKind kind, size_t site,
                                                   const std::string& token);

  const size_t sites_;
  size_t posts_ = 0;
  std::vector<NeedSpec> posted_;
  ViewedLedger store_;
  FakeClock clock_{absl::FromUnixSeconds(1'600'000'000)};
  WatchService service_{&store_.view()};
  Counter sent_;
  WatchHub hub_{&store_.view(),
                &store_.ledger(),
                &clock_,
                {.server = 1'000'000, .connection = 100'000}};
};

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_WATCH_WORLD_H_
