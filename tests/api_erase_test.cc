// What is erased of a need is gone: from answers, records, the change log, the
// answers kept for retries and, after a compaction, from each file.
#include <gmock/gmock.h>

#include <cstring>

#include "services/core/limits.h"
#include "tests/accounts.h"
#include "tests/file_search.h"

namespace xom::tests {
namespace {

using testing::IsEmpty;

// What everybody could read, and was in records, changes and kept answers.
const std::vector<Canary>& OpenCanaries() {
  static const auto& canaries =
      *new std::vector<Canary>{{"situation", "open-situation"},
                               {"item", "open-item"},
                               {"unit", "open-unit"}};
  return canaries;
}

class EraseTest : public AccountsTest {
 protected:
  EraseTest() {
    v1::CreateNeedRequest request;
    *request.mutable_need() = NeedWithSecrets();
    request.set_need_id("rice");
    request.set_request_id(create_id_);
    need_ = Must<v1::Need>(request);
    create_ = request;
  }

  v1::EraseNeedRequest Erasing() const {
    v1::EraseNeedRequest request;
    request.set_name("needs/rice");
    return request;
  }
  v1::Need Erase() const {
    return WithCode(need_.access_code()).Must<v1::Need>(Erasing());
  }
  v1::Need Get() {
    v1::GetNeedRequest request;
    request.set_name("needs/rice");
    return Must<v1::Need>(request);
  }
  storage::LocalLedger& ledger() {
    return static_cast<storage::LocalLedger&>(server_.server().ledger());
  }
  static void ExpectNothingPersonal(const v1::Need& need) {
    EXPECT_THAT(Found(OpenCanaries(), "the need", need.SerializeAsString()),
                IsEmpty());
    EXPECT_FALSE(need.has_people());
    EXPECT_EQ(need.language_code(), "");
    EXPECT_TRUE(need.has_erase_time());
    EXPECT_EQ(need.location_precision(), v1::LOCATION_PRECISION_METERS_2400);
  }

