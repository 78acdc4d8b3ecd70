#include "geo/crowd.h"

#include <cassert>

namespace xom::geo {
namespace {

// Vectors double; a million needs would leave a third of that empty.
constexpr size_t kGrowth = 4;

Crowd::Member MemberOf(const IndexedItem& item) {
  return {RankWordOf(item), item.categories, &item};
}

}  // namespace

void Crowd::Insert(const IndexedItem* item) {
  const Member member = MemberOf(*item);
  ++size_;
  if (chunks_.empty()) {
    chunks_.push_back({member.categories, {member}});
    return;
  }
  const size_t at = ChunkOf(member);
  Chunk& chunk = chunks_[at];
  std::vector<Member>& members = chunk.members;
  if (members.size() == members.capacity()) {
    members.reserve(members.size() + kGrowth);
  }
  members.insert(
      std::lower_bound(members.begin(), members.end(), member, Order()),
      member);
  chunk.categories |= member.categories;
  SplitIfFull(at);
}

bool Crowd::Remove(const IndexedItem* item) {
  const Member member = MemberOf(*item);
  const size_t at = ChunkOf(member);
  std::vector<Member>& members = chunks_[at].members;
  const auto found =
      std::lower_bound(members.begin(), members.end(), member, Order());
  if (found == members.end() || found->item != item) return false;
  members.erase(found);
  --size_;
  if (members.empty()) {
    chunks_.erase(chunks_.begin() + static_cast<ptrdiff_t>(at));
  } else {
    Summarize(&chunks_[at]);
  }
  return true;
}

uint64_t Crowd::categories() const {
  uint64_t all = 0;
  for (const Chunk& chunk : chunks_) all |= chunk.categories;
  return all;
}

void Crowd::Summarize(Chunk* chunk) {
  chunk->categories = 0;
  for (const Member& member : chunk->members) {
    chunk->categories |= member.categories;
  }
}

size_t Crowd::ChunkOf(const Member& member) const {
  const auto after = std::partition_point(
      chunks_.begin(), chunks_.end(), [&member](const Chunk& chunk) {
        return !Order()(member, chunk.members.front());
      });
  return after == chunks_.begin()
             ? 0
             : static_cast<size_t>(after - chunks_.begin()) - 1;
}

void Crowd::SplitIfFull(size_t at) {
  std::vector<Member>& members = chunks_[at].members;
  if (members.size() <= kMaxChunk) return;
  const auto middle =
      members.begin() + static_cast<ptrdiff_t>(members.size() / 2);
  Chunk upper;
  upper.members.assign(middle, members.end());
  members = std::vector<Member>(members.begin(), middle);
  Summarize(&upper);
  Summarize(&chunks_[at]);
  chunks_.insert(chunks_.begin() + static_cast<ptrdiff_t>(at) + 1,
                 std::move(upper));
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
  word_ = reinterpret_cast<uintptr_t>(crowd->first().item);
  delete crowd;
  return true;
}

}  // namespace xom::geo
