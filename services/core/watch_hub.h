#ifndef XOM_SERVICES_CORE_WATCH_HUB_H_
#define XOM_SERVICES_CORE_WATCH_HUB_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/container/btree_set.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "geo/reverse_index.h"
#include "services/core/clock.h"
#include "services/core/view.h"
#include "services/core/watch.h"
#include "services/core/watch_counts.h"
#include "storage/ledger.h"
#include "storage/mutex.h"

namespace xom::core {

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

  // Sends heartbeats where nothing was sent for kHeartbeatInterval; to be
  // called a few times a second. The first of each watch comes sooner, each at
  // another part of the interval: who came all at once, as after a restart, is
  // not due all at once. When very many are they are spread over the ticks that
  // follow.
  void Tick();

  // Ends every watch with UNAVAILABLE, SERVER_STOPPING, and the thread.
  void Stop();

  size_t open_watches() const;

 private:
  struct OpenWatch {
    std::unique_ptr<Watch> watch;
    std::shared_ptr<WatchSink> sink;
    absl::Time last_sent;
    absl::Time due = absl::InfinitePast();  // its place in due_
    bool in_flight = false;
    bool awaited = false;  // has news, and its message is in flight
    bool ready = false;    // is in ready_
    bool beats = false;    // a heartbeat is due, unless there is news
    bool was_due = false;  // its first heartbeat; then each takes the interval
    bool covered = false;  // is in index_
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
    // Whether there is something to do but to note a revision and what was
    // sent.
    bool urgent() const {
      return !opened.empty() || !closed.empty() || !transitions.empty() ||
             lost || tick || stop;
    }
    void Clear();  // keeps the memory of what comes again and again
  };

  void Run();
  bool Handle(Inbox* inbox);  // whether to go on
  void StartWatch(Id id, OpenWatch open);
  void Touch(const Transition& transition);
  void SkipAll();
  void NoteSent(Id id);
  // Has the watch delivered now or when its message is out.
  void Ready(Id id, OpenWatch* open);
  void Deliver(Id id);
  void Send(OpenWatch* open, std::string message);
  void SendHeartbeats();
  // When a heartbeat is due, should it stay silent.
  static absl::Time BeatTime(Id id, const OpenWatch& open);
  void MoveDue(Id id, absl::Time due, OpenWatch* open);
  void EndWatch(Id id, const absl::Status& status);

  const View& view_;
  const storage::Ledger& ledger_;
  const Clock& clock_;

  mutable storage::Mutex mu_;
  storage::CondVar wake_;
  Inbox inbox_ XOM_GUARDED_BY(mu_);
  bool stopping_ XOM_GUARDED_BY(mu_) = false;
  Id next_id_ XOM_GUARDED_BY(mu_) = 1;
  WatchCounts counts_ XOM_GUARDED_BY(mu_);
  bool wakes_when_sent_ XOM_GUARDED_BY(mu_) = false;

  // Of the hub's thread alone.
  absl::flat_hash_map<Id, OpenWatch> watches_;
  geo::ReverseIndex index_;
  std::vector<Id> ready_;      // may have news, and have no message in flight
  std::vector<Id> delivered_;  // memory for ready_
  size_t awaited_ = 0;         // so many watches have news and wait for Sent
  // When each watch is to be looked at for a heartbeat; that is put off when
  // its time comes, not with each message.
  absl::btree_set<std::pair<absl::Time, Id>> due_;
  storage::Revision revision_ = 0;
  std::vector<Id> touched_;

  std::thread thread_;  // last: it uses all of the above
};

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_WATCH_HUB_H_
