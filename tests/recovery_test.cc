// The real server is killed at any moment, and started again on its folder:
// what it acknowledged is there, once, and nothing is there by half.
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "absl/strings/match.h"
#include "services/core/view.h"
#include "storage/ledger_testing.h"
#include "storage/local_ledger.h"
#include "tests/model_socket.h"
#include "tests/recovery_process.h"
#include "tests/recovery_writer.h"
#include "tests/test_server.h"
#include "xom/internal/v1/stored.pb.h"

namespace xom::tests {
namespace {

constexpr int kWriters = 4;

v1::WatchRegionRequest WholeEarth() {
  v1::WatchRegionRequest request;
  auto& circle = *request.mutable_region()->mutable_circle();
  circle.mutable_center()->set_latitude(10);
  circle.set_radius_meters(100'000'000);
  return request;
}

std::map<std::string, v1::Need> AllNeeds(
    const std::shared_ptr<grpc::Channel>& channel) {
  const auto stub = v1::NeedService::NewStub(channel);
  std::map<std::string, v1::Need> needs;
  v1::ListNeedsRequest request;
  request.set_page_size(1'000);
  for (;;) {
    grpc::ClientContext context;
    v1::ListNeedsResponse reply;
    const auto status = stub->ListNeeds(&context, request, &reply);
    EXPECT_TRUE(status.ok()) << status.error_message();
    for (const v1::Need& need : reply.needs()) needs[need.name()] = need;
    if (!status.ok() || reply.next_page_token().empty()) return needs;
    request.set_page_token(reply.next_page_token());
  }
}

// Lets all writers write until the server is killed, after so many
// acknowledgements. Writers that fail before do not keep it alive.
void WriteAndKill(XomdProcess& xomd,
                  std::vector<std::unique_ptr<RecoveryWriter>>& writers,
                  int64_t kill_after) {
  std::atomic<int64_t> acknowledged = 0;
  std::vector<std::thread> threads;
  for (auto& writer : writers) {
    threads.emplace_back([&, channel = xomd.NewChannel()] {
      writer->WriteUntilDeath(channel, &acknowledged);
      acknowledged += kill_after;
      acknowledged.notify_all();
    });
  }
  for (int64_t seen = 0; seen < kill_after; seen = acknowledged) {
    acknowledged.wait(seen);
  }
  xomd.Signal(SIGKILL);
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(xomd.Wait(), -SIGKILL) << xomd.errors();
}

// A marker after all that was written: a watch that has it has all before.
void AwaitMarker(XomdProcess& xomd, RegionFollower& follower) {
  const auto stub = v1::NeedService::NewStub(xomd.NewChannel());
  v1::CreateNeedRequest request;
  *request.mutable_need() = NeedAt(10, 106);
  grpc::ClientContext context;
  v1::Need marker;
  ASSERT_TRUE(stub->CreateNeed(&context, request, &marker).ok());
  const auto deadline =
      std::chrono::steady_clock::now() + std::chrono::seconds(60);
  for (int64_t seen = follower.messages();
       !follower.fold().resources().contains(marker.name()); ++seen) {
    ASSERT_LT(std::chrono::steady_clock::now(), deadline);
    ASSERT_TRUE(follower.AwaitMessages(seen + 1)) << "the watch is silent";
  }
}

void CheckWatch(XomdProcess& xomd, RegionFollower& follower) {
  AwaitMarker(xomd, follower);
  ASSERT_TRUE(follower.fault().ok()) << follower.fault();
  auto held = follower.fold().resources();
  for (const auto& [name, need] : AllNeeds(xomd.NewChannel())) {
    if (need.state() != v1::Need::STATE_OPEN) continue;
    ASSERT_TRUE(held.contains(name)) << name;
    EXPECT_EQ(std::get<v1::Need>(held[name]).SerializeAsString(),
              need.SerializeAsString());
    held.erase(name);
  }
  EXPECT_TRUE(held.empty()) << held.begin()->first << " is not open";
}

// What the log says of a call: how often its number was written.
using Traces = std::map<std::string, int>;

// Reads the whole change log: no gap, and replaying it gives what is stored.
void CheckLog(const storage::LocalLedger& ledger, Traces* traces) {
  std::map<std::string, storage::Record> replayed;
  storage::Revision last = 0;
  for (const storage::Change& change : storage::AllChanges(ledger)) {
    ASSERT_EQ(change.revision, last + 1);
    last = change.revision;
    for (const storage::ChangedRecord& record : change.records) {
      if (record.secret) continue;  // the log does not tell
      const auto before = replayed.find(record.key);
      ASSERT_EQ(record.before.has_value(), before != replayed.end());
      if (record.before.has_value()) {
        ASSERT_EQ(*record.before, before->second.value);
      }
      if (!record.after.has_value()) {
        replayed.erase(record.key);
        continue;
      }
      internal::v1::StoredNeed need;
      if (absl::StartsWith(record.key, "needs/") &&
          need.ParseFromString(*record.after) &&
          need.need().state() == v1::Need::STATE_OPEN) {
        ++(*traces)[need.need().situation()];
      }
      replayed[record.key] = {record.key, record.cell, *record.after,
                              change.revision};
    }
  }
  ASSERT_EQ(last, ledger.revision());
  auto stored = storage::ScanAll(ledger);
  std::erase_if(stored, [](const auto& named) { return named.second.secret; });
  ASSERT_EQ(stored.size(), replayed.size());
  for (const auto& [key, record] : stored) {
    EXPECT_EQ(record.value, replayed[key].value) << key;
    EXPECT_EQ(record.cell, replayed[key].cell) << key;
    EXPECT_EQ(record.mod_revision, replayed[key].mod_revision) << key;
  }
}

void CheckView(const storage::LocalLedger& ledger,
               const std::map<std::string, v1::Need>& served) {
  core::View view;
  ASSERT_TRUE(view.Load(ledger).ok());
  const auto reader = view.Read();
  EXPECT_EQ(reader.revision(), ledger.revision());
  ASSERT_EQ(reader.needs().by_name().size(), served.size());
  for (const auto& [name, need] : served) {
    const auto entry = reader.needs().Find(name);
    ASSERT_NE(entry, nullptr) << name;
    EXPECT_EQ(
        static_cast<const core::NeedEntry&>(*entry).need().SerializeAsString(),
        need.SerializeAsString());
  }
}

TEST(RecoveryTest, NothingAcknowledgedIsLostToKill) {
  SCOPED_TRACE(SeedTrace());
  std::mt19937_64 random(TestSeed());
  const storage::TemporaryDirectory directory;
  std::vector<std::unique_ptr<RecoveryWriter>> writers;
  for (int i = 0; i < kWriters; ++i) {
    writers.push_back(std::make_unique<RecoveryWriter>(i, random()));
  }
  RegionFollower follower(WholeEarth());
  std::map<std::string, v1::Need> served;
  for (int round = 0; round <= RecoveryRounds(); ++round) {
    SCOPED_TRACE(absl::StrCat("round ", round));
    XomdProcess xomd(directory.path());
    ASSERT_TRUE(xomd.Ready()) << (xomd.Wait(), xomd.errors());
    // A watch open across the kills.
    const SocketStream<RegionFollower> stream(xomd.NewChannel(), &follower);
    for (auto& writer : writers) writer->CheckAndSettle(xomd.NewChannel());
    if (testing::Test::HasFailure()) return;
    if (round < RecoveryRounds()) {
      WriteAndKill(xomd, writers, static_cast<int64_t>(random() % 250));
      continue;
    }
    CheckWatch(xomd, follower);
    served = AllNeeds(xomd.NewChannel());
    xomd.Signal(SIGTERM);
    EXPECT_EQ(xomd.Wait(), 0) << xomd.errors();
  }
  EXPECT_EQ(follower.resets(), 1) << "the watch began afresh";

  storage::LocalLedgerOptions options = storage::TestOptions(directory);
  const auto ledger = storage::OpenOrDie(options);
  Traces traces;
  CheckLog(*ledger, &traces);
  CheckView(*ledger, served);
  size_t calls = 0;
  for (const auto& writer : writers) {
    calls += writer->acknowledged().size();
    for (const auto& sent : writer->acknowledged()) {
      if (sent.number == 0) continue;
      EXPECT_EQ(traces[absl::StrCat("call ", sent.number)], 1)
          << sent.name << " was written "
          << "more or less than once";
    }
  }
  EXPECT_GT(calls, static_cast<size_t>(RecoveryRounds()));
}

TEST(RecoveryTest, SecondServerOnTheSameFolderIsRefused) {
  const storage::TemporaryDirectory directory;
  XomdProcess first(directory.path());
  ASSERT_TRUE(first.Ready());
  XomdProcess second(directory.path());
  EXPECT_FALSE(second.Ready());
  EXPECT_EQ(second.Wait(), 1);
  EXPECT_TRUE(absl::StrContains(second.errors(), directory.path()))
      << second.errors();
  EXPECT_TRUE(absl::StrContains(second.errors(), "in use by another xomd"))
      << second.errors();
  // The first goes on.
  const auto stub = v1::NeedService::NewStub(first.NewChannel());
  grpc::ClientContext context;
  v1::CreateNeedRequest request;
  *request.mutable_need() = NeedAt(10, 106);
  v1::Need reply;
  EXPECT_TRUE(stub->CreateNeed(&context, request, &reply).ok());
}

TEST(RecoveryTest, StopSignalEndsWithZeroThoughWatchesAreOpen) {
  const storage::TemporaryDirectory directory;
  // An idle client hears only every five seconds that the connection shall go;
  // the grace ends the wait for it.
  XomdProcess xomd(directory.path(), {"--stop_grace_seconds", "1"});
  ASSERT_TRUE(xomd.Ready());
  RegionFollower follower(WholeEarth());
  const SocketStream<RegionFollower> stream(xomd.NewChannel(), &follower);
  ASSERT_TRUE(follower.AwaitMessages(1));
  const auto start = std::chrono::steady_clock::now();
  xomd.Signal(SIGTERM);
  EXPECT_EQ(xomd.Wait(), 0) << xomd.errors();
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(8));
  EXPECT_EQ(follower.AwaitEnd().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(ReasonOf(stream.status()), "SERVER_STOPPING");
}

TEST(RecoveryTest, AStopIsLoggedToItsLastWord) {
  const storage::TemporaryDirectory directory;
  XomdProcess xomd(std::vector<std::string>{XOM_XOMD_PATH, "--data_dir",
                                            directory.path(), "--listen",
                                            "127.0.0.1:0", "--log", "events"});
  ASSERT_TRUE(xomd.Ready());
  xomd.Signal(SIGTERM);
  EXPECT_EQ(xomd.Wait(), 0);
  EXPECT_TRUE(absl::StrContains(xomd.errors(), R"("event":"stopped")"))
      << xomd.errors();
}

TEST(RecoveryTest, FolderOfAnotherProductIsRefusedAndLeftAlone) {
  const storage::TemporaryDirectory directory;
  const std::string path = directory.path() + "/precious.db";
  std::ofstream(path) << "not ours";
  XomdProcess xomd(directory.path());
  EXPECT_FALSE(xomd.Ready());
  EXPECT_EQ(xomd.Wait(), 1);
  EXPECT_TRUE(absl::StrContains(xomd.errors(), directory.path()))
      << xomd.errors();
  size_t files = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(directory.path())) {
    EXPECT_EQ(entry.path().filename(), "precious.db");
    ++files;
  }
  EXPECT_EQ(files, 1u);
}

}  // namespace
}  // namespace xom::tests
