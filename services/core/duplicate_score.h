// How likely it is that two needs ask for the same help for the same people. A
// hint for moderators and for who posts twice; no need is refused for it.
#ifndef XOM_SERVICES_CORE_DUPLICATE_SCORE_H_
#define XOM_SERVICES_CORE_DUPLICATE_SCORE_H_

#include "absl/time/time.h"

namespace xom::core {

// What two needs have in common. Shares outside 0..1 count as the nearest in
// it, and what is not a number as nothing.
struct DuplicateEvidence {
  bool same_phone = false;
  double distance_meters = 0;
  double category_overlap = 0;  // shared categories among all of both, 0..1
  double text_likeness = 0;     // as by LikenessOf, 0..1
  // Between the posts, either sign.
  absl::Duration age_difference = absl::ZeroDuration();
};

// From 0 to 1, the sum of
//
//   0.30  the same phone number
//   0.15  nearness: 1 at the same spot, a half at 200 m, a quarter at 400 m
//   0.10  the overlap of categories
//   0.35  the likeness of texts, counted from 0.4, which neighbours reach by
//         using the same phrases, to 0.8
//   0.10  nearness in time: a half at 2 days
//
// Never less for more of any of these.
double DuplicateScore(const DuplicateEvidence& evidence);

// From this score on a pair is shown to a moderator. The same phone with the
// same categories, place and time is enough without any text; without the
// phone, texts must be alike as well. On pairs from one made-up street, as many
// the same need worded anew as neighbours with other needs, it finds 98 % of
// the former, and 95 % of what it finds are such: see duplicate_score_test.cc.
// A true street has more neighbours than duplicates, so expect more in vain.
inline constexpr double kLikelyDuplicate = 0.55;

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_DUPLICATE_SCORE_H_
