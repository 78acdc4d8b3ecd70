// A country in lockdown: the nearest of many are the nearest.
#include <gtest/gtest.h>

#include <atomic>

#include "loadtest/lockdown_city.h"
#include "tests/model_engine.h"
#include "tests/model_random.h"
#include "tests/model_world.h"
#include "tests/test_server.h"

namespace xom::tests {
namespace {

constexpr int64_t kNeeds = 20'000;
constexpr int kQueries = 200;

// Posts them without waiting for each; returns them by name.
std::map<std::string, v1::Need> Post(EngineHost& host,
                                     const loadtest::LockdownCity& city) {
  std::map<std::string, v1::Need> needs;
  storage::Mutex mu;
  storage::CondVar done;
  int64_t waiting = 0;
  for (int64_t i = 0; i < kNeeds; ++i) {
    {
      storage::MutexLock lock(mu);
      while (waiting >= 1'000) done.Wait(mu);
      ++waiting;
    }
    host.engine().needs().Create(
        city.CreateRequest(i), core::Caller(),
        [&](const absl::StatusOr<std::string>& reply) {
          storage::MutexLock lock(mu);
          v1::Need need;
          if (reply.ok() && need.ParseFromString(*reply)) {
            needs[need.name()] = need;
          }
          --waiting;
          done.NotifyAll();
        });
  }
  storage::MutexLock lock(mu);
  while (waiting > 0) done.Wait(mu);
  return needs;
}

TEST(ModelCityTest, NearestOfTwentyThousandNeedsAreThoseOfBruteForce) {
  SCOPED_TRACE(SeedTrace());
  auto cities = loadtest::ReadCities("samples/vietnam_cities.csv");
  ASSERT_TRUE(cities.ok()) << cities.status();
  const loadtest::LockdownCity city(*std::move(cities), TestSeed());
  EngineHost host;
  World world;
  world.needs = Post(host, city);
  ASSERT_EQ(world.needs.size(), static_cast<size_t>(kNeeds));

  std::vector<LatLng> places;
  for (const auto& [name, need] : world.needs) {
    places.push_back(need.public_location());
  }
  ModelRandom random(TestSeed(), places);
  for (int i = 0; i < kQueries; ++i) {
    v1::FindNearestNeedsRequest request = random.NeedSearch(host.clock().Now());
    // Beside a need as often as on top of one.
    if (i % 2 == 0) {
      request.mutable_point()->set_latitude(std::clamp(
          request.point().latitude() + random.Uniform(-0.1, 0.1), -90.0, 90.0));
    }
    const auto reply = host.engine().matches().FindNearestNeeds(request);
    ASSERT_TRUE(reply.ok()) << reply.status();
    v1::FindNearestNeedsResponse response;
    ASSERT_TRUE(response.ParseFromString(*reply));
    std::vector<Found> found;
    for (const auto& nearest : response.needs()) {
      found.push_back({nearest.need().name(), nearest.distance_meters()});
    }
    Asked asked{.point = request.point()};
    asked.k = static_cast<size_t>(request.k());
    if (request.has_max_distance_meters()) {
      asked.max_meters = request.max_distance_meters();
    }
    ASSERT_EQ(NearestFault(found, world.Candidates(request), asked), "")
        << request.DebugString();
  }
}

}  // namespace
}  // namespace xom::tests
