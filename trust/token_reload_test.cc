// The key set in a file that changes. Time is what Verify is given.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <cstdio>
#include <mutex>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "trust/file_testing.h"
#include "trust/key_source.h"
#include "trust/token_testing.h"
#include "trust/token_verifier.h"

namespace xom::trust {
namespace {

using Json = nlohmann::json;

class TokenReloadTest : public testing::Test {
 protected:
  void Open(const std::string& text) {
    WriteFile(path_, text);
    auto verifier =
        TokenVerifier::FromFile(path_, TestOptions(), [this](absl::Status s) {
          const std::lock_guard<std::mutex> lock(mu_);
          faults_.push_back(std::move(s));
        });
    ASSERT_TRUE(verifier.ok()) << verifier.status();
    verifier_ = *std::move(verifier);
  }

  // As an administrator should: another file under the same name.
  void Replace(const std::string& text) {
    WriteFile(path_ + ".new", text);
    ASSERT_EQ(std::rename((path_ + ".new").c_str(), path_.c_str()), 0);
  }

  static std::string Token(const TestKey& key, const std::string& kid) {
    return MakeToken(key, Json{{"alg", "EdDSA"}, {"kid", kid}}.dump(),
                     GoodPayload().dump());
  }

  bool Accepts(const std::string& token, absl::Duration after) const {
    return verifier_->Verify(token, kTestNow + after).ok();
  }

