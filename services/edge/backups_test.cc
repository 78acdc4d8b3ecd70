#include "services/edge/backups.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "absl/strings/match.h"
#include "services/core/fake_clock.h"
#include "storage/backup.h"
#include "storage/ledger_error.h"
#include "storage/ledger_testing.h"

namespace xom::edge {
namespace {

namespace fs = std::filesystem;
using storage::LedgerError;
using storage::LedgerErrorOf;
using testing::ElementsAre;
using testing::IsEmpty;

absl::Time Start() {
  return absl::FromCivil(absl::CivilSecond(2026, 11, 28, 20, 0, 0),
                         absl::UTCTimeZone());
}

class BackupsTest : public testing::Test {
 protected:
  BackupsTest() {
    storage::LocalLedgerOptions options = storage::TestOptions(store_);
    options.free_bytes = [this](const std::string&) { return free_; };
    ledger_ = storage::OpenOrDie(options);
    options_.directory = shelf_.path() + "/backups";
    options_.kept = 3;
    Restart();
  }

  void Restart() {
    backups_ = nullptr;  // one at a time in a folder
    auto backups =
        Backups::Open(options_, store_.path(), ledger_.get(), &clock_);
    ASSERT_TRUE(backups.ok()) << backups.status();
    backups_ = *std::move(backups);
  }

  // Whether one was made.
  bool RunDue() {
    const BackupRun run = backups_->RunDue();
    EXPECT_TRUE(run.made.ok()) << run.made.status();
    EXPECT_TRUE(run.removed.ok()) << run.removed;
    return run.made.ok() && run.made->has_value();
  }

  std::optional<LedgerError> ErrorOfRun() {
    return LedgerErrorOf(backups_->RunDue().made.status());
  }

  // Those that are not hidden.
  std::vector<std::string> Names() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(options_.directory)) {
      const std::string name = entry.path().filename().string();
      if (name.front() != '.') names.push_back(name);
    }
    std::sort(names.begin(), names.end());
    return names;
  }

  std::string Place(const std::string& name) const {
    return options_.directory + "/" + name;
  }

  uint64_t free_ = uint64_t{1} << 40;
  const storage::TemporaryDirectory store_;
  const storage::TemporaryDirectory shelf_;
  core::FakeClock clock_{Start() + absl::Milliseconds(300)};
  BackupOptions options_;
  std::unique_ptr<storage::LocalLedger> ledger_;
  std::unique_ptr<Backups> backups_;
};

TEST_F(BackupsTest, TheFirstIsMadeAtOnceAndTheNextAfterTheInterval) {
  EXPECT_THAT(Names(), IsEmpty());
  EXPECT_TRUE(RunDue());
  EXPECT_FALSE(RunDue());
  clock_.Advance(absl::Hours(24) - absl::Seconds(1));
  EXPECT_FALSE(RunDue());
  clock_.Advance(absl::Seconds(1));
  EXPECT_TRUE(RunDue());
  EXPECT_THAT(Names(),
              ElementsAre("2026-11-28T20-00-00Z", "2026-11-29T20-00-00Z"));
}

TEST_F(BackupsTest, ARestartedServerGoesOnWithWhatIsThere) {
  EXPECT_TRUE(RunDue());
  clock_.Advance(absl::Hours(23));
  Restart();
  EXPECT_FALSE(RunDue());
  clock_.Advance(absl::Hours(1));
  Restart();
  EXPECT_TRUE(RunDue());
}

TEST_F(BackupsTest, TheNewestAreKept) {
  for (int i = 0; i < 5; ++i) {
    EXPECT_TRUE(RunDue());
    clock_.Advance(absl::Hours(24));
  }
  EXPECT_THAT(Names(),
              ElementsAre("2026-11-30T20-00-00Z", "2026-12-01T20-00-00Z",
                          "2026-12-02T20-00-00Z"));
  // When fewer are to be kept, the rest go with the next.
  options_.kept = 1;
  Restart();
  EXPECT_TRUE(RunDue());
  EXPECT_THAT(Names(), ElementsAre("2026-12-03T20-00-00Z"));
}

TEST_F(BackupsTest, NothingElseIsRemovedOrCounted) {
  const std::vector<std::string> others = {"2020-01-01T00-00-00",
                                           "2020-01-01T00-00-00Z.old",
                                           "2020-01-01",
                                           "2020-02-31T00-00-00Z",
                                           " 2020-01-01T00-00-00Z",
                                           "2020-1-01T00-00-00Z",
                                           "keys",
                                           "2099-01-01T00-00-00Z"};
  for (const std::string& name : others) fs::create_directory(Place(name));
  std::ofstream(Place("2020-01-02T00-00-00Z")) << "a file";
  fs::create_directory_symlink(shelf_.path(), Place("2020-01-03T00-00-00Z"));
  options_.kept = 1;
  Restart();
  EXPECT_TRUE(RunDue());
  clock_.Advance(absl::Hours(24));
  EXPECT_TRUE(RunDue());
  EXPECT_EQ(Names().size(), others.size() + 3);
  for (const std::string& name : others) {
    EXPECT_TRUE(fs::exists(Place(name))) << name;
  }
  EXPECT_FALSE(fs::exists(Place("2026-11-28T20-00-00Z")));
  EXPECT_TRUE(fs::exists(Place("2026-11-29T20-00-00Z")));
}

