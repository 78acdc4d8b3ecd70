#include "loadtest/peers/peer_connection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <deque>

namespace xom::loadtest {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Answers each query with its k as the only id, once it was flushed.
class EchoConnection : public PeerConnection {
 public:
  EchoConnection() : event_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}
  ~EchoConnection() override { close(event_); }

  int descriptor() const override { return event_; }
  absl::Status Send(const PeerQuery& query) override {
    queued_.push_back(query.k);
    most_under_way_ = std::max(most_under_way_, under_way());
    ++sent_;
    return absl::OkStatus();
  }
  absl::StatusOr<bool> Flush() override {
    // Every other time it takes one query alone.
    one_only_ = !one_only_;
    while (!queued_.empty()) {
      flushed_.push_back(queued_.front());
      queued_.pop_front();
      if (one_only_) break;
    }
    if (!flushed_.empty() && !silent_) eventfd_write(event_, 1);
    return queued_.empty();
  }
  absl::Status Receive(OnAnswer on_answer) override {
    eventfd_t ignored = 0;
    eventfd_read(event_, &ignored);
    // What on_answer sends is not answered before it was flushed.
    for (size_t n = flushed_.size(); n > 0; --n) {
      const int64_t id = flushed_.front();
      flushed_.pop_front();
      if (id < 0) return absl::InternalError("the peer is unwell");
      ids_.assign(id == 0 ? 0 : 1, id);
      on_answer(ids_);
    }
    return absl::OkStatus();
  }

  size_t under_way() const { return queued_.size() + flushed_.size(); }
  size_t most_under_way() const { return most_under_way_; }
  int sent() const { return sent_; }
  void set_silent() { silent_ = true; }

 private:
  const int event_;
  std::deque<int> queued_;
  std::deque<int> flushed_;
  std::vector<int64_t> ids_;
  size_t most_under_way_ = 0;
  int sent_ = 0;
  bool one_only_ = false;
  bool silent_ = false;
};

PeerQuery Query(int k) {
  PeerQuery query;
  query.k = k;
  return query;
}

class PeerConnectionTest : public testing::Test {
 protected:
  PeerConnectionTest() {
    load_.connections = 3;
    load_.in_flight = 7;
    load_.warm_up = absl::Milliseconds(1);
    load_.duration = absl::Milliseconds(20);
    for (int i = 0; i < load_.connections; ++i) {
      connections_.push_back(std::make_unique<EchoConnection>());
    }
  }

  const EchoConnection& echo(size_t i) const {
    return static_cast<const EchoConnection&>(*connections_[i]);
  }

  // A run in which something was counted: only what ends in its short time is,
  // and a process may be without a processor that long.
  absl::StatusOr<LoadResult> RunUntilCounted(
      const std::vector<PeerQuery>& queries) {
    for (;;) {
      auto result = RunOver(connections_, queries, load_);
      if (!result.ok() || result->latency.count() + result->failed > 0) {
        return result;
      }
    }
  }

  PeerLoad load_;
  PeerConnections connections_;
};

TEST_F(PeerConnectionTest, OneQueryHasOneAnswer) {
  EchoConnection connection;
  for (int k : {5, 6}) {
    const auto ids = Ask(connection, Query(k), absl::Minutes(1));
    ASSERT_TRUE(ids.ok()) << ids.status();
    EXPECT_THAT(*ids, ElementsAre(k));
  }
}

TEST_F(PeerConnectionTest, AnErrorOfThePeerIsTold) {
  EchoConnection connection;
  EXPECT_THAT(Ask(connection, Query(-1), absl::Minutes(1)).status().message(),
              HasSubstr("unwell"));
  EXPECT_THAT(
      RunOver(connections_, {Query(1), Query(-1)}, load_).status().message(),
      HasSubstr("unwell"));
}

TEST_F(PeerConnectionTest, SilenceHasABound) {
  EchoConnection connection;
  connection.set_silent();
  EXPECT_EQ(Ask(connection, Query(1), absl::Milliseconds(1)).status().code(),
            absl::StatusCode::kDeadlineExceeded);
  for (auto& c : connections_) static_cast<EchoConnection&>(*c).set_silent();
  load_.answer_bound = absl::Milliseconds(1);
  EXPECT_EQ(RunOver(connections_, {Query(1)}, load_).status().code(),
            absl::StatusCode::kDeadlineExceeded);
}

TEST_F(PeerConnectionTest, ARunKeepsAsManyInFlightAndWaitsForAll) {
  const auto result = RunUntilCounted({Query(1), Query(2)});
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(echo(0).most_under_way(), 3u);
  EXPECT_EQ(echo(1).most_under_way(), 2u);
  EXPECT_EQ(echo(2).most_under_way(), 2u);
  int sent = 0;
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(echo(i).under_way(), 0u);
    sent += echo(i).sent();
  }
  EXPECT_GT(result->latency.count(), 0);
  EXPECT_LE(result->latency.count(), sent);
  EXPECT_EQ(result->failed, 0);
  EXPECT_EQ(result->took, load_.duration);
}

TEST_F(PeerConnectionTest, WithoutAPointItFailed) {
  const auto result = RunUntilCounted({Query(0)});
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->latency.count(), 0);
  EXPECT_GT(result->failed, 0);
}

}  // namespace
}  // namespace xom::loadtest
