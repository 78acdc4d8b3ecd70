#ifndef XOM_STORAGE_LEDGER_TESTING_H_
#define XOM_STORAGE_LEDGER_TESTING_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "storage/ledger.h"
#include "storage/local_ledger.h"
#include "storage/mutex.h"

// For tests of a ledger and of what stands on it.

namespace xom::storage {

// An empty directory of this process under testing::TempDir(), removed with
// everything in it by the destructor.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  const std::string& path() const { return path_; }

 private:
  const std::string path_;
};

// The names of the files in a folder that contain the bytes.
std::vector<std::string> NamesOfFilesWith(const std::string& folder,
                                          absl::string_view bytes);

// A place for one value that another thread gives.
template <typename T>
class Mailbox {
 public:
  void Put(T value) {
    MutexLock lock(mu_);
    value_ = std::move(value);
    filled_.NotifyAll();
  }
  // Waits for the value.
  T Take() {
    MutexLock lock(mu_);
    while (!value_.has_value()) filled_.Wait(mu_);
    return *std::exchange(value_, std::nullopt);
  }

 private:
  Mutex mu_;
  CondVar filled_;
  std::optional<T> value_ XOM_GUARDED_BY(mu_);
};

// XOM_TEST_SEED, or one of its own; printed, so that a failure can be had
// again.
uint64_t TestSeed();

// Options with little memory, and a disk that is never low.
LocalLedgerOptions TestOptions(const TemporaryDirectory& directory);

// Opens or ends the test program with the status.
std::unique_ptr<LocalLedger> OpenOrDie(LocalLedgerOptions options);

// Transactions of one mutation at commit time absl::Now().
Transaction Put(absl::string_view key, absl::string_view value,
                uint64_t cell = 0);
Transaction Delete(absl::string_view key);

// The calls of a ledger, waited for.
absl::StatusOr<CommitResult> CommitAndWait(Ledger& ledger,
                                           Transaction transaction);
absl::StatusOr<std::optional<RequestRecord>> FindAndWait(Ledger& ledger,
                                                         std::string id);

// Key to record; ends the test program on an error. A key visited twice fails
// the test, as does a visit out of order.
std::map<std::string, Record> ScanAll(const Ledger& ledger,
                                      Revision* revision = nullptr);

// A follower that hands changes on one by one.
Ledger::Follower EachChange(std::function<void(const Change&)> visit);

// Every change after `after`.
std::vector<Change> AllChanges(const Ledger& ledger, Revision after = 0);

}  // namespace xom::storage

#endif  // XOM_STORAGE_LEDGER_TESTING_H_
