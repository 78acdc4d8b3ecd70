#ifndef XOM_CLI_NEAREST_LIST_H_
#define XOM_CLI_NEAREST_LIST_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "cli/stream_position.h"
#include "xom/v1/watch_service.pb.h"

namespace xom::cli {

// The list of the nearest needs that a client of WatchNearestNeeds keeps: the
// messages of the stream go in one after the other, the list comes out.
//
//   NearestList list;
//   while (reader->Read(&message)) {
//     if (!list.Apply(message).ok()) break;  // open again without a token
//     if (list.current()) Show(list.needs());
//   }
//   request.set_resume_token(list.resume_token());  // and open again
//
// The same list goes on over a cut: a resumed stream continues it, a fresh
// one begins with `reset`. Not thread-safe.
class NearestList {
 public:
  // Applies all edits of one message. DATA_LOSS when an edit does not fit the
  // list (a rank outside it, another name there, an edit of an unknown kind):
  // the copy is worthless then, so the list and its token become empty.
  absl::Status Apply(const v1::WatchNearestNeedsResponse& message);

  // Nearest first.
  const std::vector<v1::NearestNeed>& needs() const { return needs_; }

  // Whether needs() equals FindNearestNeeds at revision(). A heartbeat does
  // not end it; edits without `current` do.
  bool current() const { return position_.current; }

  // Of the last message.
  int64_t revision() const { return position_.revision; }

  // From where to go on after a cut; empty before the first message.
  const std::string& resume_token() const { return position_.resume_token; }

 private:
  absl::Status ApplyEvent(const v1::NearestNeedEvent& event);
  absl::Status Enter(const v1::NearestNeedEvent::Enter& enter);
  absl::Status Change(const v1::NearestNeedEvent::Change& change);
  absl::Status Move(const v1::NearestNeedEvent::Move& move);
  absl::Status Leave(const v1::NearestNeedEvent::Leave& leave);
  // OK when the need at `rank` has that name.
  absl::Status CheckAt(int rank, const std::string& name) const;

  std::vector<v1::NearestNeed> needs_;
  StreamPosition position_;
};

}  // namespace xom::cli

#endif  // XOM_CLI_NEAREST_LIST_H_
