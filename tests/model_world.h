#ifndef XOM_TESTS_MODEL_WORLD_H_
#define XOM_TESTS_MODEL_WORLD_H_

#include <limits>
#include <map>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "cli/region_set.h"
#include "tests/model_claims.h"
#include "tests/model_geo.h"
#include "xom/v1/claim_service.pb.h"
#include "xom/v1/match_service.pb.h"
#include "xom/v1/need_service.pb.h"
#include "xom/v1/watch_service.pb.h"

namespace xom::tests {

// One that a nearest search may find, as the model ranks it.
struct Candidate {
  std::string name;
  LatLng position;
  int urgency = 0;
  absl::Time create_time;
  long double meters = 0;
};

// One that the server found.
struct Found {
  std::string name;
  double meters = 0;
};

// From where and how far a nearest search asks.
struct Asked {
  LatLng point;
  double max_meters = std::numeric_limits<double>::infinity();
  size_t k = std::numeric_limits<size_t>::max();
};

// "" when `found` is the k nearest of `candidates` in the one order; else what
// is wrong. Distances that differ by less than floating point can tell may
// stand either way; resources at one position may not.
std::string NearestFault(const std::vector<Found>& found,
                         std::vector<Candidate> candidates, const Asked& asked);

// All of Xóm in three maps: the resources as the public sees them.
struct World {
  std::map<std::string, v1::Need> needs;
  std::map<std::string, v1::Offer> offers;
  std::map<std::string, v1::SupplyPoint> points;
  std::map<std::string, Claims> claims;  // by the name of their need
  std::map<std::string, absl::Time> point_reports;

  // Those that pass the filters of the request, wherever they are.
  std::vector<Candidate> Candidates(
      const v1::FindNearestNeedsRequest& request) const;
  std::vector<Candidate> Candidates(
      const v1::WatchNearestNeedsRequest& request) const;
  std::vector<Candidate> Candidates(
      const v1::FindNearestOffersRequest& request) const;
  std::vector<Candidate> Candidates(
      const v1::FindNearestSupplyPointsRequest& request) const;

  // What a watch of the region holds. `region` is that of the request, before
  // it became GeoJSON.
  std::map<std::string, cli::RegionSet::Resource> InRegion(
      const v1::WatchRegionRequest& request, const v1::Region& region) const;

  // Names that a list with this filter gives.
  std::vector<std::string> Listed(const v1::ListNeedsRequest& request,
                                  const v1::Region& region) const;

  // The claims that a list with this filter gives, in order.
  Claims Listed(const v1::ListClaimsRequest& request) const;
};

absl::Time ToTime(const google::protobuf::Timestamp& timestamp);
google::protobuf::Timestamp ToTimestamp(absl::Time time);

}  // namespace xom::tests

#endif  // XOM_TESTS_MODEL_WORLD_H_
