// The structure itself: sorted, bounded, and each summary true of what is under
// it.
#include "geo/cell_tree.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "geo/random_points.h"

namespace xom::geo {
namespace {

struct Row final : IndexedItem {
  Point point() const override { return place; }
  absl::string_view name() const override { return letters; }

  Point place;
  std::string letters;
};

using Rows = std::vector<std::unique_ptr<Row>>;

Row* AddRow(std::string name, Rows* rows) {
  rows->push_back(std::make_unique<Row>());
  Row* row = rows->back().get();
  row->letters = std::move(name);
  return row;
}

// Walks a tree and checks every promise of its branches.
class TreeCheck {
 public:
  explicit TreeCheck(const Point& from) : from_(from.unit()) {}

  void Check(const Branch& branch) {
    float distances[Branch::kMaxChildren];
    branch.MinChordLengths2(CenterBox(from_), distances);
    ASSERT_LE(branch.size, Branch::kMaxChildren);
    for (size_t i = 0; i < branch.size; ++i) {
      const size_t first = seen_.size();
      if (branch.above_leaves) {
        CheckLeaf(branch.children[i].leaf);
      } else {
        ++branches_;
        ASSERT_GT(branch.children[i].branch->size, 0);
        Check(*branch.children[i].branch);
      }
      ASSERT_EQ(branch.first_cell[i], seen_[first]->point().leaf_cell());
      ASSERT_EQ(LeafCell(branch.first_unit(i)), branch.first_cell[i]);
      uint64_t categories = 0;
      RankWord rank = ~RankWord{0};
      for (size_t s = first; s < seen_.size(); ++s) {
        CheckSummary(branch, i, *seen_[s], distances[i]);
        categories |= seen_[s]->categories;
        rank = std::min(rank, RankWordOf(*seen_[s]));
      }
      ASSERT_EQ(branch.categories[i], categories);
      ASSERT_EQ(branch.rank[i], rank);
    }
  }

  size_t items() const { return seen_.size(); }
  size_t places() const { return places_; }
  size_t leaves() const { return leaves_; }
  size_t branches() const { return branches_; }

 private:
  void CheckLeaf(const Leaf& leaf) {
    ++leaves_;
    ASSERT_GT(leaf.size(), 0);
    ASSERT_LE(leaf.size(), Leaf::kMaxEntries);
    for (size_t i = 0; i < leaf.size(); ++i) {
      const Point& point = leaf.occupants(i).any().point();
      ASSERT_EQ(leaf.cell(i), point.leaf_cell());
      ASSERT_TRUE(places_ == 0 || last_place_ < PlaceKey(leaf.unit(i)));
      last_place_ = PlaceKey(leaf.unit(i));
      ++places_;
      double chords[EntryGroup::kSize];
      leaf.group(i / EntryGroup::kSize).ChordLengths2(from_, chords);
      ASSERT_EQ(chords[i % EntryGroup::kSize],
                ChordLength2(point.unit(), from_));
      CheckOccupants(leaf, i);
    }
  }

  void CheckOccupants(const Leaf& leaf, size_t i) {
    const EntryGroup& group = leaf.group(i / EntryGroup::kSize);
    const Occupants& occupants = leaf.occupants(i);
    uint64_t categories = 0;
    RankWord rank = ~RankWord{0};
    const auto see = [&](const IndexedItem& item) {
      ASSERT_EQ(item.point(), occupants.any().point());
      categories |= item.categories;
      rank = std::min(rank, RankWordOf(item));
      seen_.push_back(&item);
    };
    if (occupants.is_crowd()) {
      const size_t first = seen_.size();
      const Crowd& crowd = occupants.crowd();
      for (const MemberRun& run : crowd.runs()) {
        CheckRun(crowd, run);
        for (const Member& member : run.members()) see(*member.item);
      }
      ASSERT_EQ(seen_.size() - first, occupants.crowd().size());
      ASSERT_GT(occupants.crowd().size(), 1);
    } else {
      see(occupants.any());
    }
    ASSERT_EQ(group.categories[i % EntryGroup::kSize], categories);
    ASSERT_EQ(group.rank[i % EntryGroup::kSize], rank);
  }

  static void CheckRun(const Crowd& crowd, const MemberRun& run) {
    ASSERT_FALSE(run.members().empty());
    ASSERT_LE(run.members().size(), MemberRun::kMaxMembers);
    const IndexedItem* before = nullptr;
    if (&run != crowd.runs().begin()) {
      const MemberRun& last = (&run)[-1];
      ASSERT_LE(last.categories(), run.categories());
      if (last.categories() == run.categories()) {
        before = last.members().back().item;
        ASSERT_GT(last.members().size() + run.members().size(),
                  MemberRun::kMaxMembers / 2)
            << "small runs were not merged";
      } else {
        ASSERT_EQ(crowd.NextKind(&last), &run);
      }
    }
    ASSERT_EQ(run.rank(), run.first().rank);
    for (const auto& [rank, item] : run.members()) {
      ASSERT_EQ(item->categories, run.categories());
      ASSERT_EQ(rank, RankWordOf(*item));
      ASSERT_TRUE(before == nullptr || ComesBefore(*before, *item));
      before = item;
    }
  }

