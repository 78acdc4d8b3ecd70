#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <sstream>

#include "cli/csv_reader.h"
#include "cli/csv_writer.h"
#include "cli/row_identity.h"
#include "cli/row_mapper.h"

namespace xom::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::MatchesRegex;

std::vector<CsvRow> ReadAll(const std::string& text, absl::Status* status) {
  std::istringstream in(text);
  CsvReader reader(&in);
  std::vector<CsvRow> rows;
  CsvRow row;
  for (;;) {
    absl::StatusOr<bool> more = reader.Next(&row);
    *status = more.status();
    if (!more.ok() || !*more) return rows;
    rows.push_back(row);
  }
}

std::vector<CsvRow> ReadGood(const std::string& text) {
  absl::Status status;
  std::vector<CsvRow> rows = ReadAll(text, &status);
  EXPECT_TRUE(status.ok()) << status;
  return rows;
}

TEST(CsvReaderTest, ReadsQuotesLineBreaksAndBlankLines) {
  const auto rows = ReadGood(
      "\xEF\xBB\xBFid,words\r\n"
      "1,\"a \"\"b\"\", c\"\r\n"
      "\r\n"
      "2,\"two\r\nlines\"\r\n"
      "3,last");
  ASSERT_EQ(rows.size(), 4u);
  EXPECT_THAT(rows[0].fields, ElementsAre("id", "words"));
  EXPECT_THAT(rows[1].fields, ElementsAre("1", "a \"b\", c"));
  EXPECT_THAT(rows[2].fields, ElementsAre("2", "two\r\nlines"));
  EXPECT_THAT(rows[3].fields, ElementsAre("3", "last"));
}

TEST(CsvReaderTest, KeepsTheLineOnWhichARowBegins) {
  std::vector<int64_t> lines;
  for (const CsvRow& row : ReadGood("h\n\n\"a\n\nb\"\nc\n")) {
    lines.push_back(row.line);
  }
  EXPECT_THAT(lines, ElementsAre(1, 3, 6));
}

