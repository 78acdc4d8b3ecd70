#include "services/edge/secret_files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "absl/strings/match.h"
#include "services/edge/server.h"
#include "trust/file_testing.h"
#include "trust/keyring.h"

namespace xom::edge {
namespace {

using core::Access;

class SecretFilesTest : public testing::Test {
 protected:
  SecretFilesTest() {
    options_.listen = "127.0.0.1:0";
    options_.log = CallLog::Verbosity::kSilent;
    options_.ledger.directory = folder_.Path("store");
  }

  absl::Status Start() {
    const auto server = Server::Start(options_);
    if (server.ok()) revision_ = (*server)->ledger().revision();
    return server.status();
  }

  unsigned ModeOf(const std::string& name) {
    struct stat found = {};
    EXPECT_EQ(stat(folder_.Path(name).c_str(), &found), 0) << name;
    return found.st_mode & 0777;
  }

  void ExpectRefused(const std::string& why) {
    const absl::Status status = Start();
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition) << status;
    EXPECT_TRUE(absl::StrContains(status.message(), why)) << status;
  }

  // Neither of them; but a name that begins alike is another folder.
  void ExpectNoKeyIn(const std::string& folder, const std::string& why) {
    options_.secrets.key_file = folder_.Path(folder + "/keys");
    ExpectRefused(why);
    options_.secrets.key_file = "";
    options_.secrets.issuer_key = folder_.Path(folder + "/issuer");
    ExpectRefused(why);
    options_.secrets.issuer_key = folder_.Path(folder + "-issuer");
    EXPECT_TRUE(Start().ok());
  }

  const trust::TemporaryFolder folder_;
  ServerOptions options_;
  storage::Revision revision_ = 0;
};

TEST_F(SecretFilesTest, ANewStoreHasItsKeysBesideItAndKeepsThem) {
  options_.ledger.directory = folder_.Path("store/");
  ASSERT_TRUE(Start().ok());
  EXPECT_EQ(ModeOf("store.keys"), 0600u);
  EXPECT_FALSE(std::filesystem::exists(folder_.Path("store.issuer.pem")));
  const std::string keys = trust::ReadFile(folder_.Path("store.keys"));
  ASSERT_TRUE(Start().ok());
  EXPECT_EQ(trust::ReadFile(folder_.Path("store.keys")), keys);
}

TEST_F(SecretFilesTest, WithAccountsThereIsAnIssuersKeyToo) {
  options_.engine.authorization.access = Access::kAccounts;
  ASSERT_TRUE(Start().ok());
  EXPECT_EQ(ModeOf("store.issuer.pem"), 0600u);
}

TEST_F(SecretFilesTest, AStoreWithoutItsKeyFileIsNotServedWithAnother) {
  ASSERT_TRUE(Start().ok());
  std::filesystem::remove(folder_.Path("store.keys"));
  ExpectRefused("but no key file");
  EXPECT_FALSE(std::filesystem::exists(folder_.Path("store.keys")));
}

TEST_F(SecretFilesTest, NoKeyIsInTheDataFolder) {
  std::filesystem::create_directory(folder_.Path("store"));
  std::filesystem::create_directory_symlink(folder_.Path("store"),
                                            folder_.Path("link"));
  for (const char* name : {"store/keys", "store/a/../keys", "link/keys"}) {
    options_.secrets.key_file = folder_.Path(name);
    ExpectRefused("in the data folder");
  }
  ExpectNoKeyIn("store", "in the data folder");
}

TEST_F(SecretFilesTest, NoKeyIsAmongTheBackups) {
  options_.backups.directory = folder_.Path("backups");
  ExpectNoKeyIn("backups", "in the folder of backups");
}

TEST_F(SecretFilesTest, AKeyFileThatOthersReadIsRefused) {
  ASSERT_TRUE(Start().ok());
  ASSERT_EQ(chmod(folder_.Path("store.keys").c_str(), 0644), 0);
  ExpectRefused("chmod");
}

TEST_F(SecretFilesTest, AnotherKeyFileIsRefusedAndTheStoreUntouched) {
  ASSERT_TRUE(Start().ok());
  const storage::Revision before = revision_;
  options_.secrets.key_file = folder_.Path("other");
  ASSERT_TRUE(trust::Keyring::Create(folder_.Path("other")).ok());
  options_.engine.authorization.access = Access::kAccounts;
  ExpectRefused("not that of this store");
  options_.secrets.key_file = "";
  options_.engine.authorization.access = Access::kOpen;
  ASSERT_TRUE(Start().ok());
  EXPECT_EQ(revision_, before);
}

// A file of the right key 1 with the key of hashes of another one.
TEST_F(SecretFilesTest, AnotherKeyOfHashesIsFoundOut) {
  ASSERT_TRUE(Start().ok());
  ASSERT_TRUE(trust::Keyring::Create(folder_.Path("other")).ok());
  const auto line_of = [&](const std::string& name, const std::string& begin) {
    const std::string text = trust::ReadFile(folder_.Path(name));
    const size_t at = text.find("\n" + begin) + 1;
    return text.substr(at, text.find('\n', at) + 1 - at);
  };
  trust::WriteFile(folder_.Path("mixed"),
                   line_of("store.keys", "1 ") + line_of("other", "hash "),
                   0600);
  options_.secrets.key_file = folder_.Path("mixed");
  ExpectRefused("key of hashes");
}

TEST_F(SecretFilesTest, RotationKeepsTheOldKeyAndItsLossIsNamed) {
  ASSERT_TRUE(Start().ok());
  const std::string keys = folder_.Path("store.keys");
  const std::string old_text = trust::ReadFile(keys);
  ASSERT_TRUE(trust::Keyring::Rotate(keys).ok());
  ASSERT_TRUE(Start().ok());
  std::string text = trust::ReadFile(keys);
  const size_t at = text.find("\n1 ") + 1;
  ASSERT_NE(at, 0u);
  text.erase(at, text.find('\n', at) + 1 - at);
  trust::WriteFile(keys, text, 0600);
  ExpectRefused("sealed with key 1");
}

}  // namespace
}  // namespace xom::edge