  void CheckSummary(const Branch& branch, size_t child, const IndexedItem& item,
                    float distance) const {
    const double chord_length2 = ChordLength2(item.point().unit(), from_);
    ASSERT_LE(distance, chord_length2);
    ASSERT_GE(branch.MaxChordLength2(child, from_), chord_length2);
    const EntryFilter filter(item.categories, item.urgency);
    ASSERT_TRUE(item.categories == 0 ||
                filter.MayPass(branch.categories[child], branch.rank[child]));
    ASSERT_LE(branch.rank[child], RankWordOf(item));
  }

  const UnitVector from_;
  std::vector<const IndexedItem*> seen_;
  PlaceKey last_place_{UnitVector()};
  size_t places_ = 0;
  size_t leaves_ = 0;
  size_t branches_ = 0;
};

TEST(CellTreeTest, StaysSortedBoundedAndSummarized) {
  RandomPoints random;
  SCOPED_TRACE(random.seed_message());
  CellTree tree;
  Rows rows;
  std::vector<Point> known;
  size_t most_branches = 0;
  for (int step = 0; step < 30'000; ++step) {
    const bool grow = step < 15'000 ? !random.OneIn(4) : random.OneIn(4);
    if (grow || rows.empty()) {
      known.push_back(random.OneIn(10) && !known.empty() ? known[0]
                                                         : random.Any(known));
      Row* row = AddRow(absl::StrCat(step * 7919 % 10'007, "-", step), &rows);
      row->place = known.back();
      row->urgency = static_cast<int>(random.Below(9));
      row->categories = random.Below(9);
      tree.Insert(row);
    } else {
      std::swap(rows[random.Below(rows.size())], rows.back());
      ASSERT_TRUE(tree.Remove(rows.back().get()));
      ASSERT_FALSE(tree.Remove(rows.back().get()));
      rows.pop_back();
    }
    if (step % 250 != 0) continue;
    TreeCheck check(random.Any());
    check.Check(tree.root());
    if (::testing::Test::HasFatalFailure()) return;
    ASSERT_EQ(check.items(), rows.size());
    ASSERT_EQ(tree.size(), rows.size());
    ASSERT_LE(check.leaves(), 2 + check.places() / (Leaf::kMaxEntries / 8))
        << "small leaves were not merged";
    most_branches = std::max(most_branches, check.branches());
  }
  EXPECT_GT(most_branches, 2) << "the tree never grew to three levels";
}

TEST(CellTreeTest, SortedInsertionFillsLeavesAndBranches) {
  CellTree tree;
  Rows rows;
  constexpr size_t kLeaves = 3 * Branch::kMaxChildren;
  std::vector<Point> points;
  for (size_t i = 0; i < kLeaves * Leaf::kMaxEntries; ++i) {
    points.push_back(RandomPoints::At(0.01 * static_cast<double>(i), 10));
  }
  std::sort(points.begin(), points.end(), [](const Point& a, const Point& b) {
    return PlaceKey(a.unit()) < PlaceKey(b.unit());
  });
  for (size_t i = 0; i < kLeaves * Leaf::kMaxEntries; ++i) {
    Row* row = AddRow(absl::StrCat(i), &rows);
    row->place = points[i];
    tree.Insert(row);
  }
  TreeCheck check{Point()};
  check.Check(tree.root());
  EXPECT_EQ(check.leaves(), kLeaves);
  EXPECT_EQ(check.branches(), 3);
}

// Into an empty place, to one who is alone there, and into a crowd.
TEST(CellTreeTest, ItemsOfAPointEnterTogether) {
  RandomPoints random;
  SCOPED_TRACE(random.seed_message());
  CellTree tree;
  Rows rows;
  std::vector<Point> known;
  for (int step = 0; step < 1'500; ++step) {
    known.push_back(random.Any(known));
    std::vector<const IndexedItem*> together;
    const size_t most = random.OneIn(50) ? 5 * MemberRun::kMaxMembers : 3;
    for (size_t i = random.Below(most) + 1; i > 0; --i) {
      Row* row = AddRow(absl::StrCat(rows.size() * 7919 % 10'007, "-", step, i),
                        &rows);
      row->place = known.back();
      row->urgency = static_cast<int>(random.Below(3));
      row->categories = random.Below(3);
      together.push_back(row);
    }
    tree.Insert(known.back(), together);
    ASSERT_EQ(tree.size(), rows.size());
    if (step % 100 != 0) continue;
    TreeCheck check(random.Any());
    check.Check(tree.root());
    if (::testing::Test::HasFatalFailure()) return;
    ASSERT_EQ(check.items(), rows.size());
  }
  for (const auto& row : rows) ASSERT_TRUE(tree.Remove(row.get()));
}

TEST(CellTreeTest, LosesItsLevelsWithItsEntries) {
  RandomPoints random;
  SCOPED_TRACE(random.seed_message());
  CellTree tree;
  Rows rows;
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 6'000; ++i) {
      Row* row = AddRow(absl::StrCat(i * 7919 % 10'007), &rows);
      row->place = random.OneIn(3) ? Point() : random.Any();
      tree.Insert(row);
    }
    EXPECT_FALSE(tree.root().above_leaves);
    while (!rows.empty()) {
      std::swap(rows[random.Below(rows.size())], rows.back());
      ASSERT_TRUE(tree.Remove(rows.back().get()));
      rows.pop_back();
    }
    EXPECT_EQ(tree.size(), 0);
    EXPECT_TRUE(tree.root().above_leaves);
    EXPECT_EQ(tree.root().size, 0);
  }
}

}  // namespace
}  // namespace xom::geo
