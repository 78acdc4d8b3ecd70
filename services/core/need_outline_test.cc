#include "services/core/need_outline.h"

#include <gtest/gtest.h>

#include <random>

#include "absl/strings/escaping.h"
#include "services/core/category_decisions.h"
#include "services/core/entry.h"
#include "services/core/field_check.h"
#include "services/core/limits.h"
#include "services/core/time_proto.h"
#include "services/core/wire.h"
#include "storage/ledger_testing.h"

namespace xom::core {
namespace {

using internal::v1::StoredNeed;

CategoryTable BuiltIn() {
  CategoryTable table;
  for (auto& category : BuiltInCategories(absl::UnixEpoch())) {
    table = table.With({category, 1});
  }
  return table;
}

google::protobuf::Timestamp RandomTime(std::mt19937_64& random) {
  return ToProto(absl::FromUnixMicros(
      static_cast<int64_t>(random() % 4'000'000'000'000'000) -
      2'000'000'000'000'000));
}

// Half of what it could have, so that what is not set is tried as well.
StoredNeed RandomNeed(std::mt19937_64& random) {
  StoredNeed stored;
  v1::Need& need = *stored.mutable_need();
  const auto coin = [&random] { return random() % 2 == 0; };
  need.set_name("needs/" + std::string(random() % 60, 'n'));
  for (const auto& category : BuiltInCategories(absl::UnixEpoch())) {
    if (coin()) need.add_categories(category.category().name());
  }
  if (coin()) need.add_lines()->set_item("rice");
  if (coin()) need.mutable_people()->set_adults(2);
  if (coin()) need.set_situation(std::string(random() % 500, 's'));
  if (coin()) need.set_language_code("vi");
  need.set_urgency(static_cast<v1::Urgency>(random() % 5));
  need.set_state(static_cast<v1::Need::State>(random() % 7));
  need.set_verification(static_cast<v1::Verification>(random() % 5));
  need.set_min_helper_verification(static_cast<v1::Verification>(random() % 5));
  need.set_quarantined(coin());
  if (coin()) need.mutable_public_location()->set_latitude(-10.5);
  if (coin()) need.mutable_public_location()->set_longitude(106.7);
  if (coin()) *need.mutable_create_time() = RandomTime(random);
  if (coin()) *need.mutable_verify_time() = RandomTime(random);
  if (coin()) *need.mutable_expire_time() = RandomTime(random);
  if (coin()) *need.mutable_end_time() = RandomTime(random);
  if (coin()) *need.mutable_erase_time() = RandomTime(random);
  if (coin()) stored.add_claims()->set_name("needs/n/claims/c");
  if (coin()) stored.add_received_before(3);
  if (coin()) stored.set_access_code_hash(std::string(32, 'h'));
  return stored;
}

void ExpectSame(const NeedOutline& outline, const StoredNeed& stored) {
  const v1::Need& need = stored.need();
  EXPECT_EQ(outline.need, need.SerializeAsString());
  EXPECT_EQ(outline.name, need.name());
  EXPECT_EQ(outline.language_code, need.language_code());
  EXPECT_EQ(outline.public_location.latitude_degrees,
            need.public_location().latitude());
  EXPECT_EQ(outline.public_location.longitude_degrees,
            need.public_location().longitude());
  EXPECT_EQ(outline.categories, *BuiltIn().BitsOf(need.categories()));
  EXPECT_EQ(outline.urgency, need.urgency());
  EXPECT_EQ(outline.state, need.state());
  EXPECT_EQ(outline.verification, need.verification());
  EXPECT_EQ(outline.min_helper_verification, need.min_helper_verification());
  EXPECT_EQ(outline.quarantined, need.quarantined());
  EXPECT_EQ(outline.create_time, FromProto(need.create_time()));
  EXPECT_EQ(outline.verify_time, FromProto(need.verify_time()));
  EXPECT_EQ(outline.expire_time, FromProto(need.expire_time()));
  EXPECT_EQ(outline.end_time, FromProto(need.end_time()));
  EXPECT_EQ(outline.has_erase_time, need.has_erase_time());
  EXPECT_EQ(outline.has_claims, !stored.claims().empty());
}

// What an entry reads from its record when it is asked.
void ExpectSame(const NeedEntry& entry, const StoredNeed& stored) {
  const v1::Need& need = stored.need();
  EXPECT_EQ(entry.name(), need.name());
  EXPECT_EQ(entry.point().degrees().latitude_degrees,
            need.public_location().latitude());
  EXPECT_EQ(entry.point().degrees().longitude_degrees,
            need.public_location().longitude());
  EXPECT_EQ(entry.verify_time_micros(),
            absl::ToUnixMicros(FromProto(need.verify_time())));
  EXPECT_EQ(entry.language(), LanguageKey(need.language_code()));
  EXPECT_EQ(entry.state, need.state());
  EXPECT_EQ(entry.need_bytes(), need.SerializeAsString());
  EXPECT_EQ(entry.stored().SerializeAsString(), stored.SerializeAsString());
}

absl::StatusOr<EntryPtr> EntryOf(const StoredNeed& stored) {
  return MakeEntry(stored.need().name(), stored.SerializeAsString(), 1,
                   BuiltIn());
}

TEST(NeedEntryTest, SaysWhatTheParsedRecordSays) {
  std::mt19937_64 random(storage::TestSeed());
  for (int i = 0; i < 1'000; ++i) {
    const StoredNeed stored = RandomNeed(random);
    const auto entry = EntryOf(stored);
    ASSERT_TRUE(entry.ok()) << entry.status() << stored.DebugString();
    ExpectSame(static_cast<const NeedEntry&>(**entry), stored);
  }
}

// They stand before the place and the times.
TEST(NeedEntryTest, FindsItsFieldsBehindTheLongestTexts) {
  const auto text = [](size_t characters) {
    std::string bytes;
    for (size_t i = 0; i < characters; ++i) bytes += "\xf0\x9f\x8d\x9a";
    return bytes;
  };
  StoredNeed stored;
  v1::Need& need = *stored.mutable_need();
  need.set_name("needs/" + std::string(63, 'n'));
  for (int i = 0; i < kMaxLines; ++i) {
    v1::Line& line = *need.add_lines();
    line.set_item(text(kMaxNameCharacters));
    line.set_quantity(kMaxQuantity);
    line.set_unit(text(kMaxUnitCharacters));
  }
  need.set_situation(text(kMaxTextCharacters));
  need.set_language_code(std::string(kMaxLanguageTagBytes, 'v'));
  need.mutable_place()->set_address(text(kMaxAddressCharacters));
  need.mutable_public_location()->set_latitude(-10.5);
  need.mutable_public_location()->set_longitude(106.7);
  need.mutable_verify_time()->set_seconds(1'700'000'000);
  const auto entry = EntryOf(stored);
  ASSERT_TRUE(entry.ok()) << entry.status();
  ExpectSame(static_cast<const NeedEntry&>(**entry), stored);
}

TEST(NeedOutlineTest, SaysWhatTheParsedRecordSays) {
  std::mt19937_64 random(storage::TestSeed());
  const CategoryTable categories = BuiltIn();
  for (int i = 0; i < 2'000; ++i) {
    const StoredNeed stored = RandomNeed(random);
    const std::string record = stored.SerializeAsString();
    const auto outline = OutlineOf(record, categories);
    ASSERT_TRUE(outline.has_value()) << stored.DebugString();
    ExpectSame(*outline, stored);
  }
}

// Damaged anywhere it is refused, or read within its bytes.
TEST(NeedOutlineTest, DamagedRecordIsReadNoFurtherThanItGoes) {
  std::mt19937_64 random(storage::TestSeed());
  const CategoryTable categories = BuiltIn();
  for (int i = 0; i < 2'000; ++i) {
    std::string record = RandomNeed(random).SerializeAsString();
    if (random() % 2 == 0) record.resize(random() % (record.size() + 1));
    for (int hits = 0; hits < 3 && !record.empty(); ++hits) {
      record[random() % record.size()] = static_cast<char>(random());
    }
    const auto outline = OutlineOf(record, categories);
    if (!outline.has_value()) continue;
    EXPECT_GE(outline->need.data(), record.data());
    EXPECT_LE(outline->need.data() + outline->need.size(),
              record.data() + record.size());
    const auto made =
        MakeEntry(std::string(outline->name), record, 1, categories);
    if (!made.ok()) continue;
    const auto& entry = static_cast<const NeedEntry&>(**made);
    EXPECT_EQ(entry.name(), outline->name);
    EXPECT_EQ(entry.language(), LanguageKey(outline->language_code));
    EXPECT_EQ(entry.verify_time_micros(),
              absl::ToUnixMicros(outline->verify_time));
    EXPECT_EQ(entry.point().degrees().latitude_degrees,
              outline->public_location.latitude_degrees);
    EXPECT_EQ(entry.point().degrees().longitude_degrees,
              outline->public_location.longitude_degrees);
  }
}

// A record with these bytes for its need.
std::string RecordOf(const std::string& need) {
  std::string record;
  WireWriter(&record).Add(StoredNeed::kNeedFieldNumber, need);
  return record;
}

// What an entry would find another time elsewhere than its outline did.
TEST(NeedEntryTest, FieldsElsewhereThanWeWriteThemAreRefused) {
  v1::Need name;
  name.set_name("needs/a");
  v1::Need place;
  place.mutable_public_location()->set_latitude(10.5);
  v1::Need time;
  time.mutable_verify_time()->set_seconds(1'700'000'000);
  const std::string a = name.SerializeAsString();
  const std::string b = place.SerializeAsString();
  const std::string c = time.SerializeAsString();
  std::string place_as_number;
  WireWriter(&place_as_number)
      .AddInt64(v1::Need::kPublicLocationFieldNumber, 1);
  const auto made = [](const std::string& need) {
    return MakeEntry("needs/a", RecordOf(need), 1, BuiltIn()).status();
  };
  EXPECT_TRUE(made(a + b + c).ok());
  for (const std::string& need :
       {a + b + b, a + b + c + c, a + place_as_number, a + c + b, b + a}) {
    EXPECT_EQ(made(need).code(), absl::StatusCode::kDataLoss)
        << absl::CEscape(need);
  }
}

TEST(NeedOutlineTest, WhatWeDoNotWriteIsRefused) {
  const CategoryTable categories = BuiltIn();
  StoredNeed stored;
  stored.mutable_need()->set_name("needs/a");
  const std::string record = stored.SerializeAsString();
  EXPECT_TRUE(OutlineOf(record, categories).has_value());
  EXPECT_FALSE(OutlineOf("", categories).has_value());
  EXPECT_FALSE(OutlineOf("\xff\xff", categories).has_value());
  EXPECT_FALSE(OutlineOf(record + record, categories).has_value())
      << "two halves of a need";
  EXPECT_FALSE(
      OutlineOf(record.substr(0, record.size() - 1), categories).has_value());
  stored.mutable_need()->add_categories("categories/unheard-of");
  EXPECT_FALSE(OutlineOf(stored.SerializeAsString(), categories).has_value());
}

}  // namespace
}  // namespace xom::core
