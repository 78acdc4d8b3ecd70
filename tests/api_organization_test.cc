// OrganizationService, and offers in an organization's name.

#include <gmock/gmock.h>

#include "tests/account_test.h"

namespace xom::tests {
namespace {

using testing::ElementsAre;

class OrganizationTest : public AccountTest {
 protected:
  OrganizationTest() {
    AddOrganization("bep");
    AddOrganization("chua");
    Operator().Must<v1::User>(Adding("bep", AddNew("dan"), "RANK_DISPATCHER"));
    Operator().Must<v1::User>(Adding("bep", AddNew("mai")));
    Operator().Must<v1::User>(Adding("chua", "mai"));
  }

  std::string AddNew(const std::string& id) {
    AddUser(id, "display_name: 'Người " + id + "' roles: ROLE_OFFICIAL");
    return id;
  }

  static v1::RemoveMemberRequest Removing(const std::string& organization,
                                          const std::string& user) {
    return FromText<v1::RemoveMemberRequest>(absl::StrCat(
        "name: 'organizations/", organization, "' user: 'users/", user, "'"));
  }

  static v1::ListMembersRequest Members(const std::string& organization) {
    return FromText<v1::ListMembersRequest>(
        absl::StrCat("parent: 'organizations/", organization, "'"));
  }

  static v1::CreateOfferRequest NewOffer(const std::string& organization) {
    v1::CreateOfferRequest request;
    *request.mutable_offer() = OfferAt(10, 106);
    request.mutable_offer()->set_organization(organization);
    return request;
  }
};

TEST_F(OrganizationTest, EverybodyReadsOrganizationsAndOperatorsChangeThem) {
  const auto get =
      FromText<v1::GetOrganizationRequest>("name: 'organizations/bep'");
  const auto bep = client_.Must<v1::Organization>(get);
  EXPECT_EQ(bep.display_name(), "bep");
  const auto page = client_.Must<v1::ListOrganizationsResponse>(
      FromText<v1::ListOrganizationsRequest>("page_size: 1"));
  EXPECT_EQ(page.organizations(0).name(), "organizations/bep");
  auto next = FromText<v1::ListOrganizationsRequest>("page_size: 1");
  next.set_page_token(page.next_page_token());
  const auto last = client_.Must<v1::ListOrganizationsResponse>(next);
  EXPECT_EQ(last.organizations(0).name(), "organizations/chua");
  EXPECT_EQ(last.next_page_token(), "");
  auto update = FromText<v1::UpdateOrganizationRequest>(
      "organization { name: 'organizations/bep' accredited: true }");
  update.mutable_organization()->set_etag(bep.etag());
  EXPECT_TRUE(Operator().Must<v1::Organization>(update).accredited());
  EXPECT_EQ(ReasonOf(Operator().Call(update)), "ETAG_MISMATCH");
  Restart();
  EXPECT_TRUE(client_.Must<v1::Organization>(get).accredited());
  EXPECT_EQ(ReasonOf(client_.Call(FromText<v1::GetOrganizationRequest>(
                "name: 'organizations/none'"))),
            "RESOURCE_NOT_FOUND");
}

TEST_F(OrganizationTest, ADispatcherTakesMembersInAndOutOfTheirOwnOnly) {
  AddUser("tam");
  const ApiClient dispatcher = As("dan");
  const auto member =
      dispatcher.Must<v1::User>(Adding("bep", "tam", "RANK_DISPATCHER"));
  EXPECT_EQ(member.memberships(0).rank(), v1::Membership::RANK_DISPATCHER);
  EXPECT_TRUE(As("tam").Call(Removing("bep", "mai")).ok()) << "at once";
  EXPECT_EQ(ReasonOf(dispatcher.Call(Removing("bep", "mai"))),
            "RESOURCE_NOT_FOUND");
  EXPECT_EQ(ReasonOf(dispatcher.Call(Adding("chua", "tam"))), "NOT_ALLOWED");
  EXPECT_EQ(ReasonOf(dispatcher.Call(Adding("none", "tam"))), "NOT_ALLOWED");
  EXPECT_EQ(ReasonOf(As("mai").Call(Adding("chua", "tam"))), "NOT_ALLOWED");
  EXPECT_EQ(ReasonOf(dispatcher.Call(Adding("bep", "none"))),
            "RESOURCE_NOT_FOUND");
  EXPECT_EQ(ReasonOf(Operator().Call(Adding("none", "tam"))),
            "RESOURCE_NOT_FOUND");
  dispatcher.Must<v1::User>(Removing("bep", "tam"));
  EXPECT_EQ(ReasonOf(As("tam").Call(Members("bep"))), "NOT_ALLOWED")
      << "at once";
}

TEST_F(OrganizationTest, MembersAreSeenByMembersWithoutWhatIsNotOfThem) {
  for (const char* caller : {"dan", "mai", "operator"}) {
    const auto list = As(caller).Must<v1::ListMembersResponse>(Members("bep"));
    ASSERT_EQ(list.members_size(), 2) << caller;
    const v1::User& mai = list.members(1);
    EXPECT_EQ(mai.name(), "users/mai");
    EXPECT_EQ(mai.display_name(), "Người mai");
    EXPECT_EQ(mai.roles_size(), 0);
    ASSERT_EQ(mai.memberships_size(), 1);
    EXPECT_EQ(mai.memberships(0).organization(), "organizations/bep");
  }
  EXPECT_EQ(ReasonOf(As("dan").Call(Members("chua"))), "NOT_ALLOWED");
  EXPECT_EQ(ReasonOf(client_.Call(Members("bep"))), "CREDENTIALS_MISSING");
}

TEST_F(OrganizationTest, ItsOffersArePostedByItsDispatchers) {
  const auto of_bep = NewOffer("organizations/bep");
  EXPECT_EQ(ReasonOf(client_.Call(of_bep)), "CREDENTIALS_MISSING");
  EXPECT_EQ(ReasonOf(As("mai").Call(of_bep)), "NOT_ALLOWED");
  EXPECT_EQ(ReasonOf(Operator().Call(of_bep)), "NOT_ALLOWED");
  EXPECT_EQ(ReasonOf(As("dan").Call(NewOffer("organizations/none"))),
            "RESOURCE_NOT_FOUND");
  EXPECT_EQ(FieldsOf(As("dan").Call(NewOffer("bep"))), "offer.organization");
  const auto offer = As("dan").Must<v1::Offer>(of_bep);
  EXPECT_EQ(offer.organization(), "organizations/bep");
  EXPECT_EQ(offer.verification(), v1::VERIFICATION_UNVERIFIED);
  auto update = FromText<v1::UpdateOfferRequest>(
      "offer { organization: 'organizations/chua' capacity: 7 } "
      "update_mask { paths: '*' }");
  v1::Offer changed = offer;
  changed.set_organization("organizations/chua");
  changed.clear_etag();
  *update.mutable_offer() = changed;
  EXPECT_EQ(As("dan").Must<v1::Offer>(update).organization(),
            "organizations/bep");
  EXPECT_EQ(ReasonOf(As("mai").Call(update)), "NOT_ALLOWED");
}

TEST_F(OrganizationTest, AUserBelongsToSixteenAtMost) {
  AddUser("tam");
  for (int i = 0; i < 16; ++i) {
    AddOrganization(absl::StrCat("o", i));
    Operator().Must<v1::User>(Adding(absl::StrCat("o", i), "tam"));
  }
  EXPECT_EQ(ReasonOf(Operator().Call(Adding("bep", "tam"))),
            "MEMBERSHIP_LIMIT_REACHED");
}

}  // namespace
}  // namespace xom::tests
