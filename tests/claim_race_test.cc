// Many helpers at once: each unit goes to one of them, and every answer fits an
// order in which one came after the other.

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>

#include <chrono>
#include <cstddef>
#include <latch>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/api_client.h"
#include "tests/claim_helper.h"
#include "tests/claim_history.h"

namespace xom::tests {
namespace {

using grpc::StatusCode;
using testing::HasSubstr;
using testing::Not;
using Channels = std::vector<std::shared_ptr<grpc::Channel>>;

std::chrono::system_clock::time_point After(std::chrono::microseconds time) {
  return std::chrono::system_clock::now() + time;
}

// Sends all of them at once, spread over the channels, and waits for every
// answer. `start` begins one call of the service on its stub.
template <typename Service, typename Reply, typename Request, typename Start>
std::vector<Answer<Reply>> CallAll(const Channels& channels,
                                   const std::vector<Request>& requests,
                                   const Start& start) {
  std::vector<std::unique_ptr<typename Service::Stub>> stubs;
  for (const auto& channel : channels) {
    stubs.push_back(Service::NewStub(channel));
  }
  std::vector<Answer<Reply>> answers(requests.size());
  std::vector<grpc::ClientContext> contexts(requests.size());
  const auto waiting = std::make_shared<std::latch>(
      static_cast<std::ptrdiff_t>(requests.size()));
  for (size_t i = 0; i < requests.size(); ++i) {
    contexts[i].set_deadline(After(std::chrono::seconds(120)));
    start(*stubs[i % stubs.size()], &contexts[i], &requests[i],
          &answers[i].reply, [&answers, waiting, i](grpc::Status status) {
            answers[i].status = std::move(status);
            waiting->count_down();
          });
  }
  waiting->wait();
  return answers;
}

constexpr size_t kHelpers = 1'000;
constexpr size_t kChannels = 32;

class ClaimRaceTest : public ApiTest {
 protected:
  void SetUp() override {
    for (size_t i = 0; i < kChannels; ++i) {
      channels_.push_back(server_.NewChannel());
    }
  }

  static std::string HelperName(size_t i) {
    return absl::StrCat("offers/helper-", i);
  }

  void CreateHelpers() {
    std::vector<v1::CreateOfferRequest> requests(kHelpers);
    for (size_t i = 0; i < kHelpers; ++i) {
      *requests[i].mutable_offer() = OfferAt(10, 106);
      requests[i].set_offer_id(absl::StrCat("helper-", i));
    }
    for (const auto& answer : CallAll<v1::OfferService, v1::Offer>(
             channels_, requests, [](auto&stub, auto... rest) {
               stub.async()->CreateOffer(rest...);
             })) {
      ASSERT_TRUE(answer.status.ok()) << answer.status.error_message();
    }
  }

  // Each helper claims at once what `text` says.
  std::vector<Answer<v1::Claim>> ClaimByAll(const std::string& text) {
    std::vector<v1::ClaimNeedRequest> requests(
        kHelpers, FromText<v1::ClaimNeedRequest>(text));
    for (size_t i = 0; i < kHelpers; ++i) {
      requests[i].set_offer(HelperName(i));
      requests[i].set_request_id(NewRequestId());
    }
    return CallAll<v1::ClaimService, v1::Claim>(
        channels_, requests,
        [](auto& stub, auto... rest) { stub.async()->ClaimNeed(rest...); });
  }

  int CountActiveClaims() {
    int count = 0;
    for (size_t i = 0; i < kHelpers; ++i) {
      v1::ListClaimsRequest request;
      request.set_parent("needs/-");
      request.set_offer(HelperName(i));
      request.add_states(v1::Claim::STATE_ACTIVE);
      count += Must<v1::ListClaimsResponse>(request).claims_size();
    }
    return count;
  }

