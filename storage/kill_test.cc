// What another process does to a store. One that commits is killed at any
// moment: what it acknowledged is there, and nothing is there by half.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <random>

#include "storage/ledger_error.h"
#include "storage/ledger_testing.h"
#include "storage/local_ledger.h"

namespace xom::storage {
namespace {

using testing::HasSubstr;

constexpr int kOutstanding = 16;

constexpr int kErasesEach = 40;
constexpr char kRedacted[] = "redacted";

std::string Redact(absl::string_view) { return kRedacted; }

// Each transaction writes the same number under two keys, and under a third
// one that now and then is erased.
Transaction Pair(int64_t number) {
  const std::string value = absl::StrCat(number);
  Transaction transaction = Put(absl::StrCat("left/", number % 100), value,
                                static_cast<uint64_t>(number % 7));
  transaction.mutations.push_back(
      {absl::StrCat("right/", number % 100), 1, value});
  transaction.mutations.push_back({"erased", 0, value});
  if (number % kErasesEach == 0) {
    transaction.erasures.push_back({"erased", Redact, Redact});
  }
  return transaction;
}

// Commits for ever; writes each number to `acks` once it is acknowledged.
[[noreturn]] void CommitUntilKilled(const LocalLedgerOptions& options,
                                    int64_t first, int acks) {
  const auto ledger = OpenOrDie(options);
  Mutex mu;
  CondVar changed;
  int outstanding = 0;
  for (int64_t number = first;; ++number) {
    {
      MutexLock lock(mu);
      while (outstanding == kOutstanding) changed.Wait(mu);
      ++outstanding;
    }
    ledger->Commit(Pair(number), [&, number](auto result) {
      if (!result.ok()) _exit(1);
      if (write(acks, &number, sizeof(number)) != sizeof(number)) _exit(2);
      MutexLock lock(mu);
      --outstanding;
      changed.NotifyAll();
    });
  }
}

// Runs a child until it has acknowledged `count`, kills it, and returns the
// last number acknowledged.
int64_t KillAfter(const LocalLedgerOptions& options, int64_t first,
                  int64_t count) {
  int fds[2];
  EXPECT_EQ(pipe(fds), 0);
  const pid_t child = fork();
  if (child == 0) CommitUntilKilled(options, first, fds[1]);
  close(fds[1]);
  int64_t last = first - 1;
  int64_t number = 0;
  while (count-- > 0 && read(fds[0], &number, sizeof(number)) > 0) {
    EXPECT_EQ(number, last + 1);
    last = number;
  }
  kill(child, SIGKILL);
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status)) << "the child failed: " << status;
  // What it acknowledged before it died counts too.
  while (read(fds[0], &number, sizeof(number)) == sizeof(number)) last = number;
  close(fds[0]);
  return last;
}

// All that the last erasure was to redact is redacted, and nothing else.
void ExpectErased(const std::vector<Change>& changes, Revision revision) {
  const Revision erased = revision - revision % kErasesEach;
  for (const Change& change : changes) {
    const ChangedRecord& changed = change.records.back();
    ASSERT_EQ(changed.key, "erased");
    const auto value = [&](Revision number) {
      return number < erased ? kRedacted : absl::StrCat(number);
    };
    EXPECT_EQ(changed.after, value(change.revision));
    if (change.revision == 1) continue;
    EXPECT_EQ(changed.before, value(change.revision - 1));
  }
}

TEST(KillTest, NothingAcknowledgedIsLostToKill) {
  std::mt19937_64 random(TestSeed());
  const TemporaryDirectory directory;
  LocalLedgerOptions options = TestOptions(directory);
  // A forked child has none of RocksDB's threads: it must not need a flush.
  options.write_buffer_bytes = 64 << 20;
  int64_t next = 1;
  for (int round = 0; round < 15; ++round) {
    const auto count = static_cast<int64_t>(random() % 400);
    const int64_t last = KillAfter(options, next, count);
    const auto ledger = OpenOrDie(options);
    // Numbers are committed in order: the revision is the last number there.
    const Revision there = ledger->revision();
    ASSERT_GE(there, last) << "round " << round;
    ASSERT_LE(there, last + kOutstanding) << "round " << round;
    const auto records = ScanAll(*ledger);
    for (int64_t number = std::max<int64_t>(1, there - 99); number <= there;
         ++number) {
      const std::string suffix = absl::StrCat(number % 100);
      ASSERT_EQ(records.at("left/" + suffix).value, absl::StrCat(number));
      ASSERT_EQ(records.at("right/" + suffix).value, absl::StrCat(number));
      ASSERT_EQ(records.at("left/" + suffix).mod_revision, number);
    }
    const auto changes = AllChanges(*ledger);
    ASSERT_EQ(changes.size(), static_cast<size_t>(there));
    ExpectErased(changes, there);
    next = there + 1;
  }
}

// Each step's exit code tells where the other process failed.
TEST(OtherProcessTest, HasTheStoreAloneUntilItDies) {
  const TemporaryDirectory directory;
  const LocalLedgerOptions options = TestOptions(directory);
  int to_child[2];
  int to_parent[2];
  ASSERT_EQ(pipe(to_child) | pipe(to_parent), 0);
  const pid_t child = fork();
  if (child == 0) {
    close(to_child[1]);
    auto ledger = LocalLedger::Open(options);
    char byte = ledger.ok() ? 'y' : 'n';
    if (write(to_parent[1], &byte, 1) != 1) _exit(1);
    if (read(to_child[0], &byte, 1) != 1) _exit(2);
    _exit(0);
  }
  close(to_child[0]);
  close(to_parent[1]);
  char byte = 0;
  ASSERT_EQ(read(to_parent[0], &byte, 1), 1);
  ASSERT_EQ(byte, 'y');
  const absl::Status refused = LocalLedger::Open(options).status();
  EXPECT_EQ(LedgerErrorOf(refused), LedgerError::kInUse);
  EXPECT_THAT(refused.message(), HasSubstr("in use by another xomd"));
  ASSERT_EQ(write(to_child[1], &byte, 1), 1);
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  EXPECT_TRUE(LocalLedger::Open(options).ok());  // its lock died with it
  close(to_child[1]);
  close(to_parent[0]);
}

}  // namespace
}  // namespace xom::storage
