#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "loadtest/micro_benchmarks.h"
#include "loadtest/workloads.h"

namespace xom::loadtest {
namespace {

class MicroWorkload {
 public:
  explicit MicroWorkload(Bench& bench) : bench_(bench) {}

  absl::Status Run() {
    for (const auto step :
         {&MicroWorkload::MeasureIndex, &MicroWorkload::MeasureView,
          &MicroWorkload::MeasureWatches, &MicroWorkload::MeasureStore}) {
      if (absl::Status s = (this->*step)(); !s.ok()) return s;
    }
    return error_;
  }

 private:
  bool quick() const { return bench_.options().quick; }

  // A counter of the benchmark whose name begins so; a slash follows, or the
  // end. What is missing makes the run fail.
  double Of(const MicroResults& results, const std::string& benchmark,
            const std::string& counter) {
    for (const auto& [name, result] : results) {
      const auto value = result.find(counter);
      if ((name == benchmark || absl::StartsWith(name, benchmark + "/")) &&
          value != result.end()) {
        return value->second;
      }
    }
    error_.Update(absl::NotFoundError(
        absl::StrCat("no benchmark ", benchmark, " told ", counter)));
    return 0;
  }

  absl::StatusOr<MicroResults> RunProgram(const std::string& program,
                                          const std::string& filter) {
    bench_.Progress(absl::StrCat(program, " ", filter));
    return RunMicroBenchmarks(bench_, program, filter);
  }

  absl::Status MeasureIndex() {
    const auto results = RunProgram(
        "geo_benchmark",
        absl::StrCat("BM_NearestAgainstS2/percent:(100|10|1)$|"
                     "BM_ReverseFind/standing:100000|BM_NearestGrowth",
                     quick() ? "/items:(10000|100000|1000000)/" : ""));
    if (!results.ok()) return results.status();
    for (const int percent : {100, 10, 1}) {
      const std::string name =
          absl::StrCat("BM_NearestAgainstS2/percent:", percent);
      bench_.report().Add(
          Figure{.name = absl::StrCat("index.of_", percent, "_percent"),
                 .value = Of(*results, name, "ns") / 1'000,
                 .unit = "us",
                 .against = "times as fast as S2ClosestPointQuery",
                 .ratio = Of(*results, name, "times_faster"),
                 .goal = Goal::AtLeast(5)});
      bench_.report().Add(
          Figure{.name = absl::StrCat("index.allocations_", percent),
                 .value = Of(*results, name, "allocations"),
                 .unit = "a query",
                 .goal = Goal::AtMost(0)});
    }
    AddGrowth(*results);
    const std::string reverse = "BM_ReverseFind/standing:100000";
    bench_.report().Add(Figure{.name = "index.reverse_find",
                               .value = Of(*results, reverse, "ns") / 1'000,
                               .unit = "us, 100,000 standing",
                               .against = "1,000 standing",
                               .ratio = Of(*results, reverse, "growth")});
    return absl::OkStatus();
  }

