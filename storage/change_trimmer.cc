#include "storage/change_trimmer.h"

#include <algorithm>

namespace xom::storage {
namespace {

// LocalLedgerOptions tells of both.
constexpr int64_t kCountStrides = 16;
constexpr int64_t kAgeStrides = 64;

}  // namespace

Revision ChangeTrimmer::Choose(const Store& store, StoreState written,
                               Revision revision) {
  return std::max(ByCount(written.oldest_revision, revision),
                  ByAge(store, written));
}

Revision ChangeTrimmer::ByCount(Revision oldest, Revision revision) const {
  const int64_t most = options_.max_retained_changes;
  if (revision - oldest <= most) return oldest;
  return revision - (most - most / kCountStrides);
}

// Commit times rarely run backwards, and where they do it does not matter to
// anybody by how much a change outlives its retention: so a binary search for
// the first young change will do.
Revision ChangeTrimmer::ByAge(const Store& store, StoreState written) {
  Revision old = written.oldest_revision;
  const absl::Time now = options_.now();
  if (now < next_look_) return old;
  next_look_ = now + options_.change_retention / kAgeStrides;
  const absl::Time cutoff = now - options_.change_retention;
  Revision young = written.revision + 1;
  while (old + 1 < young) {
    const Revision middle = old + (young - old) / 2;
    const auto change = store.ReadChange(middle);
    if (!change.ok()) return written.oldest_revision;
    (change->commit_time < cutoff ? old : young) = middle;
  }
  return old;
}

}  // namespace xom::storage
