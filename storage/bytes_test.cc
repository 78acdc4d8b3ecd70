// Keys, values and errors: what a byte of them means.
#include <gtest/gtest.h>

#include <limits>
#include <tuple>

#include "storage/keys.h"
#include "storage/ledger_error.h"
#include "storage/record_codec.h"

namespace xom::storage {
namespace {

TEST(KeysTest, OrderOfBytesIsOrderOfNumbers) {
  const uint64_t cells[] = {
      0, 1, 255, 256, uint64_t{1} << 32, std::numeric_limits<uint64_t>::max()};
  for (size_t i = 1; i < std::size(cells); ++i) {
    EXPECT_LT(CellKey(cells[i - 1], "z"), CellKey(cells[i], "a"));
  }
  EXPECT_LT(CellKey(7, "a"), CellKey(7, "b"));
  EXPECT_LT(ChangeKey(255), ChangeKey(256));
}

TEST(KeysTest, ParseWhatWasMade) {
  const std::string key = CellKey(0x0102030405060708, "needs/7");
  EXPECT_EQ(key.substr(0, 8), "\x01\x02\x03\x04\x05\x06\x07\x08");
  const auto entry = ParseCellKey(key);
  ASSERT_TRUE(entry.has_value());
  EXPECT_EQ(entry->cell, 0x0102030405060708u);
  EXPECT_EQ(entry->record_key, "needs/7");
  EXPECT_EQ(ParseChangeKey(ChangeKey(1'000'000)), 1'000'000);
}

TEST(KeysTest, HistoriesKeepTheirRecordsApart) {
  const std::string longest(kMaxKeyBytes, 'k');
  for (const std::string& record_key : {std::string("a"), longest}) {
    const std::string key =
        HistoryKey(record_key, 1'000'000);  // entry is in it
    const auto entry = ParseHistoryKey(key);
    ASSERT_TRUE(entry.has_value());
    EXPECT_EQ(entry->record_key, record_key);
    EXPECT_EQ(entry->revision, 1'000'000);
  }
  EXPECT_LT(HistoryKey("b", 1), HistoryKey("ab", 1));
  EXPECT_LT(HistoryKey("a", 255), HistoryKey("a", 256));
}

TEST(KeysTest, RefuseWhatIsNoKey) {
  EXPECT_FALSE(ParseCellKey("short").has_value());
  EXPECT_FALSE(ParseCellKey("12345678").has_value());  // no record key
  EXPECT_FALSE(ParseChangeKey("").has_value());
  EXPECT_FALSE(ParseChangeKey("123456789").has_value());
  EXPECT_FALSE(ParseHistoryKey("").has_value());
  const std::string key = HistoryKey("ab", 1);
  EXPECT_FALSE(ParseHistoryKey(key.substr(0, key.size() - 1)).has_value());
  EXPECT_FALSE(ParseHistoryKey(key + "x").has_value());
}

TEST(RecordCodecTest, DecodesWhatItEncoded) {
  const auto place = DecodeRecord("k", EncodePlace(9));
  ASSERT_TRUE(place.ok());
  EXPECT_EQ(place->cell, 9u);
  const std::string bytes = EncodeRecord({"k", 9, "value", 4, true});
  Record record;
  ASSERT_TRUE(DecodeRecordInto("k", bytes, &record).ok());
  EXPECT_EQ(record.key, "k");
  EXPECT_EQ(record.cell, 0u);  // the key in `cells` has it
  EXPECT_EQ(record.value, "value");
  EXPECT_EQ(record.mod_revision, 4);
  EXPECT_TRUE(record.secret);
  // Nothing of the one before stays.
  ASSERT_TRUE(DecodeRecordInto("", "", &record).ok());
  EXPECT_EQ(std::tie(record.key, record.value), std::tie("", ""));
  EXPECT_EQ(record.mod_revision, 0);
  EXPECT_FALSE(record.secret);
  const auto mention = DecodeHistory(EncodeHistory({"id", absl::UnixEpoch()}));
  ASSERT_TRUE(mention.ok());
  EXPECT_EQ(mention->request_id, "id");
  EXPECT_EQ(mention->commit_time, absl::UnixEpoch());
  const auto state =
      DecodeState(EncodeState({.revision = 8, .oldest_revision = 3}));
  ASSERT_TRUE(state.ok());
  EXPECT_EQ(state->revision, 8);
  EXPECT_EQ(state->oldest_revision, 3);
  const StoredReply stored{{"id", "print", "reply", "k"}, 5, absl::UnixEpoch()};
  const auto reply = DecodeReply("id", EncodeReply(stored));
  ASSERT_TRUE(reply.ok());
  EXPECT_EQ(reply->request.fingerprint, "print");
  EXPECT_EQ(reply->request.reply, "reply");
  EXPECT_EQ(reply->request.subject, "k");
  EXPECT_EQ(reply->revision, 5);
  EXPECT_EQ(reply->commit_time, absl::UnixEpoch());
}

// The bytes of format version 3: a change here is a new version.
TEST(RecordCodecTest, BytesOnDiskStayAsTheyAre) {
  EXPECT_EQ(EncodeFormat({.product = "xom", .version = 1}),
            std::string("\x0a\x03xom\x10\x01", 7));
  EXPECT_EQ(EncodeState({.revision = 3, .oldest_revision = 2}),
            std::string("\x08\x03\x10\x02", 4));
  EXPECT_EQ(EncodeRecord({"k", 1, "v", 2}),
            std::string("\x0a\x01v\x18\x02", 5));
  EXPECT_EQ(EncodePlace(1), std::string("\x11\x01\0\0\0\0\0\0\0", 9));
  EXPECT_EQ(EncodeRecord({"k", 0, "v", 2, true}),
            std::string("\x0a\x01v\x18\x02\x20\x01", 7));
  EXPECT_EQ(EncodeHistory({"id", absl::FromUnixMicros(5)}),
            "\x0a\x02id\x10\x05");
  EXPECT_EQ(EncodeHistory({}), "");
  EXPECT_EQ(HistoryKey("a", 7), std::string("\0\x01"
                                            "a\0\0\0\0\0\0\0\x07",
                                            11));
}

TEST(RecordCodecTest, DamageIsDataLoss) {
  for (const absl::Status& status :
       {DecodeRecord("k", "\xff").status(),
        DecodeRecord("k", "\x0a\x05shor").status(),
        DecodeRecord("k", EncodePlace(1).substr(0, 5)).status(),
        DecodeRecord("k", "\x2a\x01x").status(),  // no field of a record
        DecodeHistory("\xff").status(), DecodeState("\xff").status(),
        DecodeReply("id", "\xff").status(), DecodeChange(1, "\xff").status(),
        DecodeFormat("\xff").status()}) {
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
    EXPECT_EQ(LedgerErrorOf(status), LedgerError::kCorrupt);
  }
}

TEST(LedgerErrorTest, KindTravelsInTheStatus) {
  const absl::Status full = MakeLedgerError(LedgerError::kQueueFull, "full");
  const absl::Status low = MakeLedgerError(LedgerError::kDiskLow, "low");
  EXPECT_EQ(full.code(), low.code());
  EXPECT_EQ(LedgerErrorOf(full), LedgerError::kQueueFull);
  EXPECT_EQ(LedgerErrorOf(low), LedgerError::kDiskLow);
  EXPECT_EQ(LedgerErrorOf(absl::OkStatus()), std::nullopt);
  EXPECT_EQ(LedgerErrorOf(absl::AbortedError("else")), std::nullopt);
}

}  // namespace
}  // namespace xom::storage
