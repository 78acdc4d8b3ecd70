#include "services/core/match_service.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "geo/cell_index.h"
#include "services/core/category_table.h"
#include "services/core/fingerprint.h"
#include "services/core/limits.h"
#include "services/core/match_ranking.h"
#include "services/core/nearest_request.h"
#include "services/core/need_filter.h"
#include "services/core/prefetch.h"
#include "services/core/resource_name.h"
#include "services/core/time_proto.h"
#include "services/core/wire.h"

namespace xom::core {
namespace {

// Tags, sizes and the distance of a NearestNeed.
constexpr size_t kMaxBytesAroundNeed = 24;

// What a page of neighbours asks of the index: one more than the page, to know
// whether there is a next one.
absl::StatusOr<geo::NearestQuery> MakeQuery(const Nearness& nearness,
                                            absl::string_view page_token,
                                            uint64_t fingerprint) {
  auto after = DecodeRank(page_token, fingerprint);
  if (!after.ok()) return after.status();
  geo::NearestQuery query{.center = nearness.center,
                          .limit = nearness.k + 1,
                          .max_distance_meters = nearness.max_distance_meters,
                          .after = *std::move(after)};
  return query;
}

template <typename Request>
uint64_t FingerprintUnpaged(Request request) {
  request.clear_page_token();
  request.clear_k();
  return Fingerprint64(Request::descriptor()->full_name(), request);
}

// A page of neighbours, nearest first, and where the next one begins.
struct NearestPage {
  std::vector<geo::Neighbor> neighbors;
  std::optional<geo::RankKey> last;  // nullopt: it is the last page
};

// Runs the query, which asks for one neighbour more than the page has.
template <typename EntryType>
NearestPage FindPage(const View::Reader& reader,
                     const geo::NearestQuery& query) {
  NearestPage page;
  page.neighbors = reader.of(EntryType::kKind).live().Nearest(query);
  const size_t k = std::min(query.limit - 1, page.neighbors.size());
  size_t bytes = 0;
  size_t fits = 0;
  while (fits < k && bytes <= kMaxAnswerBytes) {
    const geo::IndexedItem& item = *page.neighbors[fits++].item;
    bytes += static_cast<const EntryType&>(item).reply_bytes;
  }
  if (page.neighbors.size() > fits) {
    page.neighbors.resize(fits);
    page.last = geo::RankKeyOf(*page.neighbors.back().item, query.center);
  }
  return page;
}

// Runs the query and gives each neighbour of the page to `add`.
template <typename EntryType, typename Response, typename Add>
void Answer(const View::Reader& reader, const geo::NearestQuery& query,
            uint64_t fingerprint, Response* response, Add add) {
  const NearestPage page = FindPage<EntryType>(reader, query);
  if (page.last.has_value()) {
    response->set_next_page_token(EncodeRank(*page.last, fingerprint));
  }
  for (const geo::Neighbor& neighbor : page.neighbors) {
    add(static_cast<const EntryType&>(*neighbor.item),
        geo::MetersFromChordLength2(neighbor.chord_length2));
  }
  response->set_revision(reader.revision());
}

// Writes the neighbours of the page into the reply, each need as it stands in
// its record.
void AddNeeds(const NearestPage& page, std::string* reply) {
  using v1::NearestNeed;
  size_t size = 0;
  for (const geo::Neighbor& neighbor : page.neighbors) {
    const auto need =
        static_cast<const NeedEntry&>(*neighbor.item).need_bytes();
    size += need.size() + kMaxBytesAroundNeed;
    Prefetch(need);
  }
  reply->reserve(size + kMaxTokenBytes);
  WireWriter writer(reply);
  for (const geo::Neighbor& neighbor : page.neighbors) {
    const auto need =
        static_cast<const NeedEntry&>(*neighbor.item).need_bytes();
    const double meters = geo::MetersFromChordLength2(neighbor.chord_length2);
    writer.BeginMessage(
        v1::FindNearestNeedsResponse::kNeedsFieldNumber,
        WireWriter::SizeOf(need) + WireWriter::SizeOfDouble(meters));
    writer.Add(NearestNeed::kNeedFieldNumber, need);
    writer.AddDouble(NearestNeed::kDistanceMetersFieldNumber, meters);
  }
}

struct OfferFilter {
  uint64_t language = 0;  // a LanguageKey; 0: all
  absl::Time min_update_time = absl::InfinitePast();
  bool open_now = false;
  bool reaching = false;

