// The structure itself: sorted, bounded, and each summary true of what is under
// it.
#include "geo/cell_tree.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "geo/random_points.h"

namespace xom::geo {
namespace {

struct Row : IndexedItem {
  std::string name_bytes;
};

using Rows = std::vector<std::unique_ptr<Row>>;

Row* AddRow(std::string name, Rows* rows) {
  rows->push_back(std::make_unique<Row>());
  Row* row = rows->back().get();
  row->name_bytes = std::move(name);
  row->name = row->name_bytes;
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
      ASSERT_EQ(branch.first_cell[i], seen_[first]->point.leaf_cell());
      ASSERT_EQ(&branch.first_item(i), seen_[first]);
      for (size_t s = first; s < seen_.size(); ++s) {
        CheckSummary(branch, i, *seen_[s], distances[i]);
      }
    }
  }

  size_t entries() const { return seen_.size(); }
  size_t leaves() const { return leaves_; }
  size_t branches() const { return branches_; }

 private:
  void CheckLeaf(const Leaf& leaf) {
    ++leaves_;
    ASSERT_GT(leaf.size(), 0);
    ASSERT_LE(leaf.size(), Leaf::kMaxEntries);
    for (size_t i = 0; i < leaf.size(); ++i) {
      const IndexedItem& item = leaf.item(i);
      ASSERT_EQ(leaf.cell(i), item.point.leaf_cell());
      ASSERT_TRUE(
          seen_.empty() ||
          std::make_pair(seen_.back()->point.leaf_cell(), seen_.back()->name) <
              std::make_pair(item.point.leaf_cell(), item.name));
      double chords[EntryGroup::kSize];
      leaf.group(i / EntryGroup::kSize).ChordLengths2(from_, chords);
      ASSERT_EQ(chords[i % EntryGroup::kSize],
                ChordLength2(item.point.unit(), from_));
      seen_.push_back(&item);
    }
  }

  void CheckSummary(const Branch& branch, size_t child, const IndexedItem& item,
                    float distance) const {
    const double chord_length2 = ChordLength2(item.point.unit(), from_);
    ASSERT_LE(distance, chord_length2);
    ASSERT_GE(branch.MaxChordLength2(child, from_), chord_length2);
    const EntryFilter filter(item.categories, item.urgency);
    ASSERT_TRUE(item.categories == 0 ||
                filter.MayPass(branch.categories[child], branch.rank[child]));
    ASSERT_LE(branch.rank[child], RankWordOf(item));
  }

  const UnitVector from_;
  std::vector<const IndexedItem*> seen_;
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
  for (int step = 0; step < 20'000; ++step) {
    const bool grow = step < 10'000 ? !random.OneIn(4) : random.OneIn(4);
    if (grow || rows.empty()) {
      known.push_back(random.Any(known));
      Row* row = AddRow(absl::StrCat(step * 7919 % 10'007, "-", step), &rows);
      row->point = known.back();
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
    ASSERT_EQ(check.entries(), rows.size());
    ASSERT_EQ(tree.size(), rows.size());
    ASSERT_LE(check.leaves(), 2 + rows.size() / (Leaf::kMaxEntries / 8))
        << "small leaves were not merged";
    most_branches = std::max(most_branches, check.branches());
  }
  EXPECT_GT(most_branches, 2) << "the tree never grew to three levels";
}

TEST(CellTreeTest, SortedInsertionFillsLeavesAndBranches) {
  CellTree tree;
  Rows rows;
  constexpr size_t kLeaves = 3 * Branch::kMaxChildren;
  for (size_t i = 0; i < kLeaves * Leaf::kMaxEntries; ++i) {
    tree.Insert(AddRow(absl::StrCat(1'000'000 + i), &rows));
  }
  TreeCheck check{Point()};
  check.Check(tree.root());
  EXPECT_EQ(check.leaves(), kLeaves);
  EXPECT_EQ(check.branches(), 3);
}

TEST(CellTreeTest, LosesItsLevelsWithItsEntries) {
  RandomPoints random;
  SCOPED_TRACE(random.seed_message());
  CellTree tree;
  Rows rows;
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 6'000; ++i) {
      Row* row = AddRow(absl::StrCat(i * 7919 % 10'007), &rows);
      row->point = random.OneIn(3) ? Point() : random.Any();
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