  void AddGrowth(const MicroResults& results) {
    Series growth{"index.growth", "points", "us", {}};
    Figure last{.name = "index.growth",
                .unit = "us",
                .against = "10,000 points",
                .goal = Goal::AtMost(3)};
    const int64_t most = quick() ? 1'000'000 : 10'000'000;
    for (int64_t items = 10'000; items <= most; items *= 10) {
      const std::string name =
          absl::StrCat("BM_NearestGrowth/items:", items, "/iterations:300");
      const double nanos = Of(results, name, "ns");
      growth.points.emplace_back(static_cast<double>(items), nanos / 1'000);
      last.value = nanos / 1'000;
      last.ratio = Of(results, name, "growth");
    }
    bench_.report().Add(std::move(growth));
    bench_.report().Add(std::move(last));
  }

  absl::Status MeasureView() {
    const std::string needs = quick() ? "10000" : "1000000";
    const auto results = RunProgram(
        "core_benchmark",
        absl::StrCat("BM_MakeEntry|Decision|BM_(Load|FindNearestNeeds)/", needs,
                     "$"));
    if (!results.ok()) return results.status();
    bench_.report().Add(
        Figure{.name = "view.memory",
               .value = Of(*results, "BM_Load/" + needs, "bytes_per_need"),
               .unit = "B a need",
               .against = "beside the record's own bytes",
               .goal = Goal::AtMost(128)});
    bench_.report().Add(
        Figure{.name = "view.record",
               .value = Of(*results, "BM_Load/" + needs, "record_bytes"),
               .unit = "B a need"});
    AddTime("core.find_nearest_needs", *results,
            "BM_FindNearestNeeds/" + needs);
    AddTime("core.make_entry", *results, "BM_MakeEntry");
    AddTime("core.decide_create", *results, "BM_CreateNeedDecision");
    AddTime("core.decide_claim", *results, "BM_ClaimNeedDecision");
    return absl::OkStatus();
  }

  void AddTime(std::string figure, const MicroResults& results,
               const std::string& benchmark) {
    bench_.report().Add(
        Figure{.name = std::move(figure),
               .value = Of(results, benchmark, "cpu_time") / 1'000,
               .unit = "us"});
  }

  absl::Status MeasureWatches() {
    const auto results =
        RunProgram("core_watch_benchmark",
                   quick() ? "BM_StandingWatch"
                           : "BM_StandingWatch|BM_Post/kind:0|BM_TickAndPost");
    if (!results.ok()) return results.status();
    static constexpr std::pair<int, const char*> kKinds[] = {
        {0, "nearest_10"}, {1, "nearest_20"}, {2, "circle"}, {3, "box"}};
    for (const auto& [kind, name] : kKinds) {
      bench_.report().Add(Figure{
          .name = absl::StrCat("hub.memory_", name),
          .value = Of(*results, absl::StrCat("BM_StandingWatch/kind:", kind),
                      "bytes_per_watch") /
                   1024,
          .unit = "KiB a watch",
          .goal = Goal::AtMost(2)});
    }
    if (!quick()) AddTouched(*results);
    return absl::OkStatus();
  }

  // What a post costs by the watches that it touches, and not by all that
  // stand.
  void AddTouched(const MicroResults& results) {
    const auto post = [&](int touched, int standing) {
      return 1e6 / Of(results,
                      absl::StrCat("BM_Post/kind:0/touched:", touched,
                                   "/standing:", standing),
                      "items_per_second");
    };
    bench_.report().Add(Figure{.name = "hub.post_touches_10",
                               .value = post(10, 10'000),
                               .unit = "us a watch touched, of 10,000"});
    bench_.report().Add(Figure{.name = "hub.post_touches_100",
                               .value = post(100, 10'000),
                               .unit = "us a watch touched, of 10,000"});
    bench_.report().Add(Figure{.name = "hub.post_growth",
                               .value = post(10, 100'000),
                               .unit = "us a watch touched, of 100,000",
                               .against = "1,000 standing",
                               .ratio = post(10, 100'000) / post(10, 1'000)});
    const auto tick = [&](int standing) {
      return Of(results, absl::StrCat("BM_TickAndPost/standing:", standing),
                "cpu_time") /
             1'000;
    };
    bench_.report().Add(Figure{.name = "hub.tick_and_post",
                               .value = tick(100'000),
                               .unit = "us, 100,000 standing",
                               .against = "1,000 standing",
                               .ratio = tick(100'000) / tick(1'000)});
  }

  absl::Status MeasureStore() {
    const auto results = RunProgram(
        "storage_benchmark",
        absl::StrCat("BM_(En|De)code|",
                     quick()
                         ? "BM_BytesOnDisk/needs:50000|BM_Scan/needs:25000"
                         : "BM_BytesOnDisk/needs:200000|BM_Scan/needs:100000"));
    if (!results.ok()) return results.status();
    AddTime("codec.encode_record", *results, "BM_EncodeRecord");
    AddTime("codec.decode_record", *results, "BM_DecodeRecord");
    AddTime("codec.encode_change", *results, "BM_EncodeChange");
    AddTime("codec.decode_change", *results, "BM_DecodeChange");
    bench_.report().Add(
        Figure{.name = "store.record",
               .value = Of(*results, "BM_BytesOnDisk", "record_bytes_per_need"),
               .unit = "B a need"});
    bench_.report().Add(
        Figure{.name = "store.disk",
               .value = Of(*results, "BM_BytesOnDisk", "opened_ratio"),
               .unit = "B a byte",
               .against = "the records' own bytes",
               .goal = Goal::AtMost(2)});
    bench_.report().Add(
        Figure{.name = "store.scan",
               .value = Of(*results, "BM_Scan", "ratio_to_plain_time"),
               .unit = "times",
               .against = "a plain iterator of RocksDB",
               .goal = Goal::AtMost(2)});
    return absl::OkStatus();
  }

  Bench& bench_;
  absl::Status error_;
};

}  // namespace

absl::Status MeasureMicro(Bench& bench) { return MicroWorkload(bench).Run(); }

}  // namespace xom::loadtest
