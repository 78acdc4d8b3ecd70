// The items of one point. Internal to geo/.
//
// Public points are the centres of coarse cells, so that hundreds of needs, in
// a city thousands, stand on one. All are equally far from wherever somebody
// asks, so they are kept by what decides between them: first the categories,
// because most searches ask for one, then urgency and age. A search reads of
// each kind that it asks for the few that it takes.
#ifndef XOM_GEO_CROWD_H_
#define XOM_GEO_CROWD_H_

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/container/btree_set.h"
#include "geo/cell_index.h"
#include "geo/entry_filter.h"

namespace xom::geo {

// The items of one point, by their categories.
class Crowd {
 public:
  struct Member {
    RankWord rank;
    const IndexedItem* item;
  };
  // As ComesBefore. A word alone is before all members that have it.
  struct Order {
    using is_transparent = void;
    bool operator()(const Member& a, const Member& b) const {
      return a.rank != b.rank ? a.rank < b.rank : ComesBefore(*a.item, *b.item);
    }
    bool operator()(const Member& a, RankWord b) const { return a.rank < b; }
    bool operator()(RankWord a, const Member& b) const { return a < b.rank; }
  };
  // Those with exactly these categories; never empty.
  struct Kind {
    uint64_t categories;
    absl::btree_set<Member, Order> members;
  };

  // Both O(log n + the number of kinds). REQUIRES: not in the crowd.
  void Insert(const IndexedItem* item);
  // False, changing nothing, when it is not there.
  bool Remove(const IndexedItem* item);

  size_t size() const { return size_; }

  // Sorted by categories.
  const std::vector<Kind>& kinds() const { return kinds_; }

  // REQUIRES (here and below): size() > 0.
  const IndexedItem& any() const { return *kinds_[0].members.begin()->item; }
  uint64_t categories() const;  // all that any member has
  RankWord rank() const;        // the least

 private:
  std::vector<Kind> kinds_;
  size_t size_ = 0;
};

// Who is at one point: nobody, an item, or a crowd. One word; it owns the
// crowd.
class Occupants {
 public:
  Occupants() = default;
  Occupants(Occupants&& other) noexcept
      : word_(std::exchange(other.word_, 0)) {}
  // What was here goes with `other`.
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
  // The item, or one of the crowd. REQUIRES (here and below): not empty().
  const IndexedItem& any() const {
    return is_crowd() ? crowd().any() : *item();
  }
  uint64_t categories() const {
    return is_crowd() ? crowd().categories() : item()->categories;
  }
  RankWord rank() const {
    return is_crowd() ? crowd().rank() : RankWordOf(*item());
  }

  // As those of a crowd.
  void Insert(const IndexedItem* item);
  bool Remove(const IndexedItem* item);

 private:
  // No item and no crowd has an odd address.
  static constexpr uintptr_t kCrowdBit = 1;

  const IndexedItem* item() const {
    return reinterpret_cast<const IndexedItem*>(word_);
  }
  Crowd* MutableCrowd() const {
    return reinterpret_cast<Crowd*>(word_ & ~kCrowdBit);
  }

  uintptr_t word_ = 0;
};

}  // namespace xom::geo

#endif  // XOM_GEO_CROWD_H_
