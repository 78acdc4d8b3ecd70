#include "loadtest/peers/postgis_text.h"

#include <cstring>

#include "absl/strings/str_cat.h"
#include "loadtest/peers/resp_text.h"

namespace xom::loadtest {
namespace {

// The planner uses an index only when this stands in the query word for word,
// so it can be no parameter.
std::string HasCategory(int category) {
  return absl::StrCat("(categories & '",
                      static_cast<int64_t>(uint64_t{1} << category),
                      "'::bigint) <> 0");
}

template <typename Number>
void AppendBytes(std::string* bytes, Number number) {
  char buffer[sizeof number];
  std::memcpy(buffer, &number, sizeof number);
  bytes->append(buffer, sizeof number);
}

}  // namespace

std::string PostgisQuery(int category, int k) {
  return absl::StrCat("SELECT id FROM needs WHERE ", HasCategory(category),
                      " ORDER BY place <-> $1::geography LIMIT ", k);
}

std::string PostgisQueryName(int category, int k) {
  return absl::StrCat("nearest_", category, "_", k);
}

std::string PostgisPlace(const geo::LatLng& place) {
  constexpr uint32_t kPointWithReference = 0x20000001;
  constexpr uint32_t kWgs84 = 4326;
  std::string bytes;
  // The numbers are ours, and say so.
  bytes.push_back(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? '\1' : '\0');
  AppendBytes(&bytes, kPointWithReference);
  AppendBytes(&bytes, kWgs84);
  AppendBytes(&bytes, place.longitude_degrees);
  AppendBytes(&bytes, place.latitude_degrees);
  return bytes;
}

std::string PostgisLines(absl::Span<const PeerPoint> points) {
  std::string lines;
  for (const PeerPoint& point : points) {
    absl::StrAppend(&lines, point.id, "\t",
                    static_cast<int64_t>(point.categories), "\t",
                    ExactNumber(point.place.longitude_degrees), "\t",
                    ExactNumber(point.place.latitude_degrees), "\n");
  }
  return lines;
}

std::vector<std::string> PostgisBeforeLoad() {
  return {"CREATE EXTENSION postgis",
          "CREATE UNLOGGED TABLE loaded (id bigint, categories bigint, "
          "lng double precision, lat double precision)"};
}

std::vector<std::string> PostgisAfterLoad(uint64_t categories,
                                          PostgisOrder order) {
  std::vector<std::string> commands = {absl::StrCat(
      "CREATE TABLE needs AS SELECT id, categories, "
      "ST_SetSRID(ST_MakePoint(lng, lat), 4326)::geography AS place "
      "FROM loaded",
      // PostGIS sorts points along a Hilbert curve.
      order == PostgisOrder::kByPlace
          ? " ORDER BY ST_SetSRID(ST_MakePoint(lng, lat), 4326)"
          : "")};
  commands.push_back("DROP TABLE loaded");
  for (int category = 0; category < kMaxPeerCategories; ++category) {
    if ((categories >> category & 1) == 0) continue;
    commands.push_back(absl::StrCat("CREATE INDEX needs_", category,
                                    " ON needs USING gist (place) WHERE ",
                                    HasCategory(category)));
  }
  commands.push_back("VACUUM (FREEZE, ANALYZE) needs");
  return commands;
}

}  // namespace xom::loadtest
