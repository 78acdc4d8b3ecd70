// What has expired leaves the disk, not only the answers.
#include "storage/expiry.h"

#include <gtest/gtest.h>

#include <atomic>

#include "absl/strings/str_cat.h"
#include "storage/ledger_testing.h"
#include "storage/store.h"

namespace xom::storage {
namespace {

size_t CountAfterCompaction(Family family, const LocalLedgerOptions& options) {
  {
    const auto ledger = OpenOrDie(options);
    EXPECT_TRUE(ledger->Compact().ok());
  }
  size_t count = 0;
  const auto store = *Store::OpenToRead(options);
  EXPECT_TRUE(
      store->ForEachKey(family, [&](absl::string_view) { ++count; }).ok());
  return count;
}

class ExpiryTest : public testing::Test {
 protected:
  // Ten requests that tell of one record, an hour apart, kept for ten hours; a
  // change is forgotten long before its request.
  ExpiryTest() : options_(TestOptions(directory_)) {
    options_.request_retention = absl::Hours(10);
    options_.max_retained_changes = 2;
    options_.now = [this] { return start_ + absl::Hours(hours_.load()); };
    const auto ledger = OpenOrDie(options_);
    for (int i = 0; i < 10; ++i) {
      Transaction transaction = Put("a", "1");
      transaction.request =
          RequestRecord{absl::StrCat("r", i), "f", "reply", "a"};
      transaction.commit_time = start_ + absl::Hours(i);
      EXPECT_TRUE(CommitAndWait(*ledger, transaction).ok());
    }
    EXPECT_GE(ledger->oldest_revision(), 8);
  }

  const absl::Time start_ = absl::FromUnixSeconds(1'000'000);
  std::atomic<int> hours_ = 0;
  TemporaryDirectory directory_;
  LocalLedgerOptions options_;
};

TEST_F(ExpiryTest, CompactionErasesRequestsThatHaveExpired) {
  EXPECT_EQ(CountAfterCompaction(Family::kRequests, options_), 10u);
  hours_ = 13;  // 0, 1 and 2 are gone
  EXPECT_EQ(CountAfterCompaction(Family::kRequests, options_), 7u);
}

TEST_F(ExpiryTest, AHistoryStaysAsLongAsItsRequest) {
  EXPECT_EQ(CountAfterCompaction(Family::kHistory, options_), 10u);
  hours_ = 13;
  EXPECT_EQ(CountAfterCompaction(Family::kHistory, options_), 7u);
  hours_ = 30;  // those of changes that the log still has
  EXPECT_LE(CountAfterCompaction(Family::kHistory, options_), 2u);
}

}  // namespace
}  // namespace xom::storage
