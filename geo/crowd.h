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
#include <memory>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "geo/cell_index.h"
#include "geo/entry_filter.h"

namespace xom::geo {

// An item as those of its kind are sorted.
struct Member {
  RankWord rank;
  const IndexedItem* item;

  // As ComesBefore.
  friend bool operator<(const Member& a, const Member& b) {
    return a.rank != b.rank ? a.rank < b.rank : ComesBefore(*a.item, *b.item);
  }
};

// Sorted members of one kind, with room for hardly more.
class MemberRun {
 public:
  // Many read well one after the other; few are moved quickly.
  static constexpr size_t kMaxMembers = 64;

  // A run in a crowd is never empty. REQUIRES: 0 < members.size() <=
  // kMaxMembers, sorted; each has `categories`.
  MemberRun(uint64_t categories, absl::Span<const Member> members);

  uint64_t categories() const { return categories_; }
  absl::Span<const Member> members() const { return {members_.get(), size_}; }
  const Member& first() const { return members_[0]; }
  RankWord rank() const { return rank_; }  // of the first

  // Nearly always the rank decides, for which no member is read.
  bool BeginsBehind(const Member& member) const {
    return member.rank != rank_ ? member.rank < rank_ : member < first();
  }

  // REQUIRES: at <= size, size < kMaxMembers; at < size, 1 < size.
  void Insert(size_t at, const Member& member);
  void Erase(size_t at);
  // Moves the members from `at` on into the result. REQUIRES: 0 < at < size.
  MemberRun SplitAt(size_t at);
  // REQUIRES: one kind, all of `other` behind all of this, room for both.
  void Append(const MemberRun& other);

 private:
  // Makes place for `size` members, which begin with as many of those that
  // are here.
  void Resize(size_t size);

  uint64_t categories_;
  RankWord rank_;
  std::unique_ptr<Member[]> members_;
  size_t size_ = 0;
};

// The items of one point, by their categories. A kind of many has several runs,
// one behind the other.
class Crowd {
 public:
  // Of items in any order: O(n log n), and each run but a kind's last is full.
  // REQUIRES: not empty, each once.
  explicit Crowd(absl::Span<const IndexedItem* const> items);

  // Both O(log n + kMaxMembers), and the number of runs when one of them comes
  // or goes. REQUIRES: not in the crowd.
  void Insert(const IndexedItem* item);
  // False, changing nothing, when it is not there.
  bool Remove(const IndexedItem* item);

  // Sorted by categories, then by their members.
  absl::Span<const MemberRun> runs() const { return runs_; }
  // The first run behind `run` that is of another kind, or the end of runs().
  const MemberRun* NextKind(const MemberRun* run) const;

  size_t size() const;  // O(the number of runs)

  // REQUIRES (here and below): size() > 0.
  bool IsOfOne() const {
    return runs_.size() == 1 && runs_[0].members().size() == 1;
  }
  const IndexedItem& any() const { return *runs_[0].first().item; }
  uint64_t categories() const;  // all that any member has
  RankWord rank() const;        // the least

 private:
  using Runs = std::vector<MemberRun>;

  // The first run that begins behind such a member of such a kind.
  Runs::iterator RunBehind(uint64_t categories, const Member& member);
  Runs::iterator AddRun(Runs::iterator at, MemberRun run);
  void MergeIfSmall(Runs::iterator run);

  Runs runs_;
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

  // As those of a crowd; many at once into nobody make a crowd of them.
  // REQUIRES: `items` is not empty.
  void Insert(absl::Span<const IndexedItem* const> items);
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
