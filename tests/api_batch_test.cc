// Many claims at once, and in which order to visit them; leases by rule.

#include <gmock/gmock.h>

#include <atomic>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "geo/round_plan.h"
#include "services/core/time_proto.h"
#include "tests/claim_calls.h"
#include "tests/refused_fields.h"

namespace xom::tests {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class BatchTest : public ClaimTest {
 protected:
  explicit BatchTest(edge::ServerOptions options = {})
      : ClaimTest(std::move(options)) {}

  // `needs/n{i}` so many steps of some 11 m north of 10, 106.
  void CreateRow(int count) {
    for (int i = 0; i < count; ++i) {
      server_.CreateNeed(NeedAt(10 + i * 1e-4, 106), absl::StrCat("n", i));
    }
  }

  v1::BatchClaimResponse Batch(const std::string& text) {
    return Must<v1::BatchClaimResponse>(FromText<v1::BatchClaimRequest>(text));
  }
  // The needs that were claimed, in the order of the answer.
  std::vector<std::string> NeedsOf(const v1::BatchClaimResponse& response) {
    std::vector<std::string> needs;
    for (const v1::Claim& claim : response.claims()) {
      needs.push_back(claim.name().substr(0, claim.name().find("/claims/")));
      EXPECT_EQ(StateOf(needs.back()), v1::Need::STATE_CLAIMED);
    }
    return needs;
  }
};

TEST_F(BatchTest, ClaimsTheNearestUpToWhatIsAskedForOrHeld) {
  CreateRow(9);
  CreateHelper("van", 5);
  Claim("needs/n0", "offers/van");
  EXPECT_THAT(NeedsOf(Batch("offer: 'offers/van' max_claims: 2")),
              ElementsAre("needs/n1", "needs/n2"));
  EXPECT_THAT(NeedsOf(Batch("offer: 'offers/van'")),
              ElementsAre("needs/n3", "needs/n4"));
  EXPECT_EQ(
      ReasonOf(Call(FromText<v1::BatchClaimRequest>("offer: 'offers/van'"))),
      "CAPACITY_REACHED");
  EXPECT_EQ(ActiveClaims("offers/van"), 5);
}

TEST_F(BatchTest, TakesOnlyWhatItsFiltersSay) {
  CreateRow(9);
  v1::Need urgent = NeedAt(10.0105, 106);
  urgent.set_urgency(v1::URGENCY_CRITICAL);
  server_.CreateNeed(urgent, "urgent");
  v1::Need doctor = NeedAt(10, 106);
  doctor.set_categories(0, "categories/medical-advice");
  server_.CreateNeed(doctor, "doctor");
  CreateHelper("van", 100);
  EXPECT_THAT(NeedsOf(Batch("offer: 'offers/van' min_urgency: URGENCY_HIGH")),
              ElementsAre("needs/urgent"));
  EXPECT_THAT(NeedsOf(Batch("offer: 'offers/van' max_distance_meters: 12")),
              ElementsAre("needs/n0", "needs/n1"));
  // A box from n5 to n7; the nearest first, though the offer is south of it.
  const std::string box =
      "offer: 'offers/van' region { box { "
      "south_west { latitude: 10.00045 longitude: 105 } "
      "north_east { latitude: 10.00075 longitude: 107 } } } ";
  EXPECT_THAT(NeedsOf(Batch(absl::StrCat(box, "max_claims: 2"))),
              ElementsAre("needs/n5", "needs/n6"));
  EXPECT_THAT(NeedsOf(Batch(box)), ElementsAre("needs/n7"));
  EXPECT_THAT(NeedsOf(Batch(box)), IsEmpty());
}

TEST_F(BatchTest, GoesAsFarAsTheOfferServes) {
  CreateRow(9);
  v1::Offer offer = OfferAt(10, 106);
  offer.set_capacity(100);
  offer.set_service_radius_meters(25);
  server_.CreateOffer(offer, "van");
  EXPECT_THAT(NeedsOf(Batch("offer: 'offers/van'")),
              ElementsAre("needs/n0", "needs/n1", "needs/n2"));
}

TEST_F(BatchTest, ARetryGetsTheSameAnswerAlsoOfNone) {
  CreateHelper("van", 5);
  const std::string text =
      absl::StrCat("offer: 'offers/van' request_id: '", NewRequestId(), "'");
  EXPECT_EQ(Batch(text).claims_size(), 0);
  CreateRow(2);
  EXPECT_EQ(Batch(text).claims_size(), 0);
  EXPECT_EQ(Batch("offer: 'offers/van'").claims_size(), 2);
}

TEST_F(BatchTest, OfManyAtOnceOverTheSameNeedsNoNeedHasTwoHolders) {
  constexpr int kNeeds = 40;
  constexpr int kOffers = 4;
  CreateRow(kNeeds);
  std::vector<std::thread> threads;
  std::vector<v1::BatchClaimResponse> answers(kOffers);
  for (int i = 0; i < kOffers; ++i) {
    CreateHelper(absl::StrCat("van", i), 15);
  }
  for (size_t i = 0; i < kOffers; ++i) {
    threads.emplace_back([&, i] {
      answers[i] = Batch(absl::StrCat("offer: 'offers/van", i, "'"));
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::map<std::string, int> holders;
  int claims = 0;
  for (const auto& answer : answers) {
    claims += answer.claims_size();
    EXPECT_LE(answer.claims_size(), 15);
    for (const std::string& need : NeedsOf(answer)) ++holders[need];
  }
  EXPECT_EQ(claims, kNeeds);
  for (const auto& [need, count] : holders) EXPECT_EQ(count, 1) << need;
}

TEST_F(BatchTest, EachWrongFieldIsNamed) {
  CreateHelper("van");
  ExpectRefused(client_, &server_.server().ledger(),
                FromText<v1::BatchClaimRequest>("offer: 'offers/van'"),
                {{"offer: ''", "offer"},
                 {"offer: 'needs/van'", "offer"},
                 {"max_claims: 0", "max_claims"},
                 {"max_claims: 101", "max_claims"},
                 {"max_distance_meters: -1", "max_distance_meters"},
                 {"region { }", "region"},
                 {"min_urgency: 9", "min_urgency"},
                 {"lease_duration { seconds: 59 }", "lease_duration"},
                 {"assignee: 'an'", "assignee"},
                 {"request_id: '1'", "request_id"}});
  ExpectRefused(client_, &server_.server().ledger(),
                FromText<v1::PlanRoundRequest>("offer: 'offers/van'"),
                {{"offer: ''", "offer"},
                 {"offer: 'van'", "offer"},
                 {"start { latitude: 91 }", "start"},
                 {"assignee: 'an'", "assignee"}});
  for (const char* none : {"offer: 'offers/none'"}) {
    EXPECT_EQ(ReasonOf(Call(FromText<v1::BatchClaimRequest>(none))),
              "RESOURCE_NOT_FOUND");
    EXPECT_EQ(ReasonOf(Call(FromText<v1::PlanRoundRequest>(none))),
              "RESOURCE_NOT_FOUND");
  }
}

TEST_F(BatchTest, ARoundVisitsTheActiveClaimsOnTheShortestWay) {
  for (const int i : {7, 2, 5, 0}) {
    server_.CreateNeed(NeedAt(10 + i * 1e-3, 106), absl::StrCat("n", i));
  }
  CreateHelper("van", 10);
  EXPECT_EQ(Must<v1::PlanRoundResponse>(
                FromText<v1::PlanRoundRequest>("offer: 'offers/van'"))
                .stops_size(),
            0);
  Batch("offer: 'offers/van'");
  Release(Claim(server_.CreateNeed(NeedAt(10, 106)).name(), "offers/van"));
  const auto round = Must<v1::PlanRoundResponse>(
      FromText<v1::PlanRoundRequest>("offer: 'offers/van'"));
  std::vector<std::string> needs;
  double total = 0;
  for (const auto& stop : round.stops()) {
    needs.push_back(stop.claim().substr(0, stop.claim().find("/claims/")));
    total += stop.leg_meters();
  }
  EXPECT_THAT(needs,
              ElementsAre("needs/n0", "needs/n2", "needs/n5", "needs/n7"));
  EXPECT_DOUBLE_EQ(total, round.total_meters());
  EXPECT_NEAR(total, 7 * 111.195, 0.1);
  EXPECT_DOUBLE_EQ(round.lower_bound_meters(), round.total_meters());
  EXPECT_FALSE(round.truncated());
  const auto back = Must<v1::PlanRoundResponse>(FromText<v1::PlanRoundRequest>(
      "offer: 'offers/van' return_to_start: true "
      "start { latitude: 10.007 longitude: 106 }"));
  EXPECT_NEAR(back.total_meters(), 14 * 111.195, 0.1);
}

TEST_F(BatchTest, ARoundHoldsSoManyStops) {
  constexpr int kClaims = static_cast<int>(geo::kMaxRoundStops) + 1;
  CreateHelper("van", kClaims);
  v1::Need need = NeedAt(10, 106);
  need.add_lines()->set_item("rice");
  need.mutable_lines(0)->set_quantity(1'000);
  for (const char* id : {"a", "b", "c"}) server_.CreateNeed(need, id);
  for (int i = 0; i < kClaims; ++i) {
    const std::string name = absl::StrCat("needs/", i < 67    ? "a"
                                                    : i < 134 ? "b"
                                                              : "c");
    Claim(name, "offers/van",
          absl::StrCat("lines { quantity: 1 } lease_duration { seconds: ",
                       i == 100 ? 7'200 : 3'600, " }"));
  }
  const auto round = Must<v1::PlanRoundResponse>(
      FromText<v1::PlanRoundRequest>("offer: 'offers/van'"));
  EXPECT_TRUE(round.truncated());
  ASSERT_EQ(round.stops_size(), kClaims - 1);
  for (const auto& stop : round.stops()) {
    EXPECT_EQ(core::FromProto(stop.lease_expire_time()),
              Now() + absl::Hours(1));
  }
}

class LeaseRulesTest : public BatchTest {
 protected:
  static edge::ServerOptions Options() {
    edge::ServerOptions options;
    options.engine.lease_rules =
        *core::LeaseRules::Parse("groceries=90m, critical=2m");
    return options;
  }
  LeaseRulesTest() : BatchTest(Options()) {}
  absl::Duration Lease(const v1::Claim& claim) {
    return core::FromProto(claim.lease_expire_time()) - Now();
  }
};

TEST_F(LeaseRulesTest, ALeaseIsAsTheOperatorSays) {
  CreateHelper("van", 100);
  CreateRow(3);
  const v1::Claim claim = Claim("needs/n0", "offers/van");
  EXPECT_EQ(Lease(claim), absl::Minutes(90));
  EXPECT_EQ(Lease(Renew(claim)), absl::Minutes(90));
  EXPECT_EQ(Lease(Batch("offer: 'offers/van' max_claims: 1").claims(0)),
            absl::Minutes(90));
  CreateHelper("bike");
  const auto asked = Must<v1::Claim>(FromText<v1::RequestHandoverRequest>(
      absl::StrCat("name: '", claim.name(), "' offer: 'offers/bike'")));
  Must<v1::Claim>(
      Holding<v1::AnswerHandoverRequest>(claim, "answer: ANSWER_GIVE"));
  EXPECT_EQ(Lease(GetClaim(asked.handover().claim())), absl::Minutes(90));
}

}  // namespace
}  // namespace xom::tests
