#include "services/edge/flags.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "trust/certificate_testing.h"
#include "trust/file_testing.h"

namespace xom::edge {
namespace {

using core::Access;
using core::OperatorCalls;

Flags Parse(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"xomd", "--log", "silent"});
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  return ParseFlags(static_cast<int>(argv.size()), argv.data());
}

class FlagsTest : public testing::Test {
 protected:
  // With a store of its own, on a free port unless `flags` say otherwise.
  absl::Status Start(std::vector<std::string> flags) {
    flags.insert(flags.begin(), {"--data_dir", folder_.Path("store")});
    const Flags parsed = Parse(flags);
    EXPECT_FALSE(parsed.exit_code.has_value());
    return Server::Start(parsed.server).status();
  }

  std::string Write(const std::string& name, const std::string& text) {
    trust::WriteFile(folder_.Path(name), text, 0600);
    return folder_.Path(name);
  }

  const trust::TemporaryFolder folder_;
};

TEST_F(FlagsTest, AServerIsOpenUnlessItIsTold) {
  const ServerOptions open = Parse({"--data_dir", "d"}).server;
  EXPECT_EQ(open.engine.authorization.access, Access::kOpen);
  EXPECT_EQ(open.engine.authorization.operator_calls, OperatorCalls::kTaken);
  EXPECT_FALSE(open.insecure_listen);
  EXPECT_FALSE(open.tls.on());
  const ServerOptions other = Parse({"--data_dir",
                                     "d",
                                     "--auth",
                                     "accounts",
                                     "--listen",
                                     "0.0.0.0:1",
                                     "--insecure_listen",
                                     "--key_file",
                                     "k",
                                     "--issuer_key",
                                     "i",
                                     "--jwks_file",
                                     "j",
                                     "--jwt_issuer",
                                     "a",
                                     "--jwt_audience",
                                     "b",
                                     "--tls_certificate",
                                     "c",
                                     "--tls_key",
                                     "t",
                                     "--tls_client_ca",
                                     "s"})
                                  .server;
  EXPECT_EQ(other.engine.authorization.access, Access::kAccounts);
  EXPECT_EQ(other.engine.authorization.operator_calls, OperatorCalls::kRefused);
  EXPECT_TRUE(other.insecure_listen);
  EXPECT_EQ(other.secrets.key_file, "k");
  EXPECT_EQ(other.secrets.issuer_key, "i");
  EXPECT_EQ(other.secrets.jwks_file, "j");
  EXPECT_EQ(other.secrets.jwt_issuer, "a");
  EXPECT_EQ(other.secrets.jwt_audience, "b");
  EXPECT_EQ(other.tls.certificate, "c");
  EXPECT_EQ(other.tls.key, "t");
  EXPECT_EQ(other.tls.client_ca, "s");
}

TEST_F(FlagsTest, WatchesAreBoundedAsTheServerIsTold) {
  const auto by_default = Parse({"--data_dir", "d"}).server.engine.watch_limits;
  EXPECT_EQ(by_default.server, core::kMaxWatches);
  EXPECT_EQ(by_default.connection, core::kMaxWatchesPerConnection);
  const auto told = Parse({"--data_dir", "d", "--max_watches", "100000",
                           "--max_watches_per_connection", "5000"})
                        .server.engine.watch_limits;
  EXPECT_EQ(told.server, 100'000u);
  EXPECT_EQ(told.connection, 5'000u);
  EXPECT_TRUE(
      Parse({"--data_dir", "d", "--max_watches", "0"}).exit_code.has_value());
}

TEST_F(FlagsTest, BackupsAreMadeAsTheServerIsTold) {
  const BackupOptions by_default = Parse({"--data_dir", "d"}).server.backups;
  EXPECT_EQ(by_default.directory, "");
  EXPECT_EQ(by_default.interval, absl::Hours(24));
  EXPECT_EQ(by_default.kept, 7);
  const BackupOptions told =
      Parse({"--data_dir", "d", "--backup_dir", "b", "--backup_hours", "6",
             "--backups_kept", "28"})
          .server.backups;
  EXPECT_EQ(told.directory, "b");
  EXPECT_EQ(told.interval, absl::Hours(6));
  EXPECT_EQ(told.kept, 28);
  EXPECT_TRUE(
      Parse({"--data_dir", "d", "--backup_dir", "b", "--backups_kept", "0"})
          .exit_code.has_value());
  // How they are made says nothing when none are.
  for (const char* flag : {"--backup_hours", "--backups_kept"}) {
    EXPECT_TRUE(Parse({"--data_dir", "d", flag, "7"}).exit_code.has_value())
        << flag;
  }
  EXPECT_EQ(Start({"--listen", "127.0.0.1:0", "--backup_dir",
                   folder_.Path("store/backups")})
                .code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_F(FlagsTest, AnUnknownWayToTellCallersApartIsAMistake) {
  EXPECT_TRUE(
      Parse({"--data_dir", "d", "--auth", "none"}).exit_code.has_value());
}

TEST_F(FlagsTest, ItDoesNotListenBeyondLoopbackUnprotected) {
  const auto tls = trust::SelfSignedCertificate("localhost");
  const std::vector<std::string> kTls = {"--tls_certificate",
                                         Write("cert", tls.certificate),
                                         "--tls_key", Write("key", tls.key)};
  const auto on_all = [&](std::vector<std::string> flags) {
    flags.insert(flags.end(), {"--listen", "0.0.0.0:0"});
    return Start(flags);
  };
  EXPECT_EQ(on_all({}).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(on_all({"--auth=accounts"}).code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(on_all(kTls).code(), absl::StatusCode::kFailedPrecondition);
  std::vector<std::string> both = kTls;
  both.push_back("--auth=accounts");
  EXPECT_TRUE(on_all(both).ok()) << on_all(both);
  EXPECT_TRUE(on_all({"--insecure_listen"}).ok());
}

TEST_F(FlagsTest, FilesThatAreOfNoUseAloneAreRefused) {
  const auto tls = trust::SelfSignedCertificate("localhost");
  const std::string certificate = Write("cert", tls.certificate);
  const std::string other_key =
      Write("key", trust::SelfSignedCertificate("localhost").key);
  for (const std::vector<std::string>& flags :
       {std::vector<std::string>{"--tls_certificate", certificate},
        {"--tls_key", other_key},
        {"--tls_client_ca", certificate},
        {"--tls_certificate", certificate, "--tls_key", other_key},
        {"--jwks_file", certificate},
        {"--jwt_issuer", "a", "--jwt_audience", "b"},
        {"--jwks_file", certificate, "--jwt_issuer", "a", "--jwt_audience",
         "b"}}) {
    std::vector<std::string> all = flags;
    all.insert(all.end(), {"--listen", "127.0.0.1:0"});
    EXPECT_EQ(Start(all).code(), absl::StatusCode::kInvalidArgument)
        << flags.front();
  }
}

}  // namespace
}  // namespace xom::edge
