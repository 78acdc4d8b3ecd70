// What ClaimService refuses: wrong fields, absent names, wrong states.

#include <gmock/gmock.h>

#include <memory>

#include "absl/strings/str_cat.h"
#include "tests/claim_calls.h"
#include "tests/refused_fields.h"

namespace xom::tests {
namespace {

using grpc::StatusCode;
using RequestPtr = std::unique_ptr<google::protobuf::Message>;

constexpr char kRice[] = "needs/rice";
constexpr char kVan[] = "offers/van";

template <typename Request>
RequestPtr Copy(const Request& request) {
  return std::make_unique<Request>(request);
}

std::vector<WrongField> WrongRequestIds() {
  return {{"request_id: '1'", "request_id"},
          {"request_id: '7f9c24e8-3b12-4fef-91d0-1c5a3d6b8e2g'", "request_id"}};
}

std::vector<WrongField> WrongLeases() {
  const auto row = [](const std::string& lease) {
    return WrongField{absl::StrCat("lease_duration { ", lease, " }"),
                      "lease_duration"};
  };
  return {row(""),
          row("seconds: 59"),
          row("seconds: 172801"),
          row("seconds: -60"),
          row("seconds: 60 nanos: 1"),
          row("seconds: 60 nanos: -1"),
          row("seconds: 172800 nanos: 1"),
          row("seconds: 9223372036854775807"),
          row("seconds: 60 nanos: 2147483647")};
}

std::vector<WrongField> WrongClaimNames() {
  const auto row = [](const std::string& name) {
    return WrongField{absl::StrCat("name: '", name, "'"), "name"};
  };
  return {row(""),
          row("needs/rice"),
          row("needs/rice/claims"),
          row("needs/rice/claims/"),
          row("needs/rice/claims/-x"),
          row("needs/rice/claims/X"),
          row("needs/-/claims/x"),
          row("needs//claims/x"),
          row("claims/x"),
          row("offers/rice/claims/x"),
          row("needs/rice/claims/x/claims/y"),
          row(absl::StrCat("needs/rice/claims/", Times(64, "a")))};
}

std::vector<WrongField> WrongTokens() {
  return {{"fencing_token: 0", "fencing_token"},
          {"fencing_token: -1", "fencing_token"},
          {"fencing_token: -9223372036854775808", "fencing_token"}};
}

class ClaimErrorsTest : public ClaimTest {
 protected:
  void SetUp() override {
    CreateRice("rice");
    CreateHelper("van");
    CreateHelper("bike");
  }

  void ExpectAllRefused(const google::protobuf::Message& valid,
                        const std::vector<WrongField>& rows) {
    ExpectRefused(client_, &server_.server().ledger(), valid, rows);
  }

  void ExpectRefusedWith(const google::protobuf::Message& request,
                         StatusCode code, const std::string& reason) {
    SCOPED_TRACE(request.GetTypeName());
    const storage::Revision before = revision();
    const grpc::Status status = Call(request);
    EXPECT_EQ(status.error_code(), code) << status.error_message();
    EXPECT_EQ(ReasonOf(status), reason);
    EXPECT_EQ(CountErrorInfos(status), 1);
    EXPECT_EQ(revision(), before);
  }