TEST(CsvReaderTest, KeepsLinesOverChunks) {
  std::string text = "h\n";
  for (int i = 0; i < 50'000; ++i) text += "\"x\ny\"\n";
  const auto rows = ReadGood(text);
  ASSERT_EQ(rows.size(), 50'001u);
  EXPECT_EQ(rows.back().line, 2 + 2 * 49'999);
}

TEST(CsvReaderTest, NamesTheLineOfAQuoteThatNeverCloses) {
  absl::Status status;
  EXPECT_EQ(ReadAll("h\na\n\"b\nc\n", &status).size(), 2u);
  EXPECT_THAT(std::string(status.message()), HasSubstr("line 3"));
}

TEST(CsvReaderTest, NamesTheLineOfWhatIsTooLong) {
  absl::Status status;
  ReadAll("h\n" + std::string(CsvReader::kMaxFieldBytes + 1, 'x') + "\n",
          &status);
  EXPECT_THAT(std::string(status.message()), HasSubstr("line 2: a field"));
  std::string swallowed = "h\n\"";
  while (swallowed.size() < 2 * CsvReader::kMaxRowBytes) swallowed += "row\n";
  ReadAll(swallowed, &status);
  EXPECT_THAT(std::string(status.message()), HasSubstr("line 2: the row"));
}

TEST(CsvWriterTest, ReaderReadsWhatItWrites) {
  const std::vector<std::string> fields = {"a",    "",     "b,c",
                                           "d\"e", "f\ng", " h "};
  EXPECT_EQ(ReadGood(CsvLine(fields))[0].fields, fields);
}

TEST(CsvWriterTest, GuardsWhatASpreadsheetWouldRun) {
  for (const char* text : {"=1", "+1", "-1", "@a", "\tx"}) {
    EXPECT_EQ(SafeCell(text), std::string("'") + text);
  }
  EXPECT_EQ(SafeCell("gạo = cơm"), "gạo = cơm");
}

// --- row_identity ---

constexpr char kIdPattern[] = "[a-z][a-z0-9-]*[a-z0-9]";

TEST(RowIdentityTest, IdsAreAsTheApiWantsThem) {
  for (const char* prefix : {"haiti-", "Báo cáo 2010", "2010", "", "---",
                             "a-very-long-name-of-a-file-indeed-it-is"}) {
    RowIdentity identity(prefix);
    for (const std::string& id :
         {std::string("17"), std::string("A 17"), std::string("Phường 5"),
          std::string("-"), std::string(200, 'x'), std::string("🍚")}) {
      const std::string row_id = identity.OfId(id);
      EXPECT_THAT(row_id, MatchesRegex(kIdPattern));
      EXPECT_LE(row_id.size(), 63u);
    }
    EXPECT_THAT(identity.OfContent("x"), MatchesRegex(kIdPattern));
    EXPECT_LE(identity.OfContent("x").size(), 63u);
  }
}

TEST(RowIdentityTest, PlainIdsStayReadableAndOthersStayApart) {
  RowIdentity identity("haiti-");
  EXPECT_EQ(identity.OfId("17"), "haiti-17");
  const std::set<std::string> ids = {identity.OfId("a-b"),
                                     identity.OfId("a b"),
                                     identity.OfId("A-B"),
                                     identity.OfId("a--b"),
                                     identity.OfId(std::string(100, 'x')),
                                     identity.OfId(std::string(101, 'x'))};
  EXPECT_EQ(ids.size(), 6u);
}

TEST(RowIdentityTest, LikeRowsAreNumberedTheSameInEveryRun) {
  RowIdentity first("f");
  RowIdentity second("f");
  EXPECT_EQ(first.OfContent("a"), second.OfContent("a"));
  const std::string again = first.OfContent("a");
  EXPECT_NE(again, second.OfContent("b"));
  EXPECT_EQ(again, second.OfContent("a"));
  EXPECT_EQ(RowIdentity("f").OfContent("a"), "f-ca978112ca1bbdcafac231b3");
}

// --- row_mapper ---

CsvRow RowOf(std::vector<std::string> fields) { return {2, std::move(fields)}; }

TEST(RowMapperTest, WithoutAMapWordsAreCategories) {
  ColumnMapping mapping;
  mapping.category = "c";
  mapping.default_category = "necessities";
  const auto mapper = RowMapper::Create(mapping, RowOf({"lat", "lng", "c"}));
  ASSERT_TRUE(mapper.ok());
  v1::Need several;
  ASSERT_TRUE(
      mapper->Fill(RowOf({"1", "2", "groceries; water"}), &several).ok());
  EXPECT_THAT(several.categories(),
              ElementsAre("categories/groceries", "categories/water"));
  v1::Need none;
  ASSERT_TRUE(mapper->Fill(RowOf({"1", "2", ""}), &none).ok());
  EXPECT_THAT(none.categories(), ElementsAre("categories/necessities"));
}

TEST(RowMapperTest, WordsOfOneCategoryAreItOnce) {
  ColumnMapping mapping;
  mapping.category = "c";
  mapping.category_map = {{"food", "groceries"}, {"milk", "groceries"}};
  const auto mapper = RowMapper::Create(mapping, RowOf({"lat", "lng", "c"}));
  v1::Need need;
  ASSERT_TRUE(mapper->Fill(RowOf({"1", "2", "food;milk"}), &need).ok());
  EXPECT_THAT(need.categories(), ElementsAre("categories/groceries"));
}

TEST(RowMapperTest, ReadsHoursAndUrgencyOrNamesTheColumn) {
  ColumnMapping mapping;
  mapping.hours = "open";
  mapping.urgency = "u";
  mapping.time_zone = "Asia/Ho_Chi_Minh";
  const auto mapper =
      RowMapper::Create(mapping, RowOf({"lat", "lng", "open", "u"}));
  v1::SupplyPoint point;
  ASSERT_TRUE(
      mapper->Fill(RowOf({"1", "2", "Mo-Fr 08:00-12:00", ""}), &point).ok());
  EXPECT_EQ(point.hours().weekly_spans_size(), 5);
  EXPECT_THAT(
      std::string(
          mapper->Fill(RowOf({"1", "2", "often", ""}), &point).message()),
      HasSubstr("column open: "));
  v1::Need need;
  EXPECT_THAT(
      std::string(mapper->Fill(RowOf({"1", "2", "", "soon"}), &need).message()),
      HasSubstr("column u: `soon` is none of low|normal"));
}

TEST(RowMapperTest, AHeaderWithoutAMappedColumnIsNamed) {
  ColumnMapping mapping;
  mapping.lat = "latitude";
  EXPECT_THAT(
      std::string(
          RowMapper::Create(mapping, RowOf({"lat", "lng"})).status().message()),
      HasSubstr("no column latitude"));
}

}  // namespace
}  // namespace xom::cli
