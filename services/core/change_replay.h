#ifndef XOM_SERVICES_CORE_CHANGE_REPLAY_H_
#define XOM_SERVICES_CORE_CHANGE_REPLAY_H_

#include <cstddef>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/status/status.h"
#include "services/core/category_table.h"
#include "services/core/entry.h"
#include "services/core/limits.h"
#include "services/core/view.h"
#include "storage/ledger.h"

namespace xom::core {

// What became of each resource between two revisions.
class ChangeReplay {
 public:
  // One resource before the first and after the last change of it, and what it
  // was in between, in order.
  struct Difference {
    EntryPtr before;
    EntryPtr after;
    std::vector<EntryPtr> between;
  };
  using ByName = absl::btree_map<std::string, Difference>;

  // `after`: the revision to go on from.
  explicit ChangeReplay(storage::Revision after) : revision_(after) {}

  // Reads on, to revision `until`, the end of the log, or nothing when there is
  // too_long() a way to go. OUT_OF_RANGE, RESUME_TOKEN_EXPIRED when the log
  // does not reach back; else the ledger's errors in terms of the API. May
  // block on the disk.
  absl::Status ReadOn(
      const storage::Ledger& ledger, const View& view,
      storage::Revision until = std::numeric_limits<storage::Revision>::max());

  // The last revision read.
  storage::Revision revision() const { return revision_; }
  // A fresh snapshot serves better: there are more than kMaxReplayedChanges.
  bool too_long() const { return too_long_; }
  // Only a fresh snapshot serves: what the client saw where is not known any
  // more.
  bool erased() const { return erased_; }
  const ByName& by_name() const { return by_name_; }

 private:
  absl::Status Add(const storage::Change& change,
                   const CategoryTable& categories);

  storage::Revision revision_;
  size_t changes_ = 0;
  bool too_long_ = false;
  bool erased_ = false;
  ByName by_name_;
};

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_CHANGE_REPLAY_H_
