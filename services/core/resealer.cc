#include "services/core/resealer.h"

#include <utility>
#include <vector>

#include "services/core/error.h"
#include "services/core/limits.h"

namespace xom::core {

using storage::CondVar;
using storage::Mutex;
using storage::MutexLock;

void Resealer::Note(const storage::Record& record) {
  if (!DetailsVault::IsSealed(record.key) || keyring_.IsCurrent(record.value)) {
    return;
  }
  MutexLock lock(mu_);
  keys_.push_back(record.key);
}

size_t Resealer::left() const {
  MutexLock lock(mu_);
  return keys_.size();
}

size_t Resealer::unreadable() const {
  MutexLock lock(mu_);
  return unreadable_;
}

absl::StatusOr<Write> Resealer::Decide(const std::string& key) const {
  Write write;
  const auto record = ledger_.Get(key);
  if (!record.ok()) return FromLedgerError(record.status());
  if (record->has_value()) {
    const auto sealed = vault_.Reseal(**record);
    if (!sealed.ok()) return sealed.status();
    if (sealed->has_value()) {
      write.preconditions.push_back({key, (*record)->mod_revision});
      write.mutations.push_back({key, 0, **sealed, /*secret=*/true});
      return write;
    }
  }
  // It is gone, or was written anew.
  write.validate_only = true;
  return write;
}

size_t Resealer::RunOnce() {
  std::vector<std::string> keys;
  {
    MutexLock lock(mu_);
    while (!keys_.empty() && keys.size() < kMaxResealedPerRun) {
      keys.push_back(std::move(keys_.front()));
      keys_.pop_front();
    }
  }
  CondVar all_done;
  size_t waiting = keys.size();
  for (const std::string& key : keys) {
    writer_.Run(
        {}, [this, key](absl::Time) { return Decide(key); },
        [&](const absl::StatusOr<std::string>& reply) {
          MutexLock lock(mu_);
          const bool defect =
              reply.status().code() == absl::StatusCode::kInternal;
          unreadable_ += defect;
          if (!reply.ok() && !defect) keys_.push_back(key);
          if (--waiting == 0) all_done.NotifyOne();
        });
  }
  MutexLock lock(mu_);
  while (waiting > 0) all_done.Wait(mu_);
  return keys_.size();
}

}  // namespace xom::core