TEST_F(BackupsTest, AFailureRemovesNothingAndIsTriedAgainLater) {
  options_.kept = 1;
  Restart();
  EXPECT_TRUE(RunDue());
  clock_.Advance(absl::Hours(24));
  free_ = 0;
  EXPECT_EQ(ErrorOfRun(), LedgerError::kDiskLow);
  EXPECT_THAT(Names(), ElementsAre("2026-11-28T20-00-00Z"));
  clock_.Advance(absl::Minutes(9));
  EXPECT_FALSE(RunDue());
  clock_.Advance(absl::Minutes(1));
  EXPECT_EQ(ErrorOfRun(), LedgerError::kDiskLow);
  clock_.Advance(absl::Minutes(10));
  free_ = uint64_t{1} << 40;
  EXPECT_TRUE(RunDue());
  EXPECT_THAT(Names(), ElementsAre("2026-11-29T20-20-00Z"));
}

TEST_F(BackupsTest, WithoutRoomTheOldestGoesButTheNewestStays) {
  EXPECT_TRUE(RunDue());
  clock_.Advance(absl::Hours(24));
  EXPECT_TRUE(RunDue());
  clock_.Advance(absl::Hours(24));
  free_ = 0;
  const absl::Status status = backups_->RunDue().made.status();
  EXPECT_EQ(LedgerErrorOf(status), LedgerError::kDiskLow);
  EXPECT_TRUE(absl::StrContains(status.message(), "2026-11-28T20-00-00Z"))
      << status;
  EXPECT_THAT(Names(), ElementsAre("2026-11-29T20-00-00Z"));
  clock_.Advance(absl::Minutes(10));
  EXPECT_EQ(ErrorOfRun(), LedgerError::kDiskLow);
  EXPECT_THAT(Names(), ElementsAre("2026-11-29T20-00-00Z"));
  clock_.Advance(absl::Minutes(10));
  free_ = uint64_t{1} << 40;
  EXPECT_TRUE(RunDue());
  EXPECT_THAT(Names(),
              ElementsAre("2026-11-29T20-00-00Z", "2026-11-30T20-20-00Z"));
}

TEST_F(BackupsTest, WhatCouldNotBeRemovedIsTriedAgainAndTheBackupStands) {
  options_.kept = 1;
  Restart();
  EXPECT_TRUE(RunDue());
  clock_.Advance(absl::Hours(24));
  {
    storage::LocalLedgerOptions restored = storage::TestOptions(store_);
    restored.directory = Place("2026-11-28T20-00-00Z");
    const auto open = storage::OpenOrDie(restored);
    const BackupRun run = backups_->RunDue();
    EXPECT_TRUE(run.made.ok() && run.made->has_value()) << run.made.status();
    EXPECT_EQ(LedgerErrorOf(run.removed), LedgerError::kInUse);
  }
  EXPECT_THAT(Names(),
              ElementsAre("2026-11-28T20-00-00Z", "2026-11-29T20-00-00Z"));
  clock_.Advance(absl::Minutes(10));
  EXPECT_FALSE(RunDue());
  EXPECT_THAT(Names(), ElementsAre("2026-11-29T20-00-00Z"));
}

TEST_F(BackupsTest, TwoServersDoNotShareAFolder) {
  const absl::Status second =
      Backups::Open(options_, store_.path(), ledger_.get(), &clock_).status();
  EXPECT_EQ(second.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_TRUE(absl::StrContains(second.message(), "another server")) << second;
  EXPECT_TRUE(RunDue());
  Restart();
}

TEST_F(BackupsTest, AFolderThatWentAwayIsAnError) {
  fs::remove_all(options_.directory);
  const auto made = backups_->RunDue().made;
  EXPECT_EQ(made.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_TRUE(absl::StrContains(made.status().message(), options_.directory));
}

TEST_F(BackupsTest, TheFolderIsForThisUserAloneAndApartFromTheStore) {
  EXPECT_EQ(fs::status(options_.directory).permissions(), fs::perms::owner_all);
  const auto open = [&](const std::string& directory) {
    options_.directory = directory;
    return Backups::Open(options_, store_.path(), ledger_.get(), &clock_)
        .status()
        .code();
  };
  EXPECT_EQ(open(store_.path() + "/backups"),
            absl::StatusCode::kInvalidArgument);
  // The store would be removed if its folder were named as a backup is.
  EXPECT_EQ(open(fs::path(store_.path()).parent_path().string()),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(open(store_.path()), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(open(shelf_.path() + "/absent/backups"),
            absl::StatusCode::kUnavailable);
  std::ofstream(shelf_.path() + "/file") << "of somebody";
  EXPECT_EQ(open(shelf_.path() + "/file"), absl::StatusCode::kUnavailable);
  options_.kept = 0;
  EXPECT_EQ(open(shelf_.path() + "/others"),
            absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace xom::edge
