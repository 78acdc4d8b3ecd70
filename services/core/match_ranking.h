#ifndef XOM_SERVICES_CORE_MATCH_RANKING_H_
#define XOM_SERVICES_CORE_MATCH_RANKING_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/core/listing.h"
#include "services/core/view.h"
#include "xom/v1/match_service.pb.h"

namespace xom::core {

// The other sides that fit a subject, best first: by score, then distance, then
// name. At most kMaxMatchCandidates, the nearest.
class MatchRanking {
 public:
  // The needs that the offer can serve, and the other way round. NOT_FOUND;
  // FAILED_PRECONDITION when the subject is not active or open.
  static absl::StatusOr<MatchRanking> OfNeeds(const View::Reader& reader,
                                              const std::string& offer,
                                              absl::Time now);
  static absl::StatusOr<MatchRanking> OfOffers(const View::Reader& reader,
                                               const std::string& need,
                                               absl::Time now);

  // The page that the request asks for. INVALID_ARGUMENT for a bad token.
  absl::StatusOr<v1::FindMatchesResponse> PageOf(
      const PageRequest& request) const;

 private:
  struct Candidate {
    double score;
    double chord_length2;
    OfferPtr offer;
    NeedPtr need;
    absl::string_view name;  // of the other side
  };

  static bool Better(const Candidate& a, const Candidate& b);
  void Add(OfferPtr offer, NeedPtr need, absl::string_view name);
  v1::Match MessageOf(const Candidate& candidate) const;

  std::vector<Candidate> candidates_;
  bool of_needs_ = true;
};

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_MATCH_RANKING_H_
