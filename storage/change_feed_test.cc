// The moments between a commit and its publishing, one by one.
#include "storage/change_feed.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/ledger_error.h"
#include "storage/ledger_testing.h"

namespace xom::storage {
namespace {

using ::testing::ElementsAre;

Change Numbered(Revision revision) {
  Change change;
  change.revision = revision;
  return change;
}

// A feed over a log that commits one change whenever it has been read, up to
// `last`: each reading finds that the world has moved on.
class ChangeFeedTest : public testing::Test {
 protected:
  ChangeFeedTest()
      : feed_(
            [this](Revision after, size_t /*limit*/) { return Read(after); }) {}

  absl::StatusOr<std::vector<Change>> Read(Revision after) {
    std::vector<Change> changes;
    for (Revision r = after + 1; r <= committed_; ++r) {
      changes.push_back(Numbered(r));
    }
    if (committed_ < last_) ++committed_;
    return changes;
  }

  absl::Status Follow(Revision after) {
    return feed_.Follow(after, EachChange([this](const Change& change) {
                          seen_.push_back(change.revision);
                        }));
  }

  Revision committed_ = 1;
  Revision last_ = 1;
  ChangeFeed feed_;
  std::vector<Revision> seen_;
};

TEST_F(ChangeFeedTest, GivesEachChangeOnceThoughItIsPublishedAfterReading) {
  committed_ = last_ = 3;
  ASSERT_TRUE(Follow(0).ok());
  const std::vector<Change> published = {Numbered(2), Numbered(3), Numbered(4)};
  feed_.Publish(published);
  EXPECT_THAT(seen_, ElementsAre(1, 2, 3, 4));
}

TEST_F(ChangeFeedTest, GivesThoseOfOneCommitTogether) {
  std::vector<size_t> sizes;
  ASSERT_TRUE(
      feed_
          .Follow(0,
                  [&](const auto& changes) { sizes.push_back(changes.size()); })
          .ok());
  const std::vector<Change> published = {Numbered(2), Numbered(3), Numbered(4)};
  feed_.Publish(published);
  feed_.Publish(published);  // all known
  EXPECT_THAT(sizes, ElementsAre(1, 3));
}

TEST_F(ChangeFeedTest, MissesNothingThatCommitsWhileItCatchesUp) {
  last_ = 2;  // 2 commits, and is published, after the first reading
  ASSERT_TRUE(Follow(0).ok());
  const std::vector<Change> published = {Numbered(3)};
  feed_.Publish(published);
  EXPECT_THAT(seen_, ElementsAre(1, 2, 3));
}

TEST(ChangeFeedErrorTest, DoesNotKeepAFollowerItCouldNotServe) {
  ChangeFeed feed([](Revision, size_t) -> absl::StatusOr<std::vector<Change>> {
    return MakeLedgerError(LedgerError::kTrimmed, "gone");
  });
  const auto never = [](const auto&) { FAIL(); };
  EXPECT_EQ(LedgerErrorOf(feed.Follow(0, never)), LedgerError::kTrimmed);
  const std::vector<Change> published = {Numbered(1)};
  feed.Publish(published);
}

}  // namespace
}  // namespace xom::storage
