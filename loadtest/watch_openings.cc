#include "loadtest/watch_openings.h"

#include <utility>

#include "loadtest/echo_service.h"
#include "loadtest/requests.h"
#include "xom/v1/watch_service.pb.h"

namespace xom::loadtest {
namespace {

constexpr double kRegionMeters = 300;
constexpr double kFarMeters = 5'000;
constexpr double kFarLatitude = -45;

std::string NearestWatch(const LockdownCity& city, int64_t i) {
  v1::WatchNearestNeedsRequest request;
  *request.mutable_point() = city.Need(kFirstAsker + i).place().location();
  request.set_k(kNearest);
  return request.SerializeAsString();
}

std::string RegionWatch(const LockdownCity& city, int64_t i) {
  v1::WatchRegionRequest request;
  auto& circle = *request.mutable_region()->mutable_circle();
  *circle.mutable_center() = city.Need(kFirstAsker + i).place().location();
  circle.set_radius_meters(kRegionMeters);
  return request.SerializeAsString();
}

std::string FarWatch(int64_t i) {
  v1::WatchNearestNeedsRequest request;
  request.mutable_point()->set_latitude(-50 -
                                        static_cast<double>(i % 100) / 10);
  request.mutable_point()->set_longitude(static_cast<double>(i / 100) / 10 -
                                         60);
  request.set_k(kNearest);
  request.set_max_distance_meters(kFarMeters);
  return request.SerializeAsString();
}

std::string FarRegionWatch() {
  v1::WatchRegionRequest request;
  auto& circle = *request.mutable_region()->mutable_circle();
  circle.mutable_center()->set_latitude(kFarLatitude);
  circle.set_radius_meters(kFarMeters);
  return request.SerializeAsString();
}

// Whether a message of a watch ends its snapshot.
template <typename Response>
bool IsCurrent(absl::string_view message) {
  Response response;
  return response.ParseFromArray(message.data(),
                                 static_cast<int>(message.size())) &&
         response.current();
}

WatchStreams::Opening OpeningOfNearest(std::vector<std::string> requests) {
  return {kWatchNearestNeeds, std::move(requests),
          IsCurrent<v1::WatchNearestNeedsResponse>};
}

WatchStreams::Opening OpeningOfRegions(std::vector<std::string> requests) {
  return {kWatchRegion, std::move(requests),
          IsCurrent<v1::WatchRegionResponse>};
}

}  // namespace

absl::Status RestartForWatches(Bench& bench, const std::string& directory,
                               std::unique_ptr<TestedServer>* server,
                               std::vector<std::string> environment) {
  *server = nullptr;
  auto started = TestedServer::Start(
      {.binaries = bench.options().binaries,
       .directory = directory,
       .flags = {"--log=events", "--max_streams_per_connection=100000",
                 "--max_watches=1000000",
                 "--max_watches_per_connection=100000"},
       .environment = std::move(environment)});
  if (!started.ok()) return started.status();
  *server = *std::move(started);
  bench.AwaitRest(**server);
  return absl::OkStatus();
}

Openings RegionsAmong(const LockdownCity& city, int64_t count) {
  std::vector<std::string> regions;
  for (int64_t i = 0; i < count; i += kOneInIsRegion) {
    regions.push_back(RegionWatch(city, i));
  }
  return {OpeningOfRegions(std::move(regions))};
}

Openings NearestAmong(const LockdownCity& city, int64_t count) {
  std::vector<std::string> nearest;
  for (int64_t i = 0; i < count; ++i) {
    if (i % kOneInIsRegion != 0) nearest.push_back(NearestWatch(city, i));
  }
  return {OpeningOfNearest(std::move(nearest))};
}

Openings NearWatches(const LockdownCity& city, int64_t count) {
  return {NearestAmong(city, count).front(), RegionsAmong(city, count).front()};
}

Openings FarWatches(int64_t count) {
  std::vector<std::string> requests;
  for (int64_t i = 0; i < count; ++i) requests.push_back(FarWatch(i));
  return {OpeningOfNearest(std::move(requests))};
}

Openings FarRegion() { return {OpeningOfRegions({FarRegionWatch()})}; }

std::string FarPost(const LockdownCity& city, int64_t number) {
  v1::CreateNeedRequest request = city.CreateRequest(number);
  auto& location = *request.mutable_need()->mutable_place()->mutable_location();
  location.set_latitude(kFarLatitude);
  location.set_longitude(0);
  return request.SerializeAsString();
}

// Each request is as long as that of a watch.
Openings HeldStreams(int64_t count) {
  return {
      {kHold,
       std::vector<std::string>(static_cast<size_t>(count), FarRegionWatch()),
       [](absl::string_view) { return true; }}};
}

absl::Status OpenAll(const Openings& openings, WatchStreams* streams) {
  for (const WatchStreams::Opening& opening : openings) {
    if (absl::Status s = streams->Open(opening); !s.ok()) return s;
  }
  return absl::OkStatus();
}

}  // namespace xom::loadtest