  const std::string create_id_ = NewRequestId();
  v1::CreateNeedRequest create_;
  v1::Need need_;
};

TEST_F(EraseTest, OpenNeedIsCancelledAndItsClaimsAreReleased) {
  Offer("linh", "van");
  const v1::Claim claim = Claim("linh", "needs/rice", "offers/van");
  const v1::Need erased = Erase();
  ExpectNothingPersonal(erased);
  EXPECT_EQ(erased.state(), v1::Need::STATE_CANCELLED);
  EXPECT_EQ(Get().SerializeAsString(), erased.SerializeAsString());
  v1::GetClaimRequest get;
  get.set_name(claim.name());
  const auto after = As("linh").Must<v1::Claim>(get);
  EXPECT_EQ(after.state(), v1::Claim::STATE_RELEASED);
  EXPECT_EQ(after.lines(0).quantity(), 5) << "counts stay";
}

TEST_F(EraseTest, OnlyWhoAskedAndOperatorsErase) {
  EXPECT_EQ(ReasonOf(Anybody().Call(Erasing())), "CREDENTIALS_MISSING");
  EXPECT_EQ(ReasonOf(As("linh").Call(Erasing())), "NOT_ALLOWED");
  EXPECT_EQ(ReasonOf(As("mod", {"moderator"}).Call(Erasing())), "NOT_ALLOWED");
  EXPECT_EQ(ReasonOf(WithCode("000-000-000").Call(Erasing())),
            "ACCESS_CODE_WRONG");
  EXPECT_TRUE(As("root", {"operator"}).Call(Erasing()).ok());
  ExpectNothingPersonal(Get());
}

TEST_F(EraseTest, ErasingAgainChangesNothing) {
  const v1::Need once = Erase();
  const storage::Revision before = revision();
  server_.clock().Advance(absl::Hours(1));
  EXPECT_EQ(Erase().SerializeAsString(), once.SerializeAsString());
  EXPECT_EQ(revision(), before);
}

TEST_F(EraseTest, ErasedNeedCannotBeFilledAgain) {
  Erase();
  v1::UpdateNeedRequest update;
  update.mutable_need()->set_name("needs/rice");
  update.mutable_need()->set_situation("back again");
  EXPECT_FALSE(WithCode(need_.access_code()).Call(update).ok());
  EXPECT_EQ(Get().situation(), "");
}

// The first answers were kept for retries, under their request ids.
TEST_F(EraseTest, RetryOfAnEarlierCallTellsNothingPersonal) {
  v1::RenewNeedRequest renew;
  renew.set_name("needs/rice");
  renew.set_request_id(NewRequestId());
  const ApiClient owner = WithCode(need_.access_code());
  EXPECT_EQ(owner.Must<v1::Need>(renew).situation(), "open-situation");
  Erase();
  const v1::Need created = Must<v1::Need>(create_);
  ExpectNothingPersonal(created);
  EXPECT_EQ(created.state(), v1::Need::STATE_OPEN) << "the first answer";
  EXPECT_EQ(created.access_code(), need_.access_code());
  ExpectNothingPersonal(owner.Must<v1::Need>(renew));
}

TEST_F(EraseTest, RecordsAndChangesHoldNothingPersonal) {
  EXPECT_THAT(FoundInLedger(OpenCanaries(), ledger()), testing::Not(IsEmpty()));
  Erase();
  EXPECT_THAT(FoundInLedger(OpenCanaries(), ledger()), IsEmpty());
  EXPECT_FALSE(ledger().Get("details/rice")->has_value());
}

// The bytes of a double, as a message has them.
std::string BytesOf(double value) {
  std::string bytes(sizeof value, '\0');
  std::memcpy(bytes.data(), &value, sizeof value);
  return bytes;
}

// Texts of random letters, which no compressor of RocksDB changes; a few would
// be broken into pieces only where they repeat.
TEST_F(EraseTest, NoFileHoldsWhatWasErasedOnceItIsCompacted) {
  v1::Need need = NeedWithSecrets();
  const std::vector<Canary> canaries = {
      {"situation", "kqzvJ7wPx2mRf9Lb"},
      {"item", "Wd4hTn8sGy3XcQ6v"},
      {"public latitude", BytesOf(10.123456789)},
      {"public longitude", BytesOf(106.987654321)}};
  need.set_situation(canaries[0].bytes);
  need.mutable_lines(0)->set_item(canaries[1].bytes);
  need.mutable_place()->mutable_location()->set_latitude(10.123456789);
  need.mutable_place()->mutable_location()->set_longitude(106.987654321);
  need.mutable_place()->set_location_precision(v1::LOCATION_PRECISION_EXACT);
  v1::CreateNeedRequest post;
  *post.mutable_need() = need;
  post.set_need_id("exact");
  post.set_request_id(NewRequestId());
  const v1::Need posted = Must<v1::Need>(post);
  ASSERT_TRUE(ledger().Compact().ok());
  const auto before = FoundInFiles(canaries, server_.directory());
  ASSERT_GE(before.size(), canaries.size()) << "the search finds what is there";

  v1::EraseNeedRequest erase;
  erase.set_name("needs/exact");
  WithCode(posted.access_code()).Must<v1::Need>(erase);
  ASSERT_TRUE(ledger().Compact().ok());
  EXPECT_THAT(FoundInFiles(canaries, server_.directory()), IsEmpty());
  EXPECT_THAT(FoundInLedger(canaries, ledger()), IsEmpty());
  Restart();
  EXPECT_THAT(FoundInFiles(canaries, server_.directory()), IsEmpty());
}

TEST_F(EraseTest, TimeErasesWhatHasEndedAlsoAcrossARestart) {
  v1::CloseNeedRequest close;
  close.set_name("needs/rice");
  WithCode(need_.access_code()).Must<v1::Need>(close);
  server_.clock().Advance(core::kDetailsRetention - absl::Seconds(1));
  server_.Tick();
  EXPECT_EQ(Get().situation(), "open-situation");
  EXPECT_TRUE(WithCode(need_.access_code()).Call(LookAt("needs/rice")).ok());
  server_.clock().Advance(absl::Seconds(1));
  Restart();
  ExpectNothingPersonal(Get());
  EXPECT_EQ(Get().state(), v1::Need::STATE_CLOSED);
  EXPECT_THAT(FoundInLedger(OpenCanaries(), ledger()), IsEmpty());
  EXPECT_EQ(LooksAt(need_).size(), 1u) << "who looked stays known";
  server_.clock().Advance(core::kEndedRetention);
  server_.Tick();
  EXPECT_THAT(FoundInLedger({{"any", "rice"}}, ledger()),
              testing::Each(testing::HasSubstr("change ")))
      << "no record is left, the log has the name";
  create_.set_request_id(NewRequestId());
  EXPECT_TRUE(Call(create_).ok()) << "the name can be had again";
}

TEST_F(EraseTest, ContactOfAnOfferLiesSealedAndGoesWithIt) {
  const std::vector<Canary> contact = {{"name", "canary-name"},
                                       {"phone", "84356789012"}};
  v1::CreateOfferRequest create;
  *create.mutable_offer() = OfferAt(10, 106);
  create.mutable_offer()->set_capacity(1);
  *create.mutable_offer()->mutable_contact() = NeedWithSecrets().contact();
  create.set_offer_id("bike");
  create.set_request_id(NewRequestId());
  As("linh").Must<v1::Offer>(create);
  v1::UpdateOfferRequest update;
  update.mutable_offer()->set_name("offers/bike");
  update.mutable_offer()->mutable_contact()->set_other_channel("zalo");
  update.mutable_update_mask()->add_paths("contact.other_channel");
  As("linh").Must<v1::Offer>(update);
  EXPECT_TRUE(ledger().Get("offerDetails/bike")->has_value());
  EXPECT_THAT(FoundInLedger(contact, ledger()), IsEmpty());
  EXPECT_THAT(FoundInFiles(contact, server_.directory()), IsEmpty());
  v1::CloseOfferRequest close;
  close.set_name("offers/bike");
  As("linh").Must<v1::Offer>(close);
  server_.clock().Advance(core::kEndedRetention);
  server_.Tick();
  EXPECT_FALSE(ledger().Get("offerDetails/bike")->has_value());
}

}  // namespace
}  // namespace xom::tests
