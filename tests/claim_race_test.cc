// Many helpers at once: each unit goes to one of them, and every answer fits an
// order in which one came after the other.

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <latch>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "storage/mutex.h"
#include "tests/api_client.h"
#include "tests/claim_history.h"

namespace xom::tests {
namespace {

using grpc::StatusCode;
using testing::HasSubstr;
using testing::Not;
using Kind = ClaimCall::Kind;
using Result = ClaimCall::Result;
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

// One need of a random test and what its callers saw.
class RecordedNeed {
 public:
  RecordedNeed(std::string name, std::vector<int> asked)
      : name_(std::move(name)), history_{std::move(asked), {}} {}

  const std::string& name() const { return name_; }
  size_t line_count() const { return history_.asked.size(); }

  void Record(ClaimCall call) {
    storage::MutexLock lock(mu_);
    history_.calls.push_back(std::move(call));
  }
  void Know(int64_t sent, v1::Claim claim) {
    storage::MutexLock lock(mu_);
    known_.emplace_back(sent, std::move(claim));
  }
  // The call that made it and the claim, one of those that are known.
  std::optional<std::pair<int64_t, v1::Claim>> Pick(uint64_t dice) {
    storage::MutexLock lock(mu_);
    if (known_.empty()) return std::nullopt;
    return known_[dice % known_.size()];
  }
  ClaimHistory history() {
    storage::MutexLock lock(mu_);
    return history_;
  }

 private:
  const std::string name_;
  storage::Mutex mu_;
  ClaimHistory history_ XOM_GUARDED_BY(mu_);
  std::vector<std::pair<int64_t, v1::Claim>> known_ XOM_GUARDED_BY(mu_);
};

constexpr size_t kOffers = 5;

// One client that does random things to the claims of a few needs, and records
// what it saw. For one thread.
class RandomHelper {
 public:
  // `time` is shared by all clients.
  RandomHelper(std::shared_ptr<grpc::Channel> channel, uint64_t seed,
               std::atomic<int64_t>* time)
      : claims_(v1::ClaimService::NewStub(channel)),
        needs_(v1::NeedService::NewStub(channel)),
        random_(seed),
        time_(*time) {}

  void DoSomething(RecordedNeed* need) {
    const auto known = need->Pick(random_());
    const uint64_t dice = random_() % 16;
    if (dice < 1) return ReadNeed(need);
    if (!known.has_value() || dice < 6) return ClaimSome(need);
    if (dice < 8)
      return Hold<v1::RenewClaimRequest>(need, *known, Kind::kRenew);
    if (dice < 11) {
      return Hold<v1::ReleaseClaimRequest>(need, *known, Kind::kRelease);
    }
    if (dice < 14) {
      return Hold<v1::MarkDeliveredRequest>(need, *known, Kind::kDeliver);
    }
    Confirm(need, *known);
  }

  // Always with an answer.
  void ReadNeed(RecordedNeed* need) {
    ClaimCall call = Begin(Kind::kRead);
    grpc::ClientContext context;
    v1::GetNeedRequest request;
    request.set_name(need->name());
    v1::Need reply;
    const grpc::Status status = needs_->GetNeed(&context, request, &reply);
    call.answered = ++time_;
    ASSERT_TRUE(status.ok()) << status.error_message();
    call.lines = LinesOf(reply, need->line_count());
    need->Record(std::move(call));
  }

 private:
  using Known = std::pair<int64_t, v1::Claim>;

  ClaimCall Begin(Kind kind) {
    ClaimCall call;
    call.kind = kind;
    call.sent = ++time_;
    return call;
  }

