// What PostgreSQL is told, as SQL and as bytes of its binary format. No I/O.
#ifndef XOM_LOADTEST_PEERS_POSTGIS_TEXT_H_
#define XOM_LOADTEST_PEERS_POSTGIS_TEXT_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "geo/point.h"
#include "loadtest/peers/peer.h"

namespace xom::loadtest {

// The search of a category for k points, the name it is prepared under, and
// its one parameter: a geography, in the binary format.
std::string PostgisQuery(int category, int k);
std::string PostgisQueryName(int category, int k);

// A point as geography takes it in binary: EWKB of WGS84.
std::string PostgisPlace(const geo::LatLng& place);

// The points as lines for COPY into the table `loaded`.
std::string PostgisLines(absl::Span<const PeerPoint> points);

// What is done before that COPY, and after it for the categories whose bits are
// set. Each is to be run alone, in this order.
std::vector<std::string> PostgisBeforeLoad();
std::vector<std::string> PostgisAfterLoad(uint64_t categories,
                                          PostgisOrder order);

}  // namespace xom::loadtest

#endif  // XOM_LOADTEST_PEERS_POSTGIS_TEXT_H_
