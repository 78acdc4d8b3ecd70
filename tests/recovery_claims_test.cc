// The real server is killed amid claims, and started again on its folder: no
// unit has two holders, no promise that was acknowledged is lost, and all that
// its callers ever saw fits one order of their calls.
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "storage/ledger_testing.h"
#include "tests/claim_helper.h"
#include "tests/quick_clock.h"
#include "tests/recovery_process.h"
#include "tests/test_server.h"
#include "xom/v1/offer_service.grpc.pb.h"

namespace xom::tests {
namespace {

constexpr size_t kHelpers = 6;
constexpr size_t kNeeds = 6;
// What a history keeps free: for reads after restarts, and for the calls that
// the helpers are in at the time.
constexpr size_t kSpare = 14;

// What a restarted server says of claims, over one connection.
class ClaimReader {
 public:
  explicit ClaimReader(const std::shared_ptr<grpc::Channel>& channel)
      : needs_(v1::NeedService::NewStub(channel)),
        claims_(v1::ClaimService::NewStub(channel)) {}

  v1::Need Need(const std::string& name) {
    v1::GetNeedRequest request;
    request.set_name(name);
    grpc::ClientContext context;
    v1::Need need;
    const grpc::Status status = needs_->GetNeed(&context, request, &need);
    EXPECT_TRUE(status.ok()) << name << ": " << status.error_message();
    return need;
  }

  // All claims of all offers, by the name of their need.
  std::multimap<std::string, v1::Claim> All() {
    std::multimap<std::string, v1::Claim> all;
    for (size_t i = 0; i < kRandomOffers; ++i) {
      v1::ListClaimsRequest request;
      request.set_parent("needs/-");
      request.set_offer(absl::StrCat("offers/o", i));
      request.set_page_size(1'000);
      do {
        grpc::ClientContext context;
        v1::ListClaimsResponse reply;
        const auto status = claims_->ListClaims(&context, request, &reply);
        EXPECT_TRUE(status.ok()) << status.error_message();
        for (const v1::Claim& claim : reply.claims()) {
          all.emplace(claim.name().substr(0, claim.name().find("/claims/")),
                      claim);
        }
        request.set_page_token(reply.next_page_token());
      } while (!request.page_token().empty());
    }
    return all;
  }

 private:
  const std::unique_ptr<v1::NeedService::Stub> needs_;
  const std::unique_ptr<v1::ClaimService::Stub> claims_;
};

void Count(const v1::Claim& claim, std::vector<ClaimCall::Line>* lines) {
  for (const v1::ClaimedLine& held : claim.lines()) {
    ClaimCall::Line& line = (*lines)[static_cast<size_t>(held.line_index())];
    int units = held.quantity();
    if (claim.state() == v1::Claim::STATE_ACTIVE) {
      line.promised += units;
    } else if (claim.state() == v1::Claim::STATE_DELIVERED) {
      line.delivered += units;
    } else {
      units = held.received_quantity();
      line.confirmed += units;
    }
    line.open -= units;
  }
}

// Each claim that was acknowledged is there as it was made, under a token of
// its own, and what all of them hold is what the need says: not more than is
// asked.
void CheckClaims(const RecordedNeed& need, const v1::Need& read,
                 const std::multimap<std::string, v1::Claim>& all) {
  std::vector<ClaimCall::Line> lines(need.line_count());
  for (size_t i = 0; i < lines.size(); ++i) {
    lines[i].open = read.lines(static_cast<int>(i)).quantity();
  }
  std::map<int64_t, v1::Claim> by_token;
  const auto [begin, end] = all.equal_range(need.name());
  for (auto it = begin; it != end; ++it) {
    const v1::Claim& claim = it->second;
    EXPECT_TRUE(by_token.emplace(claim.fencing_token(), claim).second)
        << claim.name() << " has the token of another";
    Count(claim, &lines);
  }
  EXPECT_EQ(lines, LinesOf(read, need.line_count())) << need.name();
  for (const KnownClaim& known : need.known()) {
    const auto found = by_token.find(known.claim.fencing_token());
    ASSERT_TRUE(found != by_token.end())
        << known.claim.name() << " was acknowledged and is lost";
    EXPECT_EQ(found->second.name(), known.claim.name());
    EXPECT_EQ(found->second.offer(), known.claim.offer());
    EXPECT_EQ(found->second.lines_size(), known.claim.lines_size());
  }
}

class RecoveryClaimsTest : public testing::Test {
 protected:
  using Start = std::function<std::unique_ptr<XomdProcess>()>;

