#include "loadtest/http2_connection.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <nghttp2/nghttp2.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "loadtest/grpc_frames.h"

namespace xom::loadtest {
namespace {

// So that no reply waits for leave to be sent: who drives load reads at once.
constexpr int32_t kStreamWindowBytes = 1 << 20;
constexpr int32_t kConnectionWindowBytes = 1 << 30;
// Taken from or given to the socket at once.
constexpr size_t kSocketBytes = 64 << 10;

absl::Status Gone(absl::string_view why) {
  return absl::UnavailableError(absl::StrCat("the connection: ", why));
}

using Addresses = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

absl::StatusOr<Addresses> Resolve(const std::string& address) {
  const std::vector<std::string> parts = absl::StrSplit(address, ':');
  addrinfo hints = {};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (parts.size() != 2 ||
      getaddrinfo(parts[0].c_str(), parts[1].c_str(), &hints, &found) != 0) {
    return absl::InvalidArgumentError(absl::StrCat("no address: ", address));
  }
  return Addresses(found, &freeaddrinfo);
}

absl::StatusOr<int> ConnectSocket(const std::string& address) {
  const auto addresses = Resolve(address);
  if (!addresses.ok()) return addresses.status();
  const addrinfo& to = **addresses;
  const int socket = ::socket(to.ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket < 0) return Gone(std::strerror(errno));
  const int on = 1;
  setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  if (connect(socket, to.ai_addr, to.ai_addrlen) == 0) return socket;
  const absl::Status refused = Gone(std::strerror(errno));
  close(socket);
  return refused;
}

nghttp2_nv Header(absl::string_view name, absl::string_view value) {
  const auto bytes = [](absl::string_view text) {
    // nghttp2 copies what it is given, and asks for no const.
    return reinterpret_cast<uint8_t*>(const_cast<char*>(text.data()));
  };
  return {bytes(name), bytes(value), name.size(), value.size(),
          NGHTTP2_NV_FLAG_NONE};
}

// In milliseconds: the eight digits that gRPC reads are more than a day.
std::string TimeoutHeader(absl::Duration timeout) {
  return absl::StrCat(absl::ToInt64Milliseconds(timeout), "m");
}

}  // namespace

struct Http2Connection::Stream {
  std::unique_ptr<GrpcCall> call;
  std::string request;  // framed
  size_t sent = 0;
  absl::Time deadline = absl::InfiniteFuture();
  MessageReader reader;
  // What the server said of the end, and then how it is told.
  std::optional<absl::StatusCode> code;
  std::string error_message;
  std::optional<absl::Status> failure;  // our own, before the server's

  absl::Status Status(const absl::Status& unless_told) const {
    if (failure.has_value()) return *failure;
    if (!code.has_value()) return unless_told;
    if (*code == absl::StatusCode::kOk && !reader.is_between_messages()) {
      return absl::DataLossError("the last message was cut");
    }
    return absl::Status(*code, error_message);
  }
};

// What nghttp2 calls, on the thread of Send or Receive.
struct Http2Connection::Callbacks {
  static Http2Connection& Owner(void* user) {
    return *static_cast<Http2Connection*>(user);
  }

  static Stream* Find(void* user, int32_t id) {
    const auto found = Owner(user).streams_.find(id);
    return found == Owner(user).streams_.end() ? nullptr : found->second.get();
  }

  static ssize_t ReadRequest(nghttp2_session*, int32_t, uint8_t* buffer,
                             size_t length, uint32_t* flags,
                             nghttp2_data_source* source, void*) {
    Stream& stream = *static_cast<Stream*>(source->ptr);
    const size_t count = std::min(length, stream.request.size() - stream.sent);
    std::memcpy(buffer, stream.request.data() + stream.sent, count);
    stream.sent += count;
    if (stream.sent == stream.request.size()) *flags |= NGHTTP2_DATA_FLAG_EOF;
    return static_cast<ssize_t>(count);
  }

  static int OnHeader(nghttp2_session*, const nghttp2_frame* frame,
                      const uint8_t* name, size_t name_length,
                      const uint8_t* value, size_t value_length, uint8_t,
                      void* user) {
    Stream* const stream = Find(user, frame->hd.stream_id);
    if (stream == nullptr) return 0;
    const absl::string_view key(reinterpret_cast<const char*>(name),
                                name_length);
    const absl::string_view text(reinterpret_cast<const char*>(value),
                                 value_length);
    if (key == "grpc-message") stream->error_message = std::string(text);
    int code = 0;
    if (key == "grpc-status" && absl::SimpleAtoi(text, &code)) {
      stream->code = static_cast<absl::StatusCode>(code);
    }
    return 0;
  }

  static int OnData(nghttp2_session*, uint8_t, int32_t id, const uint8_t* data,
                    size_t length, void* user) {
    Stream* const stream = Find(user, id);
    if (stream == nullptr || stream->failure.has_value()) return 0;
    absl::Status read = stream->reader.Read(
        {reinterpret_cast<const char*>(data), length},
        [&](absl::string_view message) { stream->call->OnMessage(message); });
    if (!read.ok()) Owner(user).Fail(id, stream, std::move(read));
    return 0;
  }

