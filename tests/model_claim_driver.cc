#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/model_claims.h"
#include "tests/model_driver.h"

namespace xom::tests {
namespace {

using absl::StatusCode;

// More than a need keeps; the model forgets none.
constexpr size_t kMaxClaims = 100;

// Without what the model does not say.
v1::Claim Plain(v1::Claim claim) {
  claim.clear_update_time();
  return claim;
}

void ExpectClaim(const v1::Claim& want, const v1::Claim& got) {
  std::string difference;
  google::protobuf::util::MessageDifferencer differencer;
  differencer.ReportDifferencesToString(&difference);
  EXPECT_TRUE(differencer.Compare(Plain(want), Plain(got)))
      << got.name() << ", want and got: " << difference;
}

template <typename Request>
void MaybeLease(ModelRandom* random, Request* request) {
  if (random->OneIn(4)) return;
  request->mutable_lease_duration()->set_seconds(
      60 +
      static_cast<int64_t>(random->Below(random->OneIn(4) ? 172'741 : 7'200)));
}

template <typename Request>
absl::Duration LeaseOf(const Request& request, const v1::Need& need) {
  return request.has_lease_duration()
             ? absl::Seconds(request.lease_duration().seconds())
             : DefaultLease(need.urgency());
}

// Fills in what came of it, as the request shall say.
void ConfirmPartly(ModelRandom* random, v1::ConfirmDeliveryRequest* request,
                   v1::Claim* claim) {
  for (v1::ClaimedLine& line : *claim->mutable_lines()) {
    line.set_received_quantity(0);
    // Left out, it is none; but one has to be said.
    if (request->received_size() > 0 && random->OneIn(3)) continue;
    v1::ReceivedLine& received = *request->add_received();
    received.set_line_index(line.line_index());
    received.set_quantity(static_cast<int>(
        random->Below(static_cast<size_t>(line.quantity()) + 1)));
    line.set_received_quantity(received.quantity());
  }
}

}  // namespace

void ModelDriver::ChangeClaims() {
  const size_t dice = random_.Below(10);
  if (dice < 4) return MakeClaim();
  if (dice < 5) return RenewClaim();
  if (dice < 6) return ReleaseClaim();
  if (dice < 8) return DeliverClaim();
  ConfirmClaim();
}

std::string ModelDriver::AnyOffer() {
  if (world_.offers.empty() || random_.OneIn(50)) return "offers/nobody";
  const auto skip = static_cast<ptrdiff_t>(random_.Below(world_.offers.size()));
  return std::next(world_.offers.begin(), skip)->first;
}

int ModelDriver::ActiveClaims(const std::string& offer) const {
  int64_t count = 0;
  for (const auto& [need, claims] : world_.claims) {
    count += std::count_if(claims.begin(), claims.end(),
                           [&offer](const v1::Claim& claim) {
                             return claim.offer() == offer &&
                                    claim.state() == v1::Claim::STATE_ACTIVE;
                           });
  }
  return static_cast<int>(count);
}

StatusCode ModelDriver::ExpectedOfClaim(
    const v1::ClaimNeedRequest& request) const {
  const auto need = world_.needs.find(request.name());
  const auto offer = world_.offers.find(request.offer());
  if (need == world_.needs.end() || offer == world_.offers.end()) {
    return StatusCode::kNotFound;
  }
  const auto coverage =
      CoverageOf(need->second, world_.claims.at(request.name()));
  const bool fits = std::all_of(
      request.lines().begin(), request.lines().end(), [&](const auto& line) {
        return line.quantity() <=
               coverage[static_cast<size_t>(line.line_index())].open();
      });
  const bool may = offer->second.state() == v1::Offer::STATE_ACTIVE &&
                   ActiveClaims(request.offer()) < offer->second.capacity() &&
                   need->second.state() == v1::Need::STATE_OPEN && fits &&
                   ToTime(need->second.expire_time()) > now();
  return may ? StatusCode::kOk : StatusCode::kFailedPrecondition;
}

void ModelDriver::MakeClaim() {
  v1::ClaimNeedRequest request;
  request.set_name(AnyNeed());
  request.set_offer(AnyOffer());
  // Mostly such as may be claimed.
  const auto may = [&] { return ExpectedOfClaim(request) == StatusCode::kOk; };
  for (int turn = 0; turn < 10 && !may(); ++turn) {
    request.set_name(AnyNeed());
    request.set_offer(AnyOffer());
  }
  const auto need = world_.needs.find(request.name());
  std::vector<v1::LineCoverage> coverage;
  if (need != world_.needs.end()) {
    if (world_.claims[request.name()].size() >= kMaxClaims) return;
    coverage = CoverageOf(need->second, world_.claims[request.name()]);
  }
  const bool all = random_.OneIn(4);
  for (size_t i = 0; !all && i < coverage.size(); ++i) {
    if (coverage.size() > 1 && random_.OneIn(3)) continue;
    v1::ClaimedLine& line = *request.add_lines();
    line.set_line_index(static_cast<int>(i));
    // Seldom more than there is.
    const int most = coverage[i].open() + (random_.OneIn(10) ? 1 : 0);
    line.set_quantity(1 + static_cast<int>(random_.Below(
                              std::max<size_t>(1, static_cast<size_t>(most)))));
  }
  MaybeLease(&random_, &request);
  const auto reply = api_.Call(request);
  const StatusCode code = ExpectedOfClaim(request);
  ASSERT_EQ(reply.status().code(), code)
      << reply.status() << request.DebugString();
  if (code == StatusCode::kOk) TakeNewClaim(request, coverage, *reply);
}

void ModelDriver::TakeNewClaim(const v1::ClaimNeedRequest& request,
                               const std::vector<v1::LineCoverage>& coverage,
                               const v1::Claim& reply) {
  Claims& claims = world_.claims[request.name()];
  v1::Claim expected;
  EXPECT_TRUE(absl::StartsWith(reply.name(), request.name() + "/claims/"));
  EXPECT_GT(reply.fencing_token(),
            claims.empty() ? 0 : claims.back().fencing_token());
  expected.set_name(reply.name());
  expected.set_fencing_token(reply.fencing_token());
  expected.set_offer(request.offer());
  expected.set_state(v1::Claim::STATE_ACTIVE);
  *expected.mutable_lines() = request.lines();
  for (size_t i = 0; request.lines().empty() && i < coverage.size(); ++i) {
    if (coverage[i].open() == 0) continue;
    v1::ClaimedLine& line = *expected.add_lines();
    line.set_line_index(static_cast<int>(i));
    line.set_quantity(coverage[i].open());
  }
  *expected.mutable_create_time() = ToTimestamp(now());
  *expected.mutable_lease_expire_time() =
      ToTimestamp(now() + LeaseOf(request, world_.needs.at(request.name())));
  ExpectClaim(expected, reply);
  claims.push_back(reply);
  TakeClaimed(request.name());
}

v1::Claim* ModelDriver::AnyClaim(v1::Claim::State state) {
  v1::Claim* any = nullptr;
  for (int turn = 0; turn < 20; ++turn) {
    const std::string need = AnyNeed();
    const auto found = world_.claims.find(need);
    if (found == world_.claims.end() || found->second.empty()) continue;
    Claims& claims = found->second;
    any = &claims[random_.Below(claims.size())];
    // Time may just have ended it.
    if (any->state() == state || late_.contains(need) || random_.OneIn(20)) {
      return any;
    }
  }
  return any;
}

template <typename Request>
void ModelDriver::ChangeClaim(Request request, const v1::Claim& expected,
                              bool may) {
  const std::string need =
      expected.name().substr(0, expected.name().find("/claims/"));
  request.set_name(expected.name());
  StatusCode code = may ? StatusCode::kOk : StatusCode::kFailedPrecondition;
  if constexpr (!std::is_same_v<Request, v1::ConfirmDeliveryRequest>) {
    const bool stale = random_.OneIn(15);
    request.set_fencing_token(expected.fencing_token() + (stale ? 1 : 0));
    if (stale) code = StatusCode::kAborted;
  }
  const auto reply = api_.Call(request);
  ASSERT_EQ(reply.status().code(), code)
      << reply.status() << request.DebugString();
  if (code != StatusCode::kOk) return;
  ExpectClaim(expected, *reply);
  for (v1::Claim& claim : world_.claims.at(need)) {
    if (claim.name() == expected.name()) claim = *reply;
  }
  TakeClaimed(need);
}

void ModelDriver::RenewClaim() {
  const v1::Claim* claim = AnyClaim(v1::Claim::STATE_ACTIVE);
  if (claim == nullptr) return;
  v1::RenewClaimRequest request;
  MaybeLease(&random_, &request);
  const auto& need =
      world_.needs.at(claim->name().substr(0, claim->name().find("/claims/")));
  v1::Claim expected = *claim;
  expected.set_renewal_count(claim->renewal_count() + 1);
  *expected.mutable_lease_expire_time() =
      ToTimestamp(now() + LeaseOf(request, need));
  ChangeClaim(
      request, expected,
      claim->state() == v1::Claim::STATE_ACTIVE && claim->renewal_count() < 3);
}

void ModelDriver::ReleaseClaim() {
  const v1::Claim* claim = AnyClaim(v1::Claim::STATE_ACTIVE);
  if (claim == nullptr) return;
  v1::ReleaseClaimRequest request;
  request.set_reason(static_cast<v1::Claim::ReleaseReason>(random_.Below(6)));
  v1::Claim expected = *claim;
  expected.set_release_reason(request.reason());
  EndClaim(v1::Claim::STATE_RELEASED, now(), &expected);
  ChangeClaim(request, expected, claim->state() == v1::Claim::STATE_ACTIVE);
}

void ModelDriver::DeliverClaim() {
  const v1::Claim* claim = AnyClaim(v1::Claim::STATE_ACTIVE);
  if (claim == nullptr) return;
  v1::Claim expected = *claim;
  expected.set_state(v1::Claim::STATE_DELIVERED);
  *expected.mutable_deliver_time() = ToTimestamp(now());
  ChangeClaim(v1::MarkDeliveredRequest(), expected,
              claim->state() == v1::Claim::STATE_ACTIVE);
}

void ModelDriver::ConfirmClaim() {
  const v1::Claim* claim = AnyClaim(v1::Claim::STATE_DELIVERED);
  if (claim == nullptr) return;
  v1::ConfirmDeliveryRequest request;
  request.set_outcome(static_cast<v1::Claim::Outcome>(1 + random_.Below(4)));
  v1::Claim expected = *claim;
  tests::ConfirmClaim(request.outcome(), now(), &expected);
  if (request.outcome() == v1::Claim::OUTCOME_PARTLY_RECEIVED) {
    ConfirmPartly(&random_, &request, &expected);
  }
  ChangeClaim(request, expected, claim->state() == v1::Claim::STATE_DELIVERED);
}

void ModelDriver::TakeClaimed(const std::string& name) {
  ++claim_changes_;
  const v1::Need& before = world_.needs.at(name);
  v1::Need expected = before;
  FollowClaims(now(), world_.claims.at(name), &expected);
  v1::GetNeedRequest request;
  request.set_name(name);
  const auto reply = api_.Call(request);
  ASSERT_TRUE(reply.ok()) << reply.status();
  // A renewal is not the need's.
  if (!late_.contains(name) &&
      expected.SerializeAsString() == before.SerializeAsString()) {
    EXPECT_EQ(reply->SerializeAsString(), before.SerializeAsString());
    return;
  }
  Take(reply, expected);
}

void ModelDriver::CheckClaimList() {
  v1::ListClaimsRequest request = random_.ClaimList();
  request.set_offer(AnyOffer());
  request.set_parent(random_.OneIn(4) ? AnyNeed() : "needs/-");
  std::vector<v1::Claim> listed;
  do {
    const auto reply = api_.Call(request);
    ASSERT_TRUE(reply.ok()) << reply.status() << request.DebugString();
    listed.insert(listed.end(), reply->claims().begin(), reply->claims().end());
    request.set_page_token(reply->next_page_token());
  } while (!request.page_token().empty());
  const auto expected = world_.Listed(request);
  ASSERT_EQ(listed.size(), expected.size()) << request.DebugString();
  for (size_t i = 0; i < listed.size(); ++i) {
    ExpectClaim(expected[i], listed[i]);
  }
}

}  // namespace xom::tests
