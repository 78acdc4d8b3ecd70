#include "geo/nearest_search.h"

#include <algorithm>
#include <cstdint>

namespace xom::geo {
namespace {

// Of items equally near and with equal rank words.
// Moves the `limit` nearest to the front, with all that are as near as the last
// of them, and returns how many those are.
template <typename Candidate>
size_t KeepNearest(absl::Span<Candidate> found, size_t limit) {
  double chords[Leaf::kMaxEntries];
  for (size_t i = 0; i < found.size(); ++i) chords[i] = found[i].chord_length2;
  double* const last = chords + limit - 1;
  std::nth_element(chords, last, chords + found.size());
  size_t kept = 0;
  for (const Candidate& candidate : found) {
    found[kept] = candidate;
    kept += candidate.chord_length2 <= *last;
  }
  return kept;
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
  const uint64_t cell = LeafCell(center_);
  const Branch* branch = &tree_.root();
  while (true) {
    const size_t at = branch->ChildOf(cell, "");
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

// The cheapest tests first: most entries fail one of the first two.
void NearestSearch::Scan(const Leaf& leaf) {
  leaf.Prefetch();
  Candidate found[Leaf::kMaxEntries];
  size_t count = 0;
  for (size_t begin = 0; begin < leaf.size(); begin += EntryGroup::kSize) {
    const EntryGroup& group = leaf.group(begin / EntryGroup::kSize);
    const size_t size = std::min(leaf.size() - begin, EntryGroup::kSize);
    double chords[EntryGroup::kSize];
    group.ChordLengths2(center_, chords);
    for (size_t i = 0; i < size; ++i) {
      if (chords[i] > bound_ ||
          !filter_.MayPass(group.categories[i], group.rank[i])) {
        continue;
      }
      found[count] = {chords[i], group.rank[i], group.item[i]};
      if (MayEnter(found[count])) ++count;
    }
  }
  if (count > 0) Take(absl::MakeSpan(found, count));
}

// A leaf at a time: sorting the few that one leaf adds costs less than keeping
// a heap, and lets the nearest be asked for first.
void NearestSearch::Take(absl::Span<Candidate> found) {
  if (query_.accept == nullptr && filter_.DecidesAlone() &&
      found.size() > query_.limit) {
    found = found.first(KeepNearest(found, query_.limit));
  }
  std::sort(found.begin(), found.end(), Before());
  size_t accepted = 0;
  for (const Candidate& candidate : found) {
    if (accepted == query_.limit) break;
    if (is_full() && !Before()(candidate, best_.back())) break;
    if (!filter_.PassesExactly(*candidate.item)) continue;
    if (query_.accept != nullptr && !query_.accept(*candidate.item)) continue;
    found[accepted++] = candidate;
  }
  Merge(found.first(accepted));
}

// From the back, so that what is nearer than all that is new stays in place.
void NearestSearch::Merge(absl::Span<const Candidate> sorted) {
  size_t old = best_.size();
  size_t added = sorted.size();
  best_.resize(old + added);
  for (size_t at = old + added; added > 0;) {
    const bool old_is_later =
        old > 0 && Before()(sorted[added - 1], best_[old - 1]);
    best_[--at] = old_is_later ? best_[--old] : sorted[--added];
  }
  if (best_.size() >= query_.limit) {
    best_.resize(query_.limit);
    bound_ = std::min(bound_, best_.back().chord_length2);
  }
}

// Many items share a point, the centre of a public cell: of those as far as the
// last of the best most fall here, before anything is sorted.
bool NearestSearch::MayEnter(const Candidate& candidate) const {
  if (is_full() && candidate.chord_length2 == best_.back().chord_length2 &&
      candidate.rank > best_.back().rank) {
    return false;
  }
  return IsAfterStart(candidate);
}

bool NearestSearch::IsAfterStart(const Candidate& candidate) const {
  if (!query_.after.has_value()) return true;
  if (candidate.chord_length2 != query_.after->chord_length2) {
    return candidate.chord_length2 > query_.after->chord_length2;
  }
  return *query_.after < RankKeyOf(*candidate.item, query_.center);
}

}  // namespace xom::geo
