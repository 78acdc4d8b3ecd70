#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "geo/public_point.h"
#include "loadtest/call_operation.h"
#include "loadtest/comparison.h"
#include "loadtest/peers/answer_checker.h"
#include "loadtest/peers/peer.h"
#include "loadtest/raw_caller.h"
#include "loadtest/requests.h"
#include "loadtest/workloads.h"
#include "xom/v1/match_service.pb.h"

namespace xom::loadtest {
namespace {

// Some 13 % of the needs.
constexpr char kCategory[] = "categories/medical-advice";
constexpr int kCategoryBit = 0;
constexpr int64_t kQueries = 2'000;
constexpr int64_t kChecked = 200;
// What Redis searches in holds so many.
constexpr int kWithinRadius = 100;
constexpr int kInFlight = 64;

// The needs as everybody sees them: at their public points.
std::vector<PeerPoint> PointsOf(const LockdownCity& city, int64_t count) {
  std::vector<PeerPoint> points;
  points.reserve(static_cast<size_t>(count));
  for (int64_t i = 0; i < count; ++i) {
    const v1::Need need = city.Need(i);
    const auto& location = need.place().location();
    const auto point =
        geo::Point::FromDegrees({location.latitude(), location.longitude()});
    const bool has = std::count(need.categories().begin(),
                                need.categories().end(), kCategory) > 0;
    points.push_back(
        {.id = i,
         .place = geo::PublicPoint(*point, geo::kDefaultPrecision).degrees(),
         .categories = has ? uint64_t{1} << kCategoryBit : 0});
  }
  return points;
}

class PeersWorkload {
 public:
  PeersWorkload(Bench& bench, const TestedServer& server)
      : bench_(bench),
        caller_(server.address(), kConnections),
        requests_(NearestRequests(bench.city(), kQueries, {kCategory})) {}

  absl::Status Run() {
    bench_.Progress("peers: the points and the queries");
    points_ = PointsOf(bench_.city(), bench_.options().needs);
    if (absl::Status s = MakeQueries(); !s.ok()) return s;
    absl::Status status = Measure(StartRedis(), "redis", Goal::AtLeast(10));
    if (status.ok()) {
      status = Measure(StartPostgis(PostgisOrder::kAsGiven), "postgis",
                       Goal::AtLeast(50));
    }
    // The best case of it, without a goal: no table stays so while rows come
    // and go.
    if (status.ok() && !bench_.options().quick) {
      status = Measure(StartPostgis(PostgisOrder::kByPlace), "postgis_sorted",
                       std::nullopt);
    }
    if (status.ok() && !bench_.options().tile38.empty()) {
      status = Measure(StartTile38(bench_.options().tile38), "tile38",
                       Goal::AtLeast(15));
    }
    return status;
  }

 private:
  absl::StatusOr<v1::FindNearestNeedsResponse> Find(int64_t number, int k) {
    v1::FindNearestNeedsRequest request =
        NearestRequest(bench_.city(), number, {kCategory});
    request.set_k(k);
    return caller_.Ask<v1::FindNearestNeedsResponse>(kFindNearestNeeds,
                                                     request);
  }

  // Each with the radius that holds kWithinRadius, and a metre for what Redis
  // rounds.
  absl::Status MakeQueries() {
    for (int64_t i = 0; i < kQueries; ++i) {
      const auto found = Find(i, kWithinRadius);
      if (!found.ok()) return found.status();
      if (found->needs().empty()) return absl::InternalError("nothing found");
      const auto point = NearestRequest(bench_.city(), i, {}).point();
      queries_.push_back(
          {.place = {point.latitude(), point.longitude()},
           .category = kCategoryBit,
           .k = kNearest,
           .radius_meters = found->needs().rbegin()->distance_meters() + 1});
    }
    return absl::OkStatus();
  }

  absl::StatusOr<std::vector<int64_t>> OurNearest(int64_t query) {
    const auto found = Find(query, kNearest);
    if (!found.ok()) return found.status();
    std::vector<int64_t> ids;
    for (const v1::NearestNeed& nearest : found->needs()) {
      const std::string& name = nearest.need().name();
      if (!absl::SimpleAtoi(name.substr(name.rfind('-') + 1),
                            &ids.emplace_back())) {
        return absl::InternalError(absl::StrCat("not one of ours: ", name));
      }
    }
    return ids;
  }

  absl::Status CheckAnswers(Peer& peer) {
    const AnswerChecker checker(points_);
    for (int64_t i = 0; i < kChecked; ++i) {
      const PeerQuery& query = queries_[static_cast<size_t>(i)];
      auto ours = OurNearest(i);
      if (!ours.ok()) return ours.status();
      auto theirs = peer.Nearest(query);
      if (!theirs.ok()) return theirs.status();
      absl::Status same =
          checker.Check(query, {*std::move(ours), *std::move(theirs)},
                        peer.precision_meters());
      if (!same.ok()) return same;
    }
    return absl::OkStatus();
  }

  absl::Status Measure(absl::StatusOr<std::unique_ptr<Peer>> started,
                       const std::string& name, std::optional<Goal> goal) {
    if (!started.ok()) return started.status();
    Peer& peer = **started;
    bench_.Progress(absl::StrCat(peer.name(), ": loading the points"));
    if (absl::Status s = peer.Load(points_); !s.ok()) return s;
    bench_.report().Describe(name,
                             absl::StrCat(peer.version(), ": ", peer.tuning()));
    bench_.Progress(absl::StrCat(peer.name(), ": the same answers?"));
    if (absl::Status s = CheckAnswers(peer); !s.ok()) return s;
    bench_.Progress(absl::StrCat(peer.name(), ": the most a second, and ours"));
    absl::Status status;
    const Comparison comparison = Compare(
        bench_.options().repetitions, [&] { return OurRate(); },
        [&] { return RateOf(peer, &status); });
    if (!status.ok()) return status;
    Figure figure =
        comparison.ToFigure(absl::StrCat("nearest.against_", name), "calls/s",
                            absl::StrCat(peer.name(), " ", peer.version()));
    figure.goal = goal;
    bench_.report().Add(std::move(figure));
    bench_.report().Add(Figure{.name = absl::StrCat(name, ".throughput"),
                               .value = comparison.reference(),
                               .unit = "calls/s"});
    return absl::OkStatus();
  }

  double OurRate() {
    return RunClosed(CallOperation(caller_, kFindNearestNeeds, requests_),
                     {.in_flight = kInFlight,
                      .warm_up = bench_.warm_up(),
                      .duration = bench_.options().duration})
        .rate();
  }

  double RateOf(Peer& peer, absl::Status* status) {
    const auto result =
        peer.Run(queries_, {.connections = kConnections,
                            .in_flight = kInFlight,
                            .warm_up = bench_.warm_up(),
                            .duration = bench_.options().duration});
    if (result.ok()) return result->rate();
    status->Update(result.status());
    return 1;
  }

  Bench& bench_;
  RawCaller caller_;
  const std::vector<std::string> requests_;
  std::vector<PeerPoint> points_;
  std::vector<PeerQuery> queries_;
};

}  // namespace

absl::Status MeasurePeers(Bench& bench, const TestedServer& server) {
  return PeersWorkload(bench, server).Run();
}

}  // namespace xom::loadtest
