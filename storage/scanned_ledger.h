#ifndef XOM_STORAGE_SCANNED_LEDGER_H_
#define XOM_STORAGE_SCANNED_LEDGER_H_

#include <cstdlib>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "storage/ledger.h"

namespace xom::storage {

// For tests and benchmarks: records in memory that can be scanned, by one
// thread, and no more. Of the orders that ScanInParts allows this is the one
// that is worst for who needs some records before others: what is asked for
// first, then what has a place, then the rest of what has none. All that has a
// place is one part.
class ScannedLedger final : public Ledger {
 public:
  // In the order of a scan.
  explicit ScannedLedger(std::vector<Record> records)
      : records_(std::move(records)) {}

  const std::vector<Record>& records() const { return records_; }

  absl::StatusOr<Revision> ScanInParts(size_t /*threads*/,
                                       absl::string_view first,
                                       PartVisitor visit) const override {
    const auto step_of = [first](const Record& record) {
      if (record.cell != 0) return 1;
      return absl::StartsWith(record.key, first) ? 0 : 2;
    };
    for (int step = 0; step < 3; ++step) {
      for (const Record& record : records_) {
        if (step_of(record) != step) continue;
        absl::Status visited = visit(record.cell == 0 ? 0 : 1, record);
        if (!visited.ok()) return visited;
      }
    }
    return static_cast<Revision>(records_.size());
  }

  void Commit(Transaction, CommitDone) override { std::abort(); }
  void FindRequest(std::string, FindDone) override { std::abort(); }
  absl::StatusOr<std::optional<Record>> Get(absl::string_view) const override {
    return absl::UnimplementedError("only scanned");
  }
  absl::Status Follow(Revision, Follower) override {
    return absl::UnimplementedError("only scanned");
  }
  absl::StatusOr<std::vector<Change>> ReadChanges(Revision,
                                                  size_t) const override {
    return absl::UnimplementedError("only scanned");
  }
  Revision revision() const override { return 0; }
  Revision oldest_revision() const override { return 0; }

 private:
  const std::vector<Record> records_;
};

}  // namespace xom::storage

#endif  // XOM_STORAGE_SCANNED_LEDGER_H_