  // All that the helper of a claim can ask.
  static std::vector<RequestPtr> HoldersRequests(const v1::Claim& claim) {
    std::vector<RequestPtr> all;
    all.push_back(Copy(Holding<v1::RenewClaimRequest>(claim)));
    all.push_back(Copy(Holding<v1::ReleaseClaimRequest>(claim)));
    all.push_back(Copy(Holding<v1::MarkDeliveredRequest>(claim)));
    return all;
  }
};

// Rows add to a request that claims one unit of line 0.
TEST_F(ClaimErrorsTest, ClaimNamesEachWrongField) {
  ExpectAllRefused(
      ClaimRequest(kRice, kVan, "lines { quantity: 1 }"),
      Joined({WrongLeases(),
              WrongRequestIds(),
              {{"name: ''", "name"},
               {"name: 'rice'", "name"},
               {"name: 'offers/rice'", "name"},
               {"name: 'needs/-'", "name"},
               {"name: 'needs/Rice'", "name"},
               {"name: 'needs/rice/claims/x'", "name"},
               {"offer: ''", "offer"},
               {"offer: 'van'", "offer"},
               {"offer: 'needs/van'", "offer"},
               {"offer: 'offers/'", "offer"},
               {"offer: 'offers/-van'", "offer"},
               {"lines { line_index: 2 quantity: 1 }", "lines[1].line_index"},
               {"lines { line_index: -1 quantity: 1 }", "lines[1].line_index"},
               {"lines { line_index: 2147483647 quantity: 1 }",
                "lines[1].line_index"},
               {"lines { quantity: 1 }", "lines[1].line_index"},
               {"lines { line_index: 1 quantity: 0 }", "lines[1].quantity"},
               {"lines { line_index: 1 quantity: -1 }", "lines[1].quantity"},
               {"lines { line_index: 1 quantity: -2147483648 }",
                "lines[1].quantity"},
               {"lines { line_index: 1 quantity: 1000001 }",
                "lines[1].quantity"}}}));
}

TEST_F(ClaimErrorsTest, ANeedWithoutLinesHasOnlyLine0) {
  server_.CreateNeed(NeedAt(10, 106), "doctor");
  ExpectAllRefused(
      ClaimRequest("needs/doctor", kVan),
      {{"lines { line_index: 1 quantity: 1 }", "lines[0].line_index"}});
}

TEST_F(ClaimErrorsTest, MoreThanIsOpenIsNoWrongField) {
  for (const char* text :
       {"lines { quantity: 11 }", "lines { quantity: 1000000 }",
        "lines { quantity: 1 } lines { line_index: 1 quantity: 2 }"}) {
    ExpectRefusedWith(ClaimRequest(kRice, kVan, text),
                      StatusCode::FAILED_PRECONDITION, "ALREADY_CLAIMED");
  }
  EXPECT_EQ(CoverageOf(kRice), "");
}

TEST_F(ClaimErrorsTest, GetRefusesWhatIsNoName) {
  const v1::Claim claim = Claim(kRice, kVan);
  v1::GetClaimRequest request;
  request.set_name(claim.name());
  ExpectAllRefused(request, WrongClaimNames());
}

TEST_F(ClaimErrorsTest, ListNamesEachWrongField) {
  ExpectAllRefused(
      FromText<v1::ListClaimsRequest>("parent: 'needs/-' offer: 'offers/van'"),
      {{"parent: ''", "parent"},
       {"parent: 'needs'", "parent"},
       {"parent: 'needs/'", "parent"},
       {"parent: 'offers/van'", "parent"},
       {"parent: '-'", "parent"},
       {"parent: 'needs/rice/claims/x'", "parent"},
       {"offer: ''", "offer"},
       {"offer: 'offers/-'", "offer"},
       {"offer: 'needs/rice'", "offer"},
       {"states: STATE_UNSPECIFIED", "states[0]"},
       {"states: STATE_ACTIVE states: 6", "states[1]"},
       {"states: -1", "states[0]"},
       {"page_size: -1", "page_size"}});
}

TEST_F(ClaimErrorsTest, HoldersRequestsNameEachWrongField) {
  const auto claim = [&] {
    return Claim(kRice, kVan, "lines { quantity: 1 }");
  };
  const auto rows =
      Joined({WrongClaimNames(), WrongTokens(), WrongRequestIds()});
  ExpectAllRefused(Holding<v1::RenewClaimRequest>(claim()),
                   Joined({rows, WrongLeases()}));
  ExpectAllRefused(Holding<v1::MarkDeliveredRequest>(claim()), rows);
  ExpectAllRefused(Holding<v1::ReleaseClaimRequest>(claim()),
                   Joined({rows,
                           {{"reason: RELEASE_REASON_NEED_ENDED", "reason"},
                            {"reason: RELEASE_REASON_HANDED_OVER", "reason"},
                            {"reason: 8", "reason"},
                            {"reason: -1", "reason"}}}));
}

// Rows add to one of two: a confirmation of all, and one of a part of line 0.
TEST_F(ClaimErrorsTest, ConfirmNamesEachWrongField) {
  const v1::Claim all = Deliver(Claim(kRice, kVan, "lines { quantity: 2 }"));
  ExpectAllRefused(
      ConfirmRequest(all, "outcome: OUTCOME_RECEIVED"),
      Joined({WrongClaimNames(),
              WrongRequestIds(),
              {{"outcome: OUTCOME_UNSPECIFIED", "outcome"},
               {"outcome: 5", "outcome"},
               {"outcome: -1", "outcome"},
               {"outcome: OUTCOME_PARTLY_RECEIVED", "received"},
               {"received { quantity: 1 }", "received"},
               {"outcome: OUTCOME_NOT_RECEIVED received { quantity: 1 }",
                "received"},
               {"outcome: OUTCOME_WRONG_PERSON received { quantity: 0 }",
                "received"}}}));
}

TEST_F(ClaimErrorsTest, APartThatCameIsAPartOfWhatWasClaimed) {
  const v1::Claim claim = Deliver(Claim(kRice, kVan, "lines { quantity: 2 }"));
  const struct {
    const char* text;
    const char* field;
  } kRows[] = {
      {"received { quantity: 3 }", "received[0].quantity"},
      {"received { quantity: -1 }", "received[0].quantity"},
      {"received { line_index: 1 quantity: 1 }", "received[0].line_index"},
      {"received { line_index: -1 quantity: 1 }", "received[0].line_index"},
      {"received { quantity: 1 } received { quantity: 1 }",
       "received[1].line_index"}};
  for (const auto& row : kRows) {
    SCOPED_TRACE(row.text);
    const auto request = ConfirmRequest(
        claim, absl::StrCat("outcome: OUTCOME_PARTLY_RECEIVED ", row.text));
    ExpectRefusedWith(request, StatusCode::INVALID_ARGUMENT, "FIELD_INVALID");
    EXPECT_EQ(FieldsOf(Call(request)), row.field);
  }
  EXPECT_EQ(CoverageOf(kRice), "10=0+2+0+8 1=0+0+0+1");
}

TEST_F(ClaimErrorsTest, EachMethodSaysWhichNameIsNotThere) {
  v1::Claim none;
  none.set_name("needs/rice/claims/none");
  none.set_fencing_token(1);
  std::vector<RequestPtr> requests = HoldersRequests(none);
  requests.push_back(Copy(ConfirmRequest(none, "outcome: OUTCOME_RECEIVED")));
  requests.push_back(
      Copy(FromText<v1::GetClaimRequest>("name: 'needs/rice/claims/none'")));
  for (const RequestPtr& request : requests) {
    ExpectRefusedWith(*request, StatusCode::NOT_FOUND, "RESOURCE_NOT_FOUND");
    EXPECT_EQ(ResourceOf(Call(*request)), "needs/rice/claims/none");
  }
  EXPECT_EQ(ResourceOf(TryClaim("needs/none", kVan)), "needs/none");
  EXPECT_EQ(ResourceOf(TryClaim(kRice, "offers/none")), "offers/none");
  ExpectRefusedWith(ClaimRequest("needs/none", kVan), StatusCode::NOT_FOUND,
                    "RESOURCE_NOT_FOUND");
  ExpectRefusedWith(
      FromText<v1::GetClaimRequest>("name: 'needs/none/claims/none'"),
      StatusCode::NOT_FOUND, "RESOURCE_NOT_FOUND");
}

TEST_F(ClaimErrorsTest, AStaleFencingTokenChangesNothing) {
  const v1::Claim claim = Claim(kRice, kVan);
  for (const int64_t off : {-1, 1}) {
    v1::Claim stale = claim;
    stale.set_fencing_token(claim.fencing_token() + off);
    for (const RequestPtr& request : HoldersRequests(stale)) {
      ExpectRefusedWith(*request, StatusCode::ABORTED, "FENCING_TOKEN_STALE");
    }
  }
  EXPECT_EQ(GetClaim(claim.name()).DebugString(), claim.DebugString());
}

// The token of an earlier claim does not open a later one, nor the reverse.
TEST_F(ClaimErrorsTest, TheTokenOfAnotherClaimIsStale) {
  const v1::Claim first = Claim(kRice, kVan, "lines { quantity: 1 }");
  v1::Claim second = Claim(kRice, kVan, "lines { quantity: 1 }");
  second.set_fencing_token(first.fencing_token());
  for (const RequestPtr& request : HoldersRequests(second)) {
    ExpectRefusedWith(*request, StatusCode::ABORTED, "FENCING_TOKEN_STALE");
  }
}

TEST_F(ClaimErrorsTest, WhatIsNotActiveCannotBeHeld) {
  const std::string one = "lines { quantity: 1 }";
  const v1::Claim expired = Claim(kRice, kVan, one);
  Advance(absl::Hours(12));
  server_.Tick();
  const v1::Claim released = Release(Claim(kRice, kVan, one));
  const v1::Claim delivered = Deliver(Claim(kRice, kVan, one));
  const v1::Claim confirmed = Confirm(Deliver(Claim(kRice, kVan, one)),
                                      "outcome: OUTCOME_NOT_RECEIVED");
  for (const auto& claim : {expired, released, delivered, confirmed}) {
    const v1::Claim before = GetClaim(claim.name());
    SCOPED_TRACE(v1::Claim::State_Name(before.state()));
    for (const RequestPtr& request : HoldersRequests(claim)) {
      ExpectRefusedWith(*request, StatusCode::FAILED_PRECONDITION,
                        "STATE_MISMATCH");
      EXPECT_EQ(MetadataOf(Call(*request), "state"),
                v1::Claim::State_Name(before.state()));
    }
    EXPECT_EQ(GetClaim(claim.name()).DebugString(), before.DebugString());
  }
}

TEST_F(ClaimErrorsTest, OnlyADeliveredClaimIsConfirmed) {
  const std::string one = "lines { quantity: 1 }";
  const v1::Claim active = Claim(kRice, kVan, one);
  const v1::Claim released = Release(Claim(kRice, kVan, one));
  const v1::Claim confirmed =
      Confirm(Deliver(Claim(kRice, kVan, one)), "outcome: OUTCOME_RECEIVED");
  for (const auto& claim : {active, released, confirmed}) {
    ExpectRefusedWith(ConfirmRequest(claim, "outcome: OUTCOME_NOT_RECEIVED"),
                      StatusCode::FAILED_PRECONDITION, "STATE_MISMATCH");
  }
}

TEST_F(ClaimErrorsTest, WhatHasEndedCannotBeClaimed) {
  for (const char* id : {"closed", "cancelled", "expired"}) CreateRice(id);
  server_.CloseNeed("needs/closed");
  Must<v1::Need>(FromText<v1::CancelNeedRequest>("name: 'needs/cancelled'"));
  Advance(absl::Hours(7 * 24));
  server_.Tick();
  const struct {
    const char* name;
    const char* state;
  } kRows[] = {{"needs/closed", "STATE_CLOSED"},
               {"needs/cancelled", "STATE_CANCELLED"},
               {"needs/expired", "STATE_EXPIRED"}};
  for (const auto& row : kRows) {
    const auto request = ClaimRequest(row.name, kVan);
    ExpectRefusedWith(request, StatusCode::FAILED_PRECONDITION,
                      "STATE_MISMATCH");
    EXPECT_EQ(MetadataOf(Call(request), "state"), row.state);
  }
}

TEST_F(ClaimErrorsTest, AnOfferThatIsNotActiveCannotClaim) {
  Must<v1::Offer>(FromText<v1::PauseOfferRequest>("name: 'offers/van'"));
  Must<v1::Offer>(FromText<v1::CloseOfferRequest>("name: 'offers/bike'"));
  for (const char* offer : {kVan, "offers/bike"}) {
    ExpectRefusedWith(ClaimRequest(kRice, offer),
                      StatusCode::FAILED_PRECONDITION, "STATE_MISMATCH");
  }
  EXPECT_EQ(StateOf(kRice), v1::Need::STATE_OPEN);
}

// What an offer has promised it may still bring.
TEST_F(ClaimErrorsTest, AnOfferThatRestsKeepsItsClaims) {
  const v1::Claim claim = Claim(kRice, kVan);
  Must<v1::Offer>(FromText<v1::PauseOfferRequest>("name: 'offers/van'"));
  EXPECT_EQ(ActiveClaims(kVan), 1);
  EXPECT_EQ(Deliver(Renew(claim)).state(), v1::Claim::STATE_DELIVERED);
}

}  // namespace
}  // namespace xom::tests
