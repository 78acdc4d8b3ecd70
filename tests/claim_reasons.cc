#include "tests/claim_reasons.h"

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "geo/round_plan.h"
#include "services/core/limits.h"
#include "tests/claim_accounts.h"

namespace xom::tests {
namespace {

// needs/rice, of 1,000 kg, and an, with offers/a, and bo, with offers/b, who
// hold nothing yet.
class Neighbours final : public ClaimAccountTest {
 public:
  Neighbours() {
    PostNeed("rice", "lines { item: 'rice' quantity: 1000 }");
    AddUser("an");
    AddUser("bo");
    AddOffer("a", "users/an", 500);
    AddOffer("b", "users/bo");
  }

  void TestBody() override {}

  static v1::ClaimNeedRequest AKilogram(const std::string& need = "rice") {
    return ClaimRequest(absl::StrCat("needs/", need), "offers/a",
                        "lines { quantity: 1 }");
  }
  v1::Claim AnClaims() { return As("an").Must<v1::Claim>(AKilogram()); }
  grpc::Status BoAsks(const std::string& claim) {
    return As("bo").Call(FromText<v1::RequestHandoverRequest>(
        absl::StrCat("name: '", claim, "' offer: 'offers/b'")));
  }
  grpc::Status AnKeeps(const v1::Claim& claim) {
    return As("an").Call(
        Holding<v1::AnswerHandoverRequest>(claim, "answer: ANSWER_KEEP"));
  }

  grpc::Status AskTwice() {
    const std::string claim = AnClaims().name();
    EXPECT_TRUE(BoAsks(claim).ok());
    return BoAsks(claim);
  }
  grpc::Status AnswerNobody() { return AnKeeps(AnClaims()); }
  grpc::Status AskTooOften() {
    const v1::Claim claim = AnClaims();
    for (int i = 0; i < core::kMaxClaimHandovers; ++i) {
      EXPECT_TRUE(BoAsks(claim.name()).ok());
      EXPECT_TRUE(AnKeeps(claim).ok());
    }
    return BoAsks(claim.name());
  }
  grpc::Status ClaimTooMuch() {
    for (int i = 0; i < core::kNewHelperClaims; ++i) AnClaims();
    return As("an").Call(AKilogram());
  }
  grpc::Status ClaimUnverified() {
    PostNeed("safe", "min_helper_verification: VERIFICATION_VISITED");
    return As("an").Call(AKilogram("safe"));
  }
  grpc::Status ClaimQuarantined() {
    AddUser("an", "quarantined: true");
    return As("an").Call(AKilogram());
  }
  grpc::Status SendAStranger() {
    return As("an").Call(FromText<v1::BatchClaimRequest>(
        "offer: 'offers/a' assignee: 'users/bo'"));
  }
};

// An open server, where one offer holds as many claims as a round can have:
// more rounds than may wait, and one that is being planned, are asked for until
// one is refused.
class LongRounds final : public ClaimTest {
 public:
  void TestBody() override {}

  grpc::Status AskForMany() {
    const int count = static_cast<int>(geo::kMaxRoundStops);
    CreateHelper("van", count);
    for (int i = 0; i < count; ++i) {
      server_.CreateNeed(NeedAt(10 + i % 17 * 1e-3, 106 + i % 23 * 1e-3));
    }
    for (int i = 0; i < count; i += core::kMaxBatchClaims) {
      Must<v1::BatchClaimResponse>(
          FromText<v1::BatchClaimRequest>("offer: 'offers/van'"));
    }
    std::atomic<bool> refused = false;
    std::vector<grpc::Status> statuses(2 * core::kMaxWaitingRounds);
    std::vector<std::thread> callers;
    for (grpc::Status& status : statuses) {
      callers.emplace_back([&] {
        while (!refused && status.ok()) {
          status = Call(FromText<v1::PlanRoundRequest>("offer: 'offers/van'"));
        }
        refused = true;
      });
    }
    for (std::thread& caller : callers) caller.join();
    for (const grpc::Status& status : statuses) {
      if (!status.ok()) return status;
    }
    return grpc::Status::OK;
  }
};

}  // namespace

std::map<std::string, std::function<grpc::Status()>> ClaimProvocations() {
  return {
      {"HANDOVER_PENDING", [] { return Neighbours().AskTwice(); }},
      {"HANDOVER_MISSING", [] { return Neighbours().AnswerNobody(); }},
      {"HANDOVER_LIMIT_REACHED", [] { return Neighbours().AskTooOften(); }},
      {"HELPER_CAP_REACHED", [] { return Neighbours().ClaimTooMuch(); }},
      {"HELPER_NOT_VERIFIED", [] { return Neighbours().ClaimUnverified(); }},
      {"HELPER_QUARANTINED", [] { return Neighbours().ClaimQuarantined(); }},
      {"NOT_A_MEMBER", [] { return Neighbours().SendAStranger(); }},
      {"TOO_MANY_ROUNDS", [] { return LongRounds().AskForMany(); }},
  };
}

}  // namespace xom::tests
