#include "loadtest/grpc_frames.h"

#include <cstdint>

#include "absl/strings/str_cat.h"

namespace xom::loadtest {
namespace {

constexpr size_t kPrefixBytes = 5;

// Of the message whose prefix it is.
size_t LengthIn(absl::string_view prefix) {
  size_t length = 0;
  for (const char byte : prefix.substr(1, kPrefixBytes - 1)) {
    length = length << 8 | static_cast<uint8_t>(byte);
  }
  return length;
}

absl::Status CheckPrefix(absl::string_view prefix) {
  if (prefix[0] != 0) return absl::DataLossError("a compressed message");
  if (LengthIn(prefix) <= kMaxReplyBytes) return absl::OkStatus();
  return absl::DataLossError("a message that is too large");
}

}  // namespace

std::string FrameMessage(absl::string_view message) {
  std::string frame(1, '\0');
  frame.reserve(kPrefixBytes + message.size());
  for (int shift = 24; shift >= 0; shift -= 8) {
    frame.push_back(static_cast<char>(message.size() >> shift & 0xff));
  }
  absl::StrAppend(&frame, message);
  return frame;
}

absl::Status MessageReader::Read(
    absl::string_view data,
    absl::FunctionRef<void(absl::string_view message)> visit) {
  const bool begun = !partial_.empty();
  if (begun) {
    absl::StrAppend(&partial_, data);
    data = partial_;
  }
  while (data.size() >= kPrefixBytes) {
    if (absl::Status s = CheckPrefix(data); !s.ok()) return s;
    const size_t end = kPrefixBytes + LengthIn(data);
    if (data.size() < end) break;
    visit(data.substr(kPrefixBytes, end - kPrefixBytes));
    data.remove_prefix(end);
  }
  if (begun) {
    partial_.erase(0, partial_.size() - data.size());
  } else {
    partial_.assign(data.data(), data.size());
  }
  return absl::OkStatus();
}

}  // namespace xom::loadtest
