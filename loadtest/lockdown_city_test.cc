#include "loadtest/lockdown_city.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>

#include "cli/line_text.h"

namespace xom::loadtest {
namespace {

constexpr int64_t kNeeds = 30'000;

LockdownCity Vietnam(uint64_t seed) {
  absl::StatusOr<std::vector<City>> cities =
      ReadCities("samples/vietnam_cities.csv");
  EXPECT_TRUE(cities.ok()) << cities.status();
  return LockdownCity(*std::move(cities), seed);
}

double MetersFrom(const City& city, const google::type::LatLng& at) {
  const double shrink = std::cos(city.lat * 3.14159265358979 / 180);
  return std::hypot(at.latitude() - city.lat,
                    (at.longitude() - city.lng) * shrink) *
         111'195;
}

TEST(LockdownCityTest, ReadsTheSampleOfCities) {
  const LockdownCity vietnam = Vietnam(1);
  EXPECT_EQ(vietnam.cities().size(), 78u);
  EXPECT_EQ(vietnam.cities()[0].name, "Thành phố Hồ Chí Minh");
}

TEST(LockdownCityTest, ANeedIsAFunctionOfSeedAndNumber) {
  const LockdownCity one = Vietnam(1);
  EXPECT_EQ(one.Need(7).SerializeAsString(),
            Vietnam(1).Need(7).SerializeAsString());
  EXPECT_NE(one.Need(7).SerializeAsString(), one.Need(8).SerializeAsString());
  EXPECT_NE(one.Need(7).SerializeAsString(),
            Vietnam(2).Need(7).SerializeAsString());
  EXPECT_EQ(one.CreateRequest(7).need_id(), "lockdown-1-7");
}

TEST(LockdownCityTest, StaysTheSameFromVersionToVersion) {
  const v1::Need need = Vietnam(1).Need(0);
  EXPECT_NEAR(need.place().location().latitude(), 10.718980, 1e-5);
  EXPECT_NEAR(need.place().location().longitude(), 106.658633, 1e-5);
  EXPECT_EQ(cli::LinesText(need.lines(), "; "),
            "10 hộp đậu hũ; 6 suất cơm nóng; 14 kg gạo");
  EXPECT_EQ(need.situation(),
            "Gia đình có trẻ nhỏ từ đầu tháng, ăn uống cầm chừng, cần lương "
            "thực. Xin cảm ơn bà con.");
  EXPECT_EQ(need.urgency(), v1::URGENCY_LOW);
}

TEST(LockdownCityTest, KeepsItsProportions) {
  const LockdownCity vietnam = Vietnam(1);
  const City& largest = vietnam.cities()[0];
  const double reach = LockdownCity::MaxSpreadMeters(largest);
  std::map<std::string, int> categories;
  std::map<v1::Urgency, int> urgencies;
  int near_largest = 0;
  for (int64_t i = 0; i < kNeeds; ++i) {
    const v1::Need need = vietnam.Need(i);
    ++categories[need.categories(0)];
    ++urgencies[need.urgency()];
    near_largest += MetersFrom(largest, need.place().location()) <= reach;
  }
  const auto share = [](int count) {
    return static_cast<double>(count) / kNeeds;
  };
  // Neighbouring cities reach in, so a little above two thirds.
  EXPECT_NEAR(share(near_largest), 0.67, 0.04);
  EXPECT_NEAR(share(categories["categories/groceries"]), 0.93 * 0.7, 0.015);
  EXPECT_NEAR(share(categories["categories/necessities"]), 0.93 * 0.3 + 0.015,
              0.015);
  EXPECT_NEAR(share(categories["categories/medical-advice"]), 0.04, 0.005);
  EXPECT_NEAR(share(categories["categories/school-supplies"]), 0.015, 0.004);
  EXPECT_NEAR(share(urgencies[v1::URGENCY_LOW]), 0.10, 0.01);
  EXPECT_NEAR(share(urgencies[v1::URGENCY_NORMAL]), 0.55, 0.015);
  EXPECT_NEAR(share(urgencies[v1::URGENCY_HIGH]), 0.28, 0.015);
  EXPECT_NEAR(share(urgencies[v1::URGENCY_CRITICAL]), 0.07, 0.01);
}

TEST(LockdownCityTest, EveryNeedLiesNearACityAndWithinTheLimits) {
  const LockdownCity vietnam = Vietnam(3);
  for (int64_t i = 0; i < 2'000; ++i) {
    const v1::Need need = vietnam.Need(i);
    const auto near = [&need](const City& city) {
      return MetersFrom(city, need.place().location()) <=
             LockdownCity::MaxSpreadMeters(city) * 1.01;
    };
    EXPECT_TRUE(
        std::any_of(vietnam.cities().begin(), vietnam.cities().end(), near))
        << need.ShortDebugString();
    EXPECT_LE(need.lines_size(), 4);
    EXPECT_FALSE(need.has_contact());
    std::set<std::string> items;
    for (const v1::Line& line : need.lines()) {
      EXPECT_TRUE(items.insert(line.item()).second) << "twice the same";
      EXPECT_GT(line.quantity(), 0);
      // As the CSV carries it.
      EXPECT_EQ(cli::ParseLine(cli::LineText(line)).SerializeAsString(),
                line.SerializeAsString());
    }
  }
}

TEST(LockdownCityTest, OneCityIsEnough) {
  const LockdownCity alone({{"Huế", 16.46, 107.59, 287'217}}, 1);
  for (int64_t i = 0; i < 100; ++i) {
    EXPECT_LE(MetersFrom(alone.cities()[0], alone.Need(i).place().location()),
              LockdownCity::MaxSpreadMeters(alone.cities()[0]) * 1.01);
  }
}

TEST(ReadCitiesTest, SaysWhatIsWrong) {
  EXPECT_EQ(ReadCities("samples/nowhere.csv").status().code(),
            absl::StatusCode::kNotFound);
  // It has neither name nor population.
  EXPECT_EQ(ReadCities("samples/nyc_311.csv").status().code(),
            absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace xom::loadtest