  Channels channels_;
};

// What an error must not say: who was faster.
void ExpectKeepsTheWinner(const grpc::Status& status) {
  for (const std::string& said :
       {status.error_message(), status.error_details()}) {
    ASSERT_THAT(said, Not(HasSubstr("offers/helper-")));
    ASSERT_THAT(said, Not(HasSubstr("/claims/")));
  }
}

TEST_F(ClaimRaceTest, OfAThousandHelpersAtOnceOneHasTheNeed) {
  ASSERT_NO_FATAL_FAILURE(CreateHelpers());
  server_.CreateNeed(NeedAt(10, 106), "rice");
  server_.CreateNeed(NeedAt(10.001, 106), "next");
  std::vector<v1::Claim> won;
  for (const auto& answer : ClaimByAll("name: 'needs/rice'")) {
    if (answer.status.ok()) {
      won.push_back(answer.reply);
      continue;
    }
    ASSERT_EQ(answer.status.error_code(), StatusCode::FAILED_PRECONDITION)
        << answer.status.error_message();
    ASSERT_EQ(MetadataOf(answer.status, "next_need"), "needs/next");
    ASSERT_NO_FATAL_FAILURE(ExpectKeepsTheWinner(answer.status));
  }
  ASSERT_EQ(won.size(), 1u);
  v1::GetClaimRequest request;
  request.set_name(won[0].name());
  EXPECT_EQ(Must<v1::Claim>(request).offer(), won[0].offer());
  EXPECT_EQ(CountActiveClaims(), 1);
}

TEST_F(ClaimRaceTest, OfAThousandHelpersAtOnceAsManyWinAsThereAreUnits) {
  constexpr int kUnits = 20;
  ASSERT_NO_FATAL_FAILURE(CreateHelpers());
  v1::Need need = NeedAt(10, 106);
  MergeText(absl::StrCat("lines { item: 'rice' quantity: ", kUnits, " }"),
            &need);
  server_.CreateNeed(need, "rice");
  int won = 0;
  for (const auto& answer :
       ClaimByAll("name: 'needs/rice' lines { quantity: 1 }")) {
    won += answer.status.ok();
    if (answer.status.ok()) continue;
    ASSERT_EQ(answer.status.error_code(), StatusCode::FAILED_PRECONDITION)
        << answer.status.error_message();
  }
  EXPECT_EQ(won, kUnits);
  EXPECT_EQ(CountActiveClaims(), kUnits);
}

// An offer is one record for all needs: claims of different needs at the same
// time share its capacity.
TEST_F(ClaimRaceTest, AnOfferThatClaimsManyNeedsAtOnceKeepsToItsCapacity) {
  constexpr int kCapacity = 3;
  constexpr int kNeeds = 60;
  v1::Offer offer = OfferAt(10, 106);
  offer.set_capacity(kCapacity);
  server_.CreateOffer(offer, "van");
  std::vector<v1::ClaimNeedRequest> requests(kNeeds);
  for (v1::ClaimNeedRequest& request : requests) {
    request.set_name(server_.CreateNeed(NeedAt(10, 106)).name());
    request.set_offer("offers/van");
  }
  int won = 0;
  for (const auto& answer : CallAll<v1::ClaimService, v1::Claim>(
           channels_, requests,
           [](auto&stub, auto... rest) { stub.async()->ClaimNeed(rest...); })) {
    won += answer.status.ok();
    if (answer.status.ok()) continue;
    EXPECT_EQ(ReasonOf(answer.status), "CAPACITY_REACHED")
        << answer.status.error_message();
  }
  EXPECT_EQ(won, kCapacity);
  EXPECT_EQ(
      Must<v1::ListClaimsResponse>(FromText<v1::ListClaimsRequest>(
                                       "parent: 'needs/-' offer: 'offers/van'"))
          .claims_size(),
      kCapacity);
}

constexpr size_t kRounds = 8;
constexpr size_t kNeeds = 4;
constexpr size_t kClients = 6;
constexpr size_t kCallsOfAClient = 9;  // about each need
// And one read at the end.
static_assert(kClients * kCallsOfAClient + 1 <= kMaxClaimCalls);

class ClaimOrderTest : public ApiTest {
 protected:
  using Needs = std::vector<std::unique_ptr<RecordedNeed>>;

  void SetUp() override {
    v1::Offer offer = OfferAt(10, 106);
    offer.set_capacity(10'000);
    for (size_t i = 0; i < kRandomOffers; ++i) {
      server_.CreateOffer(offer, absl::StrCat("o", i));
    }
  }

  Needs CreateNeeds(std::mt19937_64* random) {
    Needs needs;
    for (size_t i = 0; i < kNeeds; ++i) {
      std::vector<int> asked;
      v1::Need need = NeedAt(10, 106);
      for (size_t k = 0; k <= i % 2; ++k) {
        asked.push_back(1 + static_cast<int>((*random)() % 8));
        need.add_lines()->set_item("rice");
        need.mutable_lines(static_cast<int>(k))->set_quantity(asked.back());
      }
      needs.push_back(std::make_unique<RecordedNeed>(
          server_.CreateNeed(need).name(), asked));
    }
    return needs;
  }

  // All clients at once, each going from need to need.
  void RunClients(uint64_t seed, const Needs& needs) {
    const core::SystemClock clock;
    Moments moments(&clock);
    std::vector<std::thread> clients;
    for (size_t i = 0; i < kClients; ++i) {
      clients.emplace_back([&, i] {
        RandomHelper helper({.seed = seed + i, .hurried = true}, &moments);
        helper.Connect(server_.NewChannel());
        for (size_t k = 0; k < kCallsOfAClient * needs.size(); ++k) {
          RecordedNeed* need = needs[(i + k) % needs.size()].get();
          if (k % 16 == i) {
            helper.ReadNeed(need);
          } else {
            ASSERT_TRUE(helper.DoSomething(need)) << "the server is gone";
          }
        }
      });
    }
    for (std::thread& client : clients) client.join();
    RandomHelper last({}, &moments);
    last.Connect(client_.channel());
    for (const auto& need : needs) last.ReadNeed(need.get());
  }
};

TEST_F(ClaimOrderTest, EveryAnswerFitsAnOrderOfTheCalls) {
  SCOPED_TRACE(SeedTrace());
  std::mt19937_64 random(TestSeed());
  for (size_t round = 0; round < kRounds; ++round) {
    const Needs needs = CreateNeeds(&random);
    RunClients(random(), needs);
    for (const auto& need : needs) {
      const ClaimHistory history = need->history();
      ASSERT_LE(history.calls.size(), kMaxClaimCalls);
      ASSERT_TRUE(IsLinearizable(history))
          << "round " << round << ", " << need->name() << "\n"
          << ToText(history);
    }
  }
}

}  // namespace
}  // namespace xom::tests
