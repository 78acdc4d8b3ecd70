// What has expired leaves the disk, not only the answers.
#include "storage/expiry.h"

#include <gtest/gtest.h>
#include <rocksdb/db.h>

#include "absl/time/clock.h"
#include "storage/ledger_testing.h"
#include "storage/store_options.h"

namespace xom::storage {
namespace {

size_t RequestsAfterCompaction(const LocalLedgerOptions& options) {
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* opened = nullptr;
  EXPECT_TRUE(rocksdb::DB::Open(MakeDbOptions(options), options.directory,
                                MakeFamilies(options), &handles, &opened)
                  .ok());
  const std::unique_ptr<rocksdb::DB> db(opened);
  auto* requests = handles[static_cast<size_t>(Family::kRequests)];
  rocksdb::CompactRangeOptions all;
  all.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForce;
  EXPECT_TRUE(db->CompactRange(all, requests, nullptr, nullptr).ok());
  size_t count = 0;
  {
    const std::unique_ptr<rocksdb::Iterator> it(
        db->NewIterator(rocksdb::ReadOptions(), requests));
    for (it->SeekToFirst(); it->Valid(); it->Next()) ++count;
  }
  for (auto* handle : handles) db->DestroyColumnFamilyHandle(handle);
  return count;
}

TEST(RequestExpiryTest, CompactionErasesWhatHasExpired) {
  const TemporaryDirectory directory;
  LocalLedgerOptions options = TestOptions(directory);
  options.request_retention = absl::Hours(10);
  const absl::Time start = absl::FromUnixSeconds(1'000'000);
  options.now = [start] { return start; };
  {
    const auto ledger = OpenOrDie(options);
    for (int i = 0; i < 10; ++i) {
      Transaction transaction = Put("a", "1");
      transaction.request = RequestRecord{absl::StrCat("r", i), "f", "reply"};
      transaction.commit_time = start + absl::Hours(i);
      ASSERT_TRUE(CommitAndWait(*ledger, transaction).ok());
    }
  }
  EXPECT_EQ(RequestsAfterCompaction(options), 10u);
  options.now = [start] { return start + absl::Hours(13); };
  EXPECT_EQ(RequestsAfterCompaction(options), 7u);  // 0, 1 and 2 are gone
}

}  // namespace
}  // namespace xom::storage
