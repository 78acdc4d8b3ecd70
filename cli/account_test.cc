// Who calls, and what an operator does with files of keys.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <sstream>

#include "absl/strings/ascii.h"
#include "absl/time/clock.h"
#include "cli/failure.h"
#include "cli/fake_server.h"
#include "cli/xom.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "trust/file_testing.h"
#include "trust/keyring.h"
#include "trust/own_token.h"

namespace xom::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

class AccountTest : public testing::Test {
 protected:
  ExitCode Run(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--server", fake_.address});
    std::ostringstream out;
    std::ostringstream err;
    const ExitCode code = Xom(arguments, out, err);
    out_ = out.str();
    err_ = err.str();
    return code;
  }

  // What a call with these flags has as that header.
  std::string Header(const std::string& name, std::vector<std::string> flags) {
    flags.insert(flags.begin(), {"need", "get", "a"});
    EXPECT_EQ(Run(flags), ExitCode::kNotFound) << err_;
    const auto headers = fake_.needs.headers();
    const auto found = headers.find(name);
    return found == headers.end() ? "" : found->second;
  }

  std::string Write(const std::string& text) {
    trust::WriteFile(folder_.Path("file"), text);
    return folder_.Path("file");
  }

  const trust::TemporaryFolder folder_;
  FakeServer fake_;
  std::string out_;
  std::string err_;
};

TEST_F(AccountTest, TheTokenGoesWithTheCallWhereverItComesFrom) {
  EXPECT_EQ(Header("authorization", {}), "");
  EXPECT_EQ(Header("authorization", {"--token", "a.b.c"}), "Bearer a.b.c");
  EXPECT_EQ(Header("authorization", {"--token_file", Write("d.e.f\n")}),
            "Bearer d.e.f");
  setenv("XOM_TOKEN", "g.h.i", 1);
  EXPECT_EQ(Header("authorization", {}), "Bearer g.h.i");
  EXPECT_EQ(Header("authorization", {"--token", "a.b.c"}), "Bearer a.b.c");
  unsetenv("XOM_TOKEN");
  EXPECT_EQ(Header("xom-access-code", {"--access_code", "7kq 2mx 9ab"}),
            "7kq 2mx 9ab");
}

TEST_F(AccountTest, WhatCannotBeAHeaderOrReadIsAWrongFlag) {
  for (const std::vector<std::string>& flags :
       {std::vector<std::string>{"--token", "a\nb"},
        {"--token", "ă"},
        {"--access_code", "a\x01"},
        {"--token_file", folder_.Path("none")},
        {"--tls_ca", folder_.Path("none")}}) {
    std::vector<std::string> all = {"need", "get", "a"};
    all.insert(all.end(), flags.begin(), flags.end());
    EXPECT_EQ(Run(all), ExitCode::kUsage);
    EXPECT_THAT(err_, HasSubstr(flags[0]));
  }
}

grpc::Status Refusal(grpc::StatusCode code, const std::string& reason) {
  google::rpc::ErrorInfo info;
  info.set_reason(reason);
  google::rpc::Status details;
  details.add_details()->PackFrom(info);
  return {code, "no", details.SerializeAsString()};
}

TEST_F(AccountTest, ARefusalTellsTheWayOut) {
  const struct {
    grpc::StatusCode code;
    const char* reason;
    const char* way_out;
  } kRows[] = {
      {grpc::StatusCode::UNAUTHENTICATED, "CREDENTIALS_MISSING", "--token"},
      {grpc::StatusCode::UNAUTHENTICATED, "TOKEN_INVALID", "user token"},
      {grpc::StatusCode::UNAUTHENTICATED, "USER_REVOKED", "operator"},
      {grpc::StatusCode::PERMISSION_DENIED, "NOT_ALLOWED", "whoami"}};
  for (const auto& row : kRows) {
    fake_.needs.FailNext(1, Refusal(row.code, row.reason));
    EXPECT_EQ(Run({"need", "get", "a"}), ExitCode::kDenied) << row.reason;
    EXPECT_THAT(err_, HasSubstr(row.way_out));
  }
}

TEST_F(AccountTest, WhoHasTheIssuersKeySignsATokenAlone) {
  const std::string key = folder_.Path("issuer.pem");
  ASSERT_TRUE(trust::TokenIssuer::CreateKey(key).ok());
  const auto issuer = trust::TokenIssuer::Load(key);
  const auto verifier = trust::TokenVerifier::FromJwks(
      (*issuer)->PublicJwks(), trust::OwnTokenOptions());
  const auto subject_of = [&](std::vector<std::string> flags) {
    flags.insert(flags.begin(), {"admin", "token", "--issuer_key", key});
    EXPECT_EQ(Run(flags), ExitCode::kOk) << err_;
    const auto claims =
        (*verifier)->Verify(absl::StripAsciiWhitespace(out_), absl::Now());
    EXPECT_TRUE(claims.ok()) << claims.status();
    return claims->subject;
  };
  EXPECT_EQ(subject_of({}), "users/operator");
  EXPECT_EQ(subject_of({"--user", "mai", "--lifetime", "7d"}), "users/mai");
  EXPECT_EQ(Run({"admin", "token", "--issuer_key", key, "--lifetime", "31d"}),
            ExitCode::kUsage);
  EXPECT_EQ(Run({"admin", "token", "--issuer_key", folder_.Path("none")}),
            ExitCode::kUsage);
  EXPECT_EQ(out_, "");
  EXPECT_EQ(Run({"admin", "token"}), ExitCode::kUsage);
}

TEST_F(AccountTest, AKeyFileIsMadeOnceAndRotatedWithoutLosingAKey) {
  const std::string path = folder_.Path("keys");
  ASSERT_EQ(Run({"admin", "key", "new", "--key_file", path}), ExitCode::kOk);
  EXPECT_EQ(Run({"admin", "key", "new", "--key_file", path}), ExitCode::kUsage);
  const auto before = trust::Keyring::Load(path);
  ASSERT_TRUE(before.ok());
  const std::string sealed = before->Seal("text", "place");
  ASSERT_EQ(Run({"admin", "key", "rotate", "--key_file", path}), ExitCode::kOk);
  const auto after = trust::Keyring::Load(path);
  ASSERT_TRUE(after.ok());
  EXPECT_NE(after->active_id(), before->active_id());
  EXPECT_EQ(*after->Open(sealed, "place"), "text");
  EXPECT_THAT(out_ + err_, Not(HasSubstr(trust::ReadFile(path))));
  EXPECT_EQ(Run({"admin", "key", "rotate", "--key_file", folder_.Path("no")}),
            ExitCode::kUsage);
}

}  // namespace
}  // namespace xom::cli
