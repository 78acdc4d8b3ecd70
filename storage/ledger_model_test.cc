// A ledger does what a map does, whatever is asked of it and however often it
// is reopened.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rocksdb/db.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <deque>
#include <map>
#include <random>
#include <set>

#include "absl/time/clock.h"
#include "storage/keys.h"
#include "storage/ledger_error.h"
#include "storage/ledger_testing.h"
#include "storage/local_ledger.h"
#include "storage/store.h"

namespace xom::storage {
namespace {

constexpr uint64_t kPlentyFree = uint64_t{1} << 40;

// Shows how often something was redacted.
std::string Redacted(absl::string_view value) {
  return absl::StrCat("~", value);
}

// The same promises, kept by a map.
class Model {
 public:
  // As Ledger::Commit.
  absl::StatusOr<CommitResult> Commit(const Transaction& transaction) {
    if (transaction.request.has_value()) {
      const auto known = requests.find(transaction.request->id);
      if (known != requests.end()) {
        const auto& [first, at] = known->second;
        if (first.fingerprint != transaction.request->fingerprint) {
          return MakeLedgerError(LedgerError::kRequestReused, "");
        }
        return CommitResult{at, true, first.reply};
      }
    }
    for (const Precondition& precondition : transaction.preconditions) {
      if (ModRevision(precondition.key) != precondition.mod_revision) {
        return MakeLedgerError(LedgerError::kPreconditionFailed, "");
      }
    }
    ++revision;
    Change change{revision, absl::UnixEpoch(), {}};
    for (const Mutation& mutation : transaction.mutations) {
      Apply(mutation, &change);
    }
    for (const Erasure& erasure : transaction.erasures) {
      Erase(erasure.key, &change);
    }
    published.push_back(change);
    changes.push_back(std::move(change));
    if (transaction.request.has_value()) {
      requests[transaction.request->id] = {*transaction.request, revision};
    }
    return CommitResult{.revision = revision};
  }

  Revision ModRevision(const std::string& key) const {
    const auto it = records.find(key);
    return it == records.end() ? 0 : it->second.mod_revision;
  }

  Revision revision = 0;
  std::map<std::string, Record> records;
  std::map<std::string, std::pair<RequestRecord, Revision>> requests;
  std::vector<Change> changes;
  std::vector<Change> published;  // as they were when they were made

 private:
  static void RedactValue(std::optional<std::string>* value) {
    if (value->has_value()) *value = Redacted(**value);
  }

  // `change` is the one that erases.
  void Erase(const std::string& key, Change* change) {
    for (Change& earlier : changes) {
      for (ChangedRecord& changed : earlier.records) {
        if (changed.key != key) continue;
        RedactValue(&changed.before);
        RedactValue(&changed.after);
        changed.cell = 0;
      }
    }
    for (ChangedRecord& changed : change->records) {
      if (changed.key != key) continue;
      RedactValue(&changed.before);
      if (!changed.after.has_value()) changed.cell = 0;
    }
    for (auto& [id, stored] : requests) {
      if (stored.first.subject != key) continue;
      stored.first.reply = Redacted(stored.first.reply);
    }
  }

  void Apply(const Mutation& mutation, Change* change) {
    const auto it = records.find(mutation.key);
    ChangedRecord changed{.key = mutation.key};
    if (it != records.end()) {
      changed.before = it->second.value;
      changed.cell = it->second.cell;
      changed.previous_revision = it->second.mod_revision;
      changed.secret = it->second.secret;
    }
    if (mutation.value.has_value()) {
      changed.after = mutation.value;
      changed.cell = mutation.cell;
      changed.secret = changed.secret || mutation.secret;
      records[mutation.key] = {mutation.key, mutation.cell, *mutation.value,
                               revision, changed.secret};
    } else if (it != records.end()) {
      records.erase(it);
    } else {
      return;
    }
    if (changed.secret) {
      changed.before = changed.after = std::nullopt;
      changed.cell = 0;
    }
    change->records.push_back(std::move(changed));
  }
};

void ExpectSameRecord(const Record& got, const Record& expected) {
  EXPECT_EQ(got.key, expected.key);
  EXPECT_EQ(got.value, expected.value) << got.key;
  EXPECT_EQ(got.cell, expected.cell) << got.key;
  EXPECT_EQ(got.mod_revision, expected.mod_revision) << got.key;
  EXPECT_EQ(got.secret, expected.secret) << got.key;
}

void ExpectSameChange(const Change& got, const Change& expected) {
  EXPECT_EQ(got.revision, expected.revision);
  ASSERT_EQ(got.records.size(), expected.records.size()) << got.revision;
  for (size_t i = 0; i < got.records.size(); ++i) {
    EXPECT_EQ(got.records[i].key, expected.records[i].key);
    EXPECT_EQ(got.records[i].before, expected.records[i].before);
    EXPECT_EQ(got.records[i].after, expected.records[i].after);
    EXPECT_EQ(got.records[i].cell, expected.records[i].cell);
    EXPECT_EQ(got.records[i].previous_revision,
              expected.records[i].previous_revision);
    EXPECT_EQ(got.records[i].secret, expected.records[i].secret);
  }
}

// With this many changes retained.
class LedgerModelTest : public testing::TestWithParam<int64_t> {
 protected:
  LedgerModelTest() : random_(TestSeed()), options_(TestOptions(directory_)) {
    options_.max_retained_changes = GetParam();
    options_.free_bytes = [this](const std::string&) { return free_.load(); };
    Reopen();
  }

