#include "loadtest/lockdown_city.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <numbers>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "cli/csv_reader.h"

namespace xom::loadtest {
namespace {

constexpr double kMeanSpreadMeters = 1'100;  // of a city of 100,000
constexpr double kMaxMeans = 5;
constexpr double kMetersPerDegree = 111'195;

struct Thing {
  const char* item;
  const char* unit;
  int per_person;
};

constexpr Thing kFood[] = {
    {"gạo", "kg", 3},           {"mì gói", "gói", 6},  {"rau củ", "kg", 2},
    {"trứng gà", "quả", 5},     {"thịt heo", "kg", 1}, {"cá khô", "kg", 1},
    {"sữa tươi", "hộp", 4},     {"dầu ăn", "chai", 1}, {"nước mắm", "chai", 1},
    {"cháo ăn liền", "gói", 4}, {"đậu hũ", "hộp", 2},  {"cơm nóng", "suất", 2}};
constexpr Thing kNecessities[] = {
    {"nước uống", "thùng", 1}, {"khẩu trang", "hộp", 1},
    {"xà phòng", "cái", 1},    {"tã em bé", "bịch", 1},
    {"bình gas", "cái", 1},    {"băng vệ sinh", "gói", 1}};
constexpr Thing kMedicine[] = {{"thuốc hạ sốt", "vỉ", 1},
                               {"nước muối sinh lý", "chai", 1},
                               {"que thử nhanh", "hộp", 1}};
constexpr Thing kSchool[] = {{"vở", "cuốn", 3},
                             {"bút bi", "cái", 2},
                             {"sách giáo khoa", "bộ", 1},
                             {"máy tính bảng cũ", "cái", 1}};

constexpr const char* kWho[] = {
    "Xóm trọ bị phong tỏa",        "Gia đình có trẻ nhỏ",
    "Hai ông bà già ở một mình",   "Dãy trọ công nhân",
    "Nhà có người đang cách ly",   "Mẹ đơn thân mất việc",
    "Nhóm sinh viên kẹt lại",      "Khu nhà có nhiều F0",
    "Gia đình bán vé số nghỉ bán", "Người khuyết tật sống một mình"};
constexpr const char* kSince[] = {"đã hai tuần nay", "từ đầu tháng",
                                  "mấy hôm nay", "hơn mười ngày"};
constexpr const char* kFoodAsk[] = {"hết gạo và đồ ăn, mong bà con giúp đỡ.",
                                    "chỉ còn mì gói, cần thêm rau và trứng.",
                                    "không ra ngoài mua thức ăn được.",
                                    "thiếu sữa cho con và gạo cho cả nhà.",
                                    "ăn uống cầm chừng, cần lương thực."};
constexpr const char* kOtherAsk[] = {"cần người tư vấn và hỗ trợ.",
                                     "chưa biết nhờ ai, mong được giúp."};
constexpr const char* kMore[] = {"", " Có thể nhận ở đầu hẻm.",
                                 " Xin cảm ơn bà con."};

uint64_t Mix(uint64_t x) {  // the finalizer of SplitMix64
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
  return x ^ (x >> 31);
}

std::vector<City> LargestFirst(std::vector<City> cities) {
  std::stable_sort(
      cities.begin(), cities.end(),
      [](const City& a, const City& b) { return a.population > b.population; });
  return cities;
}

std::vector<int64_t> SumsBehindFirst(const std::vector<City>& cities) {
  std::vector<int64_t> sums;
  int64_t sum = 0;
  for (size_t i = 1; i < cities.size(); ++i) {
    sums.push_back(sum += cities[i].population);
  }
  return sums;
}

double MeanSpread(const City& city) {
  return kMeanSpreadMeters *
         std::sqrt(static_cast<double>(city.population) / 100'000);
}

double SixDecimals(double degrees) { return std::round(degrees * 1e6) / 1e6; }

}  // namespace

// SplitMix64. The standard's distributions give other numbers with another
// library; a golden test and a run on two machines need the same.
class LockdownCity::Random {
 public:
  Random(uint64_t seed, int64_t i)
      : state_(Mix(Mix(seed + kStep) + static_cast<uint64_t>(i))) {}

  // 0 to 1, without 1.
  double Unit() {
    state_ += kStep;
    return static_cast<double>(Mix(state_) >> 11) * 0x1p-53;
  }
  int64_t Below(int64_t bound) {
    return static_cast<int64_t>(Unit() * static_cast<double>(bound));
  }
  bool Chance(double share) { return Unit() < share; }
  template <typename T, size_t n>
  const T& OneOf(const T (&values)[n]) {
    return values[Below(n)];
  }

