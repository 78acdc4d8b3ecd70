#ifndef XOM_TESTS_MODEL_RANDOM_H_
#define XOM_TESTS_MODEL_RANDOM_H_

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "tests/model_geo.h"
#include "xom/v1/claim_service.pb.h"
#include "xom/v1/match_service.pb.h"
#include "xom/v1/need_service.pb.h"
#include "xom/v1/offer.pb.h"
#include "xom/v1/supply_point.pb.h"
#include "xom/v1/watch_service.pb.h"

namespace xom::tests {

// What the model tests ask and write, from one seed: positions in clusters,
// with the awkward ones (poles, antimeridian, the same point again) among them.
class ModelRandom {
 public:
  // `places`: where things happen; empty: a city, poles, antimeridian and
  // anywhere.
  explicit ModelRandom(uint64_t seed, std::vector<LatLng> places = {});

  size_t Below(size_t n) {
    return std::uniform_int_distribution<size_t>(0, n - 1)(engine_);
  }
  bool OneIn(size_t n) { return Below(n) == 0; }
  double Uniform(double low, double high) {
    return std::uniform_real_distribution<double>(low, high)(engine_);
  }

  LatLng Position();
  // 0, whole earth and all between, mostly a walk.
  double Radius();
  // Circle, box or polygon; never GeoJSON.
  v1::Region Region();

  // Valid resources, as a client sends them.
  v1::Need Need();
  v1::Offer Offer();
  v1::SupplyPoint SupplyPoint();

  // Valid requests. `now`: what times in filters are around.
  v1::FindNearestNeedsRequest NeedSearch(absl::Time now);
  v1::FindNearestOffersRequest OfferSearch(absl::Time now);
  v1::FindNearestSupplyPointsRequest PointSearch(absl::Time now);
  v1::WatchNearestNeedsRequest NearestWatch(absl::Time now);
  // All but the region.
  v1::WatchRegionRequest RegionWatch();
  v1::ListNeedsRequest NeedList();
  // All but the offer and the parent.
  v1::ListClaimsRequest ClaimList();

 private:
  std::string Category();
  std::string Language();
  v1::Urgency Urgency();
  // One to three of them, none twice.
  template <typename Resource>
  void AddCategories(Resource* resource);
  // One, in a third of all cases.
  template <typename Request>
  void MaybeFilterCategories(Request* request);
  template <typename Request>
  void Near(Request* request);
  template <typename Request>
  void FilterNeeds(absl::Time now, Request* request);
  LatLng SomewhereNew();
  v1::Region Box();
  v1::Region Polygon();

  std::mt19937_64 engine_;
  const std::vector<LatLng> places_;
  std::vector<LatLng> used_;
};

}  // namespace xom::tests

#endif  // XOM_TESTS_MODEL_RANDOM_H_
