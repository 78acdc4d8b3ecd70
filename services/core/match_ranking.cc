#include "services/core/match_ranking.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "geo/cell_index.h"
#include "services/core/error.h"
#include "services/core/limits.h"
#include "services/core/match_score.h"
#include "services/core/token.h"

namespace xom::core {
namespace {

using internal::v1::PageToken;

bool HasCapacity(const View::Reader& reader, const OfferEntry& offer,
                 absl::Time now) {
  return reader.FindClaimant(std::string(offer.name()), now).active_claims <
         offer.stored.offer().capacity();
}

}  // namespace

bool MatchRanking::Better(const Candidate& a, const Candidate& b) {
  return std::make_tuple(-a.score, a.chord_length2, a.name) <
         std::make_tuple(-b.score, b.chord_length2, b.name);
}

void MatchRanking::Add(OfferPtr offer, NeedPtr need, absl::string_view name) {
  const double score = ScoreMatch(*offer, *need).score();
  const double chord_length2 = geo::ChordLength2(offer->point(), need->point());
  candidates_.push_back(
      {score, chord_length2, std::move(offer), std::move(need), name});
}

absl::StatusOr<MatchRanking> MatchRanking::OfNeeds(
    const View::Reader& reader, const std::string& offer_name, absl::Time now) {
  const EntryPtr found = reader.offers().Find(offer_name);
  if (found == nullptr || found->hidden) return NotFoundError(offer_name);
  const auto offer = boost::static_pointer_cast<const OfferEntry>(found);
  const v1::Offer& message = offer->stored.offer();
  if (!offer->active()) {
    return StateError(offer_name, v1::Offer::State_Name(message.state()));
  }
  MatchRanking ranking;
  // Asked once: else nothing fits, and all would be looked at.
  if (!offer->IsOn(now) || !HasCapacity(reader, *offer, now)) return ranking;
  geo::NearestQuery query{.center = offer->point(),
                          .limit = kMaxMatchCandidates,
                          .any_category = offer->categories};
  if (message.has_service_radius_meters()) {
    query.max_distance_meters = message.service_radius_meters();
  }
  for (const auto& neighbor : reader.needs().live().Nearest(query)) {
    auto need = Share<NeedEntry>(*neighbor.item);
    const absl::string_view name = need->name();
    ranking.Add(offer, std::move(need), name);
  }
  std::sort(ranking.candidates_.begin(), ranking.candidates_.end(), Better);
  return ranking;
}

absl::StatusOr<MatchRanking> MatchRanking::OfOffers(
    const View::Reader& reader, const std::string& need_name, absl::Time now) {
  const EntryPtr found = reader.needs().Find(need_name);
  if (found == nullptr || found->hidden) return NotFoundError(need_name);
  const auto need = boost::static_pointer_cast<const NeedEntry>(found);
  if (!need->live) {
    return StateError(
        need_name,
        v1::Need::State_Name(static_cast<v1::Need::State>(need->state)));
  }
  geo::NearestQuery query{.center = need->point(),
                          .limit = kMaxMatchCandidates,
                          .any_category = need->categories};
  query.accept = [&reader, &need, now](const geo::IndexedItem& item) {
    const auto& offer = static_cast<const OfferEntry&>(item);
    return offer.active() &&
           offer.Reaches(geo::ChordLength2(offer.point(), need->point())) &&
           offer.IsOn(now) && HasCapacity(reader, offer, now);
  };
  MatchRanking ranking;
  ranking.of_needs_ = false;
  for (const auto& neighbor : reader.offers().live().Nearest(query)) {
    auto offer = Share<OfferEntry>(*neighbor.item);
    const absl::string_view name = offer->name();
    ranking.Add(std::move(offer), need, name);
  }
  std::sort(ranking.candidates_.begin(), ranking.candidates_.end(), Better);
  return ranking;
}

v1::Match MatchRanking::MessageOf(const Candidate& candidate) const {
  v1::Match match = ScoreMatch(*candidate.offer, *candidate.need);
  match.set_reason(ReasonText(*candidate.offer, *candidate.need));
  if (of_needs_) {
    *match.mutable_need() = candidate.need->need();
  } else {
    *match.mutable_offer() = candidate.offer->stored.offer();
  }
  return match;
}

absl::StatusOr<v1::FindMatchesResponse> MatchRanking::PageOf(
    const PageRequest& request) const {
  auto token = DecodePageToken(request.page_token, request.filter_fingerprint,
                               PageToken::kByMatch);
  if (!token.ok()) return token.status();
  auto next = candidates_.begin();
  if (token->has_by_match()) {
    const PageToken::MatchPosition& last = token->by_match();
    next = std::upper_bound(candidates_.begin(), candidates_.end(),
                            Candidate{last.score(), last.chord_length2(),
                                      nullptr, nullptr, last.name()},
                            Better);
  }
  v1::FindMatchesResponse response;
  size_t bytes = 0;
  while (response.matches_size() < request.page_size &&
         next != candidates_.end() && bytes <= kMaxAnswerBytes) {
    bytes += of_needs_ ? next->need->reply_bytes : next->offer->reply_bytes;
    *response.add_matches() = MessageOf(*next++);
  }
  if (next != candidates_.end()) {
    const Candidate& last = *std::prev(next);
    PageToken page;
    page.set_filter_fingerprint(request.filter_fingerprint);
    page.mutable_by_match()->set_score(last.score);
    page.mutable_by_match()->set_chord_length2(last.chord_length2);
    page.mutable_by_match()->set_name(std::string(last.name));
    response.set_next_page_token(EncodeToken(page));
  }
  return response;
}

}  // namespace xom::core