  // Kills so many servers that `start` gives, amid the calls of helpers whose
  // claims have that lease by `clock`, which is the servers'.
  void KillAmidClaims(const Start& start, int rounds, const core::Clock& clock,
                      absl::Duration lease) {
    Moments moments(&clock);
    for (size_t i = 0; i < kHelpers; ++i) {
      const RandomHelper::Options options{.seed = random_(), .lease = lease};
      helpers_.push_back(std::make_unique<RandomHelper>(options, &moments));
    }
    for (int round = 0; round <= rounds; ++round) {
      SCOPED_TRACE(absl::StrCat("round ", round));
      const auto xomd = start();
      ASSERT_TRUE(xomd->Ready()) << (xomd->Wait(), xomd->errors());
      const auto channel = xomd->NewChannel();
      if (round == 0) CreateOffers(channel);
      Restarted(channel);
      if (HasFailure()) return;
      if (round == rounds) break;
      Replenish(channel);
      ClaimAndKill(*xomd, static_cast<int64_t>(random_() % 300));
    }
    CheckHistories();
  }

  void CreateOffers(const std::shared_ptr<grpc::Channel>& channel) {
    const auto stub = v1::OfferService::NewStub(channel);
    for (size_t i = 0; i < kRandomOffers; ++i) {
      v1::CreateOfferRequest request;
      *request.mutable_offer() = OfferAt(10, 106);
      request.mutable_offer()->set_capacity(10'000);
      request.set_offer_id(absl::StrCat("o", i));
      grpc::ClientContext context;
      v1::Offer reply;
      ASSERT_TRUE(stub->CreateOffer(&context, request, &reply).ok());
    }
  }

  // As many needs that have room for calls as there shall be.
  void Replenish(const std::shared_ptr<grpc::Channel>& channel) {
    const auto stub = v1::NeedService::NewStub(channel);
    std::erase_if(open_,
                  [](RecordedNeed* need) { return !need->Reserve(kSpare); });
    while (open_.size() < kNeeds) {
      v1::CreateNeedRequest request;
      v1::Need& need = *request.mutable_need() = NeedAt(10, 106);
      std::vector<int> asked;
      for (size_t i = 0; i <= needs_.size() % 2; ++i) {
        asked.push_back(4 + static_cast<int>(random_() % 16));
        v1::Line& line = *need.add_lines();
        line.set_item("rice");
        line.set_quantity(asked.back());
      }
      grpc::ClientContext context;
      v1::Need reply;
      const auto status = stub->CreateNeed(&context, request, &reply);
      ASSERT_TRUE(status.ok()) << status.error_message();
      needs_.push_back(std::make_unique<RecordedNeed>(reply.name(), asked));
      open_.push_back(needs_.back().get());
    }
  }

  // All helpers at once, until the server is killed after so many calls.
  void ClaimAndKill(XomdProcess& xomd, int64_t kill_after) {
    std::atomic<int64_t> answered = 0;
    std::atomic<size_t> ended = 0;
    std::vector<std::thread> threads;
    for (size_t i = 0; i < helpers_.size(); ++i) {
      threads.emplace_back([&, i, channel = xomd.NewChannel()] {
        RandomHelper& helper = *helpers_[i];
        helper.Connect(channel);
        while (UseOne(i, helper)) {
          ++answered;
          answered.notify_all();
        }
        // Whoever has no more to ask does not keep the server alive.
        if (++ended == helpers_.size()) answered = kill_after;
        answered.notify_all();
      });
    }
    for (int64_t seen = 0; seen < kill_after; seen = answered) {
      answered.wait(seen);
    }
    xomd.Signal(SIGKILL);
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(xomd.Wait(), -SIGKILL) << xomd.errors();
  }

  // One call about a need that has room for it. False when there is none, or
  // when the server is gone.
  bool UseOne(size_t helper_number, RandomHelper& helper) {
    for (size_t k = 0; k < open_.size(); ++k) {
      RecordedNeed* need = open_[(helper_number + k) % open_.size()];
      if (need->Reserve(kSpare)) return helper.DoSomething(need);
    }
    return false;
  }

  void Restarted(const std::shared_ptr<grpc::Channel>& channel) {
    for (const auto& helper : helpers_) {
      helper->Connect(channel);
      helper->Settle();
      helper->RetryAcknowledged(5);
    }
    for (RecordedNeed* need : open_) {
      if (need->Reserve(0)) helpers_[0]->ReadNeed(need);
    }
    ClaimReader reader(channel);
    std::map<std::string, const RecordedNeed*> unchecked;
    for (const auto& need : needs_) unchecked[need->name()] = need.get();
    // Time goes on: what changes between two reads is looked at again.
    for (int turn = 0; turn < 50 && !unchecked.empty(); ++turn) {
      std::map<std::string, v1::Need> before;
      for (const auto& [name, need] : unchecked) {
        before[name] = reader.Need(name);
      }
      const auto all = reader.All();
      for (const auto& [need, claim] : all) {
        if (claim.state() == v1::Claim::STATE_EXPIRED) {
          expired_.insert(claim.name());
        }
      }
      for (const auto& [name, read] : before) {
        if (reader.Need(name).etag() != read.etag()) continue;
        CheckClaims(*unchecked[name], read, all);
        unchecked.erase(name);
      }
    }
    EXPECT_TRUE(unchecked.empty()) << "claims do not come to rest";
  }

  void CheckHistories() {
    std::map<ClaimCall::Result, size_t> results;
    for (const auto& need : needs_) {
      const ClaimHistory history = need->history();
      ASSERT_LE(history.calls.size(), kMaxClaimCalls);
      ASSERT_TRUE(IsLinearizable(history)) << need->name() << "\n"
                                           << ToText(history);
      for (const ClaimCall& call : history.calls) ++results[call.result];
    }
    EXPECT_GT(results[ClaimCall::Result::kDone], helpers_.size());
    EXPECT_GT(results[ClaimCall::Result::kRefused], 0u);
    EXPECT_GT(results[ClaimCall::Result::kUnknown], 0u);
  }

  const storage::TemporaryDirectory directory_;
  std::mt19937_64 random_{TestSeed()};
  std::vector<std::unique_ptr<RandomHelper>> helpers_;
  std::vector<std::unique_ptr<RecordedNeed>> needs_;
  std::set<std::string> expired_;    // claims
  std::vector<RecordedNeed*> open_;  // those that have room for calls
};

TEST_F(RecoveryClaimsTest, NoPromiseIsLostOrMadeTwiceWhenTheServerIsKilled) {
  SCOPED_TRACE(SeedTrace());
  const core::SystemClock clock;
  KillAmidClaims(
      [this] { return std::make_unique<XomdProcess>(directory_.path()); },
      RecoveryRounds() / 2, clock, absl::Hours(1));
}

// A minute takes a tenth of a second: leases run out amid calls, between two
// looks of the server at the time, and while it is down.
TEST_F(RecoveryClaimsTest, LeasesRunOutOnceWhateverIsKilled) {
  SCOPED_TRACE(SeedTrace());
  const QuickClock clock(absl::FromUnixMicros(absl::ToUnixMicros(absl::Now())),
                         600);
  const std::vector<std::string> command = {
      XOM_RECOVERY_SERVER_PATH, directory_.path(),
      absl::StrCat(absl::ToUnixMicros(clock.origin())),
      absl::StrCat(clock.speed())};
  KillAmidClaims([&] { return std::make_unique<XomdProcess>(command); },
                 RecoveryRounds() / 2, clock, absl::Minutes(1));
  EXPECT_GT(expired_.size(), 5u) << "hardly a lease ran out";
}

}  // namespace
}  // namespace xom::tests
