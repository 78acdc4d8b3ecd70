#include "services/core/due_runner.h"

#include <optional>
#include <utility>

#include "services/core/claim_decisions.h"
#include "services/core/error.h"
#include "services/core/limits.h"
#include "services/core/moderation_decisions.h"
#include "services/core/need_erasure.h"
#include "services/core/need_service.h"
#include "services/core/resource_name.h"
#include "storage/mutex.h"

namespace xom::core {

absl::StatusOr<Write> DueRunner::DecideNeed(const NeedEntry& need,
                                            absl::Time now) const {
  const internal::v1::StoredNeed stored = need.stored();
  if (NextDue(stored) <= now) {
    return WriteNeed(Advance(stored, now), &need);
  }
  if (!stored.need().has_erase_time()) {
    return eraser_.Erase(need, WipeNeed(stored, now), now);
  }
  auto write = eraser_.Delete(need, now);
  if (write.ok()) DeleteCase(std::string(need.name()), &*write);
  return write;
}

// What was reported of it goes with it.
void DueRunner::DeleteCase(const std::string& subject, Write* write) const {
  const std::string key = CaseNameOf(subject);
  if (view_.FindCase(key) == nullptr) return;
  write->mutations.push_back({key, 0, std::nullopt});
}

absl::StatusOr<Write> DueRunner::Decide(const std::string& name,
                                        absl::Time now) const {
  const EntryPtr entry = view_.Find(name);
  if (entry == nullptr || entry->due_micros > absl::ToUnixMicros(now)) {
    return MakeError(Reason::kStateMismatch, "it is not due any more");
  }
  if (entry->kind == Kind::kNeed) {
    return DecideNeed(static_cast<const NeedEntry&>(*entry), now);
  }
  Write write;
  write.preconditions.push_back({name, entry->mod_revision});
  write.mutations.push_back({name, 0, std::nullopt});
  DeleteCase(name, &write);
  if (entry->kind == Kind::kOffer) {
    write.mutations.push_back(vault_.Erase(name));
  }
  if (entry->kind == Kind::kOffer &&
      view_.FindClaimant(name, now).mod_revision != 0) {
    write.mutations.push_back({ClaimantKey(name), 0, std::nullopt});
  }
  return write;
}

size_t DueRunner::RunOnce() {
  const auto names = view_.Due(clock_.Now(), kMaxDuePerRun);
  storage::Mutex mu;
  storage::CondVar all_done;
  size_t waiting = names.size();
  size_t changed = 0;
  for (const std::string& name : names) {
    writer_.Run(
        {}, [this, name](absl::Time now) { return Decide(name, now); },
        [&](const absl::StatusOr<std::string>& reply) {
          storage::MutexLock lock(mu);
          changed += reply.ok();
          if (--waiting == 0) all_done.NotifyOne();
        });
  }
  storage::MutexLock lock(mu);
  while (waiting > 0) all_done.Wait(mu);
  return changed;
}

}  // namespace xom::core
