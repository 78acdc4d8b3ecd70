#include "services/core/watch_hub.h"

#include <gtest/gtest.h>

#include <atomic>
#include <utility>

#include "services/core/error.h"
#include "services/core/fake_clock.h"
#include "services/core/limits.h"
#include "services/core/watch_testing.h"

namespace xom::core {
namespace {

// A watch whose messages are the number of changes since the last one.
class CountingWatch final : public Watch {
 public:
  explicit CountingWatch(absl::Status start = absl::OkStatus())
      : start_(std::move(start)) {}

  absl::Status Start(const View&, const storage::Ledger&) override {
    return start_;
  }
  void Cover(uint64_t id, geo::ReverseIndex* index) const override {
    index->SetDisc(id, *geo::Point::FromDegrees({0, 0}), 0.01);
  }
  bool CoverMoves() const override { return false; }
  void Touch(const Transition&) override { ++changes_; }
  void Skip() override { skipped_ = true; }
  bool HasNews() const override { return first_ || skipped_ || changes_ > 0; }
  std::optional<std::string> Next(const View&, storage::Revision) override {
    if (!HasNews()) return std::nullopt;
    std::string text = first_ ? "first" : absl::StrCat(changes_, " changes");
    if (skipped_) text = "skipped";
    first_ = skipped_ = false;
    changes_ = 0;
    return text;
  }
  std::string Heartbeat(storage::Revision revision) override {
    return absl::StrCat("heartbeat ", revision);
  }

 private:
  const absl::Status start_;
  bool first_ = true;
  bool skipped_ = false;
  int changes_ = 0;
};

// Keeps what was sent; a test takes it, one by one.
class RecordingSink final : public WatchSink {
 public:
  void Send(std::string message) override { messages.Put(std::move(message)); }
  void End(const absl::Status& status) override { end.Put(status); }

  storage::Mailbox<std::string> messages;
  storage::Mailbox<absl::Status> end;
};

Transition ChangeAt(double latitude, storage::Revision revision) {
  Transition transition;
  transition.revision = revision;
  transition.after = EntryOf({.name = "a", .latitude = latitude}, revision);
  return transition;
}

class WatchHubTest : public testing::Test {
 protected:
  struct Opened {
    WatchHub::Id id;
    std::shared_ptr<RecordingSink> sink;
    absl::Status status;
  };
  Opened Open(const std::string& connection = "c",
              absl::Status start = absl::OkStatus()) {
    Opened opened{hub_.NewId(), std::make_shared<RecordingSink>(), {}};
    opened.status = hub_.Open(opened.id, std::make_unique<CountingWatch>(start),
                              opened.sink, connection);
    return opened;
  }
  void Publish(double latitude) {
    ++revision_;
    hub_.Publish(revision_, {ChangeAt(latitude, revision_)});
  }
  // All that was published before is handled when it returns.
  void Drain() {
    const Opened probe = Open("probe");
    EXPECT_EQ(probe.sink->messages.Take(), "first");
    hub_.Close(probe.id);
    (void)probe.sink->end.Take();
  }