  // Some clients give up early: what became of their call nobody knows.
  void SetDeadline(grpc::ClientContext* context) {
    const bool hurried = random_() % 12 == 0;
    context->set_deadline(
        hurried ? After(std::chrono::microseconds(200 + random_() % 1'800))
                : After(std::chrono::seconds(60)));
  }

  static grpc::Status Send(v1::ClaimService::Stub& stub,
                           grpc::ClientContext* context,
                           const v1::ClaimNeedRequest& request,
                           v1::Claim* reply) {
    return stub.ClaimNeed(context, request, reply);
  }
  static grpc::Status Send(v1::ClaimService::Stub& stub,
                           grpc::ClientContext* context,
                           const v1::RenewClaimRequest& request,
                           v1::Claim* reply) {
    return stub.RenewClaim(context, request, reply);
  }
  static grpc::Status Send(v1::ClaimService::Stub& stub,
                           grpc::ClientContext* context,
                           const v1::ReleaseClaimRequest& request,
                           v1::Claim* reply) {
    return stub.ReleaseClaim(context, request, reply);
  }
  static grpc::Status Send(v1::ClaimService::Stub& stub,
                           grpc::ClientContext* context,
                           const v1::MarkDeliveredRequest& request,
                           v1::Claim* reply) {
    return stub.MarkDelivered(context, request, reply);
  }
  static grpc::Status Send(v1::ClaimService::Stub& stub,
                           grpc::ClientContext* context,
                           const v1::ConfirmDeliveryRequest& request,
                           v1::Claim* reply) {
    return stub.ConfirmDelivery(context, request, reply);
  }

  // What the status says of the call; nothing when it surely did not happen and
  // says nothing of the need.
  static std::optional<Result> ResultOf(const grpc::Status& status) {
    switch (status.error_code()) {
      case StatusCode::OK:
        return Result::kDone;
      case StatusCode::FAILED_PRECONDITION:
        return Result::kRefused;
      case StatusCode::UNAVAILABLE:
      case StatusCode::DEADLINE_EXCEEDED:
      case StatusCode::CANCELLED:
        return Result::kUnknown;
      case StatusCode::RESOURCE_EXHAUSTED:
        return std::nullopt;
      default:
        break;
    }
    const std::string reason = ReasonOf(status);
    if (reason == "WRITE_CONFLICT") return std::nullopt;
    EXPECT_EQ(reason, "FENCING_TOKEN_STALE") << status.error_message();
    return Result::kStale;
  }

  // Sends it and records it as `call`.
  template <typename Request>
  void Finish(RecordedNeed* need, ClaimCall call, const Request& request) {
    grpc::ClientContext context;
    SetDeadline(&context);
    v1::Claim reply;
    const grpc::Status status = Send(*claims_, &context, request, &reply);
    call.answered = ++time_;
    const std::optional<Result> result = ResultOf(status);
    if (!result.has_value()) return;
    call.result = *result;
    if (call.kind == Kind::kClaim && *result == Result::kDone) {
      call.held = UnitsOf(reply, need->line_count());
      need->Know(call.sent, reply);
    }
    need->Record(std::move(call));
  }

  // All that is open, or a few units of some lines.
  void ClaimSome(RecordedNeed* need) {
    v1::ClaimNeedRequest request;
    request.set_name(need->name());
    request.set_offer(absl::StrCat("offers/o", random_() % kOffers));
    std::vector<int> units(need->line_count(), 0);
    for (size_t i = 0; random_() % 5 != 0 && i < units.size(); ++i) {
      units[i] = static_cast<int>(random_() % 4);
      if (units[i] == 0) continue;
      v1::ClaimedLine* line = request.add_lines();
      line->set_line_index(static_cast<int>(i));
      line->set_quantity(units[i]);
    }
    ClaimCall call = Begin(Kind::kClaim);
    call.units = std::move(units);
    Finish(need, std::move(call), request);
  }

  template <typename Request>
  void Hold(RecordedNeed* need, const Known& known, Kind kind) {
    const bool holds_token = random_() % 10 != 0;
    Request request;
    request.set_name(known.second.name());
    request.set_fencing_token(known.second.fencing_token() +
                              (holds_token ? 0 : 1));
    ClaimCall call = Begin(kind);
    call.claim = known.first;
    call.holds_token = holds_token;
    Finish(need, std::move(call), request);
  }

  void Confirm(RecordedNeed* need, const Known& known) {
    v1::ConfirmDeliveryRequest request;
    request.set_name(known.second.name());
    std::vector<int> came = UnitsOf(known.second, need->line_count());
    switch (random_() % 3) {
      case 0:
        request.set_outcome(v1::Claim::OUTCOME_RECEIVED);
        break;
      case 1:
        request.set_outcome(v1::Claim::OUTCOME_NOT_RECEIVED);
        came.assign(came.size(), 0);
        break;
      default:
        request.set_outcome(v1::Claim::OUTCOME_PARTLY_RECEIVED);
        came = ReceivePart(known.second, std::move(came), &request);
    }
    ClaimCall call = Begin(Kind::kConfirm);
    call.claim = known.first;
    call.units = std::move(came);
    Finish(need, std::move(call), request);
  }

  std::vector<int> ReceivePart(const v1::Claim& claim, std::vector<int> came,
                               v1::ConfirmDeliveryRequest* request) {
    for (const v1::ClaimedLine& held : claim.lines()) {
      v1::ReceivedLine* line = request->add_received();
      line->set_line_index(held.line_index());
      line->set_quantity(static_cast<int>(
          random_() % (static_cast<uint64_t>(held.quantity()) + 1)));
      came[static_cast<size_t>(held.line_index())] = line->quantity();
    }
    return came;
  }

  static std::vector<int> UnitsOf(const v1::Claim& claim, size_t lines) {
    std::vector<int> units(lines, 0);
    for (const v1::ClaimedLine& line : claim.lines()) {
      const auto i = static_cast<size_t>(line.line_index());
      EXPECT_LT(i, lines);
      if (i < lines) units[i] += line.quantity();
    }
    return units;
  }

  // What a read says, and what must be so in every one.
  static std::vector<ClaimCall::Line> LinesOf(const v1::Need& need,
                                              size_t count) {
    std::vector<ClaimCall::Line> lines(count);
    if (need.coverage().empty()) {
      for (size_t i = 0; i < count; ++i) {
        lines[i].open = need.lines(static_cast<int>(i)).quantity();
      }
      return lines;
    }
    EXPECT_EQ(need.coverage_size(), static_cast<int>(count));
    for (size_t i = 0; i < count; ++i) {
      const v1::LineCoverage& line = need.coverage(static_cast<int>(i));
      EXPECT_GE(line.open(), 0) << "more was promised than was asked";
      EXPECT_EQ(line.asked(), line.promised() + line.delivered() +
                                  line.confirmed() + line.open());
      lines[i] = {line.promised(), line.delivered(), line.confirmed(),
                  line.open()};
    }
    return lines;
  }

  const std::unique_ptr<v1::ClaimService::Stub> claims_;
  const std::unique_ptr<v1::NeedService::Stub> needs_;
  std::mt19937_64 random_;
  std::atomic<int64_t>& time_;
};

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
    for (size_t i = 0; i < kOffers; ++i) {
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
    std::atomic<int64_t> time = 0;
    std::vector<std::thread> clients;
    for (size_t i = 0; i < kClients; ++i) {
      clients.emplace_back([&, i] {
        RandomHelper helper(server_.NewChannel(), seed + i, &time);
        for (size_t k = 0; k < kCallsOfAClient * needs.size(); ++k) {
          helper.DoSomething(needs[(i + k) % needs.size()].get());
        }
      });
    }
    for (std::thread& client : clients) client.join();
    RandomHelper last(client_.channel(), seed, &time);
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
