// How alike two texts are, however they are accented, cased and spaced: for
// hints, not for proof.
//
//   LikenessOf(FoldText("Cần GẠO, sữa"), FoldText("can sua gao"))  // 1
#ifndef XOM_SERVICES_CORE_TEXT_LIKENESS_H_
#define XOM_SERVICES_CORE_TEXT_LIKENESS_H_

#include <string>

#include "absl/strings/string_view.h"

namespace xom::core {

// `text` in lower case and without accents, words of letters and digits with
// one space between and none around. Unicode's compatibility decomposition
// (NFKD) without its marks, and for letters that do not decompose the usual
// Latin ones: "Đường 3/2, Ðà Nẵng" gives "duong 3 2 da nang", "Straße" gives
// "strasse". Digits of all scripts become those of ASCII. What is not UTF-8
// separates words. Asks ICU; time grows with the length.
std::string FoldText(absl::string_view text);

// 0, nothing in common, to 1: the Dice coefficient of the sets of trigrams,
// 2 |A and B| / (|A| + |B|). The trigrams of a word are its runs of three
// characters, two spaces before it and one after it included; so the order of
// words does not count, nor how often one stands there. 0 when a text is empty.
// Symmetric. Time n log n.
// REQUIRES: both are from FoldText.
double LikenessOf(absl::string_view folded_a, absl::string_view folded_b);

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_TEXT_LIKENESS_H_
