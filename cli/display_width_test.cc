#include "cli/display_width.h"

#include <gtest/gtest.h>

namespace xom::cli {
namespace {

TEST(DisplayWidthTest, CountsVietnameseLettersOnceHoweverEncoded) {
  EXPECT_EQ(DisplayWidth("gạo"), 3);
  EXPECT_EQ(DisplayWidth("ga\xCC\xA3o"), 3);  // the dot below apart
  EXPECT_EQ(DisplayWidth("Sữa bột"), 7);
}

TEST(DisplayWidthTest, CountsWideCharactersTwice) {
  EXPECT_EQ(DisplayWidth("🍚"), 2);
  EXPECT_EQ(DisplayWidth("米"), 2);
}

TEST(OneLineTest, TakesThePowerFromControlCharacters) {
  EXPECT_EQ(OneLine("a\x1b[2Jb"), "a [2Jb");
  EXPECT_EQ(OneLine("a\r\n\tb"), "a b");
  EXPECT_EQ(OneLine("a\xC2\x9B"
                    "b"),
            "a b");  // C1 CSI
  EXPECT_EQ(OneLine("a\xE2\x80\xAE"
                    "b"),
            "a b");  // right-to-left override
  EXPECT_EQ(OneLine(std::string("a\0b", 3)), "a b");
}

TEST(OneLineTest, ReplacesWhatIsNotUtf8) {
  EXPECT_EQ(OneLine("a\xFF"
                    "b"),
            "a\xEF\xBF\xBD"
            "b");
  EXPECT_EQ(OneLine("a\xE1\xBA"), "a\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST(TruncateTest, EndsWithAnEllipsisWithinTheWidth) {
  EXPECT_EQ(Truncate("gạo tẻ", 6), "gạo tẻ");
  EXPECT_EQ(Truncate("gạo tẻ", 5), "gạo \xE2\x80\xA6");
  EXPECT_EQ(Truncate("gạo tẻ", 1), "\xE2\x80\xA6");
  EXPECT_EQ(Truncate("gạo tẻ", 0), "");
}

TEST(TruncateTest, KeepsMarksWithTheirLetter) {
  EXPECT_EQ(Truncate("a\xCC\xA3"
                     "bcd",
                     2),
            "a\xCC\xA3\xE2\x80\xA6");
}

TEST(TruncateTest, NeverSplitsAWideCharacter) {
  EXPECT_EQ(DisplayWidth(Truncate("米米米", 4)), 3);
  EXPECT_EQ(DisplayWidth(Truncate("米米米", 5)), 5);
}

}  // namespace
}  // namespace xom::cli
