#ifndef XOM_SERVICES_CORE_WATCH_HUB_H_
#define XOM_SERVICES_CORE_WATCH_HUB_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "geo/reverse_index.h"
#include "services/core/clock.h"
#include "services/core/limits.h"
#include "services/core/view.h"
#include "services/core/watch.h"
#include "storage/ledger.h"
#include "storage/mutex.h"

namespace xom::core {

// How many watches may be open at once.
struct WatchLimits {
  size_t server = kMaxWatches;
  size_t connection = kMaxWatchesPerConnection;
};

// Brings changes to watches. One thread owns all watches, so they need no
// locks; everybody else leaves notes in its inbox. A change finds the watches
// it may touch through an index, not by asking each.
//
// Nothing is queued for a slow reader: its watch makes the next message, from
// what is true then, when the one before is out.
//
// Thread-safe. Calls return at once and may come from a sink.
class WatchHub {
 public:
  using Id = uint64_t;

  // All that is pointed to outlives the hub.
  WatchHub(const View* view, const storage::Ledger* ledger, const Clock* clock,
           WatchLimits limits = {});

  // As Stop.
  ~WatchHub();
  WatchHub(const WatchHub&) = delete;
  WatchHub& operator=(const WatchHub&) = delete;

  // An id for a watch that is about to be opened.
  Id NewId();

  // Adds a watch. `connection` names who opened it, for the bound on watches of
  // one connection; empty: not known, not bounded. RESOURCE_EXHAUSTED,
  // TOO_MANY_WATCHES; UNAVAILABLE, SERVER_STOPPING. What fails later ends the
  // sink.
  absl::Status Open(Id id, std::unique_ptr<Watch> watch,
                    std::shared_ptr<WatchSink> sink, std::string connection);

  // The last message of the watch is out.
  void Sent(Id id);

  // The client is gone: forgets the watch. Unknown ids are well.
  void Close(Id id);

  // The view has applied a change; in the order of revisions.
  void Publish(storage::Revision revision, std::vector<Transition> transitions);

  // Sends heartbeats where nothing was sent for kHeartbeatInterval.
  void Tick();

  // Ends every watch with UNAVAILABLE, SERVER_STOPPING, and the thread.
  void Stop();

  size_t open_watches() const;

 private:
  struct OpenWatch {
    std::unique_ptr<Watch> watch;
    std::shared_ptr<WatchSink> sink;
    absl::Time last_sent;
    bool in_flight = false;
  };
  struct Inbox {
    std::vector<std::pair<Id, OpenWatch>> opened;
    std::vector<Id> sent;
    std::vector<Id> closed;
    std::vector<Transition> transitions;
    storage::Revision revision = 0;
    bool lost = false;  // transitions were dropped
    bool tick = false;
    bool stop = false;
    bool empty() const {
      return opened.empty() && sent.empty() && closed.empty() &&
             transitions.empty() && !lost && !tick && !stop && revision == 0;
    }
  };

  void Run();
  bool Handle(Inbox inbox);  // whether to go on
  void StartWatch(Id id, OpenWatch open);
  void Touch(const Transition& transition);
  void SkipAll();
  void Deliver(Id id);
  void SendHeartbeats();
  void EndWatch(Id id, const absl::Status& status);

  const View& view_;
  const storage::Ledger& ledger_;
  const Clock& clock_;
  const WatchLimits limits_;

  mutable storage::Mutex mu_;
  storage::CondVar wake_;
  Inbox inbox_ XOM_GUARDED_BY(mu_);
  bool stopping_ XOM_GUARDED_BY(mu_) = false;
  Id next_id_ XOM_GUARDED_BY(mu_) = 1;
  absl::flat_hash_map<Id, std::string> connections_ XOM_GUARDED_BY(mu_);
  absl::flat_hash_map<std::string, size_t> per_connection_ XOM_GUARDED_BY(mu_);

  // Of the hub's thread alone.
  absl::flat_hash_map<Id, OpenWatch> watches_;
  geo::ReverseIndex index_;
  absl::flat_hash_set<Id> ready_;  // may have news and no message in flight
  storage::Revision revision_ = 0;
  std::vector<Id> touched_;

  std::thread thread_;  // last: it uses all of the above
};

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_WATCH_HUB_H_
