// Against a server of gRPC's own: what it says must come over our connection.
#include "loadtest/raw_caller.h"

#include <gmock/gmock.h>
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <future>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace xom::loadtest {
namespace {

using testing::ElementsAre;

// /Echo sends the message back, /Twice in two messages, /Refuse ends with an
// error, /Never does nothing.
class Answer final : public grpc::ServerGenericBidiReactor {
 public:
  explicit Answer(std::string method) : method_(std::move(method)) {
    StartRead(&message_);
  }

  void OnReadDone(bool ok) override {
    if (method_ == "/Never") return;
    if (!ok || method_ == "/Refuse") {
      return Finish({grpc::StatusCode::NOT_FOUND, "no such thing"});
    }
    StartWrite(&message_);
  }
  void OnWriteDone(bool) override {
    if (method_ == "/Twice" && ++written_ < 2) return StartWrite(&message_);
    Finish(grpc::Status::OK);
  }
  void OnCancel() override {
    if (method_ == "/Never") Finish(grpc::Status::CANCELLED);
  }
  void OnDone() override { delete this; }

 private:
  const std::string method_;
  grpc::ByteBuffer message_;
  int written_ = 0;
};

class Service final : public grpc::CallbackGenericService {
 public:
  grpc::ServerGenericBidiReactor* CreateReactor(
      grpc::GenericCallbackServerContext* context) override {
    std::lock_guard<std::mutex> lock(mu_);
    peers_.insert(context->peer());
    return new Answer(context->method());
  }

  // That calls came over.
  size_t connections() {
    std::lock_guard<std::mutex> lock(mu_);
    return peers_.size();
  }

 private:
  std::mutex mu_;
  std::set<std::string> peers_;  // guarded by mu_
};

class RawCallerTest : public testing::Test {
 protected:
  void StartServer(absl::Duration connection_age = absl::Minutes(10)) {
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(),
                             &port);
    builder.AddChannelArgument(
        GRPC_ARG_MAX_CONNECTION_AGE_MS,
        static_cast<int>(absl::ToInt64Milliseconds(connection_age)));
    builder.RegisterCallbackGenericService(&service_);
    server_ = builder.BuildAndStart();
    address_ = absl::StrCat("127.0.0.1:", port);
  }

  ~RawCallerTest() override {
    if (server_ != nullptr) server_->Shutdown(std::chrono::system_clock::now());
  }

  Service service_;
  std::unique_ptr<grpc::Server> server_;
  std::string address_;
};

// Keeps what it hears for who waits for the end.
class Heard final : public GrpcCall {
 public:
  struct All {
    std::vector<std::string> messages;
    absl::Status status;
  };

  std::future<All> all() { return ended_.get_future(); }
  void OnMessage(absl::string_view message) override {
    all_.messages.emplace_back(message);
  }
  void OnEnd(const absl::Status& status) override {
    all_.status = status;
    ended_.set_value(all_);
  }

 private:
  All all_;
  std::promise<All> ended_;
};

std::future<Heard::All> StartStream(RawCaller& caller, std::string method) {
  auto heard = std::make_unique<Heard>();
  auto all = heard->all();
  caller.StartStream(std::move(method), "x", std::move(heard));
  return all;
}

TEST_F(RawCallerTest, RepliesAreTheServersWhateverTheirSize) {
  StartServer();
  RawCaller caller(address_, 2);
  for (const size_t size :
       {size_t{0}, size_t{1}, size_t{300}, size_t{3} << 20}) {
    const std::string message(size, 'x');
    const auto reply = caller.Call("/Echo", message);
    ASSERT_TRUE(reply.ok()) << reply.status();
    EXPECT_TRUE(*reply == message) << size;
  }
}

TEST_F(RawCallerTest, ErrorsAreTheServers) {
  StartServer();
  RawCaller caller(address_, 1);
  EXPECT_TRUE(caller.first_error().ok());
  const absl::Status refused = caller.Call("/Refuse", "x").status();
  EXPECT_EQ(refused, absl::NotFoundError("no such thing"));
  ASSERT_TRUE(caller.Call("/Echo", "x").ok());
  EXPECT_EQ(caller.first_error(), refused);
}

TEST_F(RawCallerTest, StreamTellsEachMessageAndThenItsEnd) {
  StartServer();
  RawCaller caller(address_, 1);
  auto all = StartStream(caller, "/Twice");
  const Heard::All told = all.get();
  EXPECT_THAT(told.messages, ElementsAre("x", "x"));
  EXPECT_TRUE(told.status.ok());
}

TEST_F(RawCallerTest, CallsAtOnceGetEachItsOwnReplyOverAllConnections) {
  StartServer();
  RawCaller caller(address_, 4);
  std::vector<std::promise<std::string>> replies(2'000);
  for (size_t i = 0; i < replies.size(); ++i) {
    caller.Start("/Echo", absl::StrCat("message ", i),
                 [&replies, i](const absl::Status&, absl::string_view reply) {
                   replies[i].set_value(std::string(reply));
                 });
  }
  for (size_t i = 0; i < replies.size(); ++i) {
    EXPECT_EQ(replies[i].get_future().get(), absl::StrCat("message ", i));
  }
  EXPECT_EQ(service_.connections(), 4u);
}

TEST_F(RawCallerTest, GoesOnWhenTheServerWantsConnectionsToEnd) {
  StartServer(/*connection_age=*/absl::Milliseconds(1));
  RawCaller caller(address_, 1);
  while (service_.connections() < 5) {
    const auto reply = caller.Call("/Echo", "x");
    ASSERT_TRUE(reply.ok()) << reply.status();
  }
}

TEST_F(RawCallerTest, CallThatFindsNobodyIsUnavailable) {
  StartServer();
  server_->Shutdown();
  RawCaller caller(address_, 1);
  EXPECT_TRUE(absl::IsUnavailable(caller.Call("/Echo", "x").status()));
}

TEST_F(RawCallerTest, StreamWhoseServerStopsEndsInAnError) {
  StartServer();
  RawCaller caller(address_, 1);
  auto all = StartStream(caller, "/Never");
  ASSERT_TRUE(caller.Call("/Echo", "x").ok());  // it is there by now
  server_->Shutdown(std::chrono::system_clock::now());
  EXPECT_FALSE(all.get().status.ok());
}

TEST_F(RawCallerTest, CallsUnderWayEndWithTheirCaller) {
  StartServer();
  std::future<Heard::All> all;
  {
    RawCaller caller(address_, 1);
    all = StartStream(caller, "/Never");
    ASSERT_TRUE(caller.Call("/Echo", "x").ok());
  }
  EXPECT_TRUE(absl::IsCancelled(all.get().status));
}

// A port that listens, and nobody who answers.
class DeafServer {
 public:
  DeafServer() : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(bind(socket_, any, size), 0);
    EXPECT_EQ(listen(socket_, 1), 0);
    EXPECT_EQ(getsockname(socket_, any, &size), 0);
    address_ = absl::StrCat("127.0.0.1:", ntohs(address.sin_port));
  }
  ~DeafServer() { close(socket_); }

  const std::string& address() const { return address_; }

  // Waits for a connection. It is the caller's.
  int Accept() const { return accept(socket_, nullptr, nullptr); }

 private:
  const int socket_;
  std::string address_;
};

TEST(Http2ConnectionTest, CallEndsWhenItsTimeIsOver) {
  const DeafServer server;
  const auto connection = Http2Connection::Open(server.address());
  ASSERT_TRUE(connection.ok()) << connection.status();
  auto heard = std::make_unique<Heard>();
  auto all = heard->all();
  const absl::Time start = absl::Now();
  (*connection)->Start({"/Echo", "x", absl::Minutes(1)}, std::move(heard));
  ASSERT_TRUE((*connection)->Send().ok());
  (*connection)->EndOverdue(start + absl::Seconds(59));
  ASSERT_TRUE((*connection)->Send().ok());
  EXPECT_TRUE((*connection)->has_calls());
  (*connection)->EndOverdue(start + absl::Hours(1));
  ASSERT_TRUE((*connection)->Send().ok());
  EXPECT_FALSE((*connection)->has_calls());
  EXPECT_TRUE(absl::IsDeadlineExceeded(all.get().status));
}

TEST(Http2ConnectionTest, CallWhoseConnectionBreaksIsUnavailable) {
  const DeafServer server;
  RawCaller caller(server.address(), 1);
  auto all = StartStream(caller, "/Echo");
  close(server.Accept());
  EXPECT_TRUE(absl::IsUnavailable(all.get().status));
}

TEST(Http2ConnectionTest, CallOfWhatSpeaksNoHttp2IsUnavailable) {
  constexpr absl::string_view kHttp1 = "HTTP/1.1 400 Bad Request\r\n\r\n";
  const DeafServer server;
  RawCaller caller(server.address(), 1);
  auto all = StartStream(caller, "/Echo");
  const int connection = server.Accept();
  EXPECT_EQ(send(connection, kHttp1.data(), kHttp1.size(), 0),
            static_cast<ssize_t>(kHttp1.size()));
  EXPECT_TRUE(absl::IsUnavailable(all.get().status));
  close(connection);
}

TEST(Http2ConnectionTest, WhatIsNoAddressIsSaid) {
  EXPECT_TRUE(
      absl::IsInvalidArgument(Http2Connection::Open("127.0.0.1").status()));
}

}  // namespace
}  // namespace xom::loadtest
