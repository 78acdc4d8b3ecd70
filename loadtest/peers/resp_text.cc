#include "loadtest/peers/resp_text.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace xom::loadtest {
namespace {

// What is at the edge of the radius may seem to be beyond it: the earth of
// Redis has a radius 0.03 % greater than ours, and its points are moved by half
// a metre. Without this, a hundred points at the same place can all be missed.
constexpr double kRadiusFactor = 1.001;
constexpr double kRadiusSlackMeters = 1;

}  // namespace

std::string RespCommand(absl::Span<const std::string> words) {
  std::string bytes = absl::StrCat("*", words.size(), "\r\n");
  for (const std::string& word : words) {
    absl::StrAppend(&bytes, "$", word.size(), "\r\n", word, "\r\n");
  }
  return bytes;
}

std::string ExactNumber(double value) {
  return absl::StrFormat("%.17g", value);
}

std::string CategoryKey(int category) {
  return absl::StrCat("needs:", category);
}

std::string RedisQuery(const PeerQuery& query) {
  return RespCommand(
      {"GEOSEARCH", CategoryKey(query.category), "FROMLONLAT",
       ExactNumber(query.place.longitude_degrees),
       ExactNumber(query.place.latitude_degrees), "BYRADIUS",
       ExactNumber(query.radius_meters * kRadiusFactor + kRadiusSlackMeters),
       "m", "ASC", "COUNT", absl::StrCat(query.k)});
}

std::string Tile38Query(const PeerQuery& query) {
  return RespCommand({"NEARBY", CategoryKey(query.category), "LIMIT",
                      absl::StrCat(query.k), "IDS", "POINT",
                      ExactNumber(query.place.latitude_degrees),
                      ExactNumber(query.place.longitude_degrees)});
}

std::string RedisAdd(int category, absl::Span<const PeerPoint> points) {
  std::vector<std::string> words = {"GEOADD", CategoryKey(category)};
  const size_t empty = words.size();
  for (const PeerPoint& point : points) {
    if ((point.categories >> category & 1) == 0) continue;
    words.push_back(ExactNumber(point.place.longitude_degrees));
    words.push_back(ExactNumber(point.place.latitude_degrees));
    words.push_back(absl::StrCat(point.id));
  }
  return words.size() == empty ? "" : RespCommand(words);
}

std::string Tile38Add(int category, const PeerPoint& point) {
  return RespCommand({"SET", CategoryKey(category), absl::StrCat(point.id),
                      "POINT", ExactNumber(point.place.latitude_degrees),
                      ExactNumber(point.place.longitude_degrees)});
}

}  // namespace xom::loadtest
