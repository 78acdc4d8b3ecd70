// The whole load test as people run it, but small: that each workload finds all
// it should and no call of it fails. How fast anything is decides nothing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "loadtest/peers/child_process.h"
#include "loadtest/peers/temporary_directory.h"

namespace xom::loadtest {
namespace {

using testing::SizeIs;

// All but the micro-benchmarks, which are programs of their own, and the peers,
// which are not everywhere.
constexpr char kWorkloads[] = "restart,nearest,writes,watch,day";

constexpr absl::Duration kBound = absl::Minutes(4);

std::vector<std::string> FiguresOfWorkloads() {
  std::vector<std::string> names = {
      "restart.time",
      "restart.time_of_12000",
      "restart.memory",
      "restart.memory_of_12000",
      "restart.disk",
      "restart.disk_of_12000",
      "post.echo",
      "post.rocksdb",
      "post.echo_stored",
      "post.in_flight_1",
      "post.in_flight_8",
      "post.in_flight_64",
      "post.in_flight_256",
      "claim.uncontended",
      "claim.hot_need",
      "watch.idle_stream_memory",
      "watch.memory",
      "watch.memory_region",
      "watch.idle_cpu",
      "watch.idle_cpu_region",
      "watch.post_cost",
      "watch.shown_post_cost",
      "watch.shown_post_cost_of_floors",
      "watch.post_to_last_p99",
      "watch.post_reply_p99",
      "watch.post_to_last_p99_of_floors",
      "watch.post_reply_p99_of_floors",
      "watch.messages_per_post",
  };
  for (const char* filter :
       {"one_percent", "ten_percent", "hundred_percent", "all"}) {
    names.push_back(std::string("nearest.") + filter + ".throughput");
  }
  for (const char* of : {"nearest.one_percent", "nearest.ten_percent",
                         "nearest.hundred_percent", "nearest.all", "post"}) {
    for (const char* quantile : {"p50", "p99", "p99_9"}) {
      names.push_back(std::string(of) + ".latency." + quantile);
    }
  }
  for (const char* stress :
       {"burst", "burst_of_floors", "compaction", "compaction_of_floors",
        "backup", "backup_of_floors"}) {
    names.push_back(std::string("day.reads_p99.") + stress);
    names.push_back(std::string("day.posts_p99.") + stress);
    names.push_back(std::string("day.cores.") + stress);
  }
  return names;
}

void ExpectFinite(const nlohmann::json& number) {
  ASSERT_TRUE(number.is_number()) << number;  // what is not finite is null
  EXPECT_TRUE(std::isfinite(number.get<double>()));
}

void ExpectFigures(const nlohmann::json& report) {
  std::vector<std::string> names;
  for (const auto& figure : report["figures"]) {
    SCOPED_TRACE(figure.dump());
    names.push_back(figure["name"]);
    ExpectFinite(figure["value"]);
    EXPECT_NE(figure["unit"], "");
    EXPECT_EQ(figure.contains("goal"), figure.contains("met"));
    if (!figure.contains("ratio")) continue;
    ExpectFinite(figure["ratio"]);
    EXPECT_NE(figure["against"], "");
    EXPECT_LE(figure.value("samples", nlohmann::json::array()).size(), 1u);
  }
  EXPECT_THAT(names, testing::UnorderedElementsAreArray(FiguresOfWorkloads()));
}

void ExpectSeries(const nlohmann::json& report) {
  std::vector<std::string> names;
  for (const auto& series : report["series"]) {
    SCOPED_TRACE(series["name"]);
    names.push_back(series["name"]);
    EXPECT_FALSE(series["points"].empty());
    // With the two sizes asked for and with the needs of all else.
    if (series["x_unit"] == "needs") {
      EXPECT_THAT(series["points"], SizeIs(3));
    }
    for (const auto& point : series["points"]) {
      ASSERT_THAT(point, SizeIs(2));
      ExpectFinite(point[0]);
      ExpectFinite(point[1]);
    }
  }
  EXPECT_THAT(names, testing::UnorderedElementsAre(
                         "restart.time", "restart.plain_scan", "restart.memory",
                         "restart.disk", "nearest.one_percent.latency",
                         "nearest.ten_percent.latency",
                         "nearest.hundred_percent.latency",
                         "nearest.all.latency", "post.latency"));
}

TEST(WorkloadsTest, EachReportsAllItsFiguresAndNoCallFails) {
  const auto directory = TemporaryDirectory::Create();
  ASSERT_TRUE(directory.ok()) << directory.status();
  const std::string& folder = (*directory)->path();
  ChildCommand command;
  command.argv = {
      std::filesystem::canonical("/proc/self/exe").parent_path().string() +
          "/xom-loadtest",
      "--quick",
      "--only",
      kWorkloads,
      "--needs",
      "10000",
      "--restart_sizes",
      "1000,12000",
      "--watches",
      "1000",
      "--repetitions",
      "1",
      "--seconds",
      "0.2",
      "--work_dir",
      folder,
      "--json",
      folder + "/report.json"};
  command.output_path = folder + "/output";
  // It ends with an error when a call failed, and says which.
  const absl::Status run = RunToEnd(command, kBound);
  ASSERT_TRUE(run.ok()) << run;
  nlohmann::json report;
  std::ifstream(folder + "/report.json") >> report;
  EXPECT_EQ(report["format"], "xom-loadtest 1");
  EXPECT_EQ(report["run"]["needs"], "10000");
  ExpectFigures(report);
  ExpectSeries(report);
  // Nothing of the run is left but what was asked for.
  std::set<std::string> left;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    left.insert(entry.path().filename().string());
  }
  EXPECT_THAT(left, testing::UnorderedElementsAre("output", "report.json"));
}

}  // namespace
}  // namespace xom::loadtest
