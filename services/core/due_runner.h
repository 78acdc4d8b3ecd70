#ifndef XOM_SERVICES_CORE_DUE_RUNNER_H_
#define XOM_SERVICES_CORE_DUE_RUNNER_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/core/clock.h"
#include "services/core/details_vault.h"
#include "services/core/need_eraser.h"
#include "services/core/phone_index.h"
#include "services/core/view.h"
#include "services/core/writer.h"

namespace xom::core {

// Makes happen what time brings: leases run out, deliveries are confirmed,
// needs expire, what is personal of a need that has ended is erased after
// kDetailsRetention, what has ended is deleted after kEndedRetention. Each is a
// change like any other, also for what came due while the server was down.
class DueRunner {
 public:
  // All outlive the runner.
  DueRunner(const View* view, Writer* writer, const DetailsVault* vault,
            const PhoneIndex* phones, const Clock* clock)
      : view_(*view),
        writer_(*writer),
        vault_(*vault),
        eraser_(vault, phones),
        clock_(*clock) {}

  // Does what is due, at most kMaxDuePerRun, and waits until it is on disk.
  // Returns how many changes it made; what the ledger refuses is due again next
  // time. Not to be called on the committer thread.
  size_t RunOnce();

 private:
  absl::StatusOr<Write> Decide(const std::string& name, absl::Time now) const;
  absl::StatusOr<Write> DecideNeed(const NeedEntry& need, absl::Time now) const;
  void DeleteCase(const std::string& subject, Write* write) const;

  const View& view_;
  Writer& writer_;
  const DetailsVault& vault_;
  const NeedEraser eraser_;
  const Clock& clock_;
};

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_DUE_RUNNER_H_
