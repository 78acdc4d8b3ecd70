#include "geo/crowd.h"

#include <algorithm>
#include <cassert>

namespace xom::geo {
namespace {

// Vectors double when they are full; with a million needs that is a third of
// their memory, empty.
template <typename T>
void Grow(std::vector<T>* full) {
  full->reserve(full->size() + 1 + full->size() / 8);
}

template <typename T>
typename std::vector<T>::iterator InsertAt(
    typename std::vector<T>::const_iterator place, T value,
    std::vector<T>* values) {
  const auto at = place - values->cbegin();
  if (values->size() == values->capacity()) Grow(values);
  return values->insert(values->begin() + at, std::move(value));
}

bool IsBefore(const Crowd::Member& a, const Crowd::Member& b) {
  return a.rank != b.rank ? a.rank < b.rank : ComesBefore(*a.item, *b.item);
}

bool HasLess(const Crowd::Group& group, uint64_t categories) {
  return group.categories < categories;
}

}  // namespace

void Crowd::Insert(const IndexedItem* item) {
  auto group = std::lower_bound(groups_.begin(), groups_.end(),
                                item->categories, HasLess);
  if (group == groups_.end() || group->categories != item->categories) {
    group = InsertAt(group, {item->categories, {}}, &groups_);
  }
  std::vector<Member>& members = group->members;
  const Member member{RankWordOf(*item), item};
  InsertAt(std::lower_bound(members.cbegin(), members.cend(), member, IsBefore),
           member, &members);
  ++size_;
}

bool Crowd::Remove(const IndexedItem* item) {
  const auto group = std::lower_bound(groups_.begin(), groups_.end(),
                                      item->categories, HasLess);
  if (group == groups_.end() || group->categories != item->categories) {
    return false;
  }
  std::vector<Member>& members = group->members;
  const auto found =
      std::lower_bound(members.begin(), members.end(),
                       Member{RankWordOf(*item), item}, IsBefore);
  if (found == members.end() || found->item != item) return false;
  members.erase(found);
  if (members.empty()) groups_.erase(group);
  --size_;
  return true;
}

uint64_t Crowd::categories() const {
  uint64_t all = 0;
  for (const Group& group : groups_) all |= group.categories;
  return all;
}

RankWord Crowd::rank() const {
  RankWord least = ~RankWord{0};
  for (const Group& group : groups_) {
    least = std::min(least, group.members.front().rank);
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
