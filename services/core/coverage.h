// How far a need is met: a function of its lines and its claims.
#ifndef XOM_SERVICES_CORE_COVERAGE_H_
#define XOM_SERVICES_CORE_COVERAGE_H_

#include <vector>

#include "xom/internal/v1/stored.pb.h"
#include "xom/v1/need.pb.h"

namespace xom::core {

// Of each line of the need; of one line when it has none. In each,
// asked = promised + delivered + confirmed + open.
std::vector<v1::LineCoverage> CoverageOf(
    const internal::v1::StoredNeed& stored);

// Writes what follows from the claims into the public part of a need that has
// not ended: its coverage, and whether it is OPEN or CLAIMED, or CLOSED because
// all of it came. A MERGED one stays so.
void UpdateCoverage(internal::v1::StoredNeed* stored);

// Whether the lines may not change: some of them are promised, delivered or
// received.
bool LinesAreHeld(const internal::v1::StoredNeed& stored);

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_COVERAGE_H_
