#include "services/core/text_likeness.h"

#include <gtest/gtest.h>

#include <set>

#include "absl/strings/str_split.h"
#include "geo/random_points.h"

namespace xom::core {
namespace {

TEST(FoldTextTest, LeavesLettersAndDigits) {
  const struct {
    absl::string_view text;
    const char* folded;
  } kRows[] = {
      {"", ""},
      {" \t\n.,!?", ""},
      {"Cần GẠO, sữa", "can gao sua"},
      {"Đường 3/2,   Ðà Nẵng!", "duong 3 2 da nang"},
      {"...số nhà 12B...", "so nha 12b"},
      // All vowels and tones of Vietnamese, composed.
      {"ăâêôơư ÀẢÃÁẠ ằẳẵắặ ầẩẫấậ ềểễếệ ồổỗốộ ờởỡớợ ừửữứự ỳỷỹýỵ",
       "aaeoou aaaaa aaaaa aaaaa eeeee ooooo ooooo uuuuu yyyyy"},
      // The same letter taken apart already.
      {"ca\u0302\u0300n", "can"},
      {"Straße Ærø Łódź þorn ħ œuf", "strasse aero lodz thorn h oeuf"},
      {"İstanbul ısı", "istanbul isi"},
      {"ＡＢＣ １２ ﬁn ②", "abc 12 fin 2"},
      {"٣ किलो", "3 कल"},
      {"МОЛОКО Ёлка", "молоко елка"},
      {"米 10公斤", "米 10公斤"},
      {"gạo\xff\xfesữa \xc3", "gao sua"},
      {absl::string_view("a\0b", 3), "a b"},
      {"gấp 🙏🙏 gấp", "gap gap"},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(FoldText(row.text), row.folded) << row.text;
  }
}

TEST(FoldTextTest, FoldingAgainChangesNothing) {
  geo::RandomPoints random;
  SCOPED_TRACE(random.seed_message());
  const std::string bytes =
      "Cần gạo Đ ß ﬁ İ \xf0\x9f\x99\x8f 公斤 \xcc\x80 \xff\xc3 ...";
  for (int i = 0; i < 2'000; ++i) {
    std::string text;
    for (size_t left = random.Below(40); left > 0; --left) {
      text += bytes[random.Below(bytes.size())];
    }
    const std::string folded = FoldText(text);
    EXPECT_EQ(FoldText(folded), folded);
  }
}

// ASCII words, done plainly with sets of strings.
double PlainLikeness(const std::string& a, const std::string& b) {
  const auto trigrams = [](const std::string& text) {
    std::set<std::string> set;
    for (const std::string& word : std::vector<std::string>(
             absl::StrSplit(text, ' ', absl::SkipEmpty()))) {
      const std::string padded = "  " + word + " ";
      for (size_t i = 0; i + 3 <= padded.size(); ++i) {
        set.insert(padded.substr(i, 3));
      }
    }
    return set;
  };
  const std::set<std::string> of_a = trigrams(a), of_b = trigrams(b);
  if (of_a.empty() || of_b.empty()) return 0;
  double both = 0;
  for (const std::string& trigram : of_a) both += of_b.count(trigram) > 0;
  return 2 * both / static_cast<double>(of_a.size() + of_b.size());
}

TEST(LikenessTest, IsTheDiceCoefficientOfTrigrams) {
  geo::RandomPoints random;
  SCOPED_TRACE(random.seed_message());
  for (int i = 0; i < 2'000; ++i) {
    std::string texts[2];
    for (std::string& text : texts) {
      for (size_t left = random.Below(30); left > 0; --left) {
        text += "abc "[random.Below(4)];
      }
      text = FoldText(text);
    }
    const double likeness = LikenessOf(texts[0], texts[1]);
    EXPECT_DOUBLE_EQ(likeness, PlainLikeness(texts[0], texts[1]));
    EXPECT_EQ(likeness, LikenessOf(texts[1], texts[0]));
    EXPECT_EQ(LikenessOf(texts[0], texts[0]), texts[0].empty() ? 0 : 1);
  }
}

TEST(LikenessTest, WordOrderAndAccentsDoNotCount) {
  EXPECT_EQ(LikenessOf(FoldText("Cần GẠO, sữa"), FoldText("can sua gao")), 1);
  EXPECT_EQ(LikenessOf("", ""), 0);
  EXPECT_EQ(LikenessOf("gao", ""), 0);
  EXPECT_EQ(LikenessOf("gao", "thuoc"), 0);
  // Characters, not bytes: one of three trigrams is shared.
  EXPECT_DOUBLE_EQ(LikenessOf("公斤", "公米"), 1.0 / 3);
}

}  // namespace
}  // namespace xom::core
