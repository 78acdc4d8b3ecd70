// Random positions for tests, the awkward ones included. Test code.
//
// The seed is fixed unless XOM_TEST_SEED is set; each failure prints it:
//
//   RandomPoints random;
//   SCOPED_TRACE(random.seed_message());
#ifndef XOM_GEO_RANDOM_POINTS_H_
#define XOM_GEO_RANDOM_POINTS_H_

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "geo/point.h"

namespace xom::geo {

class RandomPoints {
 public:
  RandomPoints() : RandomPoints(SeedFromEnvironment()) {}
  explicit RandomPoints(uint32_t seed) : seed_(seed), engine_(seed) {}

  std::string seed_message() const {
    return "XOM_TEST_SEED=" + std::to_string(seed_);
  }

  double Uniform(double low, double high) {
    return std::uniform_real_distribution<double>(low, high)(engine_);
  }

  // 0 .. count - 1.
  size_t Below(size_t count) {
    return std::uniform_int_distribution<size_t>(0, count - 1)(engine_);
  }

  bool OneIn(size_t n) { return Below(n) == 0; }

  static Point At(double latitude, double longitude) {
    return *Point::FromDegrees(
        {std::clamp(latitude, -90.0, 90.0), std::remainder(longitude, 360.0)});
  }

  // Uniform on the sphere.
  Point Anywhere() {
    return At(std::asin(Uniform(-1, 1)) * 180 / 3.14159265358979,
              Uniform(-180, 180));
  }

  // Within about `meters` of `center` on each axis.
  Point Near(const Point& center, double meters) {
    const double degrees = meters / 111'195;
    const LatLng c = center.degrees();
    const double shrink =
        std::max(0.01, std::cos(c.latitude_degrees * 3.14159265358979 / 180));
    return At(c.latitude_degrees + Uniform(-degrees, degrees),
              c.longitude_degrees + Uniform(-degrees, degrees) / shrink);
  }

  // A place where code goes wrong: a pole, the antimeridian, an edge or a
  // corner of a cube face, the origin; exactly there or close to it.
  Point Awkward() {
    static constexpr LatLng kPlaces[] = {{90, 0},
                                         {90, 77},
                                         {-90, 0},
                                         {0, 180},
                                         {0, -180},
                                         {45, 180},
                                         {-45, 45},
                                         {0, 45},
                                         {0, -135},
                                         {35.264389682754654, 45},
                                         {-35.264389682754654, -135},
                                         {0, 0},
                                         {10.7769, 106.7009}};
    const LatLng place = kPlaces[Below(std::size(kPlaces))];
    const Point exact = At(place.latitude_degrees, place.longitude_degrees);
    static constexpr double kMeters[] = {0, 0.01, 10, 5'000, 300'000};
    const double meters = kMeters[Below(std::size(kMeters))];
    return meters == 0 ? exact : Near(exact, meters);
  }

  // A mix of all of the above; a third repeats `known` points exactly.
  Point Any(const std::vector<Point>& known = {}) {
    if (!known.empty() && OneIn(3)) return known[Below(known.size())];
    if (!known.empty() && OneIn(2)) {
      return Near(known[Below(known.size())], OneIn(2) ? 200 : 20'000);
    }
    return OneIn(2) ? Awkward() : Anywhere();
  }

 private:
  static uint32_t SeedFromEnvironment() {
    const char* seed = std::getenv("XOM_TEST_SEED");
    return seed == nullptr ? 20210722 : static_cast<uint32_t>(std::atoll(seed));
  }

  const uint32_t seed_;
  std::mt19937 engine_;
};

}  // namespace xom::geo

#endif  // XOM_GEO_RANDOM_POINTS_H_
