#ifndef XOM_LOADTEST_LOCKDOWN_CITY_H_
#define XOM_LOADTEST_LOCKDOWN_CITY_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "xom/v1/need.pb.h"
#include "xom/v1/need_service.pb.h"

namespace xom::loadtest {

// A city as GeoNames has it.
struct City {
  std::string name;
  double lat = 0;
  double lng = 0;
  int64_t population = 0;
};

// Reads a CSV with the columns name, lat, lng and population, such as
// samples/vietnam_cities.csv. NOT_FOUND when there is no such file,
// INVALID_ARGUMENT naming the line that is wrong or when there is no city.
absl::StatusOr<std::vector<City>> ReadCities(const std::string& path);

// The needs of a country in lockdown, after the figures of Ho Chi Minh City in
// 2021: two thirds in one city, 93 % naming food.
//
//   absl::StatusOr<std::vector<City>> cities = ReadCities(path);
//   const LockdownCity city(*std::move(cities), /*seed=*/1);
//   for (int64_t i = 0; i < 100'000; ++i) Post(city.CreateRequest(i));
//
// Need number i is a function of the cities, the seed and i alone: threads and
// machines can share the numbers out and make the same needs in any order.
// Immutable after construction; thread-safe.
//
// The distribution, independent of each other unless said:
//
//   city       2/3 the most populous; else the others, by population
//   place      from the centre in any direction, the distance exponential with
//              a mean of 1.1 km * sqrt(population / 100,000), cut at 5 means
//              (6.5 km and 32 km in Ho Chi Minh City); 6 decimals; it may fall
//              into a river or the sea
//   subject    93 % food: 70 % of it groceries, 30 % necessities, and 1 in 10
//              also medical-advice. Else 4 % medical-advice, 1.5 %
//              school-supplies, 1.5 % necessities without food
//   lines      of food 1 to 4 different things, the first always food; medical
//              advice none or one; school supplies 1 to 3; else 1 or 2
//   quantity   grows with the people
//   people     1 to 5 adults; children, elderly people, and rarely a pregnant,
//              disabled or ill one
//   urgency    10 % low, 55 % normal, 28 % high, 7 % critical
//   situation  a Vietnamese sentence or two out of 600 or so; no names, no
//              numbers, no addresses
//
// No need has a contact: phone numbers would be somebody's.
class LockdownCity {
 public:
  // At least one city, each with a population above 0.
  LockdownCity(std::vector<City> cities, uint64_t seed);

  v1::Need Need(int64_t i) const;

  // The need under the id `lockdown-SEED-I`, so that posting it again makes no
  // second one. Without a request_id.
  v1::CreateNeedRequest CreateRequest(int64_t i) const;
  std::string NeedId(int64_t i) const;

  // The largest city comes first.
  const std::vector<City>& cities() const { return cities_; }

  // The most that Need puts a need from the centre of its city.
  static double MaxSpreadMeters(const City& city);

 private:
  class Random;

  const City& PickCity(Random& random) const;

  const std::vector<City> cities_;
  const std::vector<int64_t>
      people_up_to_;  // sums over all cities but the first
  const uint64_t seed_;
};

}  // namespace xom::loadtest

#endif  // XOM_LOADTEST_LOCKDOWN_CITY_H_
