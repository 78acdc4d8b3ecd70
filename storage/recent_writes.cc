#include "storage/recent_writes.h"

#include "absl/hash/hash.h"

namespace xom::storage {
namespace {

uint64_t HashOf(absl::string_view key) {
  return absl::Hash<absl::string_view>()(key);
}

}  // namespace

void RecentWrites::Reset(Revision revision) {
  reset_at_ = revision;
  known_after_ = revision;
  in_order_.clear();
  last_.clear();
}

void RecentWrites::Note(const Change& change) {
  for (const ChangedRecord& record : change.records) {
    const uint64_t key_hash = HashOf(record.key);
    in_order_.push_back({key_hash, change.revision});
    last_[key_hash] = change.revision;
  }
  while (in_order_.size() > capacity_) ForgetOldest();
}

bool RecentWrites::MayHaveChanged(absl::string_view key, Revision since) const {
  if (since < known_after_) return true;
  const auto last = last_.find(HashOf(key));
  return last != last_.end() && last->second > since;
}

void RecentWrites::ForgetOldest() {
  const Written oldest = in_order_.front();
  in_order_.pop_front();
  known_after_ = oldest.revision;
  const auto last = last_.find(oldest.key_hash);
  if (last != last_.end() && last->second == oldest.revision) {
    last_.erase(last);
  }
}

}  // namespace xom::storage