  static int OnStreamClose(nghttp2_session*, int32_t id, uint32_t error,
                           void* user) {
    Owner(user).End(id, absl::UnavailableError(
                            absl::StrCat("the stream ended without a status: ",
                                         nghttp2_http2_strerror(error))));
    return 0;
  }
};

absl::StatusOr<std::unique_ptr<Http2Connection>> Http2Connection::Open(
    const std::string& address) {
  const auto socket = ConnectSocket(address);
  if (!socket.ok()) return socket.status();
  return std::unique_ptr<Http2Connection>(
      new Http2Connection(*socket, address));
}

Http2Connection::Http2Connection(int socket, std::string address)
    : socket_(socket), address_(std::move(address)) {
  nghttp2_session_callbacks* callbacks = nullptr;
  nghttp2_session_callbacks_new(&callbacks);
  nghttp2_session_callbacks_set_on_header_callback(callbacks,
                                                   Callbacks::OnHeader);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks,
                                                            Callbacks::OnData);
  nghttp2_session_callbacks_set_on_stream_close_callback(
      callbacks, Callbacks::OnStreamClose);
  nghttp2_session_client_new(&session_, callbacks, this);
  nghttp2_session_callbacks_del(callbacks);
  const std::array<nghttp2_settings_entry, 2> settings = {{
      {NGHTTP2_SETTINGS_ENABLE_PUSH, 0},
      {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, kStreamWindowBytes},
  }};
  nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, settings.data(),
                          settings.size());
  nghttp2_session_set_local_window_size(session_, NGHTTP2_FLAG_NONE, 0,
                                        kConnectionWindowBytes);
}

Http2Connection::~Http2Connection() {
  nghttp2_session_del(session_);
  close(socket_);
}

void Http2Connection::Start(GrpcRequest request,
                            std::unique_ptr<GrpcCall> call) {
  auto stream = std::make_unique<Stream>();
  stream->call = std::move(call);
  stream->request = FrameMessage(request.message);
  std::vector<nghttp2_nv> headers = {
      Header(":method", "POST"),
      Header(":scheme", "http"),
      Header(":path", request.method),
      Header(":authority", address_),
      Header("te", "trailers"),
      Header("content-type", "application/grpc"),
  };
  const std::string timeout = TimeoutHeader(request.timeout);
  if (request.timeout != absl::InfiniteDuration()) {
    stream->deadline = absl::Now() + request.timeout;
    headers.push_back(Header("grpc-timeout", timeout));
  }
  nghttp2_data_provider body = {};
  body.source.ptr = stream.get();
  body.read_callback = Callbacks::ReadRequest;
  const int32_t id = nghttp2_submit_request(session_, nullptr, headers.data(),
                                            headers.size(), &body, nullptr);
  if (id < 0) return stream->call->OnEnd(Gone(nghttp2_strerror(id)));
  streams_.emplace(id, std::move(stream));
}

// nghttp2 hands out one frame after the other: many go to the socket at once.
absl::Status Http2Connection::Send() {
  while (true) {
    while (unsent_.size() < kSocketBytes) {
      const uint8_t* bytes = nullptr;
      const ssize_t count = nghttp2_session_mem_send(session_, &bytes);
      if (count < 0) return Gone(nghttp2_strerror(static_cast<int>(count)));
      if (count == 0) break;
      unsent_.append(reinterpret_cast<const char*>(bytes),
                     static_cast<size_t>(count));
    }
    if (unsent_.empty()) return CheckSession();
    const ssize_t sent = send(socket_, unsent_.data(), unsent_.size(),
                              MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && errno == EAGAIN) return absl::OkStatus();
    if (sent < 0) return Gone(std::strerror(errno));
    unsent_.erase(0, static_cast<size_t>(sent));
  }
}

absl::Status Http2Connection::Receive() {
  std::array<uint8_t, kSocketBytes> bytes;
  while (true) {
    const ssize_t count =
        recv(socket_, bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (count < 0 && errno == EAGAIN) return absl::OkStatus();
    if (count < 0) return Gone(std::strerror(errno));
    if (count == 0) return Gone("the server closed it");
    const auto received = static_cast<size_t>(count);
    const ssize_t read =
        nghttp2_session_mem_recv(session_, bytes.data(), received);
    if (read < 0) return Gone(nghttp2_strerror(static_cast<int>(read)));
    if (received < bytes.size()) return absl::OkStatus();
  }
}

void Http2Connection::EndOverdue(absl::Time now) {
  for (const auto& [id, stream] : streams_) {
    if (stream->deadline > now || stream->failure.has_value()) continue;
    Fail(id, stream.get(),
         absl::DeadlineExceededError("the server did not answer"));
  }
}

void Http2Connection::EndAll(const absl::Status& status) {
  ended_ = true;
  for (const auto& [id, stream] : std::exchange(streams_, {})) {
    stream->call->OnEnd(stream->Status(status));
  }
}

bool Http2Connection::is_leaving() const {
  return ended_ || nghttp2_session_check_request_allowed(session_) == 0;
}

void Http2Connection::Fail(int32_t id, Stream* stream, absl::Status why) {
  stream->failure = std::move(why);
  nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, id, NGHTTP2_CANCEL);
}

void Http2Connection::End(int32_t id, const absl::Status& unless_told) {
  const auto ended = streams_.extract(id);
  if (ended.empty()) return;
  ended.mapped()->call->OnEnd(ended.mapped()->Status(unless_told));
}

absl::Status Http2Connection::CheckSession() const {
  const bool goes_on = nghttp2_session_want_read(session_) != 0 ||
                       nghttp2_session_want_write(session_) != 0;
  return goes_on ? absl::OkStatus() : Gone("HTTP/2 came to its end");
}

}  // namespace xom::loadtest