  bool Matches(const OfferEntry& offer, const geo::Point& from,
               absl::Time now) const {
    return offer.active() && offer.update_time >= min_update_time &&
           (language == 0 || std::count(offer.languages.begin(),
                                        offer.languages.end(), language) > 0) &&
           (!reaching ||
            offer.Reaches(geo::ChordLength2(from, offer.point()))) &&
           (!open_now || offer.IsOn(now));
  }
};

OfferFilter CheckOfferFilter(const v1::FindNearestOffersRequest& request,
                             Violations* violations) {
  OfferFilter filter;
  CheckLanguage("language_code", request.language_code(), violations);
  filter.language = LanguageKey(request.language_code());
  if (request.has_min_update_time()) {
    filter.min_update_time =
        CheckTime("min_update_time", request.min_update_time(), violations)
            .value_or(absl::InfinitePast());
  }
  filter.open_now = request.open_now();
  filter.reaching = request.reaching();
  return filter;
}

bool Matches(const v1::FindNearestSupplyPointsRequest& request,
             const SupplyPointEntry& entry, absl::Time now) {
  const v1::SupplyPoint& point = entry.stored.supply_point();
  return (!request.accessible() || point.accessible()) &&
         (request.charge() == v1::SupplyPoint::CHARGE_UNSPECIFIED ||
          request.charge() == point.charge()) &&
         (!request.has_min_availability_time() ||
          entry.availability_time >=
              FromProto(request.min_availability_time())) &&
         (!request.open_now() || entry.IsOpen(now));
}

void CheckSupplyPointFilter(const v1::FindNearestSupplyPointsRequest& request,
                            Violations* violations) {
  if (request.has_min_availability_time()) {
    CheckTime("min_availability_time", request.min_availability_time(),
              violations);
  }
  CheckEnum("charge", request.charge(),
            {v1::SupplyPoint::Charge_IsValid(request.charge())}, violations);
}

}  // namespace

absl::StatusOr<std::string> MatchService::FindNearestNeeds(
    const v1::FindNearestNeedsRequest& request) const {
  using Response = v1::FindNearestNeedsResponse;
  Violations violations;
  const Nearness nearness = CheckNearness(request, &violations);
  const NeedFilter filter =
      CheckNeedFilter(request, *view_.categories(), &violations);
  if (!violations.empty()) return violations.ToStatus();
  const uint64_t fingerprint = FingerprintUnpaged(request);
  auto query = MakeQuery(nearness, request.page_token(), fingerprint);
  if (!query.ok()) return query.status();
  filter.ApplyTo(&*query);
  std::string reply;
  WireWriter writer(&reply);
  const View::Reader reader = view_.Read();
  const NearestPage page = FindPage<NeedEntry>(reader, *query);
  AddNeeds(page, &reply);
  if (page.last.has_value()) {
    writer.Add(Response::kNextPageTokenFieldNumber,
               EncodeRank(*page.last, fingerprint));
  }
  writer.AddInt64(Response::kRevisionFieldNumber, reader.revision());
  return reply;
}

absl::StatusOr<v1::FindNearestOffersResponse> MatchService::FindNearestOffers(
    const v1::FindNearestOffersRequest& request) const {
  Violations violations;
  const Nearness nearness = CheckNearness(request, &violations);
  const uint64_t any_category = CheckCategoryFilter(
      request.categories(), *view_.categories(), &violations);
  const OfferFilter filter = CheckOfferFilter(request, &violations);
  if (!violations.empty()) return violations.ToStatus();
  const uint64_t fingerprint = FingerprintUnpaged(request);
  auto query = MakeQuery(nearness, request.page_token(), fingerprint);
  if (!query.ok()) return query.status();
  query->any_category = any_category;
  query->accept = [&, now = clock_.Now()](const geo::IndexedItem& item) {
    return filter.Matches(static_cast<const OfferEntry&>(item), nearness.center,
                          now);
  };
  v1::FindNearestOffersResponse response;
  Answer<OfferEntry>(view_.Read(), *query, fingerprint, &response,
                     [&response](const OfferEntry& entry, double meters) {
                       v1::NearestOffer* nearest = response.add_offers();
                       *nearest->mutable_offer() = entry.stored.offer();
                       nearest->set_distance_meters(meters);
                     });
  return response;
}

absl::StatusOr<v1::FindNearestSupplyPointsResponse>
MatchService::FindNearestSupplyPoints(
    const v1::FindNearestSupplyPointsRequest& request) const {
  Violations violations;
  const Nearness nearness = CheckNearness(request, &violations);
  const uint64_t any_category = CheckCategoryFilter(
      request.categories(), *view_.categories(), &violations);
  CheckSupplyPointFilter(request, &violations);
  if (!violations.empty()) return violations.ToStatus();
  const uint64_t fingerprint = FingerprintUnpaged(request);
  auto query = MakeQuery(nearness, request.page_token(), fingerprint);
  if (!query.ok()) return query.status();
  query->any_category = any_category;
  const absl::Time now = clock_.Now();
  query->accept = [&request, now](const geo::IndexedItem& item) {
    return Matches(request, static_cast<const SupplyPointEntry&>(item), now);
  };
  v1::FindNearestSupplyPointsResponse response;
  Answer<SupplyPointEntry>(
      view_.Read(), *query, fingerprint, &response,
      [&response, now](const SupplyPointEntry& entry, double meters) {
        v1::NearestSupplyPoint* nearest = response.add_supply_points();
        *nearest->mutable_supply_point() = entry.stored.supply_point();
        nearest->set_distance_meters(meters);
        nearest->set_open_now(entry.IsOpen(now));
        if (!entry.hours.has_value()) return;
        if (const auto change = entry.hours->NextChange(now)) {
          *nearest->mutable_next_change_time() = ToProto(*change);
        }
      });
  return response;
}

absl::StatusOr<v1::FindMatchesResponse> MatchService::FindMatches(
    const v1::FindMatchesRequest& request) const {
  Violations violations;
  CheckInt("k", request.k(), {1, kMaxNearest}, &violations);
  switch (request.subject_case()) {
    case v1::FindMatchesRequest::kOffer:
      CheckName("offer", request.offer(), kOffers, &violations);
      break;
    case v1::FindMatchesRequest::kNeed:
      CheckName("need", request.need(), kNeeds, &violations);
      break;
    case v1::FindMatchesRequest::SUBJECT_NOT_SET:
      violations.Add("subject", "needs an offer or a need");
  }
  if (!violations.empty()) return violations.ToStatus();
  const absl::Time now = clock_.Now();
  const auto ranking =
      request.has_offer()
          ? MatchRanking::OfNeeds(view_.Read(), request.offer(), now)
          : MatchRanking::OfOffers(view_.Read(), request.need(), now);
  if (!ranking.ok()) return ranking.status();
  return ranking->PageOf(
      {request.page_token(), request.k(), FingerprintUnpaged(request)});
}

}  // namespace xom::core
