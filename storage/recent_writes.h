#ifndef XOM_STORAGE_RECENT_WRITES_H_
#define XOM_STORAGE_RECENT_WRITES_H_

#include <cstddef>
#include <cstdint>
#include <deque>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "storage/transaction.h"

namespace xom::storage {

// Records whose writing is remembered: at full speed those of some seconds,
// where a transaction is decided milliseconds after it was read.
inline constexpr size_t kMaxRecentWrites = 1 << 16;

// Which keys were written lately, so that a transaction that tells when it was
// read can be decided without reading again, as by the resolvers of
// FoundationDB. Not thread-safe.
//
//   recent.Reset(store_revision);
//   recent.Note(change);  // each that follows, in order
//   recent.MayHaveChanged("needs/7", read_revision);
class RecentWrites {
 public:
  explicit RecentWrites(size_t capacity = kMaxRecentWrites)
      : capacity_(capacity) {}

  // The ledger opens at `revision`. Of what was written up to there nothing is
  // known.
  void Reset(Revision revision);

  // REQUIRES: `change` is the one after the last, or after Reset's.
  void Note(const Change& change);

  // False: no change after revision `since` wrote the key. True: one may have,
  // or it is not known.
  bool MayHaveChanged(absl::string_view key, Revision since) const;

  // Whether a record of that mod_revision was written since the ledger was
  // opened, by this process. What another wrote is read from the store: who
  // works a cell out again, from a place, may do so otherwise on another
  // machine, whose sines differ in the last bit.
  bool WrittenSinceReset(Revision mod_revision) const {
    return mod_revision > reset_at_;
  }

 private:
  // Keys by their hashes: two with the same one are written when either is.
  struct Written {
    uint64_t key_hash;
    Revision revision;
  };

  void ForgetOldest();

  const size_t capacity_;
  Revision reset_at_ = 0;
  Revision known_after_ = 0;  // of writes up to it nothing is known
  std::deque<Written> in_order_;
  absl::flat_hash_map<uint64_t, Revision> last_;  // by the hash of a key
};

}  // namespace xom::storage

#endif  // XOM_STORAGE_RECENT_WRITES_H_