 private:
  static constexpr uint64_t kStep = 0x9E3779B97F4A7C15;
  uint64_t state_;
};

namespace {

template <typename Random>
void SetPlace(const City& city, Random& random, google::type::LatLng* at) {
  // The inverse of the exponential distribution, cut at kMaxMeans.
  const double cut = 1 - std::exp(-kMaxMeans);
  const double meters = -MeanSpread(city) * std::log(1 - random.Unit() * cut);
  const double angle = 2 * std::numbers::pi * random.Unit();
  const double shrink = std::cos(city.lat * std::numbers::pi / 180);
  at->set_latitude(
      SixDecimals(city.lat + meters * std::cos(angle) / kMetersPerDegree));
  at->set_longitude(SixDecimals(city.lng + meters * std::sin(angle) /
                                               kMetersPerDegree / shrink));
}

template <typename Random>
void SetPeople(Random& random, v1::People* people) {
  const auto below = [&random](int64_t bound) {
    return static_cast<int32_t>(random.Below(bound));
  };
  people->set_adults(1 + below(5));
  if (random.Chance(0.5)) people->set_children(1 + below(3));
  if (random.Chance(0.3)) people->set_elderly(1 + below(2));
  if (random.Chance(0.03)) people->set_pregnant(1);
  if (random.Chance(0.04)) people->set_disabled(1);
  if (random.Chance(0.1)) people->set_ill(1 + below(2));
}

// So many different things of the list.
template <size_t n, typename Random>
void AddLines(const Thing (&things)[n], int64_t count, Random& random,
              v1::Need* need) {
  const int64_t first = random.Below(n);
  const int32_t mouths = need->people().adults() + need->people().children();
  for (int64_t i = 0; i < count; ++i) {
    // Steps of 1 from a random place: different, and cheap.
    const Thing& thing = things[static_cast<size_t>(first + i) % n];
    v1::Line* line = need->add_lines();
    line->set_item(thing.item);
    line->set_unit(thing.unit);
    line->set_quantity(static_cast<int32_t>(
        1 + random.Below(int64_t{thing.per_person} * mouths)));
  }
}

template <typename Random>
void SetFood(Random& random, v1::Need* need) {
  const bool groceries = random.Chance(0.7);
  need->add_categories(groceries ? "categories/groceries"
                                 : "categories/necessities");
  AddLines(kFood, 1 + random.Below(3), random, need);
  if (random.Chance(0.3)) AddLines(kNecessities, 1, random, need);
  if (random.Chance(0.1)) need->add_categories("categories/medical-advice");
}

template <typename Random>
void SetOther(double share, Random& random, v1::Need* need) {
  if (share < 0.040) {
    need->add_categories("categories/medical-advice");
    AddLines(kMedicine, random.Below(2), random, need);
  } else if (share < 0.055) {
    need->add_categories("categories/school-supplies");
    AddLines(kSchool, 1 + random.Below(3), random, need);
  } else {
    need->add_categories("categories/necessities");
    AddLines(kNecessities, 1 + random.Below(2), random, need);
  }
}

v1::Urgency UrgencyOf(double share) {
  if (share < 0.10) return v1::URGENCY_LOW;
  if (share < 0.65) return v1::URGENCY_NORMAL;
  return share < 0.93 ? v1::URGENCY_HIGH : v1::URGENCY_CRITICAL;
}

}  // namespace

LockdownCity::LockdownCity(std::vector<City> cities, uint64_t seed)
    : cities_(LargestFirst(std::move(cities))),
      people_up_to_(SumsBehindFirst(cities_)),
      seed_(seed) {}

const City& LockdownCity::PickCity(Random& random) const {
  const bool first = random.Chance(2.0 / 3);
  if (first || people_up_to_.empty()) return cities_.front();
  const int64_t person = random.Below(people_up_to_.back());
  const auto at =
      std::upper_bound(people_up_to_.begin(), people_up_to_.end(), person);
  return cities_[static_cast<size_t>(at - people_up_to_.begin()) + 1];
}

v1::Need LockdownCity::Need(int64_t i) const {
  Random random(seed_, i);
  v1::Need need;
  SetPlace(PickCity(random), random, need.mutable_place()->mutable_location());
  SetPeople(random, need.mutable_people());
  const double share = random.Unit();
  const bool food = share >= 0.07;
  if (food) {
    SetFood(random, &need);
  } else {
    SetOther(share, random, &need);
  }
  need.set_urgency(UrgencyOf(random.Unit()));
  std::string situation = absl::StrCat(random.OneOf(kWho), " ");
  absl::StrAppend(&situation, random.OneOf(kSince), ", ");
  situation += food ? random.OneOf(kFoodAsk) : random.OneOf(kOtherAsk);
  situation += random.OneOf(kMore);
  need.set_situation(situation);
  need.set_language_code("vi");
  return need;
}

std::string LockdownCity::NeedId(int64_t i) const {
  return absl::StrCat("lockdown-", seed_, "-", i);
}

v1::CreateNeedRequest LockdownCity::CreateRequest(int64_t i) const {
  v1::CreateNeedRequest request;
  *request.mutable_need() = Need(i);
  request.set_need_id(NeedId(i));
  return request;
}

double LockdownCity::MaxSpreadMeters(const City& city) {
  return kMaxMeans * MeanSpread(city);
}

absl::StatusOr<std::vector<City>> ReadCities(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return absl::NotFoundError("cannot read " + path);
  cli::CsvReader reader(&file);
  cli::CsvRow row;
  std::map<std::string, size_t> columns;
  std::vector<City> cities;
  for (;;) {
    const absl::StatusOr<bool> more = reader.Next(&row);
    if (!more.ok()) return more.status();
    if (!*more) break;
    if (columns.empty()) {
      for (const std::string& field : row.fields) {
        columns.emplace(field, columns.size());
      }
      continue;
    }
    const auto cell = [&](const char* column) -> std::string {
      const auto found = columns.find(column);
      const bool there =
          found != columns.end() && found->second < row.fields.size();
      return there ? row.fields[found->second] : "";
    };
    City city;
    city.name = cell("name");
    if (!absl::SimpleAtod(cell("lat"), &city.lat) ||
        !absl::SimpleAtod(cell("lng"), &city.lng) ||
        !absl::SimpleAtoi(cell("population"), &city.population)) {
      return absl::InvalidArgumentError(
          absl::StrCat(path, ":", row.line, ": needs lat, lng and population"));
    }
    if (city.population > 0) cities.push_back(city);
  }
  if (cities.empty()) return absl::InvalidArgumentError(path + ": no city");
  return cities;
}

}  // namespace xom::loadtest
