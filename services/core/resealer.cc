#include "services/core/resealer.h"

#include <utility>
#include <vector>

#include "services/core/error.h"
#include "services/core/key_check.h"
#include "services/core/limits.h"

namespace xom::core {

using storage::CondVar;
using storage::Mutex;
using storage::MutexLock;

void Resealer::Note(const storage::Record& record) {
  const bool is_old =
      DetailsVault::IsSealed(record.key) && !keyring_.IsCurrent(record.value);
  const bool check_is_old = IsOldKeyCheck(record, keyring_);
  if (!is_old && !check_is_old) return;
  MutexLock lock(mu_);
  check_is_old_ |= check_is_old;
  if (is_old) keys_.push_back(record.key);
}

size_t Resealer::left() const {
  MutexLock lock(mu_);
  return Left();
}

size_t Resealer::Left() const {
  return keys_.size() + (check_is_old_ && unreadable_ == 0 ? 1 : 0);
}

std::vector<std::string> Resealer::TakeSome() {
  MutexLock lock(mu_);
  std::vector<std::string> keys;
  while (!keys_.empty() && keys.size() < kMaxResealedPerRun) {
    keys.push_back(std::move(keys_.front()));
    keys_.pop_front();
  }
  if (keys.empty() && Left() > 0) {
    check_is_old_ = false;
    keys.push_back(KeyCheckKey());
  }
  return keys;
}

size_t Resealer::unreadable() const {
  MutexLock lock(mu_);
  return unreadable_;
}

absl::StatusOr<Write> Resealer::Decide(const std::string& key) const {
  Write write;
  const auto record = ledger_.Get(key);
  if (!record.ok()) return FromLedgerError(record.status());
  if (key == KeyCheckKey()) {
    write.mutations.push_back(KeyCheckRecord(keyring_));
    return write;
  }
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
  const std::vector<std::string> keys = TakeSome();
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
  return Left();
}

}  // namespace xom::core