  // From files alone, or what closing left in the log for a disk that is low.
  void Reopen() {
    free_ = random_() % 2 == 0 ? options_.low_water_bytes : kPlentyFree;
    ledger_.reset();
    free_ = kPlentyFree;
    ExpectIndexesEqualModel();
    ledger_ = OpenOrDie(options_);
    ASSERT_TRUE(ledger_
                    ->Follow(ledger_->revision(),
                             EachChange([this](const Change& change) {
                               followed_.push_back(change);
                             }))
                    .ok());
  }

  std::string RandomKey() { return absl::StrCat("k", random_() % 12); }

  // Right ones and wrong ones.
  void AddPreconditions(Transaction* transaction) {
    for (uint64_t i = random_() % 3; i > 0; --i) {
      const std::string key = RandomKey();
      const Revision right = model_.ModRevision(key);
      const Revision wrong = static_cast<Revision>(random_() % 3);
      transaction->preconditions.push_back(
          {key, random_() % 4 == 0 ? wrong : right});
    }
  }

  // What was read a while ago, or just now. More may be written before it is
  // decided.
  void AddReads(Transaction* transaction) {
    const auto& [revision, records] = past_[random_() % past_.size()];
    transaction->read_revision =
        std::max<Revision>(0, revision - static_cast<Revision>(random_() % 3));
    for (uint64_t i = random_() % 3; i > 0; --i) {
      Precondition precondition{RandomKey()};
      const auto found = records.find(precondition.key);
      if (found != records.end()) {
        precondition.mod_revision = found->second.mod_revision;
        if (random_() % 2 == 0) precondition.read = found->second;
      }
      transaction->preconditions.push_back(std::move(precondition));
    }
  }

  // How all stood lately.
  void KeepRecords() {
    past_.emplace_back(model_.revision, model_.records);
    if (past_.size() > 5) past_.pop_front();
  }

  Transaction RandomTransaction() {
    Transaction transaction;
    transaction.commit_time = absl::Now();
    std::set<std::string> keys;
    for (uint64_t i = random_() % 4; i > 0; --i) keys.insert(RandomKey());
    for (const std::string& key : keys) {
      Mutation mutation{key, random_() % 4};
      if (random_() % 3 != 0) mutation.value = absl::StrCat(random_() % 1000);
      mutation.secret = random_() % 6 == 0;
      transaction.mutations.push_back(std::move(mutation));
    }
    if (random_() % 2 == 0) {
      AddPreconditions(&transaction);
    } else {
      AddReads(&transaction);
    }
    if (random_() % 2 == 0) {
      transaction.request = RequestRecord{absl::StrCat("r", random_() % 200),
                                          absl::StrCat(random_() % 2),
                                          absl::StrCat("reply", random_())};
      if (random_() % 2 == 0) transaction.request->subject = RandomKey();
    }
    if (random_() % 10 == 0) {
      std::set<std::string> erased = {RandomKey(), RandomKey()};
      for (const std::string& key : erased) {
        transaction.erasures.push_back({key, Redacted, Redacted});
      }
    }
    return transaction;
  }

  // Commits several without waiting in between: groups of any size.
  void CommitBurst() {
    const uint64_t count = 1 + random_() % 20;
    std::vector<absl::StatusOr<CommitResult>> expected;
    std::vector<absl::StatusOr<CommitResult>> got;
    Mailbox<bool> finished;
    // Decided by the model first: RandomTransaction looks at it.
    std::vector<Transaction> transactions;
    KeepRecords();
    for (uint64_t i = 0; i < count; ++i) {
      transactions.push_back(RandomTransaction());
      expected.push_back(model_.Commit(transactions.back()));
      KeepRecords();
    }
    for (const Transaction& transaction : transactions) {
      ledger_->Commit(transaction, [&](auto result) {
        got.push_back(std::move(result));
        if (got.size() == count) finished.Put(true);
      });
    }
    finished.Take();
    for (size_t i = 0; i < count; ++i) {
      EXPECT_EQ(LedgerErrorOf(got[i].status()),
                LedgerErrorOf(expected[i].status()));
      ASSERT_EQ(got[i].ok(), expected[i].ok()) << got[i].status();
      if (!got[i].ok()) continue;
      EXPECT_EQ(got[i]->revision, expected[i]->revision);
      EXPECT_EQ(got[i]->replayed, expected[i]->replayed);
      EXPECT_EQ(got[i]->reply, expected[i]->reply);
    }
  }

