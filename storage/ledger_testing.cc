#include "storage/ledger_testing.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <tuple>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace xom::storage {
namespace {

std::string NewDirectory() {
  static std::atomic<int> count = 0;
  std::string path =
      absl::StrCat(testing::TempDir(), "/xom_storage_", getpid(), "_", count++);
  std::filesystem::remove_all(path);
  std::filesystem::create_directories(path);
  return path;
}

void DieUnlessOk(const absl::Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "%s\n", status.ToString().c_str());
  std::abort();
}

}  // namespace

TemporaryDirectory::TemporaryDirectory() : path_(NewDirectory()) {}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
  // What a server puts beside its store.
  std::filesystem::remove(path_ + ".keys", ignored);
}

std::vector<std::string> NamesOfFilesWith(const std::string& folder,
                                          absl::string_view bytes) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string all(std::istreambuf_iterator<char>(file), {});
    if (absl::StrContains(all, bytes)) {
      names.push_back(entry.path().filename().string());
    }
  }
  return names;
}

uint64_t TestSeed() {
  uint64_t seed = std::random_device()();
  const char* given = std::getenv("XOM_TEST_SEED");
  if (given != nullptr && !absl::SimpleAtoi(given, &seed)) std::abort();
  std::printf("XOM_TEST_SEED=%llu\n", static_cast<unsigned long long>(seed));
  return seed;
}

LocalLedgerOptions TestOptions(const TemporaryDirectory& directory) {
  LocalLedgerOptions options;
  options.directory = directory.path();
  options.block_cache_bytes = 4 << 20;
  options.write_buffer_bytes = 1 << 20;
  options.free_bytes = [](const std::string&) { return uint64_t{1} << 40; };
  return options;
}

std::unique_ptr<LocalLedger> OpenOrDie(LocalLedgerOptions options) {
  auto ledger = LocalLedger::Open(std::move(options));
  DieUnlessOk(ledger.status());
  return *std::move(ledger);
}

Transaction Put(absl::string_view key, absl::string_view value, uint64_t cell) {
  Transaction transaction;
  transaction.mutations.push_back({std::string(key), cell, std::string(value)});
  transaction.commit_time = absl::Now();
  return transaction;
}

Transaction Delete(absl::string_view key) {
  Transaction transaction;
  transaction.mutations.push_back({std::string(key), 0, std::nullopt});
  transaction.commit_time = absl::Now();
  return transaction;
}

absl::StatusOr<CommitResult> CommitAndWait(Ledger& ledger,
                                           Transaction transaction) {
  Mailbox<absl::StatusOr<CommitResult>> box;
  ledger.Commit(std::move(transaction),
                [&](auto result) { box.Put(std::move(result)); });
  return box.Take();
}

absl::StatusOr<std::optional<RequestRecord>> FindAndWait(Ledger& ledger,
                                                         std::string id) {
  Mailbox<absl::StatusOr<std::optional<RequestRecord>>> box;
  ledger.FindRequest(std::move(id),
                     [&](auto result) { box.Put(std::move(result)); });
  return box.Take();
}

namespace {

// Several threads find the same, where nobody writes in between.
void ExpectSameInParts(const Ledger& ledger,
                       const std::map<std::string, Record>& records,
                       Revision revision) {
  std::vector<std::vector<std::string>> parts(kScanParts);
  const auto scanned = ledger.ScanInParts(
      kMaxScanThreads, "", [&](size_t part, const Record& record) {
        parts[part].push_back(record.key);
        return absl::OkStatus();
      });
  DieUnlessOk(scanned.status());
  if (*scanned != revision) return;
  size_t count = 0;
  for (const auto& part : parts) {
    count += part.size();
    for (const std::string& key : part) EXPECT_EQ(records.count(key), 1) << key;
  }
  EXPECT_EQ(count, records.size());
}

}  // namespace

std::map<std::string, Record> ScanAll(const Ledger& ledger,
                                      Revision* revision) {
  std::map<std::string, Record> records;
  std::tuple<uint64_t, std::string> last;
  const auto scanned = ledger.Scan([&](const Record& record) {
    std::tuple<uint64_t, std::string> at(record.cell, record.key);
    EXPECT_LT(last, at);
    last = std::move(at);
    EXPECT_TRUE(records.emplace(record.key, record).second);
  });
  DieUnlessOk(scanned.status());
  ExpectSameInParts(ledger, records, *scanned);
  if (revision != nullptr) *revision = *scanned;
  return records;
}

Ledger::Follower EachChange(std::function<void(const Change&)> visit) {
  return [visit = std::move(visit)](absl::Span<const Change> changes) {
    EXPECT_FALSE(changes.empty());
    for (const Change& change : changes) visit(change);
  };
}

std::vector<Change> AllChanges(const Ledger& ledger, Revision after) {
  std::vector<Change> all;
  while (true) {
    auto some = ledger.ReadChanges(after, kMaxChangesPerRead);
    DieUnlessOk(some.status());
    if (some->empty()) return all;
    after = some->back().revision;
    for (Change& change : *some) all.push_back(std::move(change));
  }
}

}  // namespace xom::storage
