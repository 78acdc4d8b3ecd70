// Who sees the true place and the contact of a need, how often, and what is
// written down of it.
#include <gmock/gmock.h>

#include "services/core/limits.h"
#include "tests/accounts.h"

namespace xom::tests {
namespace {

using core::kMaxRevealsPerDay;

class RevealTest : public AccountsTest {
 protected:
  RevealTest() : RevealTest(edge::ServerOptions()) {}
  explicit RevealTest(edge::ServerOptions options)
      : AccountsTest(std::move(options)) {
    need_ = Post(NeedWithSecrets(), "rice");
    Offer("linh", "van");
    claim_ = Claim("linh", "needs/rice", "offers/van");
  }

  void Advance(absl::Duration by) { server_.clock().Advance(by); }

  static void ExpectDetails(const v1::NeedDetails& details) {
    const v1::Need posted = NeedWithSecrets();
    EXPECT_EQ(details.place().SerializeAsString(),
              posted.place().SerializeAsString());
    EXPECT_EQ(details.contact().SerializeAsString(),
              posted.contact().SerializeAsString());
  }

  v1::Need need_;
  v1::Claim claim_;
};

TEST_F(RevealTest, HolderSeesTheDetailsAndThePosterSeesWhoLooked) {
  const auto seen = As("linh").Must<v1::NeedDetails>(Look(claim_));
  ExpectDetails(seen);
  EXPECT_EQ(seen.reveal().user(), Accounts::UserOf("linh"));
  EXPECT_EQ(seen.reveal().claim(), claim_.name());
  EXPECT_EQ(seen.reveal().offer(), "offers/van");
  const auto looks = LooksAt(need_);
  ASSERT_EQ(looks.size(), 1u);
  EXPECT_EQ(looks[0].SerializeAsString(), seen.reveal().SerializeAsString());
}

TEST_F(RevealTest, EachLookIsAChangeThatTellsNothingOfThePlace) {
  const storage::Revision before = revision();
  As("linh").Must<v1::NeedDetails>(Look(claim_));
  ASSERT_EQ(revision(), before + 1);
  const auto changes = server_.server().ledger().ReadChanges(before, 10);
  ASSERT_TRUE(changes.ok());
  std::vector<std::string> keys;
  for (const auto& record : changes->at(0).records) {
    keys.push_back(record.key);
    EXPECT_TRUE(record.secret);
  }
  EXPECT_THAT(keys,
              testing::UnorderedElementsAre(
                  "reveals/rice", "revealers/" + Accounts::UserOf("linh")));
}

TEST_F(RevealTest, NobodyElseSeesTheDetails) {
  const auto refused = [](const grpc::Status& status) {
    EXPECT_FALSE(status.ok());
    return ReasonOf(status);
  };
  EXPECT_EQ(refused(Anybody().Call(Look(claim_))), "CREDENTIALS_MISSING");
  EXPECT_EQ(refused(As("minh").Call(Look(claim_))), "NOT_ALLOWED");
  EXPECT_EQ(refused(As("root", {"operator"}).Call(Look(claim_))),
            "NOT_ALLOWED");
  const auto look = LookAt("needs/rice");
  EXPECT_EQ(refused(Anybody().Call(look)), "CREDENTIALS_MISSING");
  EXPECT_EQ(refused(As("minh").Call(look)), "NOT_ALLOWED");
  EXPECT_EQ(refused(As("linh").Call(look)), "NOT_ALLOWED");
  EXPECT_EQ(refused(As("mod", {"moderator"}).Call(look)), "NOT_ALLOWED");
  EXPECT_EQ(refused(WithCode("000-000-000").Call(look)), "ACCESS_CODE_WRONG");
  v1::ListRevealsRequest list;
  list.set_parent("needs/rice");
  EXPECT_EQ(refused(Anybody().Call(list)), "CREDENTIALS_MISSING");
  EXPECT_EQ(refused(As("linh").Call(list)), "NOT_ALLOWED");
  EXPECT_EQ(LooksAt(need_).size(), 0u) << "a refused look is none";
}

TEST_F(RevealTest, WhoAskedOfficialsAndOperatorsSeeTheDetails) {
  for (const ApiClient& client :
       {WithCode(need_.access_code()), As("ward", {"official"}),
        As("root", {"operator"})}) {
    ExpectDetails(client.Must<v1::NeedDetails>(LookAt("needs/rice")));
  }
  const auto looks = LooksAt(need_);
  ASSERT_EQ(looks.size(), 3u);
  EXPECT_EQ(looks[0].user(), Accounts::UserOf("root"));
  EXPECT_EQ(looks[1].user(), Accounts::UserOf("ward"));
  EXPECT_EQ(looks[2].user(), "");
}

TEST_F(RevealTest, RetryIsLoggedOnceAndAnsweredTheSame) {
  const auto request = Look(claim_, NewRequestId());
  const auto first = As("linh").Must<v1::NeedDetails>(request);
  Restart();
  Advance(absl::Minutes(5));
  const auto again = As("linh").Must<v1::NeedDetails>(request);
  EXPECT_EQ(first.SerializeAsString(), again.SerializeAsString());
  EXPECT_EQ(LooksAt(need_).size(), 1u);
}

// The place may have changed since: what is kept for retries must not open it.
TEST_F(RevealTest, RetryOfAClaimThatIsOverTellsNothing) {
  const auto request = Look(claim_, NewRequestId());
  As("linh").Must<v1::NeedDetails>(request);
  v1::ReleaseClaimRequest release;
  release.set_name(claim_.name());
  release.set_fencing_token(claim_.fencing_token());
  As("linh").Must<v1::Claim>(release);
  EXPECT_EQ(ReasonOf(As("linh").Call(request)), "STATE_MISMATCH");
}

TEST_F(RevealTest, RetryTellsTheDetailsAsTheyAre) {
  const auto request = Look(claim_, NewRequestId());
  As("linh").Must<v1::NeedDetails>(request);
  v1::UpdateNeedRequest update;
  update.mutable_need()->set_name("needs/rice");
  update.mutable_need()->mutable_place()->set_address("the red gate");
  update.mutable_update_mask()->add_paths("place.address");
  WithCode(need_.access_code()).Must<v1::Need>(update);
  EXPECT_EQ(As("linh").Must<v1::NeedDetails>(request).place().address(),
            "the red gate");
}

TEST_F(RevealTest, ClaimOpensTheDetailsFromItsBeginToSomeHoursAfterDelivery) {
  Deliver("linh", claim_);
  Advance(core::kRevealAfterDelivery);
  ExpectDetails(As("linh").Must<v1::NeedDetails>(Look(claim_)));
  Advance(absl::Microseconds(1));
  EXPECT_EQ(ReasonOf(As("linh").Call(Look(claim_))), "STATE_MISMATCH");
}

TEST_F(RevealTest, LeaseThatRanOutOpensNothingWhetherOrNotItIsWrittenDown) {
  Advance(absl::Hours(12));  // of a NORMAL need
  EXPECT_EQ(ReasonOf(As("linh").Call(Look(claim_))), "STATE_MISMATCH");
  server_.Tick();
  EXPECT_EQ(ReasonOf(As("linh").Call(Look(claim_))), "STATE_MISMATCH");
}

TEST_F(RevealTest, AnotherTokenOpensNothing) {
  v1::RevealClaimRequest request = Look(claim_);
  request.set_fencing_token(claim_.fencing_token() + 1);
  EXPECT_EQ(ReasonOf(As("linh").Call(request)), "FENCING_TOKEN_STALE");
  request.set_fencing_token(0);
  const auto status = As("linh").Call(request);
  EXPECT_EQ(ReasonOf(status), "FIELD_INVALID");
  EXPECT_EQ(FieldsOf(status), "fencing_token");
}

TEST_F(RevealTest, ErasedNeedOpensNothingAndKeepsItsLog) {
  const auto request = Look(claim_, NewRequestId());
  As("linh").Must<v1::NeedDetails>(request);
  v1::EraseNeedRequest erase;
  erase.set_name("needs/rice");
  WithCode(need_.access_code()).Must<v1::Need>(erase);
  EXPECT_EQ(ReasonOf(As("linh").Call(request)), "ERASED");
  EXPECT_EQ(ReasonOf(As("linh").Call(Look(claim_))), "ERASED");
  EXPECT_EQ(ReasonOf(WithCode(need_.access_code()).Call(LookAt("needs/rice"))),
            "ERASED");
  EXPECT_EQ(LooksAt(need_).size(), 1u);
}

TEST_F(RevealTest, LogIsReadInPages) {
  const ApiClient client = WithCode(need_.access_code());
  for (int i = 0; i < 7; ++i) {
    client.Must<v1::NeedDetails>(LookAt("needs/rice"));
  }
  v1::ListRevealsRequest request;
  request.set_parent("needs/rice");
  request.set_page_size(3);
  std::vector<absl::Time> times;
  do {
    const auto page = client.Must<v1::ListRevealsResponse>(request);
    EXPECT_LE(page.reveals_size(), 3);
    for (const v1::Reveal& look : page.reveals()) {
      times.push_back(absl::FromUnixSeconds(look.reveal_time().seconds()) +
                      absl::Nanoseconds(look.reveal_time().nanos()));
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(times.size(), 7u);
  EXPECT_TRUE(std::is_sorted(times.rbegin(), times.rend()));
  request.set_page_token("x");
  EXPECT_EQ(ReasonOf(client.Call(request)), "PAGE_TOKEN_INVALID");
  request.set_page_token("");
  request.set_page_size(-1);
  EXPECT_EQ(FieldsOf(client.Call(request)), "page_size");
}

class RevealLimitTest : public AccountsTest {
 protected:
  static edge::ServerOptions Limited() {
    edge::ServerOptions options;
    options.engine.max_reveals_per_day = 2;
    return options;
  }
  RevealLimitTest() : AccountsTest(Limited()) {
    Offer("linh", "van");
    for (const std::string id : {"a", "b", "c"}) {
      Post(NeedWithSecrets(), id);
      claims_.push_back(Claim("linh", "needs/" + id, "offers/van"));
    }
  }

  std::vector<v1::Claim> claims_;
};

TEST_F(RevealLimitTest, HelperSeesSoManyNeedsADayAlsoAcrossARestart) {
  const auto look = [&](size_t i) { return As("linh").Call(Look(claims_[i])); };
  EXPECT_TRUE(look(0).ok());
  server_.clock().Advance(absl::Hours(1));
  EXPECT_TRUE(look(1).ok());
  EXPECT_TRUE(look(1).ok()) << "the same need again";
  Restart();
  const grpc::Status refused = look(2);
  EXPECT_EQ(ReasonOf(refused), "REVEAL_LIMIT_REACHED");
  EXPECT_EQ(RetrySecondsOf(refused), 23 * 3600);
  EXPECT_TRUE(look(0).ok()) << "one of those seen already";
}

TEST_F(RevealLimitTest, LooksAtTheSameTimeDoNotPassTheLimit) {
  std::vector<std::thread> threads;
  std::atomic<int> allowed = 0;
  for (size_t i = 0; i < 9; ++i) {
    threads.emplace_back(
        [&, i] { allowed += As("linh").Call(Look(claims_[i % 3])).ok(); });
  }
  for (std::thread& thread : threads) thread.join();
  std::set<std::string> seen;
  for (const v1::Claim& claim : claims_) {
    if (As("linh").Call(Look(claim)).ok()) seen.insert(claim.name());
  }
  EXPECT_EQ(seen.size(), 2u);
  EXPECT_GE(allowed, 2);
}

// On a server without accounts there is nobody to count by but the offer.
TEST(RevealOnOpenServerTest, OfferIsCountedAndThePosterNeedsTheCode) {
  edge::ServerOptions options;
  options.engine.max_reveals_per_day = 1;
  TestServer server(options);
  const ApiClient client(server);
  v1::CreateNeedRequest post;
  *post.mutable_need() = NeedWithSecrets();
  std::vector<v1::Claim> claims;
  server.CreateOffer(
      FromText<v1::Offer>("categories: 'categories/groceries' capacity: 9 "
                          "place { location { latitude: 10 longitude: 106 } }"),
      "van");
  v1::Need need;
  for (int i = 0; i < 2; ++i) {
    need = client.Must<v1::Need>(post);
    v1::ClaimNeedRequest claim;
    claim.set_name(need.name());
    claim.set_offer("offers/van");
    claims.push_back(client.Must<v1::Claim>(claim));
  }
  v1::RevealClaimRequest look;
  look.set_name(claims[0].name());
  look.set_fencing_token(claims[0].fencing_token());
  EXPECT_EQ(client.Must<v1::NeedDetails>(look).contact().display_name(),
            "canary-name");
  look.set_name(claims[1].name());
  look.set_fencing_token(claims[1].fencing_token());
  EXPECT_EQ(ReasonOf(client.Call(look)), "REVEAL_LIMIT_REACHED");
  v1::RevealNeedRequest look_at;
  look_at.set_name(need.name());
  EXPECT_EQ(ReasonOf(client.Call(look_at)), "CREDENTIALS_MISSING");
  EXPECT_TRUE(client.WithMetadata({{"xom-access-code", need.access_code()}})
                  .Call(look_at)
                  .ok());
}

}  // namespace
}  // namespace xom::tests
