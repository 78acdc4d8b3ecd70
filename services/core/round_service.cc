#include "services/core/round_service.h"

#include <algorithm>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "geo/round_plan.h"
#include "services/core/error.h"
#include "services/core/field_check.h"
#include "services/core/limits.h"
#include "services/core/resource_name.h"
#include "services/core/time_proto.h"

namespace xom::core {
namespace {

// One visit to come: by when, of which claim, where.
struct Visit {
  absl::Time lease_end;
  std::string claim;
  geo::Point point;

  friend bool operator<(const Visit& a, const Visit& b) {
    return std::tie(a.lease_end, a.claim) < std::tie(b.lease_end, b.claim);
  }
};

struct Round {
  geo::Point start;
  bool return_to_start = false;
  std::vector<Visit> visits;
  bool truncated = false;
};

void AddVisits(const NeedEntry& need, const v1::PlanRoundRequest& request,
               absl::Time now, std::vector<Visit>* visits) {
  const internal::v1::StoredNeed stored = need.stored();
  for (const v1::Claim& claim : stored.claims()) {
    const bool asked_for =
        claim.offer() == request.offer() &&
        claim.state() == v1::Claim::STATE_ACTIVE &&
        FromProto(claim.lease_expire_time()) > now &&
        (request.assignee().empty() || claim.assignee() == request.assignee());
    if (asked_for) {
      visits->push_back(
          {FromProto(claim.lease_expire_time()), claim.name(), need.point()});
    }
  }
}

std::vector<Visit> VisitsOf(const View& view,
                            const v1::PlanRoundRequest& request,
                            absl::Time now) {
  std::vector<Visit> visits;
  const View::Reader reader = view.Read();
  const auto& claimed = reader.claimed_needs();
  for (auto next = claimed.lower_bound({request.offer(), std::string()});
       next != claimed.end() && next->first == request.offer(); ++next) {
    const EntryPtr need = reader.needs().Find(next->second);
    AddVisits(static_cast<const NeedEntry&>(*need), request, now, &visits);
  }
  return visits;
}

// What the request is about. INVALID_ARGUMENT, NOT_FOUND.
absl::StatusOr<Round> RoundOf(const View& view,
                              const v1::PlanRoundRequest& request,
                              absl::Time now) {
  Violations violations;
  CheckName("offer", request.offer(), kOffers, &violations);
  if (!request.assignee().empty()) {
    CheckName("assignee", request.assignee(), kUsers, &violations);
  }
  std::optional<geo::Point> start;
  if (request.has_start()) {
    start = CheckPoint("start", true, request.start(), &violations);
  }
  if (!violations.empty()) return violations.ToStatus();
  const EntryPtr offer = view.Find(request.offer());
  if (offer == nullptr) return NotFoundError(request.offer());

  Round round{.start = start.value_or(offer->point()),
              .return_to_start = request.return_to_start(),
              .visits = VisitsOf(view, request, now)};
  std::sort(round.visits.begin(), round.visits.end());
  round.truncated = round.visits.size() > geo::kMaxRoundStops;
  if (round.truncated) {
    round.visits.erase(round.visits.begin() + geo::kMaxRoundStops,
                       round.visits.end());
  }
  return round;
}

std::string Planned(const Round& round) {
  std::vector<geo::Point> points;
  for (const Visit& visit : round.visits) points.push_back(visit.point);
  const geo::RoundPlan plan =
      geo::PlanRound(round.start, points, round.return_to_start);
  v1::PlanRoundResponse response;
  for (size_t i = 0; i < plan.order.size(); ++i) {
    const Visit& visit = round.visits[plan.order[i]];
    const geo::LatLng shown = visit.point.degrees();
    v1::PlanRoundResponse::Stop& stop = *response.add_stops();
    stop.set_claim(visit.claim);
    stop.mutable_public_location()->set_latitude(shown.latitude_degrees);
    stop.mutable_public_location()->set_longitude(shown.longitude_degrees);
    stop.set_leg_meters(plan.leg_meters[i]);
    *stop.mutable_lease_expire_time() = ToProto(visit.lease_end);
  }
  response.set_total_meters(plan.total_meters);
  response.set_lower_bound_meters(plan.lower_bound_meters);
  response.set_truncated(round.truncated);
  return response.SerializeAsString();
}

}  // namespace

RoundService::RoundService(const View* view, const Clock* clock)
    : view_(*view), clock_(*clock), worker_([this] { Work(); }) {}

RoundService::~RoundService() {
  {
    storage::MutexLock lock(mu_);
    stopping_ = true;
    lock.NotifyOneAfter(changed_);
  }
  worker_.join();
}

void RoundService::Plan(const v1::PlanRoundRequest& request, ReplyDone done) {
  auto round = RoundOf(view_, request, clock_.Now());
  if (!round.ok()) return done(round.status());
  if (round->visits.size() <= geo::kMaxExactRoundStops) {
    return done(Planned(*round));
  }
  bool full = false;
  {
    storage::MutexLock lock(mu_);
    full = waiting_.size() >= kMaxWaitingRounds;
    if (!full) {
      waiting_.push_back(
          [round = *std::move(round), done] { done(Planned(round)); });
      lock.NotifyOneAfter(changed_);
    }
  }
  if (!full) return;
  done(MakeRetryableError(Reason::kTooManyRounds,
                          "too many rounds wait to be planned", kRetryDelay));
}

void RoundService::Work() {
  for (;;) {
    std::function<void()> next;
    {
      storage::MutexLock lock(mu_);
      while (waiting_.empty() && !stopping_) changed_.Wait(mu_);
      if (waiting_.empty()) return;
      next = std::move(waiting_.front());
      waiting_.pop_front();
    }
    next();
  }
}

}  // namespace xom::core
