// Finds edges of rings that cross. Internal to geo/.
#ifndef XOM_GEO_RING_CROSSINGS_H_
#define XOM_GEO_RING_CROSSINGS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "geo/point.h"

namespace xom::geo {

// INVALID_ARGUMENT, naming rings and vertices, when two edges cross, two rings
// share an edge or cross in a shared vertex, or when finding out would exceed
// kMaxPolygonEdgePairs or kMaxPolygonExactPairs.
//
// REQUIRES: at least 3 vertices in each ring, without a repetition at the end;
// no two vertices of a ring are equal, no two neighbours antipodal; a name for
// each ring.
absl::Status CheckCrossings(absl::Span<const std::vector<Point>> rings,
                            absl::Span<const std::string> ring_names);

}  // namespace xom::geo

#endif  // XOM_GEO_RING_CROSSINGS_H_
