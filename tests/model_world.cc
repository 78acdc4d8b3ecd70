#include "tests/model_world.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "absl/strings/str_cat.h"

namespace xom::tests {
namespace {

// How far apart two distances are that doubles cannot tell: some units in the
// last place of the vectors; near antipodes a distance hardly changes them.
bool Indistinguishable(long double a, long double b) {
  const long double from_antipode = 20'015'114.0L - std::max(a, b);
  return std::abs(a - b) <= (from_antipode < 100'000 ? 1.0L : 1e-5L);
}

bool RanksBefore(const Candidate& a, const Candidate& b) {
  return std::tie(a.meters, b.urgency, a.create_time, a.name) <
         std::tie(b.meters, a.urgency, b.create_time, b.name);
}

template <typename Names>
bool SharesOne(const Names& wanted, const Names& names) {
  return wanted.empty() ||
         std::any_of(names.begin(), names.end(), [&](const std::string& name) {
           return std::find(wanted.begin(), wanted.end(), name) != wanted.end();
         });
}

// The model uses plain two-letter codes and such with one more subtag.
std::string Primary(const std::string& tag) {
  return tag.substr(0, tag.find('-'));
}

template <typename Request>
std::vector<Candidate> NeedCandidates(
    const std::map<std::string, v1::Need>& needs, const Request& request) {
  std::vector<Candidate> candidates;
  for (const auto& [name, need] : needs) {
    if (need.state() == v1::Need::STATE_OPEN &&
        SharesOne(request.categories(), need.categories()) &&
        need.urgency() >= request.min_urgency() &&
        (!request.has_min_verify_time() ||
         ToTime(need.verify_time()) >= ToTime(request.min_verify_time())) &&
        (request.language_code().empty() ||
         Primary(request.language_code()) == Primary(need.language_code()))) {
      candidates.push_back({name, need.public_location(), need.urgency(),
                            ToTime(need.create_time())});
    }
  }
  return candidates;
}

// Resources at one position stand in order, and none of them is left out
// before one that is there. `ranked` is in order.
std::string PositionFault(const std::vector<Found>& found,
                          const std::vector<Candidate>& ranked) {
  using Key = std::pair<double, double>;
  std::map<Key, std::vector<std::string>> at;
  std::map<std::string, Key> key_of;
  for (const Candidate& candidate : ranked) {
    const Key key = PositionKey(candidate.position);
    at[key].push_back(candidate.name);
    key_of[candidate.name] = key;
  }
  std::map<Key, size_t> next;
  for (const Found& f : found) {
    if (!key_of.contains(f.name)) return absl::StrCat(f.name, " is too much");
    const Key key = key_of[f.name];
    const size_t i = next[key]++;
    if (i >= at[key].size() || at[key][i] != f.name) {
      return absl::StrCat(f.name, " is out of order at ", key.first, ", ",
                          key.second);
    }
  }
  return "";
}

}  // namespace

absl::Time ToTime(const google::protobuf::Timestamp& t) {
  return absl::FromUnixSeconds(t.seconds()) + absl::Nanoseconds(t.nanos());
}

google::protobuf::Timestamp ToTimestamp(absl::Time time) {
  google::protobuf::Timestamp t;
  const int64_t micros = absl::ToUnixMicros(time);
  t.set_seconds(micros / 1'000'000);
  t.set_nanos(static_cast<int>(micros % 1'000'000) * 1'000);
  return t;
}

std::string NearestFault(const std::vector<Found>& found,
                         std::vector<Candidate> candidates,
                         const Asked& asked) {
  std::erase_if(candidates, [&asked](Candidate& candidate) {
    const bool same = SamePosition(candidate.position, asked.point);
    candidate.meters =
        same ? 0 : MetersBetween(candidate.position, asked.point);
    return !same && candidate.meters > asked.max_meters;
  });
  // One position, one distance: equal ones must tie.
  std::map<std::pair<double, double>, long double> meters_at;
  for (Candidate& candidate : candidates) {
    candidate.meters =
        meters_at.try_emplace(PositionKey(candidate.position), candidate.meters)
            .first->second;
  }
  std::sort(candidates.begin(), candidates.end(), RanksBefore);
  const size_t expected = std::min(asked.k, candidates.size());
  if (found.size() != expected) {
    return absl::StrCat(found.size(), " found, ", expected, " expected");
  }
  for (size_t i = 0; i < found.size(); ++i) {
    if (!Indistinguishable(found[i].meters, candidates[i].meters)) {
      return absl::StrCat("at ", i, ": ", found[i].name, " in ",
                          found[i].meters, " m, not ", candidates[i].name,
                          " in ", static_cast<double>(candidates[i].meters),
                          " m");
    }
  }
  return PositionFault(found, candidates);
}

std::vector<Candidate> World::Candidates(
    const v1::FindNearestNeedsRequest& request) const {
  return NeedCandidates(needs, request);
}

std::vector<Candidate> World::Candidates(
    const v1::WatchNearestNeedsRequest& request) const {
  return NeedCandidates(needs, request);
}

std::vector<Candidate> World::Candidates(
    const v1::FindNearestOffersRequest& request) const {
  std::vector<Candidate> candidates;
  for (const auto& [name, offer] : offers) {
    const LatLng& at = offer.place().location();
    const auto speaks = [&request](const std::string& language) {
      return Primary(language) == Primary(request.language_code());
    };
    if (offer.state() == v1::Offer::STATE_ACTIVE &&
        SharesOne(request.categories(), offer.categories()) &&
        (request.language_code().empty() ||
         std::any_of(offer.language_codes().begin(),
                     offer.language_codes().end(), speaks)) &&
        (!request.has_min_update_time() ||
         ToTime(offer.update_time()) >= ToTime(request.min_update_time())) &&
        (!request.reaching() || !offer.has_service_radius_meters() ||
         SamePosition(at, request.point()) ||
         MetersBetween(at, request.point()) <= offer.service_radius_meters())) {
      candidates.push_back({name, at, 0, ToTime(offer.create_time())});
    }
  }
  return candidates;
}

std::vector<Candidate> World::Candidates(
    const v1::FindNearestSupplyPointsRequest& request) const {
  std::vector<Candidate> candidates;
  for (const auto& [name, point] : points) {
    const bool open =
        point.availability() == v1::SupplyPoint::AVAILABILITY_OPEN ||
        point.availability() == v1::SupplyPoint::AVAILABILITY_CROWDED;
    if (SharesOne(request.categories(), point.categories()) &&
        (!request.accessible() || point.accessible()) &&
        (!request.open_now() || open) &&
        (request.charge() == v1::SupplyPoint::CHARGE_UNSPECIFIED ||
         request.charge() == point.charge()) &&
        (!request.has_min_availability_time() ||
         ToTime(point.availability_time()) >=
             ToTime(request.min_availability_time()))) {
      candidates.push_back(
          {name, point.place().location(), 0, ToTime(point.create_time())});
    }
  }
  return candidates;
}

std::map<std::string, cli::RegionSet::Resource> World::InRegion(
    const v1::WatchRegionRequest& request, const v1::Region& region) const {
  const auto wants = [&request](v1::WatchedKind kind) {
    const auto& kinds = request.kinds();
    return kinds.empty()
               ? kind == v1::WATCHED_KIND_NEEDS
               : std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
  };
  std::map<std::string, cli::RegionSet::Resource> inside;
  const auto add = [&](const auto& resource, const LatLng& position) {
    if (SharesOne(request.categories(), resource.categories()) &&
        RegionHolds(region, position)) {
      inside.emplace(resource.name(), resource);
    }
  };
  if (wants(v1::WATCHED_KIND_NEEDS)) {
    for (const auto& [name, need] : needs) {
      if (need.state() == v1::Need::STATE_OPEN &&
          need.urgency() >= request.min_urgency()) {
        add(need, need.public_location());
      }
    }
  }
  if (wants(v1::WATCHED_KIND_OFFERS)) {
    for (const auto& [name, offer] : offers) {
      if (offer.state() != v1::Offer::STATE_CLOSED) {
        add(offer, offer.place().location());
      }
    }
  }
  if (wants(v1::WATCHED_KIND_SUPPLY_POINTS)) {
    for (const auto& [name, point] : points) {
      add(point, point.place().location());
    }
  }
  return inside;
}

std::vector<std::string> World::Listed(const v1::ListNeedsRequest& request,
                                       const v1::Region& region) const {
  std::vector<std::string> names;
  for (const auto& [name, need] : needs) {
    const auto& states = request.states();
    if ((states.empty() || std::find(states.begin(), states.end(),
                                     need.state()) != states.end()) &&
        SharesOne(request.categories(), need.categories()) &&
        need.urgency() >= request.min_urgency() &&
        (!request.has_region() ||
         RegionHolds(region, need.public_location()))) {
      names.push_back(name);
    }
  }
  return names;
}

Claims World::Listed(const v1::ListClaimsRequest& request) const {
  std::map<std::string, v1::Claim> by_name;
  for (const auto& [need, made] : claims) {
    if (request.parent() != "needs/-" && request.parent() != need) continue;
    for (const v1::Claim& claim : made) {
      const auto& states = request.states();
      if (claim.offer() == request.offer() &&
          (states.empty() || std::find(states.begin(), states.end(),
                                       claim.state()) != states.end())) {
        by_name[claim.name()] = claim;
      }
    }
  }
  Claims listed;
  for (const auto& [name, claim] : by_name) listed.push_back(claim);
  return listed;
}

}  // namespace xom::tests
