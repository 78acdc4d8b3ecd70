#ifndef XOM_LOADTEST_GRPC_FRAMES_H_
#define XOM_LOADTEST_GRPC_FRAMES_H_

#include <cstddef>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"

// How gRPC puts messages into the data of an HTTP/2 stream: a byte that says
// whether the message is compressed, its length in four bytes, big-endian, and
// the message ("Length-Prefixed-Message" of gRPC's PROTOCOL-HTTP2.md).

namespace xom::loadtest {

inline constexpr size_t kMaxReplyBytes = 64 << 20;

// REQUIRES: message.size() < 4 GiB.
std::string FrameMessage(absl::string_view message);

// Finds the messages of one stream in its data, however that is cut.
class MessageReader {
 public:
  // Shows each message that `data` completes. DATA_LOSS when one is compressed,
  // which nobody asked for, or above kMaxReplyBytes: nothing can be read after
  // it.
  absl::Status Read(absl::string_view data,
                    absl::FunctionRef<void(absl::string_view message)> visit);

  // Whether no message was begun that is not complete.
  bool is_between_messages() const { return partial_.empty(); }

 private:
  std::string partial_;  // the begin of a message
};

}  // namespace xom::loadtest

#endif  // XOM_LOADTEST_GRPC_FRAMES_H_
