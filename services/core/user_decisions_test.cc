#include "services/core/user_decisions.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "services/core/error.h"
#include "services/core/limits.h"
#include "services/core/time_proto.h"

namespace xom::core {
namespace {

using internal::v1::StoredUser;
using v1::Membership;
using v1::User;

const absl::Time kNow = absl::FromUnixSeconds(1'629'684'000);
const absl::Time kLater = kNow + absl::Hours(1);

template <typename T>
std::string ReasonOf(const absl::StatusOr<T>& result) {
  const ReasonEntry* reason = core::ReasonOf(result.status());
  return reason == nullptr ? "" : std::string(reason->name);
}

v1::CreateUserRequest NewUser() {
  v1::CreateUserRequest request;
  request.mutable_user()->set_display_name("Mai");
  request.mutable_user()->add_roles(v1::ROLE_MODERATOR);
  return request;
}

StoredUser Mai() { return *CreateUser(NewUser(), "users/mai", kNow); }

v1::AddMemberRequest Adding(const std::string& organization,
                            Membership::Rank rank) {
  v1::AddMemberRequest request;
  request.set_name(absl::StrCat("organizations/", organization));
  request.set_user("users/mai");
  request.set_rank(rank);
  return request;
}

v1::RemoveMemberRequest Removing(const std::string& organization) {
  v1::RemoveMemberRequest request;
  request.set_name(absl::StrCat("organizations/", organization));
  request.set_user("users/mai");
  return request;
}

TEST(UserDecisionsTest, ANewUserIsActiveAndUnverified) {
  const User user = Mai().user();
  EXPECT_EQ(user.name(), "users/mai");
  EXPECT_EQ(user.display_name(), "Mai");
  EXPECT_EQ(user.state(), User::STATE_ACTIVE);
  EXPECT_EQ(user.verification(), v1::VERIFICATION_UNVERIFIED);
  EXPECT_EQ(FromProto(user.create_time()), kNow);
  EXPECT_NE(user.etag(), "");
}

TEST(UserDecisionsTest, OutputOnlyFieldsAreNotTaken) {
  v1::CreateUserRequest request = NewUser();
  User& user = *request.mutable_user();
  user.set_name("users/other");
  user.set_verification(v1::VERIFICATION_VISITED);
  user.set_state(User::STATE_REVOKED);
  user.add_memberships()->set_organization("organizations/a");
  user.set_quarantined(true);
  EXPECT_EQ(CreateUser(request, "users/mai", kNow)->user().SerializeAsString(),
            Mai().user().SerializeAsString());
  v1::UpdateUserRequest update;
  *update.mutable_user() = user;
  update.mutable_update_mask()->add_paths("memberships");
  update.mutable_update_mask()->add_paths("verification");
  const auto updated = UpdateUser(Mai(), update, kLater);
  ASSERT_TRUE(updated.ok());
  EXPECT_EQ(updated->user().memberships_size(), 0);
  EXPECT_EQ(updated->user().verification(), v1::VERIFICATION_UNVERIFIED);
}

TEST(UserDecisionsTest, RolesAreKnownAndStandOnce) {
  const auto with_roles = [](std::vector<int> roles) {
    v1::CreateUserRequest request;
    for (const int role : roles) {
      request.mutable_user()->add_roles(static_cast<v1::Role>(role));
    }
    return CreateUser(request, "users/mai", kNow).status();
  };
  EXPECT_TRUE(with_roles({}).ok());
  EXPECT_TRUE(with_roles({1, 2, 3}).ok());
  for (const std::vector<int>& roles :
       {std::vector<int>{0}, {4}, {-1}, {1, 1}, {1, 2, 3, 1}}) {
    EXPECT_EQ(with_roles(roles).code(), absl::StatusCode::kInvalidArgument);
  }
}

TEST(UserDecisionsTest, AnUpdateChangesWhatItNamesAndTheEtag) {
  v1::UpdateUserRequest request;
  request.mutable_user()->add_roles(v1::ROLE_OPERATOR);
  request.mutable_user()->set_etag(Mai().user().etag());
  request.mutable_update_mask()->add_paths("roles");
  const auto updated = UpdateUser(Mai(), request, kLater);
  ASSERT_TRUE(updated.ok()) << updated.status();
  EXPECT_EQ(updated->user().display_name(), "Mai");
  ASSERT_EQ(updated->user().roles_size(), 1);
  EXPECT_EQ(updated->user().roles(0), v1::ROLE_OPERATOR);
  EXPECT_EQ(ReasonOf(UpdateUser(*updated, request, kLater)), "ETAG_MISMATCH");
}

TEST(UserDecisionsTest, ARevokedUserComesBackWithTheTimeOfTheRevocation) {
  EXPECT_EQ(ReasonOf(MoveUser(Mai(), User::STATE_ACTIVE, "", kLater)),
            "STATE_MISMATCH");
  EXPECT_EQ(ReasonOf(MoveUser(Mai(), User::STATE_REVOKED, "x", kLater)),
            "ETAG_MISMATCH");
  const auto revoked = MoveUser(Mai(), User::STATE_REVOKED, "", kLater);
  ASSERT_TRUE(revoked.ok());
  EXPECT_EQ(revoked->user().state(), User::STATE_REVOKED);
  EXPECT_EQ(FromProto(revoked->user().revoke_time()), kLater);
  EXPECT_EQ(ReasonOf(MoveUser(*revoked, User::STATE_REVOKED, "", kLater)),
            "STATE_MISMATCH");
  const auto restored =
      MoveUser(*revoked, User::STATE_ACTIVE, "", kLater + absl::Hours(1));
  ASSERT_TRUE(restored.ok());
  EXPECT_EQ(restored->user().state(), User::STATE_ACTIVE);
  EXPECT_EQ(FromProto(restored->user().revoke_time()), kLater);
}

TEST(UserDecisionsTest, TokensLastAMinuteToThirtyDays) {
  v1::IssueTokenRequest request;
  EXPECT_EQ(*TokenLifetime(request), absl::Hours(12));
  const auto lifetime_of = [&](int64_t seconds, int32_t nanos) {
    request.mutable_lifetime()->set_seconds(seconds);
    request.mutable_lifetime()->set_nanos(nanos);
    return TokenLifetime(request);
  };
  EXPECT_EQ(*lifetime_of(60, 0), absl::Minutes(1));
  EXPECT_EQ(*lifetime_of(30 * 24 * 3600, 0), absl::Hours(30 * 24));
  for (const auto& [seconds, nanos] : std::vector<std::pair<int64_t, int32_t>>{
           {59, 0}, {0, 0}, {-60, 0}, {60, 1}, {30 * 24 * 3600 + 1, 0}}) {
    EXPECT_FALSE(lifetime_of(seconds, nanos).ok()) << seconds;
  }
}

TEST(UserDecisionsTest, AMemberHasOneRankInEachOfSixteenOrganizations) {
  StoredUser mai = Mai();
  for (int i = 0; i < kMaxMemberships; ++i) {
    const auto added = AddMember(mai, Adding(absl::StrCat("o", i), {}), kLater);
    ASSERT_TRUE(added.ok()) << added.status();
    mai = *added;
    EXPECT_EQ(mai.user().memberships(i).rank(), Membership::RANK_MEMBER);
  }
  EXPECT_EQ(ReasonOf(AddMember(mai, Adding("other", {}), kLater)),
            "MEMBERSHIP_LIMIT_REACHED");
  const auto raised =
      AddMember(mai, Adding("o3", Membership::RANK_DISPATCHER), kLater);
  ASSERT_TRUE(raised.ok());
  EXPECT_EQ(raised->user().memberships_size(), kMaxMemberships);
  EXPECT_EQ(raised->user().memberships(3).rank(), Membership::RANK_DISPATCHER);
  EXPECT_NE(raised->user().etag(), mai.user().etag());
  const auto removed = RemoveMember(*raised, Removing("o3"), kLater);
  ASSERT_TRUE(removed.ok());
  EXPECT_EQ(removed->user().memberships_size(), kMaxMemberships - 1);
  EXPECT_FALSE(BelongsTo(removed->user(), "organizations/o3"));
  EXPECT_TRUE(BelongsTo(removed->user(), "organizations/o4"));
  EXPECT_EQ(ReasonOf(RemoveMember(*removed, Removing("o3"), kLater)),
            "RESOURCE_NOT_FOUND");
}

TEST(UserDecisionsTest, NamesAndRanksOfMembersAreChecked) {
  EXPECT_TRUE(CheckAddMember(Adding("a", {})).ok());
  EXPECT_FALSE(CheckAddMember(Adding("A", {})).ok());
  EXPECT_FALSE(
      CheckAddMember(Adding("a", static_cast<Membership::Rank>(9))).ok());
  v1::AddMemberRequest nobody = Adding("a", {});
  nobody.set_user("mai");
  EXPECT_FALSE(CheckAddMember(nobody).ok());
  EXPECT_TRUE(CheckRemoveMember(Removing("a")).ok());
  EXPECT_FALSE(CheckRemoveMember(Removing("")).ok());
}

TEST(UserDecisionsTest, AnOrganizationSeesItsOwnMembershipAlone) {
  StoredUser mai = Mai();
  mai = *AddMember(mai, Adding("a", Membership::RANK_DISPATCHER), kLater);
  mai = *AddMember(mai, Adding("b", Membership::RANK_MEMBER), kLater);
  const User member = AsMember(mai.user(), "organizations/b");
  EXPECT_EQ(member.display_name(), "Mai");
  EXPECT_EQ(member.roles_size(), 0);
  ASSERT_EQ(member.memberships_size(), 1);
  EXPECT_EQ(member.memberships(0).organization(), "organizations/b");
}

}  // namespace
}  // namespace xom::core
