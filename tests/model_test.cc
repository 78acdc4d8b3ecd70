// Random operations on a server and on a plain model of it: whatever is asked,
// and whatever a watch holds, is what brute force over the model says.
#include <gtest/gtest.h>

#include <memory>

#include "absl/strings/numbers.h"
#include "tests/model_csv.h"
#include "tests/model_driver.h"
#include "tests/model_engine.h"
#include "tests/test_server.h"

namespace xom::tests {
namespace {

struct Run {
  int steps = 0;
  int check_every = 0;
  size_t watches = 0;
  int restart_every = 0;
};

void RunModel(Api* api, ModelRandom random, const Run& run) {
  ModelDriver driver(api, std::move(random));
  driver.OpenWatches(run.watches);
  for (int step = 1; step <= run.steps; ++step) {
    SCOPED_TRACE(absl::StrCat("step ", step));
    driver.Step();
    if (step % run.check_every == 0) {
      driver.CheckQueries();
      driver.CheckWatches();
    }
    if (step % run.restart_every == 0) driver.Restart();
    if (testing::Test::HasFailure()) return;
  }
  EXPECT_GT(driver.claim_changes(), run.steps / 20);
}

TEST(ModelTest, EngineAnswersAsBruteForceDoes) {
  SCOPED_TRACE(SeedTrace());
  EngineHost host;
  const auto api = NewEngineApi(&host);
  RunModel(
      api.get(), ModelRandom(TestSeed()),
      {.steps = 6'000, .check_every = 3, .watches = 12, .restart_every = 400});
}

// Few resources, many watches that are cut: every edit of short lists.
TEST(ModelTest, EngineKeepsManyWatchesTrue) {
  SCOPED_TRACE(SeedTrace());
  EngineHost host;
  const auto api = NewEngineApi(&host);
  RunModel(
      api.get(), ModelRandom(TestSeed() + 1),
      {.steps = 1'500, .check_every = 1, .watches = 40, .restart_every = 150});
}

TEST(ModelTest, ServerAnswersAsBruteForceDoes) {
  SCOPED_TRACE(SeedTrace());
  const auto api = NewSocketApi();
  RunModel(
      api.get(), ModelRandom(TestSeed() + 2),
      {.steps = 1'500, .check_every = 5, .watches = 6, .restart_every = 200});
}

// Where people called for help after an earthquake: many at one position, some
// far from all others.
TEST(ModelTest, EngineAnswersAsBruteForceDoesAtPlacesOfHaiti) {
  SCOPED_TRACE(SeedTrace());
  const auto rows = ReadSharedCsv("haiti_2010_reports/reports.csv");
  if (rows.empty()) GTEST_SKIP() << "the shared data are not there";
  std::vector<LatLng> places;
  for (const auto& row : rows) {
    double latitude = 0;
    double longitude = 0;
    ASSERT_TRUE(absl::SimpleAtod(row.at("lat"), &latitude));
    ASSERT_TRUE(absl::SimpleAtod(row.at("lng"), &longitude));
    places.push_back(MakeLatLng(latitude, longitude));
  }
  EngineHost host;
  const auto api = NewEngineApi(&host);
  RunModel(
      api.get(), ModelRandom(TestSeed() + 3, places),
      {.steps = 1'500, .check_every = 10, .watches = 8, .restart_every = 500});
}

}  // namespace
}  // namespace xom::tests
