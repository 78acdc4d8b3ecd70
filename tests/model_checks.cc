#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "services/core/limits.h"
#include "tests/model_driver.h"

namespace xom::tests {
namespace {

constexpr int kMaxPages = 1'000;

const v1::Need& ResourceOf(const v1::NearestNeed& nearest) {
  return nearest.need();
}
const v1::Offer& ResourceOf(const v1::NearestOffer& nearest) {
  return nearest.offer();
}
const v1::SupplyPoint& ResourceOf(const v1::NearestSupplyPoint& nearest) {
  return nearest.supply_point();
}

const auto& ItemsOf(const v1::FindNearestNeedsResponse& r) { return r.needs(); }
const auto& ItemsOf(const v1::FindNearestOffersResponse& r) {
  return r.offers();
}
const auto& ItemsOf(const v1::FindNearestSupplyPointsResponse& r) {
  return r.supply_points();
}

template <typename Items, typename Resources>
std::vector<Found> FoundIn(const Items& items, const Resources& resources) {
  std::vector<Found> found;
  for (const auto& nearest : items) {
    const auto& resource = ResourceOf(nearest);
    found.push_back({resource.name(), nearest.distance_meters()});
    const auto known = resources.find(resource.name());
    EXPECT_TRUE(known != resources.end()) << resource.name();
    if (known == resources.end()) continue;
    EXPECT_EQ(resource.SerializeAsString(), known->second.SerializeAsString());
  }
  return found;
}

template <typename Request>
Asked AskedBy(const Request& request) {
  Asked asked;
  asked.point = request.point();
  if (request.has_max_distance_meters()) {
    asked.max_meters = request.max_distance_meters();
  }
  return asked;
}

// All pages of a search, or some of them, against the model.
template <typename Request, typename Resources>
void CheckSearch(Api* api, Request request, const World& world,
                 const Resources& resources) {
  std::vector<Found> found;
  Asked asked = AskedBy(request);
  for (int page = 0; page < kMaxPages; ++page) {
    const auto reply = api->Call(request);
    ASSERT_TRUE(reply.ok()) << reply.status();
    ASSERT_EQ(reply->revision(), api->revision());
    const auto more = FoundIn(ItemsOf(*reply), resources);
    ASSERT_LE(more.size(), static_cast<size_t>(request.k()));
    found.insert(found.end(), more.begin(), more.end());
    if (reply->next_page_token().empty()) break;
    ASSERT_EQ(more.size(), static_cast<size_t>(request.k()));
    // Three pages tell as much as thirty.
    if (page == 3) {
      asked.k = found.size();
      break;
    }
    request.set_page_token(reply->next_page_token());
  }
  EXPECT_EQ(NearestFault(found, world.Candidates(request), asked), "")
      << request.DebugString();
}

}  // namespace

void ModelDriver::CheckQueries() {
  CheckNeedSearch();
  CheckOfferSearch();
  CheckPointSearch();
  CheckNeedList();
  CheckClaimList();
}

void ModelDriver::CheckNeedSearch() {
  CheckSearch(&api_, random_.NeedSearch(now()), world_, world_.needs);
}

void ModelDriver::CheckOfferSearch() {
  CheckSearch(&api_, random_.OfferSearch(now()), world_, world_.offers);
}

void ModelDriver::CheckPointSearch() {
  CheckSearch(&api_, random_.PointSearch(now()), world_, world_.points);
}

v1::Region ModelDriver::AskedRegion(const v1::Region& plain) {
  return plain.has_polygon() && random_.OneIn(2) ? AsGeoJson(plain) : plain;
}

void ModelDriver::CheckNeedList() {
  v1::ListNeedsRequest request = random_.NeedList();
  const v1::Region plain = random_.Region();
  if (random_.OneIn(2)) *request.mutable_region() = AskedRegion(plain);
  std::vector<std::string> names;
  for (int page = 0; page < kMaxPages; ++page) {
    const auto reply = api_.Call(request);
    ASSERT_TRUE(reply.ok()) << reply.status() << request.DebugString();
    for (const v1::Need& need : reply->needs()) names.push_back(need.name());
    if (reply->next_page_token().empty()) break;
    request.set_page_token(reply->next_page_token());
  }
  if (!request.has_region()) {
    EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
  }
  std::sort(names.begin(), names.end());
  EXPECT_EQ(names, world_.Listed(request, plain)) << request.DebugString();
}

void ModelDriver::OpenNearest() {
  auto& watched = nearest_.emplace_back(
      std::make_unique<NearestWatched>(random_.NearestWatch(now())));
  watched->stream = api_.Open(&watched->follower);
}

void ModelDriver::OpenRegion() {
  v1::WatchRegionRequest request = random_.RegionWatch();
  const v1::Region plain = random_.Region();
  *request.mutable_region() = AskedRegion(plain);
  auto& watched =
      regions_.emplace_back(std::make_unique<RegionWatched>(request, plain));
  watched->stream = api_.Open(&watched->follower);
}

void ModelDriver::OpenWatches(size_t count) {
  for (size_t i = 0; i < count; ++i) {
    OpenNearest();
    OpenRegion();
  }
}

void ModelDriver::CutOne() {
  if (nearest_.empty()) return;
  const size_t i = random_.Below(nearest_.size());
  nearest_[i]->stream = nullptr;
  regions_[i]->stream = nullptr;
}

void ModelDriver::CutOrReplaceWatch() {
  if (nearest_.empty() || !random_.OneIn(3)) return CutOne();
  const auto i = static_cast<ptrdiff_t>(random_.Below(nearest_.size()));
  nearest_.erase(nearest_.begin() + i);
  regions_.erase(regions_.begin() + i);
  OpenWatches(1);
}

void ModelDriver::Restart() {
  for (auto& watched : nearest_) watched->stream = nullptr;
  for (auto& watched : regions_) watched->stream = nullptr;
  api_.Restart();
}

void ModelDriver::Settle(const std::function<bool(int64_t)>& there) {
  constexpr int kMaxTurns = 400;
  for (int turn = 0; turn < kMaxTurns; ++turn) {
    Advance(core::kHeartbeatInterval);
    if (there(api_.revision())) return;
  }
  FAIL() << "a watch does not keep up";
}

void ModelDriver::CheckWatches() {
  for (auto& w : nearest_) {
    if (w->stream == nullptr) w->stream = api_.Open(&w->follower);
  }
  for (auto& w : regions_) {
    if (w->stream == nullptr) w->stream = api_.Open(&w->follower);
  }
  static constexpr std::chrono::milliseconds kTurn{50};
  Settle([this](int64_t revision) {
    const auto is_there = [revision](auto& w) {
      return w->follower.AwaitRevision(revision, kTurn);
    };
    return std::all_of(nearest_.begin(), nearest_.end(), is_there) &&
           std::all_of(regions_.begin(), regions_.end(), is_there);
  });
  for (auto& w : nearest_) Check(w->follower);
  for (auto& w : regions_) Check(w->follower, w->plain);
}

void ModelDriver::Check(const NearestFollower& follower) {
  ASSERT_TRUE(follower.fault().ok()) << follower.fault();
  ASSERT_FALSE(follower.ended()) << follower.end();
  const cli::NearestList list = follower.fold();
  const v1::WatchNearestNeedsRequest& request = follower.request();
  Asked asked = AskedBy(request);
  asked.k = static_cast<size_t>(request.k());
  EXPECT_EQ(NearestFault(FoundIn(list.needs(), world_.needs),
                         world_.Candidates(request), asked),
            "")
      << "watch of " << request.DebugString();
}

void ModelDriver::Check(const RegionFollower& follower,
                        const v1::Region& plain) {
  ASSERT_TRUE(follower.fault().ok()) << follower.fault();
  ASSERT_FALSE(follower.ended()) << follower.end();
  const auto held = follower.fold();
  const auto want = world_.InRegion(follower.request(), plain);
  const auto bytes = [](const auto& resource) {
    return std::visit([](const auto& r) { return r.SerializeAsString(); },
                      resource);
  };
  for (const auto& [name, resource] : want) {
    const auto found = held.resources().find(name);
    ASSERT_TRUE(found != held.resources().end())
        << name << " is missing in " << plain.DebugString();
    EXPECT_EQ(bytes(found->second), bytes(resource)) << name;
  }
  for (const auto& [name, resource] : held.resources()) {
    EXPECT_TRUE(want.contains(name))
        << name << " is too much in " << plain.DebugString();
  }
}

}  // namespace xom::tests
