// UserService: who may sign in, and what becomes of their tokens.

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>

#include "services/core/time_proto.h"
#include "tests/account_test.h"

namespace xom::tests {
namespace {

using testing::ElementsAre;

class UserTest : public AccountTest {
 protected:
  std::vector<std::string> Names(const std::string& request) {
    std::vector<std::string> names;
    const auto page = Operator().Must<v1::ListUsersResponse>(
        FromText<v1::ListUsersRequest>(request));
    for (const v1::User& user : page.users()) names.push_back(user.name());
    if (!page.next_page_token().empty()) names.push_back("...");
    return names;
  }

  v1::User Revoke(const std::string& name) {
    return Operator().Must<v1::User>(
        FromText<v1::RevokeUserRequest>("name: '" + name + "'"));
  }
  v1::User Restore(const std::string& name) {
    return Operator().Must<v1::User>(
        FromText<v1::RestoreUserRequest>("name: '" + name + "'"));
  }
  v1::IssueTokenResponse Issue(const std::string& name) {
    return Operator().Must<v1::IssueTokenResponse>(
        FromText<v1::IssueTokenRequest>("name: '" + name + "'"));
  }
};

TEST_F(UserTest, AStoreBeginsWithOneOperatorAndKeepsIt) {
  EXPECT_THAT(Names(""), ElementsAre("users/operator"));
  const auto first = Operator().Must<v1::User>(v1::GetCallerRequest());
  EXPECT_THAT(first.roles(), ElementsAre(v1::ROLE_OPERATOR));
  AddUser("mai");
  Restart();
  EXPECT_THAT(Names(""), ElementsAre("users/mai", "users/operator"));
}

TEST_F(UserTest, AnOperatorWhoWasRevokedDoesNotComeBackByARestart) {
  const ApiClient second = AddUser("mai", "roles: ROLE_OPERATOR");
  second.Must<v1::User>(
      FromText<v1::RevokeUserRequest>("name: 'users/operator'"));
  Restart();
  EXPECT_EQ(Whoami(Operator()), "USER_REVOKED");
}

TEST_F(UserTest, UsersAreListedPageByPageAndByOrganization) {
  for (const char* id : {"an", "binh", "chi"}) AddUser(id);
  AddOrganization("bep");
  Operator().Must<v1::User>(Adding("bep", "binh"));
  EXPECT_THAT(Names("page_size: 2"),
              ElementsAre("users/an", "users/binh", "..."));
  const auto page = Operator().Must<v1::ListUsersResponse>(
      FromText<v1::ListUsersRequest>("page_size: 2"));
  EXPECT_THAT(Names("page_token: '" + page.next_page_token() + "'"),
              ElementsAre("users/chi", "users/operator"));
  EXPECT_THAT(Names("organization: 'organizations/bep'"),
              ElementsAre("users/binh"));
  EXPECT_EQ(ReasonOf(Operator().Call(FromText<v1::ListUsersRequest>(
                "organization: 'organizations/bep' page_token: '" +
                page.next_page_token() + "'"))),
            "PAGE_TOKEN_INVALID");
  EXPECT_EQ(FieldsOf(Operator().Call(
                FromText<v1::ListUsersRequest>("organization: 'bep'"))),
            "organization");
}

TEST_F(UserTest, ATokenThatIsIssuedSignsInForItsTime) {
  AddUser("mai");
  const auto issued = Issue("users/mai");
  EXPECT_EQ(core::FromProto(issued.expire_time()),
            server_.clock().Now() + absl::Hours(12));
  const ApiClient mai = client_.WithToken(issued.token());
  EXPECT_EQ(Whoami(mai), "users/mai");
  server_.clock().Advance(absl::Hours(12) + absl::Minutes(2));
  EXPECT_EQ(Whoami(mai), "TOKEN_INVALID");
}

TEST_F(UserTest, NoTokenIsIssuedForWhoIsNotThereOrRevoked) {
  const auto request = FromText<v1::IssueTokenRequest>("name: 'users/mai'");
  EXPECT_EQ(ReasonOf(Operator().Call(request)), "RESOURCE_NOT_FOUND");
  AddUser("mai");
  Revoke("users/mai");
  EXPECT_EQ(ReasonOf(Operator().Call(request)), "STATE_MISMATCH");
  EXPECT_EQ(FieldsOf(Operator().Call(FromText<v1::IssueTokenRequest>(
                "name: 'users/operator' lifetime { seconds: 59 }"))),
            "lifetime");
}

TEST_F(UserTest, ARevocationCountsAtOnceAndForTheTokensOfBeforeForEver) {
  const ApiClient mai = AddUser("mai");
  EXPECT_EQ(Whoami(mai), "users/mai");
  Revoke("users/mai");
  EXPECT_EQ(Whoami(mai), "USER_REVOKED");
  EXPECT_EQ(ReasonOf(mai.Call(FromText<v1::ListNeedsRequest>(""))),
            "USER_REVOKED")
      << "also where nobody needs to sign in";
  Restart();
  EXPECT_EQ(Whoami(As("mai")), "USER_REVOKED");
  const ApiClient old = As("mai");
  server_.clock().Advance(absl::Seconds(5));
  Restore("users/mai");
  EXPECT_EQ(Whoami(old), "TOKEN_INVALID");
  EXPECT_EQ(Whoami(As("mai")), "users/mai");
}

// What it saw was public; only what it does next is stopped.
TEST_F(UserTest, AWatchOfARevokedUserGoesOnAndANewOneIsRefused) {
  AddUser("mai");
  const auto open = [&](grpc::ClientContext* context) {
    context->AddMetadata("authorization", "Bearer " + server_.TokenOf("mai"));
    return server_.watches().WatchNearestNeeds(
        context, FromText<v1::WatchNearestNeedsRequest>(
                     "point { latitude: 10 longitude: 106 } k: 3"));
  };
  grpc::ClientContext context;
  const auto reader = open(&context);
  v1::WatchNearestNeedsResponse message;
  ASSERT_TRUE(reader->Read(&message));
  Revoke("users/mai");
  server_.CreateNeed(NeedAt(10, 106), "rice");
  ASSERT_TRUE(reader->Read(&message));
  EXPECT_EQ(message.events(0).enter().nearest_need().need().name(),
            "needs/rice");
  context.TryCancel();
  grpc::ClientContext later;
  const auto refused = open(&later);
  EXPECT_FALSE(refused->Read(&message));
  EXPECT_EQ(ReasonOf(refused->Finish()), "USER_REVOKED");
}

TEST_F(UserTest, ARoleCountsAtOnceWhenItIsGivenAndWhenItIsTaken) {
  const ApiClient mai = AddUser("mai");
  const auto list = FromText<v1::ListUsersRequest>("");
  EXPECT_EQ(ReasonOf(mai.Call(list)), "NOT_ALLOWED");
  const auto set_roles = [&](const std::string& roles) {
    Operator().Must<v1::User>(
        FromText<v1::UpdateUserRequest>("user { name: 'users/mai' " + roles +
                                        " } update_mask { paths: 'roles' }"));
  };
  set_roles("roles: ROLE_OPERATOR");
  EXPECT_TRUE(mai.Call(list).ok());
  set_roles("roles: ROLE_MODERATOR");
  EXPECT_EQ(ReasonOf(mai.Call(list)), "NOT_ALLOWED");
}

TEST_F(UserTest, AUserReadsItselfAndNobodyElse) {
  const ApiClient mai = AddUser("mai");
  AddUser("tam");
  const auto get = [](const std::string& id) {
    return FromText<v1::GetUserRequest>("name: 'users/" + id + "'");
  };
  EXPECT_EQ(mai.Must<v1::User>(get("mai")).name(), "users/mai");
  EXPECT_EQ(ReasonOf(mai.Call(get("tam"))), "NOT_ALLOWED");
  EXPECT_EQ(ReasonOf(mai.Call(get("nobody"))), "NOT_ALLOWED");
  EXPECT_EQ(ReasonOf(client_.Call(get("mai"))), "CREDENTIALS_MISSING");
  EXPECT_EQ(ReasonOf(Operator().Call(get("nobody"))), "RESOURCE_NOT_FOUND");
  const ApiClient moderator = AddUser("mod", "roles: ROLE_MODERATOR");
  EXPECT_TRUE(moderator.Call(get("tam")).ok());
}

TEST_F(UserTest, ACreateIsDoneOnceAndCanBeTriedOnly) {
  auto request = FromText<v1::CreateUserRequest>(
      "user_id: 'mai' user { display_name: 'Mai' }");
  request.set_validate_only(true);
  EXPECT_EQ(Operator().Must<v1::User>(request).name(), "users/mai");
  request.set_validate_only(false);
  request.set_request_id(NewRequestId());
  const auto created = Operator().Must<v1::User>(request);
  EXPECT_EQ(Operator().Must<v1::User>(request).etag(), created.etag());
  request.set_request_id(NewRequestId());
  EXPECT_EQ(ReasonOf(Operator().Call(request)), "RESOURCE_EXISTS");
  request.set_user_id("Mai");
  request.mutable_user()->add_roles(v1::ROLE_UNSPECIFIED);
  EXPECT_EQ(FieldsOf(Operator().Call(request)), "user_id,user.roles[0]");
}

TEST_F(UserTest, OperatorsOnlyChangeUsers) {
  const ApiClient moderator =
      AddUser("mai", "roles: ROLE_MODERATOR roles: ROLE_OFFICIAL");
  const std::string mai = "name: 'users/mai'";
  for (const grpc::Status& status :
       {moderator.Call(v1::CreateUserRequest()),
        moderator.Call(FromText<v1::UpdateUserRequest>(
            "user { " + mai + " roles: ROLE_OPERATOR }")),
        moderator.Call(FromText<v1::RevokeUserRequest>(mai)),
        moderator.Call(FromText<v1::RestoreUserRequest>(mai)),
        moderator.Call(FromText<v1::IssueTokenRequest>(mai)),
        moderator.Call(v1::CreateOrganizationRequest()),
        moderator.Call(v1::UpdateOrganizationRequest())}) {
    EXPECT_EQ(ReasonOf(status), "NOT_ALLOWED");
  }
  EXPECT_EQ(ReasonOf(client_.Call(v1::CreateUserRequest())),
            "CREDENTIALS_MISSING");
}

// --- without accounts ---

class OpenTest : public ApiTest {};

TEST_F(OpenTest, TokensAreNotTakenWhereThereIsNoIssuer) {
  EXPECT_EQ(Whoami(client_), "CREDENTIALS_MISSING");
  EXPECT_EQ(Whoami(client_.WithToken("x")), "TOKEN_INVALID");
  EXPECT_EQ(ReasonOf(client_.WithToken("x").Call(v1::ListNeedsRequest())),
            "TOKEN_INVALID")
      << "a token that proves nothing is never passed over";
  EXPECT_TRUE(client_.Call(v1::ListUsersRequest()).ok());
  Must<v1::User>(FromText<v1::CreateUserRequest>("user_id: 'mai' user {}"));
  EXPECT_EQ(
      ReasonOf(Call(FromText<v1::IssueTokenRequest>("name: 'users/mai'"))),
      "NO_ISSUER");
}

}  // namespace
}  // namespace xom::tests
