// The items of one point. Internal to geo/.
//
// Public points are the centres of coarse cells, so that hundreds of needs, in
// a city thousands, stand on one. All are equally far from wherever somebody
// asks, so they are kept in the order that decides between them, and a search
// that has enough stops.
#ifndef XOM_GEO_CROWD_H_
#define XOM_GEO_CROWD_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "geo/cell_index.h"
#include "geo/entry_filter.h"

namespace xom::geo {

// Two items or more, in the order of ComesBefore.
class Crowd {
 public:
  struct Member {
    RankWord rank;
    uint64_t categories;
    const IndexedItem* item;
  };
  // Short enough to shift, long enough that few are wasted.
  static constexpr size_t kMaxChunk = 128;

  // O(log n + kMaxChunk). REQUIRES: not in the crowd.
  void Insert(const IndexedItem* item);
  // False, changing nothing, when it is not there.
  bool Remove(const IndexedItem* item);

  size_t size() const { return size_; }

  // REQUIRES (both): size() > 0.
  uint64_t categories() const;  // all that any member has
  const Member& first() const { return chunks_.front().members.front(); }

  // The members whose words are not less than `from` and may pass the filter,
  // in order, until `visit` returns false.
  template <typename Visitor>
  void Visit(RankWord from, const EntryFilter& filter, Visitor visit) const;

 private:
  struct Chunk {
    uint64_t categories = 0;
    std::vector<Member> members;  // never empty
  };
  struct Order {
    bool operator()(const Member& a, const Member& b) const {
      if (a.rank != b.rank) return a.rank < b.rank;
      return ComesBefore(*a.item, *b.item);
    }
  };

  static void Summarize(Chunk* chunk);
  // The chunk that holds the member, or would.
  size_t ChunkOf(const Member& member) const;
  void SplitIfFull(size_t at);

  std::vector<Chunk> chunks_;
  size_t size_ = 0;
};

// Who is at one point: nobody, an item, or a crowd. One word; it owns the
// crowd.
class Occupants {
 public:
  Occupants() = default;
  Occupants(Occupants&& other) noexcept
      : word_(std::exchange(other.word_, 0)) {}
  Occupants& operator=(Occupants&& other) noexcept {
    std::swap(word_, other.word_);
    return *this;
  }
  ~Occupants() {
    if (is_crowd()) delete &crowd();
  }

  bool empty() const { return word_ == 0; }
  bool is_crowd() const { return (word_ & kCrowdBit) != 0; }
  // REQUIRES: is_crowd().
  const Crowd& crowd() const { return *MutableCrowd(); }
  // The item, or the first of the crowd. REQUIRES: not empty().
  const IndexedItem& first() const {
    return is_crowd() ? *crowd().first().item : *item();
  }
  // REQUIRES: not empty().
  uint64_t categories() const {
    return is_crowd() ? crowd().categories() : item()->categories;
  }
  RankWord rank() const {
    return is_crowd() ? crowd().first().rank : RankWordOf(*item());
  }

  // As those of a crowd.
  void Insert(const IndexedItem* item);
  bool Remove(const IndexedItem* item);

 private:
  static constexpr uintptr_t kCrowdBit = 1;  // no address is odd

  const IndexedItem* item() const {
    return reinterpret_cast<const IndexedItem*>(word_);
  }
  Crowd* MutableCrowd() const {
    return reinterpret_cast<Crowd*>(word_ & ~kCrowdBit);
  }

  uintptr_t word_ = 0;
};

template <typename Visitor>
void Crowd::Visit(RankWord from, const EntryFilter& filter,
                  Visitor visit) const {
  auto chunk = std::partition_point(
      chunks_.begin(), chunks_.end(),
      [from](const Chunk& c) { return c.members.back().rank < from; });
  for (; chunk != chunks_.end(); ++chunk) {
    if (!filter.PassesCategories(chunk->categories)) continue;
    for (const Member& member : chunk->members) {
      if (!filter.PassesRank(member.rank)) return;
      if (member.rank < from || !filter.PassesCategories(member.categories)) {
        continue;
      }
      if (!visit(member)) return;
    }
  }
}

}  // namespace xom::geo

#endif  // XOM_GEO_CROWD_H_