  const TemporaryFolder folder_;
  const std::string path_ = folder_.Path("jwks.json");
  const TestKey old_key_ = TestKey::Ed25519();
  const TestKey new_key_ = TestKey::Ed25519();
  const std::string old_set_ = KeySetText({old_key_.Jwk("old")});
  const std::string new_set_ = KeySetText({new_key_.Jwk("new")});
  const std::string old_token_ = Token(old_key_, "old");
  const std::string new_token_ = Token(new_key_, "new");
  std::mutex mu_;
  std::vector<absl::Status> faults_;
  std::unique_ptr<TokenVerifier> verifier_;
};

TEST_F(TokenReloadTest, AFileThatIsWrongAtFirstIsAnError) {
  const auto from = [&] {
    return TokenVerifier::FromFile(path_, TestOptions(), nullptr).status();
  };
  EXPECT_EQ(from().code(), absl::StatusCode::kNotFound);
  WriteFile(path_, "{");
  EXPECT_EQ(from().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_TRUE(absl::StartsWith(from().message(), path_ + ": key set: "));
  WriteFile(path_, old_set_, 0666);
  EXPECT_EQ(from().code(), absl::StatusCode::kFailedPrecondition);
  WriteFile(path_, old_set_, 0664);
  EXPECT_TRUE(from().ok());
}

TEST_F(TokenReloadTest, ANewKeyCountsAtOnceForTokensThatNameIt) {
  Open(old_set_);
  EXPECT_TRUE(Accepts(old_token_, absl::ZeroDuration()));
  Replace(KeySetText({old_key_.Jwk("old"), new_key_.Jwk("new")}));
  EXPECT_TRUE(Accepts(new_token_, absl::Milliseconds(1)));
  EXPECT_TRUE(Accepts(old_token_, absl::Milliseconds(1)));
}

TEST_F(TokenReloadTest, AKeyThatIsGoneCountsNoMoreAfterASecond) {
  Open(old_set_);
  EXPECT_TRUE(Accepts(old_token_, absl::ZeroDuration()));
  Replace(new_set_);
  // The file is not looked at for each token.
  EXPECT_TRUE(Accepts(old_token_, absl::Milliseconds(999)));
  EXPECT_FALSE(Accepts(old_token_, absl::Milliseconds(1000)));
  EXPECT_TRUE(Accepts(new_token_, absl::Milliseconds(1000)));
}

TEST_F(TokenReloadTest, AnotherKeyOfTheSameNameIsSeenThoughNothingElseDiffers) {
  Open(old_set_);
  EXPECT_TRUE(Accepts(old_token_, absl::ZeroDuration()));
  struct stat before {};
  ASSERT_EQ(stat(path_.c_str(), &before), 0);
  // The same size, inode and time.
  WriteFile(path_, KeySetText({new_key_.Jwk("old")}));
  const timespec times[] = {before.st_atim, before.st_mtim};
  ASSERT_EQ(utimensat(AT_FDCWD, path_.c_str(), times, 0), 0);
  EXPECT_FALSE(Accepts(old_token_, absl::Seconds(1)));
  EXPECT_TRUE(Accepts(Token(new_key_, "old"), absl::Seconds(1)));
}

TEST_F(TokenReloadTest, TokensOfStrangersDoNotMakeItReadAllTheTime) {
  Open(old_set_);
  const std::string strange = Token(new_key_, "strange");
  EXPECT_FALSE(Accepts(strange, absl::ZeroDuration()));
  Replace(new_set_);
  // The looks of strangers are spent for now; the next is a tenth away.
  EXPECT_FALSE(Accepts(new_token_, absl::Milliseconds(99)));
  EXPECT_TRUE(Accepts(new_token_, absl::Milliseconds(100)));
}

TEST_F(TokenReloadTest, ABrokenFileKeepsTheKeysAndIsReportedOnce) {
  Open(old_set_);
  Replace("{\"keys\":");
  for (int second = 1; second <= 3; ++second) {
    EXPECT_TRUE(Accepts(old_token_, absl::Seconds(second)));
  }
  ASSERT_EQ(faults_.size(), 1u);
  EXPECT_EQ(faults_[0].code(), absl::StatusCode::kInvalidArgument);
  EXPECT_TRUE(absl::StartsWith(faults_[0].message(), path_)) << faults_[0];
  // Another fault is reported anew, and so is its coming back.
  ASSERT_EQ(std::remove(path_.c_str()), 0);
  EXPECT_TRUE(Accepts(old_token_, absl::Seconds(4)));
  EXPECT_TRUE(Accepts(old_token_, absl::Seconds(5)));
  ASSERT_EQ(faults_.size(), 2u);
  EXPECT_EQ(faults_[1].code(), absl::StatusCode::kNotFound);
  Replace(old_set_);
  EXPECT_TRUE(Accepts(old_token_, absl::Seconds(6)));
  ASSERT_EQ(std::remove(path_.c_str()), 0);
  EXPECT_TRUE(Accepts(old_token_, absl::Seconds(7)));
  EXPECT_EQ(faults_.size(), 3u);
}

TEST_F(TokenReloadTest, AMendedFileCounts) {
  Open(old_set_);
  Replace("");
  EXPECT_TRUE(Accepts(old_token_, absl::Seconds(1)));
  Replace(new_set_);
  EXPECT_TRUE(Accepts(new_token_, absl::Seconds(2)));
  EXPECT_FALSE(Accepts(old_token_, absl::Seconds(2)));
  EXPECT_EQ(faults_.size(), 1u);
}

TEST_F(TokenReloadTest, AFileThatEverybodyMayWriteIsNotTaken) {
  Open(old_set_);
  WriteFile(path_, new_set_, 0666);
  EXPECT_FALSE(Accepts(new_token_, absl::Seconds(1)));
  EXPECT_TRUE(Accepts(old_token_, absl::Seconds(1)));
  ASSERT_EQ(faults_.size(), 1u);
  EXPECT_EQ(faults_[0].code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(TokenReloadTest, AClockSetBackDoesNotStopTheLooks) {
  Open(old_set_);
  EXPECT_TRUE(Accepts(old_token_, absl::Seconds(60)));
  Replace(new_set_);
  EXPECT_FALSE(Accepts(old_token_, absl::Seconds(10)));
}

TEST_F(TokenReloadTest, ThreadsVerifyWhileTheFileChanges) {
  Open(old_set_);
  const std::string both =
      KeySetText({old_key_.Jwk("old"), new_key_.Jwk("new")});
  std::atomic<int> refused = 0;
  std::atomic<int64_t> clock_ms = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 300; ++i) {
        const absl::Duration after = absl::Milliseconds(clock_ms += 50);
        refused += !Accepts(old_token_, after);
        Accepts(new_token_, after);
      }
    });
  }
  for (int i = 0; i < 100; ++i) Replace(i % 2 == 0 ? both : old_set_);
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(refused, 0);
  EXPECT_TRUE(faults_.empty());
}

}  // namespace
}  // namespace xom::trust
