#include "storage/recent_writes.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "storage/ledger_testing.h"

namespace xom::storage {
namespace {

Change Writing(Revision revision, const std::vector<std::string>& keys) {
  Change change{.revision = revision};
  for (const std::string& key : keys) change.records.push_back({.key = key});
  return change;
}

TEST(RecentWritesTest, TellsWhatWasWrittenAfterARevision) {
  RecentWrites recent;
  recent.Reset(7);
  recent.Note(Writing(8, {"a", "b"}));
  recent.Note(Writing(9, {"a"}));
  EXPECT_TRUE(recent.MayHaveChanged("a", 8));
  EXPECT_FALSE(recent.MayHaveChanged("a", 9));
  EXPECT_TRUE(recent.MayHaveChanged("b", 7));
  EXPECT_FALSE(recent.MayHaveChanged("b", 8));
  EXPECT_FALSE(recent.MayHaveChanged("c", 7));
}

TEST(RecentWritesTest, OfWhatWasBeforeNothingIsKnown) {
  RecentWrites recent;
  recent.Reset(7);
  EXPECT_TRUE(recent.MayHaveChanged("a", 6));
  EXPECT_FALSE(recent.MayHaveChanged("a", 7));
  recent.Note(Writing(8, {"a"}));
  recent.Reset(20);
  EXPECT_TRUE(recent.MayHaveChanged("a", 19));
  EXPECT_FALSE(recent.MayHaveChanged("a", 20));
}

// Only what is surely so is told: a write is never forgotten as if it had not
// been, however few are remembered.
TEST(RecentWritesTest, NeverDeniesAWrite) {
  std::mt19937_64 random(TestSeed());
  int denied = 0;
  for (int round = 0; round < 200; ++round) {
    RecentWrites recent(/*capacity=*/random() % 12);
    const auto start = static_cast<Revision>(random() % 5);
    recent.Reset(start);
    std::map<std::string, Revision> written;
    for (Revision revision = start + 1; revision < start + 40; ++revision) {
      std::vector<std::string> keys;
      for (uint64_t i = random() % 4; i > 0; --i) {
        keys.push_back(absl::StrCat("k", random() % 6));
      }
      recent.Note(Writing(revision, keys));
      for (const std::string& key : keys) written[key] = revision;
      for (int i = 0; i < 6; ++i) {
        const std::string key = absl::StrCat("k", i);
        const auto since =
            static_cast<Revision>(random() % static_cast<uint64_t>(revision));
        if (recent.MayHaveChanged(key, since)) continue;
        ++denied;
        EXPECT_GE(since, start);
        EXPECT_LE(written[key], since) << key;
      }
      EXPECT_FALSE(recent.MayHaveChanged("k0", revision));
    }
  }
  EXPECT_GT(denied, 0);
}

}  // namespace
}  // namespace xom::storage
