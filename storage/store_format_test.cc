// Which directories a ledger opens, and what it says of those it refuses.
#include "storage/store_format.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rocksdb/db.h>

#include <filesystem>
#include <fstream>

#include "storage/ledger_error.h"
#include "storage/ledger_testing.h"
#include "storage/store_options.h"

namespace xom::storage {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class StoreFormatTest : public testing::Test {
 protected:
  StoreFormatTest() : options_(TestOptions(directory_)) {}

  // Writes `bytes` as the format of the store, as another version would.
  void SetFormat(const std::string& bytes) {
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    rocksdb::DB* db = nullptr;
    ASSERT_TRUE(rocksdb::DB::Open(MakeDbOptions(options_), directory_.path(),
                                  MakeFamilies(options_), &handles, &db)
                    .ok());
    ASSERT_TRUE(
        db->Put(rocksdb::WriteOptions(), handles.back(), kFormatKey, bytes)
            .ok());
    for (auto* handle : handles) db->DestroyColumnFamilyHandle(handle);
    delete db;
  }

  // A store of another product; `family` may be "".
  void MakeForeignStore(const std::string& family, bool with_data) {
    rocksdb::Options options;
    options.create_if_missing = true;
    rocksdb::DB* db = nullptr;
    ASSERT_TRUE(rocksdb::DB::Open(options, directory_.path(), &db).ok());
    if (!family.empty()) {
      rocksdb::ColumnFamilyHandle* handle = nullptr;
      ASSERT_TRUE(db->CreateColumnFamily({}, family, &handle).ok());
      db->DestroyColumnFamilyHandle(handle);
    }
    if (with_data) {
      ASSERT_TRUE(db->Put(rocksdb::WriteOptions(), "k", "v").ok());
    }
    delete db;
  }

  std::vector<std::string> Families() {
    std::vector<std::string> names;
    EXPECT_TRUE(
        rocksdb::DB::ListColumnFamilies({}, directory_.path(), &names).ok());
    return names;
  }

  void ExpectRefused(LedgerError kind, const testing::Matcher<std::string>& m) {
    const absl::Status status = LocalLedger::Open(options_).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition) << status;
    EXPECT_EQ(LedgerErrorOf(status), kind);
    EXPECT_THAT(std::string(status.message()), m);
    EXPECT_THAT(std::string(status.message()), HasSubstr(directory_.path()));
  }

  TemporaryDirectory directory_;
  LocalLedgerOptions options_;
};

TEST_F(StoreFormatTest, MakesADirectoryThatIsNotThere) {
  options_.directory += "/new";
  EXPECT_TRUE(LocalLedger::Open(options_).ok());
  EXPECT_TRUE(LocalLedger::Open(options_).ok());
}

TEST_F(StoreFormatTest, HasExactlyItsFamilies) {
  OpenOrDie(options_);
  EXPECT_THAT(Families(), testing::UnorderedElementsAre(
                              "default", "records", "cells", "requests",
                              "changes", "history", "meta"));
}

TEST_F(StoreFormatTest, RefusesAnotherVersion) {
  OpenOrDie(options_);
  SetFormat(EncodeFormat({.product = "xom", .version = 1}));
  ExpectRefused(LedgerError::kWrongFormat,
                AllOf(HasSubstr("a xom store of format version 1"),
                      HasSubstr("expected a xom store of format version 3")));
}

TEST_F(StoreFormatTest, RefusesAnotherProduct) {
  OpenOrDie(options_);
  SetFormat(EncodeFormat({.product = "com", .version = 1}));
  ExpectRefused(LedgerError::kWrongFormat, HasSubstr("a com store"));
}

TEST_F(StoreFormatTest, RefusesAFormatItCannotDecode) {
  OpenOrDie(options_);
  SetFormat("\xff\xff\xff");
  const absl::Status status = LocalLedger::Open(options_).status();
  EXPECT_EQ(LedgerErrorOf(status), LedgerError::kCorrupt);
}

TEST_F(StoreFormatTest, RefusesARocksDbStoreThatIsNotOurs) {
  MakeForeignStore("", true);
  ExpectRefused(LedgerError::kWrongFormat, HasSubstr("another product"));
  EXPECT_THAT(Families(), testing::ElementsAre("default"));
}

TEST_F(StoreFormatTest, RefusesFamiliesThatAreNotOurs) {
  MakeForeignStore("users", false);
  ExpectRefused(LedgerError::kWrongFormat, HasSubstr("users"));
  EXPECT_THAT(Families(), testing::ElementsAre("default", "users"));
}

TEST_F(StoreFormatTest, RefusesADirectoryOfOtherThings) {
  std::ofstream(directory_.path() + "/thesis.txt") << "do not lose";
  ExpectRefused(LedgerError::kWrongFormat, HasSubstr("thesis.txt"));
  EXPECT_FALSE(std::filesystem::exists(directory_.path() + "/LOCK"));
}

// A crash while the store is made leaves some of its families and no format.
TEST_F(StoreFormatTest, FinishesAStoreWhoseMakingWasCutShort) {
  MakeForeignStore("records", false);
  const auto ledger = OpenOrDie(options_);
  EXPECT_EQ(CommitAndWait(*ledger, Put("a", "1"))->revision, 1);
}

TEST_F(StoreFormatTest, OneProcessAtATime) {
  const auto ledger = OpenOrDie(options_);
  ExpectRefused(LedgerError::kInUse, HasSubstr("in use by another xomd"));
  EXPECT_TRUE(CommitAndWait(*ledger, Put("a", "1")).ok());
}

}  // namespace
}  // namespace xom::storage