  void ExpectEqualsModel() {
    Revision revision = 0;
    const auto records = ScanAll(*ledger_, &revision);
    EXPECT_EQ(revision, model_.revision);
    ASSERT_EQ(records.size(), model_.records.size());
    for (const auto& [key, record] : model_.records) {
      ASSERT_EQ(records.count(key), 1u);
      ExpectSameRecord(records.at(key), record);
      ExpectSameRecord(**ledger_->Get(key), record);
    }
    const auto oldest = static_cast<size_t>(ledger_->oldest_revision());
    const auto changes = AllChanges(*ledger_, ledger_->oldest_revision());
    ASSERT_EQ(oldest + changes.size(), model_.changes.size());
    for (size_t i = 0; i < changes.size(); ++i) {
      ExpectSameChange(changes[i], model_.changes[oldest + i]);
    }
    ASSERT_EQ(followed_.size(), model_.published.size());
    for (size_t i = 0; i < followed_.size(); ++i) {
      ExpectSameChange(followed_[i], model_.published[i]);
    }
    for (const auto& [id, stored] : model_.requests) {
      const auto found = FindAndWait(*ledger_, id);
      ASSERT_TRUE(found.ok() && found->has_value()) << id;
      EXPECT_EQ((*found)->reply, stored.first.reply) << id;
      EXPECT_EQ((*found)->subject, stored.first.subject) << id;
    }
  }

  // A scan shows the cells that have records; this sees also those that stand
  // alone on either side.
  void ExpectIndexesEqualModel() {
    const auto store = Store::Open(options_);
    ASSERT_TRUE(store.ok()) << store.status();
    const Revision oldest = (*store)->ReadState()->oldest_revision;
    for (int i = 0; i < 12; ++i) {
      const std::string key = absl::StrCat("k", i);
      EXPECT_EQ(*(*store)->ReadHistory(key, oldest), HistoryOf(key, oldest));
      const auto ids = *(*store)->ReadRequestsOf(key);
      EXPECT_THAT(ids, testing::UnorderedElementsAreArray(RequestsOf(key)));
    }
    EXPECT_EQ(Keys(**store, Family::kCells), CellsOfModel());
    EXPECT_EQ(Keys(**store, Family::kRecords).size(), model_.records.size());
    EXPECT_EQ(Keys(**store, Family::kRequests).size(), model_.requests.size());
  }

  static std::set<std::string> Keys(const Store& store, Family family) {
    std::set<std::string> keys;
    EXPECT_TRUE(
        store
            .ForEachKey(family,
                        [&](absl::string_view key) { keys.emplace(key); })
            .ok());
    return keys;
  }

  std::vector<std::string> RequestsOf(const std::string& key) const {
    std::vector<std::string> ids;
    for (const auto& [id, stored] : model_.requests) {
      if (stored.first.subject == key) ids.push_back(id);
    }
    return ids;
  }

  // Of changes that tell of the key, or whose reply does.
  std::vector<Revision> HistoryOf(const std::string& key, Revision oldest) {
    std::set<Revision> revisions;
    for (const Change& change : model_.changes) {
      for (const ChangedRecord& changed : change.records) {
        if (changed.secret || changed.key != key) continue;
        revisions.insert(change.revision);
      }
    }
    for (const auto& [id, stored] : model_.requests) {
      if (stored.first.subject == key) revisions.insert(stored.second);
    }
    return {revisions.upper_bound(oldest), revisions.end()};
  }

  std::set<std::string> CellsOfModel() const {
    std::set<std::string> keys;
    for (const auto& [key, record] : model_.records) {
      if (record.cell != 0) keys.insert(CellKey(record.cell, key));
    }
    return keys;
  }

  std::mt19937_64 random_;
  Model model_;
  std::deque<std::pair<Revision, std::map<std::string, Record>>> past_;
  std::vector<Change> followed_;
  TemporaryDirectory directory_;
  LocalLedgerOptions options_;
  std::atomic<uint64_t> free_ = kPlentyFree;
  std::unique_ptr<LocalLedger> ledger_;
};

TEST_P(LedgerModelTest, DoesWhatTheModelDoes) {
  for (int round = 0; round < 12; ++round) {
    options_.max_group_transactions = 1 + random_() % 10;
    for (int i = 0; i < 25; ++i) {
      CommitBurst();
      if (HasFatalFailure()) return;
    }
    ExpectEqualsModel();
    if (round % 3 == 0) {
      ASSERT_TRUE(ledger_->Compact().ok());
      ExpectEqualsModel();
    }
    Reopen();
    ExpectEqualsModel();
    if (HasFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(Retained, LedgerModelTest,
                         testing::Values(1'000'000, 64));

}  // namespace
}  // namespace xom::storage
