#include "services/core/view.h"

#include <gtest/gtest.h>

#include <random>

#include "absl/strings/str_cat.h"
#include "services/core/watch_testing.h"
#include "storage/scanned_ledger.h"

namespace xom::core {
namespace {

TEST(ViewTest, TransitionsTellBeforeAndAfter) {
  ViewedLedger store;
  auto transitions = store.Put({.name = "a", .situation = "1"});
  ASSERT_EQ(transitions.size(), 1u);
  EXPECT_EQ(transitions[0].before, nullptr);
  EXPECT_EQ(transitions[0].revision, store.revision());
  transitions = store.Put({.name = "a", .situation = "2"});
  ASSERT_EQ(transitions.size(), 1u);
  ASSERT_NE(transitions[0].before, nullptr);
  EXPECT_EQ(transitions[0].before->mod_revision, store.revision() - 1);
  EXPECT_EQ(transitions[0].after->mod_revision, store.revision());
  transitions = store.Delete("a");
  ASSERT_EQ(transitions.size(), 1u);
  EXPECT_NE(transitions[0].before, nullptr);
  EXPECT_EQ(transitions[0].after, nullptr);
  EXPECT_TRUE(store.Delete("a").empty());
}

TEST(ViewTest, ChangeThatDoesNotFollowIsRefused) {
  View view;
  storage::Change change;
  change.revision = 2;
  EXPECT_EQ(view.Apply({change}).status().code(), absl::StatusCode::kDataLoss);
  change.revision = 1;
  EXPECT_TRUE(view.Apply({change}).ok());
  EXPECT_FALSE(view.Apply({change}).ok()) << "once is enough";
}

// More than are applied under one lock.
TEST(ViewTest, AppliesManyChangesInTheirOrder) {
  constexpr int kChanges = 200;
  std::vector<storage::Change> changes(kChanges);
  for (int i = 0; i < kChanges; ++i) {
    internal::v1::StoredUser user;
    user.mutable_user()->set_name(absl::StrCat("users/", i));
    changes[i].revision = i + 1;
    changes[i].records.resize(1);
    changes[i].records[0].key = user.user().name();
    changes[i].records[0].after = user.SerializeAsString();
  }
  View view;
  ASSERT_TRUE(view.Apply(changes).ok());
  EXPECT_EQ(view.revision(), kChanges);
  for (int i = 0; i < kChanges; ++i) {
    const auto user = view.FindUser(absl::StrCat("users/", i));
    ASSERT_NE(user, nullptr) << i;
    EXPECT_EQ(user->mod_revision, i + 1);
  }
  changes[kChanges / 2].revision = 1;
  View other;
  EXPECT_FALSE(other.Apply(changes).ok());
  EXPECT_EQ(other.revision(), kChanges / 2);
}

TEST(ViewTest, UnreadableRecordIsDataLoss) {
  View view;
  storage::Change change;
  change.revision = 1;
  storage::ChangedRecord record;
  record.key = "needs/a";
  record.after = "\xff\xff";
  change.records.push_back(record);
  EXPECT_EQ(view.Apply({change}).status().code(), absl::StatusCode::kDataLoss);
}

// What is live and what has ended, by name, by place and by time.
struct Shape {
  std::vector<std::string> names, live, ended, due;
  bool operator==(const Shape&) const = default;
};

Shape ShapeOf(const View& view) {
  Shape shape;
  const geo::NearestQuery all{.limit = 10'000};
  {
    const View::Reader reader = view.Read();
    for (const EntryPtr& entry : reader.needs().by_name()) {
      shape.names.push_back(
          absl::StrCat(entry->name(), " ", entry->mod_revision));
    }
    for (const auto& n : reader.needs().live().Nearest(all)) {
      shape.live.emplace_back(n.item->name());
    }
    for (const auto& n : reader.needs().ended().Nearest(all)) {
      shape.ended.emplace_back(n.item->name());
    }
  }
  shape.due = view.Due(absl::InfiniteFuture(), 10'000);
  return shape;
}

TEST(ViewTest, LoadedViewEqualsTheOneThatAppliedEachChange) {
  std::mt19937_64 random(storage::TestSeed());
  ViewedLedger store;
  for (int i = 0; i < 500; ++i) {
    const std::string name = absl::StrCat("n", random() % 60);
    if (random() % 5 == 0) {
      store.Delete(name);
      continue;
    }
    store.Put({.name = name,
               // Many of a place, and many places.
               .latitude = static_cast<double>(random() % 3) * 60 - 60,
               .longitude = static_cast<double>(random() % 20) * 17 - 170,
               .state = random() % 3 == 0 ? v1::Need::STATE_CLOSED
                                          : v1::Need::STATE_OPEN,
               .expire_time = absl::FromUnixSeconds(
                   2'000'000'000 + static_cast<int64_t>(random() % 1'000))});
  }
  View loaded;
  ASSERT_TRUE(loaded.Load(store.ledger()).ok());
  EXPECT_EQ(loaded.Read().revision(), store.revision());
  const Shape applied = ShapeOf(store.view());
  EXPECT_EQ(ShapeOf(loaded), applied);
  EXPECT_EQ(applied.live.size() + applied.ended.size(), applied.names.size());
  EXPECT_EQ(applied.due.size(), applied.names.size());
}

// Also where a scan shows what needs refer to as late as it may.
TEST(ViewTest, LoadsWhatNeedsReferToBeforeThem) {
  ViewedLedger store;
  store.Put({.name = "a"});
  std::vector<storage::Record> records;
  ASSERT_TRUE(store.ledger()
                  .Scan([&](const storage::Record& record) {
                    records.push_back(record);
                  })
                  .ok());
  View loaded;
  const absl::Status status =
      loaded.Load(storage::ScannedLedger(std::move(records)));
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(ShapeOf(loaded), ShapeOf(store.view()));
}

TEST(ViewTest, DueNamesComeInTheOrderOfTheirTime) {
  ViewedLedger store;
  const auto at = [](int64_t s) { return absl::FromUnixSeconds(s); };
  store.Put({.name = "late", .expire_time = at(2'000'000'300)});
  store.Put({.name = "soon", .expire_time = at(2'000'000'100)});
  store.Put({.name = "then", .expire_time = at(2'000'000'200)});
  using Names = std::vector<std::string>;
  EXPECT_EQ(store.view().Due(at(2'000'000'099), 9), Names{});
  EXPECT_EQ(store.view().Due(at(2'000'000'200), 9),
            (Names{"needs/soon", "needs/then"}));
  EXPECT_EQ(store.view().Due(at(2'000'000'999), 2),
            (Names{"needs/soon", "needs/then"}));
  store.Put({.name = "soon", .expire_time = at(2'000'000'400)});
  EXPECT_EQ(store.view().Due(at(2'000'000'200), 9), Names{"needs/then"});
}

TEST(ViewTest, EntryOutlivesItsPlaceInTheView) {
  ViewedLedger store;
  store.Put({.name = "a", .situation = "kept"});
  const EntryPtr entry = store.view().Find("needs/a");
  store.Delete("a");
  EXPECT_EQ(store.view().Find("needs/a"), nullptr);
  EXPECT_EQ(static_cast<const NeedEntry&>(*entry).need().situation(), "kept");
}

}  // namespace
}  // namespace xom::core
