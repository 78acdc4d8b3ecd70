#ifndef XOM_SERVICES_CORE_MATCH_SCORE_H_
#define XOM_SERVICES_CORE_MATCH_SCORE_H_

#include <string>

#include "services/core/entry.h"
#include "xom/v1/match_service.pb.h"

namespace xom::core {

// How well the offer serves the need: distance, score and its parts, as the
// proto defines them. The counterpart and the reason are left to the caller.
v1::Match ScoreMatch(const OfferEntry& offer, const NeedEntry& need);

// Why they fit, in a line of English.
std::string ReasonText(const OfferEntry& offer, const NeedEntry& need);

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_MATCH_SCORE_H_
