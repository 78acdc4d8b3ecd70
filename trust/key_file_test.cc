// Key files: what they say, who may read them, how they are made and changed.
#include "trust/key_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "trust/file_testing.h"
#include "trust/guarded_file.h"
#include "trust/keyring.h"

namespace xom::trust {
namespace {

// 32 bytes each.
constexpr char kA[] = "YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWE=";
constexpr char kB[] = "YmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmI=";

mode_t ModeOf(const std::string& path) {
  struct stat found {};
  EXPECT_EQ(stat(path.c_str(), &found), 0);
  return found.st_mode & 07777;
}

TEST(KeyFileTest, ReadsKeysAndComments) {
  const auto file = ParseKeyFile(
      absl::StrCat("# ours\n\n  7\t", kA, "  \r\nhash ", kB,
                   " # never changes\n", "2147483647 ", kB, "\n3 ", kA));
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_EQ(file->keys.size(), 3u);
  EXPECT_EQ(file->active_id, 3u);
  EXPECT_EQ(file->keys.at(7).ToBase64(), kA);
  EXPECT_EQ(file->hash_key.ToBase64(), kB);
}

TEST(KeyFileTest, AKeyHasOneSpelling) {
  const std::string slash = absl::StrCat("/", std::string(kA).substr(1));
  EXPECT_TRUE(SecretKey::FromBase64(slash).has_value());
  for (int c = 0; c < 256; ++c) {
    std::string text = slash;
    text[0] = static_cast<char>(c);
    const auto key = SecretKey::FromBase64(text);
    if (key.has_value()) {
      EXPECT_EQ(key->ToBase64(), text);
    }
  }
}

TEST(KeyFileTest, TheHashLineIsNeverActive) {
  const auto file =
      ParseKeyFile(absl::StrCat("1 ", kA, "\n2 ", kB, "\nhash ", kA, "\n"));
  ASSERT_TRUE(file.ok());
  EXPECT_EQ(file->active_id, 2u);
}

TEST(KeyFileTest, NamesTheLineThatIsWrong) {
  const std::string good = absl::StrCat("hash ", kA, "\n1 ", kB, "\n");
  const std::pair<std::string, const char*> cases[] = {
      {absl::StrCat(good, "2"), "line 3: must be a name and a key"},
      {absl::StrCat(good, "2 ", kA, " x"), "line 3: must be a name"},
      {absl::StrCat(good, "1 ", kA), "line 3: a second key of this name"},
      {absl::StrCat(good, "hash ", kA), "line 3: a second key of hashes"},
      {absl::StrCat("0 ", kA), "line 1: the name must be"},
      {absl::StrCat("-1 ", kA), "line 1: the name must be"},
      {absl::StrCat("+1 ", kA), "line 1: the name must be"},
      {absl::StrCat("01 ", kA), "line 1: the name must be"},
      {absl::StrCat("2147483648 ", kA), "line 1: the name must be"},
      {absl::StrCat("Hash ", kA), "line 1: the name must be"},
      {absl::StrCat(good, "2 YWFh"), "line 3: the key must be 32 bytes"},
      {absl::StrCat(good, "2 ", kA, "YWFh"), "line 3: the key must be"},
      // Without padding; with a bit that no byte holds; web-safe.
      {absl::StrCat(good, "2 ", std::string(kA, 43)), "line 3: the key must"},
      {absl::StrCat(good, "2 ", std::string(kA, 42), "F="), "line 3: the key"},
      {absl::StrCat(good, "2 -_", std::string(kA).substr(2)), "line 3: the"},
      {absl::StrCat("1 ", kA), "there is no key of hashes"},
      {absl::StrCat("hash ", kA), "there is no key"},
      {"", "there is no key"},
      {std::string(kMaxKeyFileBytes + 1, '#'), "is longer than"}};
  for (const auto& [text, message] : cases) {
    const auto file = ParseKeyFile(text);
    EXPECT_EQ(file.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_TRUE(absl::StrContains(file.status().message(), message))
        << file.status() << " instead of " << message;
    EXPECT_FALSE(absl::StrContains(file.status().message(), "YWFh"));
  }
}

TEST(KeyFileTest, KeepsSoManyKeysAndNoMore) {
  std::string text = absl::StrCat("hash ", kA, "\n");
  for (size_t i = 1; i <= kMaxKeys; ++i)
    absl::StrAppend(&text, i, " ", kB, "\n");
  EXPECT_TRUE(ParseKeyFile(text).ok());
  EXPECT_EQ(WithFreshKey(text).status().code(),
            absl::StatusCode::kResourceExhausted);
  absl::StrAppend(&text, kMaxKeys + 1, " ", kB, "\n");
  EXPECT_FALSE(ParseKeyFile(text).ok());
  const std::string last =
      absl::StrCat("hash ", kA, "\n", kMaxKeyId, " ", kB, "\n1 ", kA);
  EXPECT_EQ(WithFreshKey(last).status().code(),
            absl::StatusCode::kResourceExhausted);
}

TEST(KeyFileTest, FilesThatOthersMayUseAreRefused) {
  const TemporaryFolder folder;
  const std::string path = folder.Path("keys");
  for (const unsigned mode : {0600u, 0400u, 0700u}) {
    WriteFile(path, NewKeyFileText(), mode);
    EXPECT_TRUE(Keyring::Load(path).ok()) << std::oct << mode;
  }
  for (const unsigned mode : {0640u, 0604u, 0620u, 0602u, 0610u, 0601u}) {
    WriteFile(path, NewKeyFileText(), mode);
    const auto ring = Keyring::Load(path);
    EXPECT_EQ(ring.status().code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_TRUE(absl::StartsWith(ring.status().message(), path));
    EXPECT_EQ(Keyring::Rotate(path).code(),
              absl::StatusCode::kFailedPrecondition);
  }
}

TEST(KeyFileTest, ErrorsNameTheFile) {
  const TemporaryFolder folder;
  const std::string path = folder.Path("keys");
  EXPECT_EQ(Keyring::Load(path).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(Keyring::Rotate(path).code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(Keyring::Load(folder.Path("")).status().code(),
            absl::StatusCode::kFailedPrecondition);
  WriteFile(path, "1 x", 0600);
  const auto ring = Keyring::Load(path);
  EXPECT_EQ(ring.status().message(),
            absl::StrCat(path, ": line 1: the key must be 32 bytes in base64"));
  WriteFile(path, std::string(kMaxKeyFileBytes + 1, '#'), 0600);
  EXPECT_EQ(Keyring::Load(path).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(KeyFileTest, APipeIsNotWaitedFor) {
  const TemporaryFolder folder;
  const std::string path = folder.Path("keys");
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  EXPECT_EQ(Keyring::Load(path).status().code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST(KeyFileTest, CreateMakesAFileThatLoadsAndKeepsWhatIsThere) {
  const TemporaryFolder folder;
  const std::string path = folder.Path("keys");
  const mode_t mask = umask(0277);
  const absl::Status created = Keyring::Create(path);
  umask(mask);
  ASSERT_TRUE(created.ok()) << created;
  EXPECT_EQ(ModeOf(path), 0600u);
  const auto ring = Keyring::Load(path);
  ASSERT_TRUE(ring.ok()) << ring.status();
  EXPECT_EQ(ring->active_id(), 1u);
  const std::string before = ReadFile(path);
  EXPECT_EQ(Keyring::Create(path).code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(ReadFile(path), before);
  EXPECT_EQ(
      std::distance(std::filesystem::directory_iterator(folder.Path("")), {}),
      1);
  EXPECT_EQ(Keyring::Create(folder.Path("none/keys")).code(),
            absl::StatusCode::kNotFound);
}

TEST(KeyFileTest, TwoFilesHaveUnlikeKeys) {
  EXPECT_NE(NewKeyFileText(), NewKeyFileText());
}

TEST(KeyFileTest, RotateAddsAnActiveKeyAndKeepsTheRest) {
  const TemporaryFolder folder;
  const std::string path = folder.Path("keys");
  // Not in order, the hash last, no line feed at the end.
  WriteFile(path, absl::StrCat("# ours\n9 ", kA, "\n2 ", kB, "\nhash ", kA),
            0400);
  const std::string before = ReadFile(path);
  const Keyring old_ring = *Keyring::Load(path);
  const std::string sealed = old_ring.Seal("x", "y");
  ASSERT_TRUE(Keyring::Rotate(path).ok());
  EXPECT_EQ(ModeOf(path), 0600u);
  EXPECT_TRUE(absl::StartsWith(ReadFile(path), before));
  const auto ring = Keyring::Load(path);
  ASSERT_TRUE(ring.ok()) << ring.status();
  EXPECT_EQ(ring->active_id(), 10u);
  EXPECT_EQ(*ring->Open(sealed, "y"), "x");
  EXPECT_EQ(ring->KeyedHash("a", "b"), old_ring.KeyedHash("a", "b"));
}

TEST(KeyFileTest, WhatACrashLeftIsNoHindrance) {
  const TemporaryFolder folder;
  const std::string path = folder.Path("keys");
  WriteFile(path + ".new", "half");
  ASSERT_TRUE(Keyring::Create(path).ok());
  WriteFile(path + ".new", "half");
  ASSERT_TRUE(Keyring::Rotate(path).ok());
  EXPECT_EQ(Keyring::Load(path)->active_id(), 2u);
}

TEST(KeyFileTest, RotateFollowsALink) {
  const TemporaryFolder folder;
  const std::string path = folder.Path("keys");
  const std::string link = folder.Path("link");
  ASSERT_TRUE(Keyring::Create(path).ok());
  ASSERT_EQ(symlink(path.c_str(), link.c_str()), 0);
  ASSERT_TRUE(Keyring::Rotate(link).ok());
  EXPECT_TRUE(std::filesystem::is_symlink(link));
  EXPECT_EQ(Keyring::Load(path)->active_id(), 2u);
}

TEST(KeyFileTest, RotatingAFileThatIsWrongLeavesIt) {
  const TemporaryFolder folder;
  const std::string path = folder.Path("keys");
  WriteFile(path, "1 x", 0600);
  const absl::Status rotated = Keyring::Rotate(path);
  EXPECT_EQ(rotated.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_TRUE(absl::StartsWith(rotated.message(), path));
  EXPECT_EQ(ReadFile(path), "1 x");
}

TEST(KeyFileTest, RotationsAtOnceLoseNoKey) {
  const TemporaryFolder folder;
  const std::string path = folder.Path("keys");
  ASSERT_TRUE(Keyring::Create(path).ok());
  constexpr int kThreads = 4;
  constexpr int kEach = 5;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < kEach; ++i) EXPECT_TRUE(Keyring::Rotate(path).ok());
    });
  }
  for (std::thread& thread : threads) thread.join();
  const auto file = ParseKeyFile(ReadFile(path));
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_EQ(file->keys.size(), size_t{kThreads * kEach + 1});
}

// Only root may give a file away.
TEST(KeyFileTest, TheOwnerStays) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root";
  const TemporaryFolder folder;
  const std::string path = folder.Path("keys");
  ASSERT_TRUE(Keyring::Create(path).ok());
  ASSERT_EQ(chown(path.c_str(), 12345, 12346), 0);
  ASSERT_TRUE(Keyring::Rotate(path).ok());
  struct stat found {};
  ASSERT_EQ(stat(path.c_str(), &found), 0);
  EXPECT_EQ(found.st_uid, 12345u);
  EXPECT_EQ(found.st_gid, 12346u);
}

}  // namespace
}  // namespace xom::trust
