// What a query asks of an entry before it looks at the item. Internal to geo/.
#ifndef XOM_GEO_ENTRY_FILTER_H_
#define XOM_GEO_ENTRY_FILTER_H_

#include <algorithm>
#include <cstdint>
#include <limits>

#include "geo/cell_index.h"

namespace xom::geo {

// Urgency and age in one word: of two items equally near, the one with the
// lesser word comes first. Equal words say nothing: then ask the items. That
// happens when they are equal indeed, or far outside what is usual: urgencies
// beyond -127..126, times beyond a thousand years around 1970.
using RankWord = uint64_t;

inline constexpr int kRankTimeBits = 56;
inline constexpr int kMostUrgent = 127;
inline constexpr int kLeastUrgent = -128;

// The word of the most urgent and oldest of the items of `urgency`.
inline RankWord FirstRankWord(int urgency) {
  const int clamped = std::clamp(urgency, kLeastUrgent, kMostUrgent);
  return static_cast<RankWord>(kMostUrgent - clamped) << kRankTimeBits;
}

// Of an IndexedItem or a RankKey.
template <typename Ranked>
RankWord RankWordOf(const Ranked& ranked) {
  const RankWord first = FirstRankWord(ranked.urgency);
  // Several urgencies share the ends, so there time must not decide.
  if (ranked.urgency >= kMostUrgent || ranked.urgency <= kLeastUrgent) {
    return first;
  }
  constexpr int64_t kHalf = int64_t{1} << (kRankTimeBits - 1);
  const int64_t time =
      std::clamp(ranked.create_time_micros, -kHalf, kHalf - 1) + kHalf;
  return first + static_cast<RankWord>(time);
}

class EntryFilter {
 public:
  EntryFilter(uint64_t any_category, int min_urgency)
      : any_category_(any_category),
        max_rank_(FirstRankWord(min_urgency) |
                  ((RankWord{1} << kRankTimeBits) - 1)),
        min_urgency_(min_urgency),
        asks_item_(min_urgency > kMostUrgent ||
                   (min_urgency <= kLeastUrgent &&
                    min_urgency > std::numeric_limits<int>::min())) {}

  bool PassesCategories(uint64_t categories) const {
    return any_category_ == 0 || (categories & any_category_) != 0;
  }

  // False for a word, and so for all that are greater, when no such item
  // passes.
  bool PassesRank(RankWord rank) const { return rank <= max_rank_; }

  // False when no item with these fields, or under a summary with them, passes.
  bool MayPass(uint64_t categories, RankWord rank) const {
    return PassesCategories(categories) && PassesRank(rank);
  }

  // What MayPass leaves open.
  bool PassesExactly(const IndexedItem& item) const {
    return !asks_item_ || item.urgency >= min_urgency_;
  }

 private:
  const uint64_t any_category_;
  const RankWord max_rank_;
  const int min_urgency_;
  const bool asks_item_;
};

}  // namespace xom::geo

#endif  // XOM_GEO_ENTRY_FILTER_H_
