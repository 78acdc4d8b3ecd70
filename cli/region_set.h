#ifndef XOM_CLI_REGION_SET_H_
#define XOM_CLI_REGION_SET_H_

#include <cstdint>
#include <map>
#include <string>
#include <variant>

#include "absl/status/status.h"
#include "cli/stream_position.h"
#include "xom/v1/watch_service.pb.h"

namespace xom::cli {

// The set of resources, by name, that a client of WatchRegion keeps: the
// messages of the stream go in one after the other, the set comes out.
//
//   RegionSet set;
//   while (reader->Read(&message)) {
//     if (!set.Apply(message).ok()) break;  // open again without a token
//     if (set.current()) Show(set.resources());
//   }
//   request.set_resume_token(set.resume_token());  // and open again
//
// Edits are idempotent: applying one again changes nothing. Not thread-safe.
class RegionSet {
 public:
  using Resource = std::variant<v1::Need, v1::Offer, v1::SupplyPoint>;

  // Applies all edits of one message. DATA_LOSS when it holds an edit or a
  // resource of an unknown kind: the copy is worthless then, so the set and
  // its token become empty.
  absl::Status Apply(const v1::WatchRegionResponse& message);

  // By name: `needs/a` before `offers/a` before `supplyPoints/a`.
  const std::map<std::string, Resource>& resources() const {
    return resources_;
  }

  // Whether resources() equals a fresh query at revision(). False within a
  // snapshot of several messages; a heartbeat does not end it.
  bool current() const { return position_.current; }

  // Of the last message.
  int64_t revision() const { return position_.revision; }

  // From where to go on after a cut; empty before the first message.
  const std::string& resume_token() const { return position_.resume_token; }

 private:
  // E is RegionEvent::Enter or RegionEvent::Change: they hold the same.
  template <typename E>
  absl::Status Put(const E& edit);
  absl::Status ApplyEvent(const v1::RegionEvent& event);

  std::map<std::string, Resource> resources_;
  StreamPosition position_;
};

}  // namespace xom::cli

#endif  // XOM_CLI_REGION_SET_H_
