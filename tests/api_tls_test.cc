// TLS: the certificate of the server, its change, and certificates of clients.

#include <grpcpp/grpcpp.h>

#include <filesystem>

#include "tests/account_test.h"
#include "trust/certificate_testing.h"
#include "trust/file_testing.h"

namespace xom::tests {
namespace {

using trust::CertificateBy;
using trust::SelfSignedCertificate;
using trust::TestCertificate;

// The certificate that a server has, behind a link, and whom it trusts.
class CertificateFolder {
 public:
  CertificateFolder() {
    trust::WriteFile(folder_.Path("ca"), authority_.certificate);
    Use(SelfSignedCertificate("localhost"));
  }

  // Certificate and key at once, as tls.h says.
  void Use(const TestCertificate& certificate) {
    const std::string name = absl::StrCat("version", ++version_);
    std::filesystem::create_directory(folder_.Path(name));
    trust::WriteFile(folder_.Path(name + "/cert"), certificate.certificate);
    trust::WriteFile(folder_.Path(name + "/key"), certificate.key, 0600);
    std::filesystem::create_directory_symlink(name, folder_.Path("next"));
    std::filesystem::rename(folder_.Path("next"), folder_.Path("now"));
    used_ = certificate;
  }

  edge::ServerOptions Options() const {
    edge::ServerOptions options;
    options.tls = {.certificate = folder_.Path("now/cert"),
                   .key = folder_.Path("now/key"),
                   .client_ca = folder_.Path("ca"),
                   .refresh_seconds = 1};
    return options;
  }

  const TestCertificate& used() const { return used_; }
  const TestCertificate& authority() const { return authority_; }

 private:
  const trust::TemporaryFolder folder_;
  const TestCertificate authority_ = SelfSignedCertificate("authority");
  TestCertificate used_;
  int version_ = 0;
};

class TlsTest : protected CertificateFolder, public AccountTest {
 protected:
  TlsTest() : AccountTest(Options()) {}

  CertificateFolder& folder() { return *this; }

  // A new connection by somebody who trusts that server and shows that
  // certificate.
  ApiClient Trusting(const TestCertificate& server,
                     const TestCertificate& shown = {}) const {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    return ApiClient(grpc::CreateCustomChannel(
        server_.address(),
        grpc::SslCredentials({.pem_root_certs = server.certificate,
                              .pem_private_key = shown.key,
                              .pem_cert_chain = shown.certificate}),
        arguments));
  }

  static bool Answers(const ApiClient& client) {
    return client.Call(v1::ListNeedsRequest()).ok();
  }
};

TEST_F(TlsTest, WhoTrustsTheServerIsAnsweredAndNobodyElse) {
  EXPECT_TRUE(Answers(Trusting(folder().used())));
  EXPECT_FALSE(Answers(Trusting(SelfSignedCertificate("localhost"))));
  EXPECT_FALSE(Answers(client_)) << "in plain text";
  EXPECT_EQ(Whoami(Trusting(folder().used())), "CREDENTIALS_MISSING");
  EXPECT_EQ(
      Whoami(Trusting(folder().used()).WithToken(server_.TokenOf("operator"))),
      "users/operator");
}

TEST_F(TlsTest, NewConnectionsSeeANewCertificateAndOldOnesGoOn) {
  const TestCertificate old = folder().used();
  const ApiClient standing = Trusting(old);
  ASSERT_TRUE(Answers(standing));
  const TestCertificate fresh = SelfSignedCertificate("localhost");
  folder().Use(fresh);
  const absl::Time deadline = absl::Now() + absl::Seconds(60);
  while (!Answers(Trusting(fresh)) && absl::Now() < deadline) {
  }
  EXPECT_TRUE(Answers(Trusting(fresh)));
  EXPECT_FALSE(Answers(Trusting(old)));
  EXPECT_TRUE(Answers(standing));
}

TEST_F(TlsTest, AServiceSignsInWithItsCertificate) {
  const ApiClient op =
      Trusting(folder().used()).WithToken(server_.TokenOf("operator"));
  op.Must<v1::User>(FromText<v1::CreateUserRequest>(
      "user_id: 'importer' user { roles: ROLE_OFFICIAL }"));
  const auto by = [&](const std::string& name) {
    return Trusting(folder().used(), CertificateBy(folder().authority(), name));
  };
  EXPECT_EQ(Whoami(by("importer")), "users/importer");
  EXPECT_EQ(Whoami(by("stranger")), "TOKEN_INVALID");
  EXPECT_EQ(Whoami(by("importer").WithToken(server_.TokenOf("operator"))),
            "users/operator")
      << "a token says more than the connection it came by";
  const ApiClient self_made = Trusting(
      folder().used(), CertificateBy(SelfSignedCertificate("a"), "importer"));
  EXPECT_FALSE(Answers(self_made));
  op.Must<v1::User>(FromText<v1::RevokeUserRequest>("name: 'users/importer'"));
  EXPECT_EQ(Whoami(by("importer")), "USER_REVOKED");
}

}  // namespace
}  // namespace xom::tests
