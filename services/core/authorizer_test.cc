#include "services/core/authorizer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "services/core/category_decisions.h"
#include "services/core/error.h"
#include "services/core/fake_clock.h"
#include "services/core/need_decisions.h"
#include "services/core/resource_name.h"
#include "services/core/time_proto.h"
#include "trust/access_code.h"
#include "xom/v1/category_service.pb.h"
#include "xom/v1/claim_service.pb.h"
#include "xom/v1/match_service.pb.h"
#include "xom/v1/moderation_service.pb.h"
#include "xom/v1/need_service.pb.h"
#include "xom/v1/offer_service.pb.h"
#include "xom/v1/organization_service.pb.h"
#include "xom/v1/report_service.pb.h"
#include "xom/v1/supply_point_service.pb.h"
#include "xom/v1/user_service.pb.h"
#include "xom/v1/verification_service.pb.h"
#include "xom/v1/watch_service.pb.h"

namespace xom::core {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::MethodDescriptor;
using google::protobuf::ServiceDescriptor;

const absl::Time kNow = absl::FromUnixSeconds(1'629'684'000);
constexpr char kCode[] = "7KQ-2MX-9AB";
constexpr char kOtherCode[] = "7KQ-2MX-9AC";
constexpr char kMergedCode[] = "7KQ-2MX-9AD";

// All services of the API, each found by one of its requests.
std::vector<const ServiceDescriptor*> Services() {
  std::vector<const ServiceDescriptor*> services;
  for (const auto* message :
       {v1::ListCategoriesRequest::descriptor(),
        v1::ClaimNeedRequest::descriptor(),
        v1::FindMatchesRequest::descriptor(),
        v1::MergeNeedsRequest::descriptor(), v1::GetNeedRequest::descriptor(),
        v1::GetOfferRequest::descriptor(), v1::AddMemberRequest::descriptor(),
        v1::CreateReportRequest::descriptor(),
        v1::GetSupplyPointRequest::descriptor(),
        v1::GetUserRequest::descriptor(), v1::VouchRequest::descriptor(),
        v1::WatchRegionRequest::descriptor()}) {
    services.push_back(message->file()->service(0));
  }
  return services;
}

std::map<std::string, const MethodDescriptor*> Methods() {
  std::map<std::string, const MethodDescriptor*> methods;
  for (const ServiceDescriptor* service : Services()) {
    for (int i = 0; i < service->method_count(); ++i) {
      const MethodDescriptor* method = service->method(i);
      methods[absl::StrCat(service->name(), "/", method->name())] = method;
    }
  }
  return methods;
}

// A request of the method that is about `subject`.
std::unique_ptr<Message> RequestAbout(const PolicyRow& row,
                                      const std::string& path,
                                      const std::string& subject) {
  const auto* type = Methods().at(std::string(row.method))->input_type();
  std::unique_ptr<Message> request(
      google::protobuf::MessageFactory::generated_factory()
          ->GetPrototype(type)
          ->New());
  Message* at = request.get();
  for (const std::string& part :
       std::vector<std::string>(absl::StrSplit(path, '.', absl::SkipEmpty()))) {
    const FieldDescriptor* field = at->GetDescriptor()->FindFieldByName(part);
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      at->GetReflection()->SetString(at, field, subject);
    } else {
      at = at->GetReflection()->MutableMessage(at, field);
    }
  }
  return request;
}

// A neighbourhood: a need with a code, claimed twice; an offer of a person and
// one of a charity; and people.
class AuthorizerTest : public testing::Test {
 protected:
  AuthorizerTest() {
    for (const auto& stored : BuiltInCategories(kNow)) {
      Put(stored.category().name(), stored);
    }
    PutOrganization("charity", true);
    PutOrganization("shop", false);
    for (const char* id : {"poster", "an", "stranger"}) PutUser(id, {}, {});
    PutUser("member", {}, {{"charity", v1::Membership::RANK_MEMBER}});
    PutUser("dispatcher", {}, {{"charity", v1::Membership::RANK_DISPATCHER}});
    PutUser("shopkeeper", {}, {{"shop", v1::Membership::RANK_DISPATCHER}});
    PutUser("moderator", {v1::ROLE_MODERATOR}, {});
    PutUser("official", {v1::ROLE_OFFICIAL}, {});
    PutUser("operator", {v1::ROLE_OPERATOR}, {});
    PutOffer("offers/an", "users/an", "");
    PutOffer("offers/charity", "users/poster", "organizations/charity");
    PutNeed();
    PutSupplyPoint();
  }

