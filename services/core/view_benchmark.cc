// The view over the open needs of a city in lockdown: what one need costs to
// keep, to load and to find, and what the decisions cost alone.
//
// Counters: `bytes_per_need` is what the view takes from the heap for a need
// beyond the bytes of its record; `record_bytes` are those.
#include <benchmark/benchmark.h>
#include <malloc.h>

#include <algorithm>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "loadtest/lockdown_city.h"
#include "services/core/category_decisions.h"
#include "services/core/claim_decisions.h"
#include "services/core/clock.h"
#include "services/core/match_service.h"
#include "services/core/need_decisions.h"
#include "services/core/view.h"
#include "storage/scanned_ledger.h"

namespace xom::core {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'700'000'000);

class StandingClock : public Clock {
 public:
  absl::Time Now() const override { return kNow; }
};

CategoryTable BuiltIn() {
  CategoryTable table;
  for (auto& category : BuiltInCategories(kNow)) {
    table = table.With({std::move(category), 1});
  }
  return table;
}

loadtest::LockdownCity MakeCity() {
  auto cities = loadtest::ReadCities("samples/vietnam_cities.csv");
  if (!cities.ok()) std::abort();  // run it where the repository is
  return loadtest::LockdownCity(*std::move(cities), /*seed=*/1);
}

const loadtest::LockdownCity& City() {
  static const auto& city = *new loadtest::LockdownCity(MakeCity());
  return city;
}

// The record that posting need number i makes.
storage::Record RecordOf(int64_t i, const CategoryTable& categories) {
  const std::string name = absl::StrCat("needs/", City().NeedId(i));
  auto record = CreateNeed(City().CreateRequest(i), name, categories,
                           kNow + absl::Milliseconds(i));
  if (!record.ok()) std::abort();
  const auto& location = record->stored.need().public_location();
  const auto point =
      geo::Point::FromDegrees({location.latitude(), location.longitude()});
  record->stored.set_access_code_hash(std::string(32, 'h'));
  return {name, point->leaf_cell(), record->stored.SerializeAsString(), i + 1};
}

// The built-in categories and so many needs, in the order of a scan.
std::vector<storage::Record> RecordsOf(int64_t needs) {
  const CategoryTable categories = BuiltIn();
  std::vector<storage::Record> records;
  for (const auto& entry : categories.entries()) {
    records.push_back({entry.stored.category().name(), 0,
                       entry.stored.SerializeAsString(), 1});
  }
  for (int64_t i = 0; i < needs; ++i) {
    records.push_back(RecordOf(i, categories));
  }
  std::sort(records.begin(), records.end(),
            [](const storage::Record& a, const storage::Record& b) {
              return std::tie(a.cell, a.key) < std::tie(b.cell, b.key);
            });
  return records;
}

// What the values of the needs are in all.
size_t NeedBytes(const std::vector<storage::Record>& records) {
  size_t bytes = 0;
  for (const storage::Record& record : records) {
    if (record.cell != 0) bytes += record.value.size();
  }
  return bytes;
}

size_t HeapBytes() {
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

// One store of that many needs, and the view of it; made once.
struct World {
  explicit World(int64_t needs) : ledger(RecordsOf(needs)) {
    const size_t before = HeapBytes();
    if (!view.Load(ledger).ok()) std::abort();
    view_bytes = HeapBytes() - before;
  }

  // By one thread: what a load costs without the disk.
  storage::ScannedLedger ledger;
  View view;
  size_t view_bytes = 0;
};

World& WorldOf(int64_t needs) {
  static std::unique_ptr<World> world;
  static int64_t size = 0;
  if (world == nullptr || size != needs) {
    world.reset();
    world = std::make_unique<World>(needs);
    size = needs;
  }
  return *world;
}

void BM_MakeEntry(benchmark::State& state) {
  const std::vector<storage::Record> records = RecordsOf(1'000);
  const CategoryTable categories = BuiltIn();
  size_t i = 0;
  for (auto _ : state) {
    const storage::Record& record =
        records[categories.entries().size() + i++ % 1'000];
    benchmark::DoNotOptimize(
        MakeEntry(record.key, record.value, record.mod_revision, categories));
  }
}
BENCHMARK(BM_MakeEntry);

void BM_CreateNeedDecision(benchmark::State& state) {
  const CategoryTable categories = BuiltIn();
  std::vector<v1::CreateNeedRequest> requests;
  for (int64_t i = 0; i < 1'000; ++i) {
    requests.push_back(City().CreateRequest(i));
  }
  size_t i = 0;
  for (auto _ : state) {
    auto record = CreateNeed(requests[i++ % requests.size()], "needs/a",
                             categories, kNow);
    benchmark::DoNotOptimize(record->stored.SerializeAsString());
  }
}
BENCHMARK(BM_CreateNeedDecision);

void BM_ClaimNeedDecision(benchmark::State& state) {
  const std::vector<storage::Record> records = RecordsOf(1'000);
  const size_t first = BuiltIn().entries().size();
  v1::ClaimNeedRequest request;
  request.set_offer("offers/a");
  request.mutable_lease_duration()->set_seconds(3'600);
  size_t i = 0;
  for (auto _ : state) {
    internal::v1::StoredNeed before;
    before.ParseFromString(records[first + i++ % 1'000].value);
    auto after = ClaimNeed(before, request,
                           {before.need().name() + "/claims/c", 7}, kNow);
    if (!after.ok()) std::abort();
    benchmark::DoNotOptimize(after->SerializeAsString());
  }
}
BENCHMARK(BM_ClaimNeedDecision);

// k = 10, from where needs are.
void FindNearestNeeds(benchmark::State& state,
                      const std::vector<std::string>& category_ids) {
  const World& world = WorldOf(state.range(0));
  const StandingClock clock;
  const MatchService service(&world.view, &clock);
  std::vector<v1::FindNearestNeedsRequest> requests(4'096);
  for (size_t i = 0; i < requests.size(); ++i) {
    const v1::Need need = City().Need(state.range(0) + static_cast<int64_t>(i));
    *requests[i].mutable_point() = need.place().location();
    requests[i].set_k(10);
    for (const std::string& id : category_ids) {
      requests[i].add_categories(absl::StrCat("categories/", id));
    }
  }
  size_t i = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        service.FindNearestNeeds(requests[i++ % requests.size()]));
  }
}

// A filter that all pass.
void BM_FindNearestNeeds(benchmark::State& state) {
  FindNearestNeeds(
      state, {"necessities", "medical-advice", "groceries", "school-supplies"});
}
BENCHMARK(BM_FindNearestNeeds)->Arg(10'000)->Arg(1'000'000);

// One that three of two hundred pass.
void BM_FindNearestNeedsOfFew(benchmark::State& state) {
  FindNearestNeeds(state, {"school-supplies"});
}
BENCHMARK(BM_FindNearestNeedsOfFew)->Arg(10'000)->Arg(1'000'000);

void BM_Load(benchmark::State& state) {
  const World& world = WorldOf(state.range(0));
  for (auto _ : state) {
    auto view = std::make_unique<View>();
    if (!view->Load(world.ledger).ok()) std::abort();
    state.PauseTiming();
    view.reset();
    state.ResumeTiming();
  }
  const auto needs = static_cast<double>(state.range(0));
  const auto record_bytes =
      static_cast<double>(NeedBytes(world.ledger.records()));
  state.counters["record_bytes"] = record_bytes / needs;
  state.counters["bytes_per_need"] =
      (static_cast<double>(world.view_bytes) - record_bytes) / needs;
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_Load)->Arg(10'000)->Arg(1'000'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace xom::core

BENCHMARK_MAIN();
