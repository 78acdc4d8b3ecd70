#include "services/core/reveal_decisions.h"

#include <gmock/gmock.h>

#include <map>
#include <random>

#include "absl/random/random.h"
#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"
#include "services/core/claim_decisions.h"
#include "services/core/error.h"
#include "services/core/limits.h"
#include "services/core/time_proto.h"

namespace xom::core {
namespace {

using internal::v1::StoredNeed;
using internal::v1::StoredRevealer;
using internal::v1::StoredReveals;

constexpr char kClaim[] = "needs/a/claims/c1";
constexpr int64_t kToken = 7;
const absl::Time kNow = absl::FromUnixSeconds(1'900'000'000);

Reason ReasonIn(const absl::Status& status) {
  return ReasonOf(status) == nullptr ? Reason::kInternal
                                     : ReasonOf(status)->reason;
}

// An open need with a claim whose lease is an hour.
StoredNeed Claimed() {
  StoredNeed stored;
  v1::Need& need = *stored.mutable_need();
  need.set_name("needs/a");
  need.set_state(v1::Need::STATE_OPEN);
  *need.mutable_expire_time() = ToProto(kNow + kDefaultNeedLifetime);
  v1::ClaimNeedRequest request;
  request.set_offer("offers/h");
  request.mutable_lease_duration()->set_seconds(3'600);
  const auto claimed = ClaimNeed(stored, request, {kClaim, kToken}, kNow);
  EXPECT_TRUE(claimed.ok()) << claimed.status();
  return *claimed;
}

StoredNeed Delivered() {
  v1::MarkDeliveredRequest request;
  request.set_name(kClaim);
  request.set_fencing_token(kToken);
  const auto delivered = MarkDelivered(Claimed(), request, kNow);
  EXPECT_TRUE(delivered.ok()) << delivered.status();
  return *delivered;
}

v1::RevealClaimRequest Look(const std::string& claim = kClaim,
                            int64_t token = kToken) {
  v1::RevealClaimRequest request;
  request.set_name(claim);
  request.set_fencing_token(token);
  return request;
}

TEST(RevealDecisionsTest, HolderLooksWhileTheLeaseRuns) {
  const auto end = kNow + absl::Hours(1);
  EXPECT_EQ(CheckMayReveal(Claimed(), Look(), kNow), absl::OkStatus());
  EXPECT_EQ(CheckMayReveal(Claimed(), Look(), end - absl::Microseconds(1)),
            absl::OkStatus());
  const absl::Status over = CheckMayReveal(Claimed(), Look(), end);
  EXPECT_EQ(ReasonIn(over), Reason::kStateMismatch) << over;
}

TEST(RevealDecisionsTest, HolderLooksSomeHoursAfterTheDelivery) {
  const auto end = kNow + kRevealAfterDelivery;
  EXPECT_EQ(CheckMayReveal(Delivered(), Look(), end), absl::OkStatus());
  EXPECT_EQ(ReasonIn(CheckMayReveal(Delivered(), Look(),
                                    end + absl::Microseconds(1))),
            Reason::kStateMismatch);
}

TEST(RevealDecisionsTest, ClaimThatIsOverGivesNoLook) {
  v1::ReleaseClaimRequest release;
  release.set_name(kClaim);
  release.set_fencing_token(kToken);
  const auto released = ReleaseClaim(Claimed(), release, kNow);
  ASSERT_TRUE(released.ok());
  EXPECT_EQ(ReasonIn(CheckMayReveal(*released, Look(), kNow)),
            Reason::kStateMismatch);
  v1::ConfirmDeliveryRequest confirm;
  confirm.set_name(kClaim);
  confirm.set_outcome(v1::Claim::OUTCOME_RECEIVED);
  const auto confirmed = ConfirmDelivery(Delivered(), confirm, kNow);
  ASSERT_TRUE(confirmed.ok());
  EXPECT_EQ(ReasonIn(CheckMayReveal(*confirmed, Look(), kNow)),
            Reason::kStateMismatch);
}

TEST(RevealDecisionsTest, OnlyTheClaimsOwnTokenGivesALook) {
  EXPECT_EQ(ReasonIn(CheckMayReveal(Claimed(), Look(kClaim, 0), kNow)),
            Reason::kFieldInvalid);
  EXPECT_EQ(ReasonIn(CheckMayReveal(Claimed(), Look(kClaim, kToken + 1), kNow)),
            Reason::kFencingTokenStale);
  EXPECT_EQ(ReasonIn(CheckMayReveal(Claimed(), Look("needs/a/claims/x"), kNow)),
            Reason::kResourceNotFound);
}

TEST(RevealDecisionsTest, ErasedNeedGivesNoLook) {
  StoredNeed erased = Claimed();
  *erased.mutable_need()->mutable_erase_time() = ToProto(kNow);
  EXPECT_EQ(ReasonIn(CheckMayReveal(erased, Look(), kNow)), Reason::kErased);
}

TEST(RevealDecisionsTest, LogKeepsTheLastLooksInOrder) {
  StoredReveals log;
  for (int i = 0; i < kMaxKeptReveals + 5; ++i) {
    v1::Reveal look;
    look.set_user(absl::StrCat("users/u", i));
    AddReveal(kNow, &look, &log);  // the clock stands still
  }
  ASSERT_EQ(log.reveals_size(), kMaxKeptReveals);
  EXPECT_EQ(log.reveals(0).user(), "users/u5");
  for (int i = 1; i < log.reveals_size(); ++i) {
    ASSERT_LT(FromProto(log.reveals(i - 1).reveal_time()),
              FromProto(log.reveals(i).reveal_time()));
  }
}

TEST(RevealDecisionsTest, PagesHoldEachLookOnceNewestFirst) {
  StoredReveals log;
  for (int i = 0; i < 7; ++i) {
    v1::Reveal look;
    look.set_user(absl::StrCat("users/u", i));
    AddReveal(kNow, &look, &log);
  }
  std::vector<std::string> seen;
  int64_t before = std::numeric_limits<int64_t>::max();
  int pages = 0;
  for (; before != 0; ++pages) {
    v1::ListRevealsResponse page;
    before = AddPage(log, before, 3, &page);
    for (const auto& look : page.reveals()) seen.push_back(look.user());
    // A look meanwhile moves no page.
    v1::Reveal look;
    AddReveal(kNow, &look, &log);
  }
  EXPECT_EQ(pages, 3);
  EXPECT_THAT(
      seen, testing::ElementsAre("users/u6", "users/u5", "users/u4", "users/u3",
                                 "users/u2", "users/u1", "users/u0"));
}

absl::Duration RetryAfter(const absl::Status& status) {
  google::rpc::RetryInfo info;
  const auto payload = status.GetPayload(
      absl::StrCat(kTypeUrlPrefix, info.GetDescriptor()->full_name()));
  EXPECT_TRUE(payload.has_value() &&
              info.ParseFromString(std::string(*payload)));
  return absl::Seconds(info.retry_delay().seconds());
}

TEST(RevealDecisionsTest, LimitCountsNeedsAndSaysWhenTheNextMayBeLookedAt) {
  StoredRevealer revealer;
  EXPECT_TRUE(CountLook("needs/a", 2, kNow, &revealer).ok());
  EXPECT_TRUE(CountLook("needs/b", 2, kNow + absl::Hours(1), &revealer).ok());
  EXPECT_TRUE(CountLook("needs/b", 2, kNow + absl::Hours(2), &revealer).ok());
  const absl::Status refused =
      CountLook("needs/c", 2, kNow + absl::Hours(3), &revealer);
  EXPECT_EQ(ReasonIn(refused), Reason::kRevealLimitReached);
  EXPECT_EQ(RetryAfter(refused), absl::Hours(21));
  EXPECT_FALSE(CountLook("needs/c", 2,
                         kNow + absl::Hours(24) - absl::Seconds(1), &revealer)
                   .ok());
  EXPECT_TRUE(CountLook("needs/c", 2, kNow + absl::Hours(24), &revealer).ok());
}

// By brute force: all allowed looks are remembered and counted anew each time.
TEST(RevealDecisionsTest, LimitIsExactAtEachTime) {
  constexpr uint64_t kSeed = 20210823;
  SCOPED_TRACE(absl::StrCat("seed ", kSeed));
  std::mt19937_64 random(kSeed);
  constexpr int kLimit = 5;
  StoredRevealer revealer;
  std::map<std::string, absl::Time> last_look;
  absl::Time now = kNow;
  int allowed = 0;
  int refused = 0;
  for (int i = 0; i < 5'000; ++i) {
    now += absl::Minutes(absl::Uniform(random, 1, 300));
    const std::string need =
        absl::StrCat("needs/n", absl::Uniform(random, 0, 12));
    std::set<std::string> within = {need};
    for (const auto& [name, time] : last_look) {
      if (time > now - kRevealDay) within.insert(name);
    }
    const bool expected = within.size() <= kLimit;
    ASSERT_EQ(CountLook(need, kLimit, now, &revealer).ok(), expected) << i;
    if (expected) last_look[need] = now;
    ++(expected ? allowed : refused);
    ASSERT_LE(revealer.looks_size(), kLimit);
  }
  EXPECT_GT(allowed, 500);
  EXPECT_GT(refused, 500);
}

}  // namespace
}  // namespace xom::core
