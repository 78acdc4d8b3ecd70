#ifndef XOM_SERVICES_CORE_WATCH_H_
#define XOM_SERVICES_CORE_WATCH_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "geo/reverse_index.h"
#include "services/core/view.h"
#include "storage/ledger.h"

namespace xom::core {

// Where the messages of a watch go: a stream.
class WatchSink {
 public:
  virtual ~WatchSink() = default;

  // Sends one serialized message. The hub sends the next when it was told that
  // this one is out (WatchHub::Sent).
  virtual void Send(std::string message) = 0;

  // Ends the stream; nothing follows. Ending twice is well.
  virtual void End(const absl::Status& status) = 0;
};

// One client's cursor on the change log. It remembers what the client holds,
// and makes the next message from what is true now; so first delivery, live
// delivery, a slow reader and a resumed reader are one thing: the difference
// between the two. It belongs to the thread of the hub.
class Watch {
 public:
  virtual ~Watch() = default;

  // Begins: at a snapshot or where the resume token says. OUT_OF_RANGE,
  // RESUME_TOKEN_EXPIRED when the log does not reach back.
  virtual absl::Status Start(const View& view,
                             const storage::Ledger& ledger) = 0;

  // Puts under `id` into the index where a change may touch it. Called after
  // the first Next, and after each Next where CoverMoves.
  virtual void Cover(uint64_t id, geo::ReverseIndex* index) const = 0;
  virtual bool CoverMoves() const = 0;

  // Takes note of a change.
  virtual void Touch(const Transition& transition) = 0;

  // Some changes were lost: the next message begins a fresh snapshot.
  virtual void Skip() = 0;

  // Whether there is a message to send.
  virtual bool HasNews() const = 0;

  // The next message; nullopt when what changed leaves the client's copy as it
  // is. All changes up to `revision` have been offered to Touch.
  virtual std::optional<std::string> Next(const View& view,
                                          storage::Revision revision) = 0;

  // A message without events, with a fresh resume token.
  // REQUIRES: !HasNews().
  virtual std::string Heartbeat(storage::Revision revision) = 0;
};

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_WATCH_H_