  ViewedLedger store_;
  FakeClock clock_{absl::FromUnixSeconds(1'600'000'000)};
  storage::Revision revision_ = 100;
  WatchHub hub_{&store_.view(), &store_.ledger(), &clock_};
};

TEST_F(WatchHubTest, OneMessageIsOnItsWayAtATimeAndChangesAddUp) {
  const Opened watch = Open();
  EXPECT_EQ(watch.sink->messages.Take(), "first");
  for (int i = 0; i < 3; ++i) Publish(0);
  Drain();
  hub_.Sent(watch.id);
  EXPECT_EQ(watch.sink->messages.Take(), "3 changes");
}

TEST_F(WatchHubTest, ChangesThatAWatchDoesNotCoverAreNotItsConcern) {
  const Opened watch = Open();
  EXPECT_EQ(watch.sink->messages.Take(), "first");
  hub_.Sent(watch.id);
  Publish(45);
  Publish(0);
  EXPECT_EQ(watch.sink->messages.Take(), "1 changes");
}

TEST_F(WatchHubTest, WhatComesIntoTheCoverOrLeavesItIsNews) {
  const Opened watch = Open();
  EXPECT_EQ(watch.sink->messages.Take(), "first");
  hub_.Sent(watch.id);
  for (const auto& [from, to] : {std::pair{0.0, 45.0}, std::pair{45.0, 0.0}}) {
    Transition transition = ChangeAt(to, ++revision_);
    transition.before = ChangeAt(from, revision_ - 1).after;
    hub_.Publish(revision_, {transition});
    EXPECT_EQ(watch.sink->messages.Take(), "1 changes");
    hub_.Sent(watch.id);
  }
}

TEST_F(WatchHubTest, SilentWatchSendsHeartbeatsOfTheLastRevision) {
  const Opened watch = Open();
  EXPECT_EQ(watch.sink->messages.Take(), "first");
  hub_.Sent(watch.id);
  Publish(45);
  clock_.Advance(kHeartbeatInterval);  // the first comes sooner
  hub_.Tick();
  EXPECT_EQ(watch.sink->messages.Take(), "heartbeat 101");
  hub_.Sent(watch.id);
  clock_.Advance(kHeartbeatInterval - absl::Seconds(1));
  hub_.Tick();
  Drain();
  Publish(45);
  clock_.Advance(absl::Seconds(1));
  hub_.Tick();
  EXPECT_EQ(watch.sink->messages.Take(), "heartbeat 102");
}

TEST_F(WatchHubTest, HeartbeatsTellOfARevisionThatNobodyWatched) {
  Publish(0);
  const Opened watch = Open();
  EXPECT_EQ(watch.sink->messages.Take(), "first");
  hub_.Sent(watch.id);
  clock_.Advance(kHeartbeatInterval);
  hub_.Tick();
  EXPECT_EQ(watch.sink->messages.Take(), "heartbeat 101");
}

// Takes all that comes, at once.
class CountingSink final : public WatchSink {
 public:
  CountingSink(WatchHub* hub, WatchHub::Id id) : hub_(*hub), id_(id) {}
  void Send(std::string) override {
    ++sent;
    hub_.Sent(id_);
  }
  void End(const absl::Status&) override {}

  std::atomic<size_t> sent = 0;

 private:
  WatchHub& hub_;
  const WatchHub::Id id_;
};

// Watches that only count what they are sent.
class HeartbeatTest : public WatchHubTest {
 protected:
  void OpenWatches(int count) {
    for (int i = 0; i < count; ++i) {
      const WatchHub::Id id = hub_.NewId();
      sinks_.push_back(std::make_shared<CountingSink>(&hub_, id));
      ASSERT_TRUE(hub_.Open(id, std::make_unique<CountingWatch>(),
                            sinks_.back(), absl::StrCat("c", i % 5))
                      .ok());
    }
    Drain();
    heard_ = sinks_.size();  // their first messages
  }

  // How many messages a tick brings.
  size_t Tick() {
    hub_.Tick();
    Drain();
    size_t sum = 0;
    for (const auto& sink : sinks_) sum += sink->sent;
    return sum - std::exchange(heard_, sum);
  }

  std::vector<std::shared_ptr<CountingSink>> sinks_;
  size_t heard_ = 0;
};

TEST_F(HeartbeatTest, ManyThatAreDueAtOnceAreSpreadOverTicks) {
  OpenWatches(150);
  clock_.Advance(kHeartbeatInterval);
  const size_t first = Tick();
  EXPECT_GE(first, 100u);
  EXPECT_LT(first, sinks_.size());
  EXPECT_EQ(Tick(), sinks_.size() - first);
  EXPECT_EQ(Tick(), 0u);
  for (const auto& sink : sinks_) EXPECT_EQ(sink->sent, 2u);
}

TEST_F(HeartbeatTest, WatchesOpenedAtOnceAreDueAllOverTheInterval) {
  OpenWatches(150);
  for (int round = 0; round < 2; ++round) {
    for (int tenth = 0; tenth < 10; ++tenth) {
      clock_.Advance(kHeartbeatInterval / 10);
      EXPECT_NEAR(static_cast<double>(Tick()), 15, 3);
    }
    for (const auto& sink : sinks_) EXPECT_EQ(sink->sent, 2u + round);
  }
}

TEST_F(HeartbeatTest, WatchThatSaidSomethingIsDueLater) {
  OpenWatches(1);
  clock_.Advance(kHeartbeatInterval);
  EXPECT_EQ(Tick(), 1u);
  clock_.Advance(kHeartbeatInterval / 2);
  Publish(0);
  EXPECT_EQ(Tick(), 1u);
  clock_.Advance(kHeartbeatInterval / 2);
  EXPECT_EQ(Tick(), 0u);
  clock_.Advance(kHeartbeatInterval / 2);
  EXPECT_EQ(Tick(), 1u);
}

TEST_F(WatchHubTest, HeartbeatThatFoundAMessageInFlightFollowsIt) {
  const Opened watch = Open();
  EXPECT_EQ(watch.sink->messages.Take(), "first");
  clock_.Advance(kHeartbeatInterval);
  hub_.Tick();
  Drain();
  hub_.Sent(watch.id);
  EXPECT_EQ(watch.sink->messages.Take(), "heartbeat 0");
  hub_.Sent(watch.id);
  Publish(0);
  EXPECT_EQ(watch.sink->messages.Take(), "1 changes");
}

TEST_F(WatchHubTest, SlowWatchGetsNewsInPlaceOfAHeartbeat) {
  const Opened watch = Open();
  EXPECT_EQ(watch.sink->messages.Take(), "first");
  clock_.Advance(kHeartbeatInterval * 2);
  hub_.Tick();
  Drain();
  Publish(0);
  Drain();
  hub_.Sent(watch.id);
  EXPECT_EQ(watch.sink->messages.Take(), "1 changes");
}

TEST_F(WatchHubTest, ConnectionMayHaveSoManyWatchesAndNoMore) {
  std::vector<Opened> watches;
  for (size_t i = 0; i < kMaxWatchesPerConnection; ++i) {
    watches.push_back(Open());
    ASSERT_TRUE(watches.back().status.ok());
  }
  const Opened refused = Open();
  ASSERT_NE(ReasonOf(refused.status), nullptr);
  EXPECT_EQ(ReasonOf(refused.status)->reason, Reason::kTooManyWatches);
  EXPECT_TRUE(Open("another").status.ok());
  hub_.Close(watches[0].id);
  EXPECT_TRUE(Open().status.ok());
  EXPECT_EQ(hub_.open_watches(), kMaxWatchesPerConnection + 1);
}

TEST_F(WatchHubTest, WatchThatCannotStartEndsAndFreesItsPlace) {
  const Opened watch = Open("c", absl::OutOfRangeError("too old"));
  EXPECT_EQ(watch.sink->end.Take(), absl::OutOfRangeError("too old"));
  Drain();
  EXPECT_EQ(hub_.open_watches(), 0u);
}

TEST_F(WatchHubTest, ClosedWatchIsForgotten) {
  const Opened watch = Open();
  EXPECT_EQ(watch.sink->messages.Take(), "first");
  const Opened other = Open();
  EXPECT_EQ(other.sink->messages.Take(), "first");
  hub_.Sent(other.id);
  hub_.Close(watch.id);
  hub_.Close(watch.id);
  hub_.Sent(watch.id);
  Publish(0);
  EXPECT_EQ(other.sink->messages.Take(), "1 changes");
  EXPECT_EQ(watch.sink->end.Take().code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(hub_.open_watches(), 1u);
}

TEST_F(WatchHubTest, StopEndsAllWatchesAndRefusesNewOnes) {
  const Opened in_flight = Open();
  EXPECT_EQ(in_flight.sink->messages.Take(), "first");
  const Opened opened = Open();
  hub_.Stop();
  for (const Opened* watch : {&in_flight, &opened}) {
    const absl::Status end = watch->sink->end.Take();
    ASSERT_NE(ReasonOf(end), nullptr);
    EXPECT_EQ(ReasonOf(end)->reason, Reason::kServerStopping);
  }
  EXPECT_EQ(Open().status.code(), absl::StatusCode::kUnavailable);
}

// Holds the hub's thread inside of Send.
class BlockingSink final : public WatchSink {
 public:
  void Send(std::string) override {
    sending.Put(true);
    (void)go_on.Take();
  }
  void End(const absl::Status&) override {}

  storage::Mailbox<bool> sending;
  storage::Mailbox<bool> go_on;
};

TEST_F(WatchHubTest, HubThatIsFarBehindLetsItsWatchesSkip) {
  const Opened watch = Open();
  EXPECT_EQ(watch.sink->messages.Take(), "first");
  hub_.Sent(watch.id);
  const auto blocking = std::make_shared<BlockingSink>();
  ASSERT_TRUE(
      hub_.Open(hub_.NewId(), std::make_unique<CountingWatch>(), blocking, "c")
          .ok());
  (void)blocking->sending.Take();
  for (size_t i = 0; i <= kMaxPendingTransitions / 1'000; ++i) {
    ++revision_;
    hub_.Publish(revision_,
                 std::vector<Transition>(1'000, ChangeAt(0, revision_)));
  }
  blocking->go_on.Put(true);
  EXPECT_EQ(watch.sink->messages.Take(), "skipped");
  hub_.Sent(watch.id);
  Publish(0);
  EXPECT_EQ(watch.sink->messages.Take(), "1 changes");
}

}  // namespace
}  // namespace xom::core