  void Put(const std::string& key, const Message& stored) {
    storage::Change change;
    change.revision = view_.revision() + 1;
    storage::ChangedRecord record;
    record.key = key;
    record.after = stored.SerializeAsString();
    change.records.push_back(std::move(record));
    ASSERT_TRUE(view_.Apply({change}).ok()) << key;
  }

  void PutOrganization(const std::string& id, bool accredited) {
    internal::v1::StoredOrganization stored;
    stored.mutable_organization()->set_name(absl::StrCat(kOrganizations, id));
    stored.mutable_organization()->set_accredited(accredited);
    Put(stored.organization().name(), stored);
  }

  struct Place {
    std::string organization;
    v1::Membership::Rank rank;
  };
  void PutUser(const std::string& id, const std::vector<v1::Role>& roles,
               const std::vector<Place>& places) {
    internal::v1::StoredUser stored;
    v1::User& user = *stored.mutable_user();
    user.set_name(absl::StrCat(kUsers, id));
    user.set_state(v1::User::STATE_ACTIVE);
    user.mutable_roles()->Assign(roles.begin(), roles.end());
    for (const Place& place : places) {
      v1::Membership& membership = *user.add_memberships();
      membership.set_organization(
          absl::StrCat(kOrganizations, place.organization));
      membership.set_rank(place.rank);
    }
    Put(user.name(), stored);
  }

  void PutOffer(const std::string& name, const std::string& poster,
                const std::string& organization) {
    internal::v1::StoredOffer stored;
    stored.mutable_offer()->set_name(name);
    stored.mutable_offer()->add_categories("categories/groceries");
    stored.mutable_offer()->set_organization(organization);
    stored.mutable_offer()->set_state(v1::Offer::STATE_ACTIVE);
    stored.set_poster(poster);
    Put(name, stored);
  }

  void PutNeed() {
    v1::CreateNeedRequest request;
    request.mutable_need()->add_categories("categories/groceries");
    request.mutable_need()->mutable_place()->mutable_location()->set_latitude(
        10);
    auto record = CreateNeed(request, "needs/rice", *view_.categories(), kNow);
    ASSERT_TRUE(record.ok()) << record.status();
    internal::v1::StoredNeed& stored = record->stored;
    stored.set_poster("users/poster");
    stored.set_access_code_hash(
        trust::HashAccessCode(keyring_, "needs/rice", kCode));
    auto& merged = *stored.add_merged();
    merged.set_need("needs/same");
    merged.set_access_code_hash(
        trust::HashAccessCode(keyring_, "needs/same", kMergedCode));
    v1::Claim& by_person = *stored.add_claims();
    by_person.set_name("needs/rice/claims/a");
    by_person.set_offer("offers/an");
    by_person.set_assignee("users/an");
    v1::Claim& by_member = *stored.add_claims();
    by_member.set_name("needs/rice/claims/m");
    by_member.set_offer("offers/charity");
    by_member.set_assignee("users/member");
    // Who left the charity since.
    v1::Claim& by_left = *stored.add_claims();
    by_left.set_name("needs/rice/claims/l");
    by_left.set_offer("offers/charity");
    by_left.set_assignee("users/stranger");
    Put("needs/rice", stored);
    stored_need_ = stored;
  }

  void PutSupplyPoint() {
    internal::v1::StoredSupplyPoint stored;
    stored.mutable_supply_point()->set_name("supplyPoints/market");
    stored.mutable_supply_point()->add_categories("categories/groceries");
    stored.set_poster("users/an");
    Put("supplyPoints/market", stored);
  }

