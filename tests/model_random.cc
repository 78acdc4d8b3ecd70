#include "tests/model_random.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "tests/model_world.h"

namespace xom::tests {
namespace {

constexpr double kDegree = 3.14159265358979323846 / 180;
constexpr const char* kCategories[] = {
    "categories/necessities", "categories/medical-advice",
    "categories/groceries", "categories/school-supplies"};
constexpr const char* kLanguages[] = {"vi", "en", "vi-VN", "km", "en-GB"};
constexpr size_t kMaxUsed = 200;

double WrapLongitude(double longitude) {
  if (longitude > 180) return longitude - 360;
  if (longitude < -180) return longitude + 360;
  return longitude;
}

}  // namespace

ModelRandom::ModelRandom(uint64_t seed, std::vector<LatLng> places)
    : engine_(seed), places_(std::move(places)) {}

LatLng ModelRandom::SomewhereNew() {
  if (!places_.empty()) return places_[Below(places_.size())];
  constexpr double kCity[] = {10.77, 106.70};
  switch (Below(10)) {
    case 0:
      return MakeLatLng(OneIn(2) ? 90 : -90, Uniform(-180, 180));
    case 1:
      return MakeLatLng(Uniform(89.9, 90), Uniform(-180, 180));
    case 2:
      return MakeLatLng(Uniform(-1, 1), OneIn(2) ? 180 : -180);
    case 3:
      return MakeLatLng(Uniform(-1, 1), WrapLongitude(Uniform(179, 181)));
    case 4:
      return MakeLatLng(std::asin(Uniform(-1, 1)) / kDegree,
                        Uniform(-180, 180));
    default:
      return MakeLatLng(kCity[0] + Uniform(-0.05, 0.05),
                        kCity[1] + Uniform(-0.05, 0.05));
  }
}

LatLng ModelRandom::Position() {
  if (!used_.empty() && OneIn(4)) return used_[Below(used_.size())];
  LatLng position = SomewhereNew();
  if (used_.size() < kMaxUsed) {
    used_.push_back(position);
  } else {
    used_[Below(kMaxUsed)] = position;
  }
  return position;
}

double ModelRandom::Radius() {
  switch (Below(8)) {
    case 0:
      return 0;
    case 1:
      return OneIn(2) ? 100'000'000 : 20'015'200;
    case 2:
      return Uniform(100'000, 20'000'000);
    default:
      return std::exp(Uniform(std::log(50), std::log(50'000)));
  }
}

v1::Region ModelRandom::Region() {
  v1::Region region;
  switch (Below(4)) {
    case 0:
      return Box();
    case 1:
      return Polygon();
    default:
      *region.mutable_circle()->mutable_center() = Position();
      region.mutable_circle()->set_radius_meters(Radius());
      return region;
  }
}

v1::Region ModelRandom::Box() {
  const LatLng middle = Position();
  const double half_height = std::exp(Uniform(std::log(0.001), std::log(60)));
  const double half_width = std::exp(Uniform(std::log(0.001), std::log(170)));
  v1::Region region;
  v1::Region::Box& box = *region.mutable_box();
  *box.mutable_south_west() =
      MakeLatLng(std::max(-90.0, middle.latitude() - half_height),
                 WrapLongitude(middle.longitude() - half_width));
  *box.mutable_north_east() =
      MakeLatLng(std::min(90.0, middle.latitude() + half_height),
                 WrapLongitude(middle.longitude() + half_width));
  return region;
}

// The corners of a regular polygon around a point away from the poles and the
// antimeridian, counter-clockwise.
v1::Region ModelRandom::Polygon() {
  LatLng middle = Position();
  middle.set_latitude(std::clamp(middle.latitude(), -60.0, 60.0));
  middle.set_longitude(std::clamp(middle.longitude(), -160.0, 160.0));
  const double size = std::exp(Uniform(std::log(0.001), std::log(15)));
  const size_t corners = 3 + Below(5);
  const double turn = Uniform(0, 360);
  v1::Region region;
  auto& ring = *region.mutable_polygon()->add_rings();
  for (size_t i = 0; i < corners; ++i) {
    const double angle =
        (turn + 360.0 * static_cast<double>(i) / static_cast<double>(corners)) *
        kDegree;
    *ring.add_vertices() =
        MakeLatLng(middle.latitude() + size * std::sin(angle),
                   middle.longitude() + size * std::cos(angle));
  }
  return region;
}

std::string ModelRandom::Category() { return kCategories[Below(4)]; }
std::string ModelRandom::Language() { return kLanguages[Below(5)]; }
v1::Urgency ModelRandom::Urgency() {
  return static_cast<v1::Urgency>(1 + Below(4));
}

template <typename Resource>
void ModelRandom::AddCategories(Resource* resource) {
  std::vector<std::string> names(std::begin(kCategories),
                                 std::end(kCategories));
  std::shuffle(names.begin(), names.end(), engine_);
  names.resize(1 + Below(3));
  for (std::string& name : names) resource->add_categories(std::move(name));
}

template <typename Request>
void ModelRandom::MaybeFilterCategories(Request* request) {
  if (OneIn(3)) request->add_categories(Category());
}

template <typename Request>
void ModelRandom::Near(Request* request) {
  *request->mutable_point() = Position();
  request->set_k(static_cast<int>(OneIn(4) ? 1 + Below(100) : 1 + Below(12)));
  if (OneIn(2)) request->set_max_distance_meters(Radius());
  MaybeFilterCategories(request);
}

template <typename Request>
void ModelRandom::FilterNeeds(absl::Time now, Request* request) {
  if (OneIn(3)) request->set_min_urgency(Urgency());
  if (OneIn(4)) request->set_language_code(Language());
  if (OneIn(4)) {
    *request->mutable_min_verify_time() =
        ToTimestamp(now - absl::Minutes(Uniform(0, 600)));
  }
}

v1::Need ModelRandom::Need() {
  v1::Need need;
  AddCategories(&need);
  if (!OneIn(4)) need.set_urgency(Urgency());
  if (!OneIn(3)) need.set_language_code(Language());
  need.set_situation(absl::StrCat("situation ", engine_()));
  *need.mutable_place()->mutable_location() = Position();
  need.mutable_place()->set_location_precision(
      static_cast<v1::LocationPrecision>(OneIn(2) ? 1 : Below(6)));
  if (OneIn(3)) need.mutable_contact()->set_other_channel("Zalo: lan");
  for (size_t lines = Below(4); lines > 0; --lines) {
    need.add_lines()->set_item("rice");
    need.mutable_lines()->rbegin()->set_quantity(static_cast<int>(Below(7)));
  }
  return need;
}

v1::Offer ModelRandom::Offer() {
  v1::Offer offer;
  AddCategories(&offer);
  if (!OneIn(3)) offer.add_language_codes(Language());
  *offer.mutable_place()->mutable_location() = Position();
  if (OneIn(2)) offer.set_service_radius_meters(Uniform(0, 20'000));
  offer.set_capacity(1 + static_cast<int>(Below(4)));
  offer.set_description(absl::StrCat("offer ", engine_()));
  return offer;
}

v1::SupplyPoint ModelRandom::SupplyPoint() {
  v1::SupplyPoint point;
  point.set_display_name(absl::StrCat("Shop ", engine_()));
  AddCategories(&point);
  *point.mutable_place()->mutable_location() = Position();
  point.set_charge(static_cast<v1::SupplyPoint::Charge>(Below(3)));
  point.set_accessible(OneIn(2));
  return point;
}

v1::FindNearestNeedsRequest ModelRandom::NeedSearch(absl::Time now) {
  v1::FindNearestNeedsRequest request;
  Near(&request);
  FilterNeeds(now, &request);
  return request;
}

v1::FindNearestOffersRequest ModelRandom::OfferSearch(absl::Time now) {
  v1::FindNearestOffersRequest request;
  Near(&request);
  if (OneIn(4)) request.set_language_code(Language());
  if (OneIn(4)) {
    *request.mutable_min_update_time() =
        ToTimestamp(now - absl::Minutes(Uniform(0, 600)));
  }
  request.set_reaching(OneIn(2));
  return request;
}

v1::FindNearestSupplyPointsRequest ModelRandom::PointSearch(absl::Time now) {
  v1::FindNearestSupplyPointsRequest request;
  Near(&request);
  request.set_accessible(OneIn(3));
  request.set_open_now(OneIn(3));
  if (OneIn(3)) {
    request.set_charge(static_cast<v1::SupplyPoint::Charge>(Below(3)));
  }
  if (OneIn(4)) {
    *request.mutable_min_availability_time() =
        ToTimestamp(now - absl::Minutes(Uniform(0, 600)));
  }
  return request;
}

v1::WatchNearestNeedsRequest ModelRandom::NearestWatch(absl::Time now) {
  v1::WatchNearestNeedsRequest request;
  Near(&request);
  FilterNeeds(now, &request);
  return request;
}

v1::WatchRegionRequest ModelRandom::RegionWatch() {
  v1::WatchRegionRequest request;
  MaybeFilterCategories(&request);
  if (OneIn(3)) request.set_min_urgency(Urgency());
  for (int kind = 1; kind <= 3; ++kind) {
    if (OneIn(2)) request.add_kinds(static_cast<v1::WatchedKind>(kind));
  }
  return request;
}

v1::ListNeedsRequest ModelRandom::NeedList() {
  v1::ListNeedsRequest request;
  request.set_page_size(static_cast<int>(Below(40)));
  MaybeFilterCategories(&request);
  if (OneIn(3)) request.set_min_urgency(Urgency());
  for (int state = 1; state <= 5; ++state) {
    if (OneIn(4)) request.add_states(static_cast<v1::Need::State>(state));
  }
  return request;
}

v1::ListClaimsRequest ModelRandom::ClaimList() {
  v1::ListClaimsRequest request;
  request.set_page_size(static_cast<int>(Below(8)));
  for (int state = 1; state <= 5; ++state) {
    if (OneIn(4)) request.add_states(static_cast<v1::Claim::State>(state));
  }
  return request;
}

}  // namespace xom::tests
