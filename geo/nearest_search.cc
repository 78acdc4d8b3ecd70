#include "geo/nearest_search.h"

#include <algorithm>

namespace xom::geo {
namespace {

// Of a sorted span, how many are before the place where one may begin.
template <typename T, typename IsBefore>
size_t CountBefore(absl::Span<const T> sorted, IsBefore is_before) {
  return static_cast<size_t>(
      std::partition_point(sorted.begin(), sorted.end(), is_before) -
      sorted.begin());
}

}  // namespace

inline bool NearestSearch::Before::operator()(const Candidate& a,
                                              const Candidate& b) const {
  if (a.chord_length2 != b.chord_length2) {
    return a.chord_length2 < b.chord_length2;
  }
  if (a.rank != b.rank) return a.rank < b.rank;
  return ComesBefore(*a.item, *b.item);
}

NearestSearch::NearestSearch(const CellTree& tree, const NearestQuery& query)
    : tree_(tree),
      query_(query),
      filter_(query.any_category, query.min_urgency),
      start_rank_(query.after.has_value() ? RankWordOf(*query.after) : 0),
      center_(query.center.unit()),
      center_box_(center_),
      bound_(ChordLength2FromMeters(query.max_distance_meters)) {}

void NearestSearch::Run(std::vector<Neighbor>* out) {
  out->clear();
  if (query_.limit == 0 || tree_.size() == 0) return;
  const Leaf* const home = HomeLeaf();
  if (home != nullptr) Scan(*home);
  Open(tree_.root(), home);
  while (!pending_.empty()) {
    const Pending next = pending_.front();
    if (next.min_chord_length2 > bound_) break;
    std::pop_heap(pending_.begin(), pending_.end(), IsFarther());
    pending_.pop_back();
    if (next.is_leaf) {
      Scan(*static_cast<const Leaf*>(next.node));
    } else {
      Open(*static_cast<const Branch*>(next.node), home);
    }
  }
  out->reserve(best_.size());
  for (const Candidate& c : best_) out->push_back({c.item, c.chord_length2});
}

const Leaf* NearestSearch::HomeLeaf() const {
  const PlaceKey place(center_);
  const Branch* branch = &tree_.root();
  while (true) {
    const size_t at = branch->ChildOf(place);
    if (!IsWorthVisiting(*branch, at)) return nullptr;
    branch->Prefetch();  // opened as soon as the leaf is scanned
    if (branch->above_leaves) return &branch->children[at].leaf;
    branch = branch->children[at].branch.get();
  }
}

void NearestSearch::Open(const Branch& branch, const Leaf* home) {
  float distances[Branch::kMaxChildren];
  branch.MinChordLengths2(center_box_, distances);
  for (size_t i = 0; i < branch.size; ++i) {
    if (distances[i] > bound_ || !IsWorthVisiting(branch, i)) continue;
    const Branch::Child& child = branch.children[i];
    // What is near enough now will nearly always be opened.
    const bool is_soon = is_full();
    if (!branch.above_leaves) {
      if (is_soon) child.branch->Prefetch();
      pending_.push_back({distances[i], false, child.branch.get()});
    } else if (&child.leaf != home) {
      if (is_soon) child.leaf.Prefetch();
      pending_.push_back({distances[i], true, &child.leaf});
    } else {
      continue;
    }
    std::push_heap(pending_.begin(), pending_.end(), IsFarther());
  }
}

bool NearestSearch::IsWorthVisiting(const Branch& branch, size_t child) const {
  if (!filter_.MayPass(branch.categories[child], branch.rank[child])) {
    return false;
  }
  // What is nearer than `after` is behind us.
  return !query_.after.has_value() ||
         branch.MaxChordLength2(child, center_) >= query_.after->chord_length2;
}

void NearestSearch::Scan(const Leaf& leaf) {
  leaf.Prefetch();
  Found found[Leaf::kMaxEntries];
  size_t count = 0;
  const double nearest =
      query_.after.has_value() ? query_.after->chord_length2 : 0;
  for (size_t begin = 0; begin < leaf.size(); begin += EntryGroup::kSize) {
    const EntryGroup& group = leaf.group(begin / EntryGroup::kSize);
    const size_t size = std::min(leaf.size() - begin, EntryGroup::kSize);
    double chords[EntryGroup::kSize];
    group.ChordLengths2(center_, chords);
    for (size_t i = 0; i < size; ++i) {
      if (chords[i] > bound_ || chords[i] < nearest ||
          !filter_.MayPass(group.categories[i], group.rank[i])) {
        continue;
      }
      found[count++] = {chords[i], group.rank[i], &group.occupants[i]};
    }
  }
  if (count > 0) Take(absl::MakeSpan(found, count));
}

// A heap, not a sort: a search nearly always has enough after the first few.
void NearestSearch::Take(absl::Span<Found> found) {
  std::make_heap(found.begin(), found.end(), IsLater());
  for (; !found.empty(); found.remove_suffix(1)) {
    const Found next = found.front();
    if (IsBehindLast(next.chord_length2, next.rank)) break;
    // Items of two points that are equally far stand in one order.
    if (!added_.empty() &&
        (added_.size() == query_.limit ||
         added_.back().chord_length2 == next.chord_length2)) {
      Merge();
      if (IsBehindLast(next.chord_length2, next.rank)) break;
    }
    std::pop_heap(found.begin(), found.end(), IsLater());
    TakeOccupants(next);
  }
  Merge();
}

void NearestSearch::TakeOccupants(const Found& found) {
  if (found.occupants->is_crowd()) {
    TakeCrowd(found.occupants->crowd(), found.chord_length2);
  } else {
    TakeItem({found.chord_length2, found.rank, &found.occupants->any()});
  }
}

void NearestSearch::TakeCrowd(const Crowd& crowd, double chord_length2) {
  const absl::Span<const MemberRun> runs = crowd.runs();
  const MemberRun* const end = runs.data() + runs.size();
  const MemberRun* next = nullptr;
  for (const MemberRun* run = runs.data(); run != end; run = next) {
    next = crowd.NextKind(run);
    if (!filter_.PassesCategories(run->categories())) continue;
    // Each kind begins anew with the most urgent and oldest.
    if (!added_.empty()) Merge();
    if (IsBehindLast(chord_length2, run->rank())) continue;
    TakeKind({run, static_cast<size_t>(next - run)}, chord_length2);
  }
}

void NearestSearch::TakeKind(absl::Span<const MemberRun> runs,
                             double chord_length2) {
  const bool is_at_start =
      query_.after.has_value() && chord_length2 == query_.after->chord_length2;
  if (is_at_start) {
    runs.remove_prefix(CountBefore(runs, [this](const MemberRun& run) {
      return run.members().back().rank < start_rank_;
    }));
  }
  if (runs.empty()) return;
  absl::Span<const Member> members = runs.front().members();
  if (is_at_start) {
    members.remove_prefix(CountBefore(members, [this](const Member& member) {
      return member.rank < start_rank_;
    }));
  }
  while (true) {
    for (const Member& member : members) {
      if (!filter_.PassesRank(member.rank) ||
          IsBehindLast(chord_length2, member.rank) ||
          added_.size() == query_.limit) {
        return;
      }
      TakeItem({chord_length2, member.rank, member.item});
    }
    runs.remove_prefix(1);
    if (runs.empty()) return;
    members = runs.front().members();
  }
}

void NearestSearch::TakeItem(const Candidate& candidate) {
  if (!filter_.PassesExactly(*candidate.item)) return;
  if (!IsAfterStart(candidate)) return;
  if (is_full() && !Before()(candidate, best_.back())) return;
  if (query_.accept != nullptr && !query_.accept(*candidate.item)) return;
  added_.push_back(candidate);
}

// From the back, so that what is nearer than all that is new stays in place.
void NearestSearch::Merge() {
  size_t old = best_.size();
  size_t added = added_.size();
  best_.resize(old + added);
  for (size_t at = old + added; added > 0;) {
    const bool old_is_later =
        old > 0 && Before()(added_[added - 1], best_[old - 1]);
    best_[--at] = old_is_later ? best_[--old] : added_[--added];
  }
  added_.clear();
  if (best_.size() >= query_.limit) {
    best_.resize(query_.limit);
    bound_ = std::min(bound_, best_.back().chord_length2);
  }
}

bool NearestSearch::IsBehindLast(double chord_length2, RankWord rank) const {
  if (!is_full()) return false;
  const Candidate& last = best_.back();
  return chord_length2 != last.chord_length2
             ? chord_length2 > last.chord_length2
             : rank > last.rank;
}

bool NearestSearch::IsAfterStart(const Candidate& candidate) const {
  if (!query_.after.has_value()) return true;
  if (candidate.chord_length2 != query_.after->chord_length2) {
    return candidate.chord_length2 > query_.after->chord_length2;
  }
  if (candidate.rank != start_rank_) return candidate.rank > start_rank_;
  return ComesBefore(*query_.after, *candidate.item);
}

}  // namespace xom::geo
