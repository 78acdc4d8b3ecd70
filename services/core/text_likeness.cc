#include "services/core/text_likeness.h"

#include <unicode/normalizer2.h>
#include <unicode/stringpiece.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <vector>

#include "absl/strings/str_split.h"

namespace xom::core {
namespace {

// Letters that Unicode does not take apart into a plain one and a mark.
constexpr struct {
  UChar32 letter;
  absl::string_view plain;
} kUndecomposed[] = {
    {U'đ', "d"}, {U'ð', "d"},  {U'ø', "o"},  {U'ł', "l"},  {U'ħ', "h"},
    {U'ı', "i"}, {U'ß', "ss"}, {U'æ', "ae"}, {U'œ', "oe"}, {U'þ', "th"},
};

// Of a decomposed text.
void AppendFolded(UChar32 c, std::string* folded) {
  const uint32_t type = U_GET_GC_MASK(c);
  if ((type & U_GC_M_MASK) != 0) return;
  if ((type & U_GC_ND_MASK) != 0) {
    folded->push_back(static_cast<char>('0' + u_charDigitValue(c)));
    return;
  }
  if ((type & (U_GC_L_MASK | U_GC_N_MASK)) == 0) {
    if (!folded->empty() && folded->back() != ' ') folded->push_back(' ');
    return;
  }
  c = u_foldCase(c, U_FOLD_CASE_DEFAULT);
  for (const auto& row : kUndecomposed) {
    if (row.letter == c) {
      folded->append(row.plain.data(), row.plain.size());
      return;
    }
  }
  icu::UnicodeString(c).toUTF8String(*folded);
}

icu::UnicodeString FromUtf8(absl::string_view text) {
  return icu::UnicodeString::fromUTF8(
      icu::StringPiece(text.data(), static_cast<int32_t>(text.size())));
}

// A word's characters, with what stands around it.
std::vector<uint64_t> PaddedWord(absl::string_view word) {
  std::vector<uint64_t> characters = {' ', ' '};
  const icu::UnicodeString units = FromUtf8(word);
  for (int32_t i = 0; i < units.length(); i = units.moveIndex32(i, 1)) {
    characters.push_back(static_cast<uint64_t>(units.char32At(i)));
  }
  characters.push_back(' ');
  return characters;
}

// Each once, sorted; a character has 21 bits.
std::vector<uint64_t> TrigramsOf(absl::string_view folded) {
  std::vector<uint64_t> trigrams;
  for (absl::string_view word :
       absl::StrSplit(folded, ' ', absl::SkipEmpty())) {
    const std::vector<uint64_t> c = PaddedWord(word);
    for (size_t i = 2; i < c.size(); ++i) {
      trigrams.push_back(c[i - 2] << 42 | c[i - 1] << 21 | c[i]);
    }
  }
  std::sort(trigrams.begin(), trigrams.end());
  trigrams.erase(std::unique(trigrams.begin(), trigrams.end()), trigrams.end());
  return trigrams;
}

}  // namespace

std::string FoldText(absl::string_view text) {
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* nfkd = icu::Normalizer2::getNFKDInstance(error);
  if (U_FAILURE(error)) return "";
  const icu::UnicodeString decomposed = nfkd->normalize(FromUtf8(text), error);
  if (U_FAILURE(error)) return "";
  std::string folded;
  for (int32_t i = 0; i < decomposed.length();
       i = decomposed.moveIndex32(i, 1)) {
    AppendFolded(decomposed.char32At(i), &folded);
  }
  if (!folded.empty() && folded.back() == ' ') folded.pop_back();
  return folded;
}

double LikenessOf(absl::string_view folded_a, absl::string_view folded_b) {
  const std::vector<uint64_t> a = TrigramsOf(folded_a);
  const std::vector<uint64_t> b = TrigramsOf(folded_b);
  if (a.empty() || b.empty()) return 0;
  std::vector<uint64_t> both;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(),
                        std::back_inserter(both));
  return 2 * static_cast<double>(both.size()) /
         static_cast<double>(a.size() + b.size());
}

}  // namespace xom::core
