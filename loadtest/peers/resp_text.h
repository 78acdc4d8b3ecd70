// What Redis and Tile38 are asked, as bytes of their protocol (RESP). No I/O.
#ifndef XOM_LOADTEST_PEERS_RESP_TEXT_H_
#define XOM_LOADTEST_PEERS_RESP_TEXT_H_

#include <string>

#include "absl/types/span.h"
#include "loadtest/peers/peer.h"

namespace xom::loadtest {

// A command with its arguments, which may hold any bytes.
std::string RespCommand(absl::Span<const std::string> words);

// A number from which the very same double is read again.
std::string ExactNumber(double value);

// The key of a category: "needs:3".
std::string CategoryKey(int category);

// GEOSEARCH key FROMLONLAT x y BYRADIUS r m ASC COUNT k, with a radius a little
// greater than that of the query, so that what is at its edge is found.
std::string RedisQuery(const PeerQuery& query);

// NEARBY key LIMIT k IDS POINT lat lng
std::string Tile38Query(const PeerQuery& query);

// One GEOADD of the points that have the category; "" when none has it.
std::string RedisAdd(int category, absl::Span<const PeerPoint> points);

// SET key id POINT lat lng
std::string Tile38Add(int category, const PeerPoint& point);

}  // namespace xom::loadtest

#endif  // XOM_LOADTEST_PEERS_RESP_TEXT_H_
