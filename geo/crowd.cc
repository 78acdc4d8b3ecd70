#include "geo/crowd.h"

#include <algorithm>
#include <cassert>

namespace xom::geo {
namespace {

bool HasLess(const Crowd::Kind& kind, uint64_t categories) {
  return kind.categories < categories;
}

}  // namespace

void Crowd::Insert(const IndexedItem* item) {
  auto kind =
      std::lower_bound(kinds_.begin(), kinds_.end(), item->categories, HasLess);
  if (kind == kinds_.end() || kind->categories != item->categories) {
    kind = kinds_.insert(kind, Kind{item->categories, {}});
  }
  kind->members.insert({RankWordOf(*item), item});
  ++size_;
}

bool Crowd::Remove(const IndexedItem* item) {
  const auto kind =
      std::lower_bound(kinds_.begin(), kinds_.end(), item->categories, HasLess);
  if (kind == kinds_.end() || kind->categories != item->categories) {
    return false;
  }
  const auto found = kind->members.find(Member{RankWordOf(*item), item});
  if (found == kind->members.end() || found->item != item) return false;
  kind->members.erase(found);
  if (kind->members.empty()) kinds_.erase(kind);
  --size_;
  return true;
}

uint64_t Crowd::categories() const {
  uint64_t all = 0;
  for (const Kind& kind : kinds_) all |= kind.categories;
  return all;
}

RankWord Crowd::rank() const {
  RankWord least = ~RankWord{0};
  for (const Kind& kind : kinds_) {
    least = std::min(least, kind.members.begin()->rank);
  }
  return least;
}

void Occupants::Insert(const IndexedItem* added) {
  if (empty()) {
    word_ = reinterpret_cast<uintptr_t>(added);
    assert(!is_crowd());
    return;
  }
  if (!is_crowd()) {
    auto* crowd = new Crowd;
    crowd->Insert(item());
    word_ = reinterpret_cast<uintptr_t>(crowd) | kCrowdBit;
  }
  MutableCrowd()->Insert(added);
}

bool Occupants::Remove(const IndexedItem* removed) {
  if (!is_crowd()) {
    if (item() != removed) return false;
    word_ = 0;
    return true;
  }
  Crowd* const crowd = MutableCrowd();
  if (!crowd->Remove(removed)) return false;
  if (crowd->size() > 1) return true;
  word_ = reinterpret_cast<uintptr_t>(&crowd->any());
  delete crowd;
  return true;
}

}  // namespace xom::geo