  // "nobody", "code", "merged-code", "wrong-code", or the id of a user.
  Caller CallerOf(const std::string& who) const {
    Caller caller;
    caller.network = "203.0.113.0/24";
    if (who == "code") caller.access_code = kCode;
    if (who == "merged-code") caller.access_code = kMergedCode;
    if (who == "wrong-code") caller.access_code = kOtherCode;
    if (const auto user = view_.FindUser(absl::StrCat(kUsers, who))) {
      caller.user = std::shared_ptr<const v1::User>(user, &user->stored.user());
    }
    return caller;
  }

  Authorizer Make(Authorizer::Options options) const {
    return Authorizer(&view_, &keyring_, &clock_, options);
  }

  const trust::Keyring keyring_ = trust::Keyring::Ephemeral();
  FakeClock clock_{kNow};
  View view_;
  internal::v1::StoredNeed stored_need_;
};

const std::set<std::string> kEverybody = {
    "nobody",    "code",     "merged-code", "wrong-code", "poster",
    "an",        "stranger", "member",      "dispatcher", "shopkeeper",
    "moderator", "official", "operator"};

// A method, what it is about, and who of kEverybody may: written down here from
// what the protos promise, apart from the table under test.
struct Row {
  std::string method;
  std::string path;     // of the field that names the subject
  std::string subject;  // "": none
  std::string allowed;  // between blanks; "all": kEverybody; "users": signed in
};

constexpr char kOfNeed[] = "needs/rice";
constexpr char kOfA[] = "needs/rice/claims/a";
constexpr char kOfM[] = "needs/rice/claims/m";
constexpr char kOfL[] = "needs/rice/claims/l";

// Adds a row: method, path, subject, allowed.
using AddRow = std::function<void(const std::string&, const std::string&,
                                  const std::string&, const std::string&)>;

void ResourceRows(const AddRow& add) {
  add("NeedService/CreateNeed", "", "", "all");
  add("NeedService/GetNeed", "name", kOfNeed, "all");
  add("NeedService/ListNeeds", "", "", "all");
  add("NeedService/UpdateNeed", "need.name", kOfNeed, "code poster operator");
  add("NeedService/CancelNeed", "name", kOfNeed,
      "code poster moderator operator");
  add("NeedService/RenewNeed", "name", kOfNeed,
      "code poster official operator");
  add("NeedService/CloseNeed", "name", kOfNeed,
      "code poster moderator operator");
  add("NeedService/RevealNeed", "name", kOfNeed,
      "code poster official operator");
  add("NeedService/ListReveals", "parent", kOfNeed,
      "code poster moderator operator");
  add("NeedService/EraseNeed", "name", kOfNeed, "code poster operator");

  add("OfferService/CreateOffer", "", "", "users");
  add("OfferService/GetOffer", "name", "offers/an", "all");
  add("OfferService/ListOffers", "", "", "all");
  for (const std::string verb : {"Pause", "Resume"}) {
    const std::string method = absl::StrCat("OfferService/", verb, "Offer");
    add(method, "name", "offers/an", "an operator");
    add(method, "name", "offers/charity", "dispatcher operator");
  }
  add("OfferService/UpdateOffer", "offer.name", "offers/an", "an operator");
  add("OfferService/UpdateOffer", "offer.name", "offers/charity",
      "dispatcher operator");
  add("OfferService/CloseOffer", "name", "offers/an", "an moderator operator");
  add("OfferService/CloseOffer", "name", "offers/charity",
      "dispatcher moderator operator");

  add("SupplyPointService/CreateSupplyPoint", "", "", "users");
  add("SupplyPointService/GetSupplyPoint", "name", "supplyPoints/market",
      "all");
  add("SupplyPointService/ListSupplyPoints", "", "", "all");
  add("SupplyPointService/UpdateSupplyPoint", "supply_point.name",
      "supplyPoints/market", "an official operator");
  add("SupplyPointService/DeleteSupplyPoint", "name", "supplyPoints/market",
      "an official operator");
  add("SupplyPointService/ReportAvailability", "name", "supplyPoints/market",
      "users");

  add("CategoryService/ListCategories", "", "", "all");
  add("CategoryService/CreateCategory", "", "", "operator");
  add("CategoryService/UpdateCategory", "", "", "operator");
}

void ClaimRows(const AddRow& add) {
  for (const std::string method :
       {"ClaimService/ClaimNeed", "ClaimService/RequestHandover",
        "ClaimService/PlanRound"}) {
    add(method, "offer", "offers/an", "an");
    add(method, "offer", "offers/charity", "member dispatcher");
  }
  add("ClaimService/BatchClaim", "offer", "offers/an", "an");
  add("ClaimService/BatchClaim", "offer", "offers/charity", "dispatcher");
  add("ClaimService/GetClaim", "name", kOfA,
      "code merged-code poster an moderator operator");
  add("ClaimService/GetClaim", "name", kOfM,
      "code merged-code poster member dispatcher moderator operator");
  add("ClaimService/ListClaims", "parent", kOfNeed,
      "code merged-code poster moderator operator");
  add("ClaimService/ListClaims", "offer", "offers/an", "an moderator operator");
  add("ClaimService/ListClaims", "offer", "offers/charity",
      "dispatcher moderator operator");
  for (const std::string verb : {"RenewClaim", "ReleaseClaim", "MarkDelivered",
                                 "RevealClaim", "AnswerHandover"}) {
    add(absl::StrCat("ClaimService/", verb), "name", kOfA, "an");
    add(absl::StrCat("ClaimService/", verb), "name", kOfM, "member dispatcher");
    // Its assignee left the charity.
    add(absl::StrCat("ClaimService/", verb), "name", kOfL, "dispatcher");
  }
  add("ClaimService/ReassignClaim", "name", kOfA, "");
  add("ClaimService/ReassignClaim", "name", kOfM, "dispatcher");
  add("ClaimService/ConfirmDelivery", "name", kOfA,
      "code merged-code poster official");
}

void OtherRows(const AddRow& add) {
  add("MatchService/FindNearestNeeds", "", "", "all");
  add("MatchService/FindNearestOffers", "", "", "all");
  add("MatchService/FindNearestSupplyPoints", "", "", "all");
  add("MatchService/FindMatches", "offer", "offers/an", "all");
  add("WatchService/WatchNearestNeeds", "", "", "all");
  add("WatchService/WatchRegion", "", "", "all");

  for (const std::string verb :
       {"Create", "List", "Update", "Revoke", "Restore"}) {
    const std::string noun = verb == "List" ? "Users" : "User";
    add(absl::StrCat("UserService/", verb, noun), "", "", "operator");
  }
  add("UserService/IssueToken", "name", "users/an", "operator");
  add("UserService/GetUser", "name", "users/an", "an moderator operator");
  add("UserService/GetCaller", "", "", "users");

  add("OrganizationService/CreateOrganization", "", "", "operator");
  add("OrganizationService/UpdateOrganization", "", "", "operator");
  add("OrganizationService/GetOrganization", "", "", "all");
  add("OrganizationService/ListOrganizations", "", "", "all");
  for (const std::string verb : {"AddMember", "RemoveMember"}) {
    add(absl::StrCat("OrganizationService/", verb), "name",
        "organizations/charity", "dispatcher operator");
  }
  add("OrganizationService/ListMembers", "parent", "organizations/charity",
      "member dispatcher operator");

  add("ReportService/CreateReport", "report.subject", kOfNeed, "all");
  add("ModerationService/ListModerationCases", "", "", "moderator");
  add("ModerationService/GetModerationCase", "", "", "moderator");
  add("ModerationService/DecideModerationCase", "", "", "moderator");
  add("ModerationService/ListDuplicates", "parent", kOfNeed, "moderator");
  add("ModerationService/MergeNeeds", "name", kOfNeed, "moderator");
  add("ModerationService/AppealModeration", "subject", kOfNeed, "code poster");
  add("ModerationService/AppealModeration", "subject", "offers/charity",
      "dispatcher");
  add("ModerationService/AppealModeration", "subject", "users/an", "an");
  add("VerificationService/SendPhoneCode", "name", kOfNeed, "code poster");
  add("VerificationService/CheckPhoneCode", "name", "users/an", "an");
  add("VerificationService/Vouch", "name", kOfNeed, "official dispatcher");
}

std::vector<Row> ExpectedRows() {
  std::vector<Row> rows;
  const AddRow add = [&rows](const std::string& method, const std::string& path,
                             const std::string& subject,
                             const std::string& allowed) {
    rows.push_back({method, path, subject, allowed});
  };
  ResourceRows(add);
  ClaimRows(add);
  OtherRows(add);
  return rows;
}

std::set<std::string> Expand(const std::string& allowed) {
  std::set<std::string> who = kEverybody;
  if (allowed == "all") return who;
  if (allowed == "users") {
    for (const char* nameless :
         {"nobody", "code", "merged-code", "wrong-code"}) {
      who.erase(nameless);
    }
    return who;
  }
  return absl::StrSplit(allowed, ' ', absl::SkipEmpty());
}

TEST_F(AuthorizerTest, EachMethodHasARowAndEachRowAMethod) {
  std::set<std::string> rows;
  for (const PolicyRow& row : Policy()) {
    EXPECT_TRUE(rows.insert(std::string(row.method)).second) << row.method;
    EXPECT_NE(row.allowed, 0u) << row.method;
  }
  std::set<std::string> methods;
  for (const auto& [name, method] : Methods()) methods.insert(name);
  EXPECT_EQ(rows, methods);
  EXPECT_EQ(FindPolicy("NeedService/None"), nullptr);
}

TEST_F(AuthorizerTest, WhatARowIsAboutIsATextOfItsRequest) {
  for (const PolicyRow& row : Policy()) {
    for (const std::string& path : std::vector<std::string>(
             absl::StrSplit(row.subjects, ',', absl::SkipEmpty()))) {
      const auto* type = Methods().at(std::string(row.method))->input_type();
      const FieldDescriptor* field = nullptr;
      for (const std::string& part :
           std::vector<std::string>(absl::StrSplit(path, '.'))) {
        ASSERT_NE(type, nullptr) << row.method << " " << path;
        field = type->FindFieldByName(part);
        ASSERT_NE(field, nullptr) << row.method << " " << path;
        type = field->message_type();
      }
      EXPECT_EQ(field->cpp_type(), FieldDescriptor::CPPTYPE_STRING)
          << row.method << " " << path;
    }
  }
}

TEST_F(AuthorizerTest, WhoMayWhatRowByRow) {
  const Authorizer authorizer = Make({.access = Access::kAccounts});
  std::set<std::string> seen;
  for (const Row& row : ExpectedRows()) {
    seen.insert(row.method);
    const PolicyRow* policy = FindPolicy(row.method);
    ASSERT_NE(policy, nullptr) << row.method;
    const std::set<std::string> allowed = Expand(row.allowed);
    const auto request = RequestAbout(*policy, row.path, row.subject);
    for (const std::string& who : kEverybody) {
      clock_.Advance(absl::Hours(1));  // wrong codes are forgotten
      const absl::Status status =
          authorizer.Authorize(row.method, CallerOf(who), *request);
      EXPECT_EQ(status.ok(), allowed.count(who) > 0)
          << row.method << " of " << row.subject << " by " << who << ": "
          << status;
      if (status.ok()) continue;
      EXPECT_TRUE(absl::IsPermissionDenied(status) ||
                  absl::IsUnauthenticated(status))
          << row.method << " by " << who << ": " << status;
      EXPECT_NE(ReasonOf(status), nullptr);
    }
  }
  EXPECT_EQ(seen.size(), Policy().size());
}

// The answer for what is not there is the one for what is another's.
TEST_F(AuthorizerTest, ARefusalDoesNotTellWhatExists) {
  const Authorizer authorizer = Make({.access = Access::kAccounts});
  v1::CancelNeedRequest there;
  there.set_name("needs/rice");
  v1::CancelNeedRequest absent;
  absent.set_name("needs/none");
  for (const std::string who : {"nobody", "wrong-code", "stranger"}) {
    const auto ask = [&](const v1::CancelNeedRequest& request) {
      return authorizer.Authorize("NeedService/CancelNeed", CallerOf(who),
                                  request);
    };
    EXPECT_EQ(ask(there), ask(absent)) << who;
  }
}

TEST_F(AuthorizerTest, WrongCodesAreSoonRefusedUnlooked) {
  const Authorizer authorizer = Make({.access = Access::kAccounts});
  v1::CancelNeedRequest request;
  request.set_name("needs/rice");
  const auto ask = [&](const Caller& caller) {
    return authorizer.Authorize("NeedService/CancelNeed", caller, request);
  };
  const Caller guesser = CallerOf("wrong-code");
  int guesses = 0;
  while (absl::IsPermissionDenied(ask(guesser))) ++guesses;
  EXPECT_EQ(guesses, 20);
  EXPECT_TRUE(absl::IsResourceExhausted(ask(guesser)));
  // The right one comes too late from there, but not from elsewhere.
  Caller right = CallerOf("code");
  EXPECT_TRUE(absl::IsResourceExhausted(ask(right)));
  right.network = "198.51.100.0/24";
  EXPECT_TRUE(ask(right).ok());
  clock_.Advance(absl::Minutes(6));
  EXPECT_TRUE(ask(CallerOf("code")).ok());
}

// Else nobody could use a need's code behind a proxy that all come through, and
// who posted it signed in would depend on what others guess.
TEST_F(AuthorizerTest, GuessesLockNobodyOutWhoIsKnown) {
  v1::CancelNeedRequest request;
  request.set_name("needs/rice");
  const auto ask = [&](const Authorizer& authorizer, const Caller& caller) {
    return authorizer.Authorize("NeedService/CancelNeed", caller, request);
  };
  const Authorizer limited = Make({.access = Access::kAccounts});
  const Authorizer behind_proxy =
      Make({.access = Access::kAccounts, .guess_limit = std::nullopt});
  for (int i = 0; i < 100; ++i) {
    EXPECT_FALSE(ask(limited, CallerOf("wrong-code")).ok());
    EXPECT_FALSE(ask(behind_proxy, CallerOf("wrong-code")).ok());
  }
  EXPECT_FALSE(ask(limited, CallerOf("code")).ok());
  EXPECT_TRUE(ask(behind_proxy, CallerOf("code")).ok());
  Caller poster = CallerOf("poster");
  poster.access_code = kOtherCode;
  EXPECT_TRUE(ask(limited, poster).ok());
}

TEST_F(AuthorizerTest, WhatIsHiddenIsSeenByItsOwnerAndModerators) {
  internal::v1::StoredNeed hidden = stored_need_;
  hidden.mutable_need()->set_quarantined(true);
  Put("needs/rice", hidden);
  const Authorizer authorizer = Make({.access = Access::kAccounts});
  v1::GetNeedRequest request;
  request.set_name("needs/rice");
  const std::set<std::string> sees = {"code", "poster", "moderator",
                                      "operator"};
  for (const std::string& who : kEverybody) {
    const absl::Status status =
        authorizer.Authorize("NeedService/GetNeed", CallerOf(who), request);
    EXPECT_EQ(status.ok(), sees.count(who) > 0) << who << ": " << status;
    EXPECT_TRUE(status.ok() || absl::IsNotFound(status)) << status;
  }
}

TEST_F(AuthorizerTest, AnOpenServerRefusesOnlyWhatIsAlwaysPrivate) {
  const Authorizer open = Make({.access = Access::kOpen});
  for (const Row& row : ExpectedRows()) {
    const PolicyRow& policy = *FindPolicy(row.method);
    const auto request = RequestAbout(policy, row.path, row.subject);
    EXPECT_EQ(open.Authorize(row.method, CallerOf("nobody"), *request).ok(),
              !policy.always)
        << row.method;
    if (!policy.always || row.subject.empty()) continue;
    EXPECT_TRUE(open.Authorize(row.method, CallerOf("code"), *request).ok())
        << row.method;
  }
}

TEST_F(AuthorizerTest, AnOpenServerCanRefuseWhatIsForOperators) {
  const Authorizer open = Make(
      {.access = Access::kOpen, .operator_calls = OperatorCalls::kRefused});
  const absl::Status refused =
      open.Authorize("CategoryService/CreateCategory", CallerOf("nobody"),
                     v1::CreateCategoryRequest());
  EXPECT_TRUE(absl::IsPermissionDenied(refused)) << refused;
  EXPECT_TRUE(open.Authorize("NeedService/CreateNeed", CallerOf("nobody"),
                             v1::CreateNeedRequest())
                  .ok());
}

}  // namespace
}  // namespace xom::core
