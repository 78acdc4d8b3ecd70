// For tests of what stands on a view: a store with a view that follows it, and
// needs to put there.
#ifndef XOM_SERVICES_CORE_WATCH_TESTING_H_
#define XOM_SERVICES_CORE_WATCH_TESTING_H_

#include <string>
#include <vector>

#include "services/core/entry.h"
#include "services/core/view.h"
#include "storage/ledger_testing.h"
#include "storage/local_ledger.h"
#include "xom/internal/v1/stored.pb.h"

namespace xom::core {

// An open need of groceries, as it is stored. `situation` tells versions apart.
struct NeedSpec {
  std::string name;  // without the collection
  double latitude = 0;
  double longitude = 0;
  v1::Urgency urgency = v1::URGENCY_NORMAL;
  v1::Need::State state = v1::Need::STATE_OPEN;
  std::string situation = {};
  absl::Time expire_time = absl::FromUnixSeconds(2'000'000'000);
};
internal::v1::StoredNeed StoredNeedOf(const NeedSpec& spec);

// An entry that is in no store, on the built-in categories.
EntryPtr EntryOf(const NeedSpec& spec, storage::Revision revision);

// A ledger with the built-in categories and a view that follows it.
class ViewedLedger {
 public:
  explicit ViewedLedger(storage::LocalLedgerOptions options = {});
  ~ViewedLedger() { ledger_->Close(); }

  // Commits and applies; returns what became of the resources.
  std::vector<Transition> Put(const NeedSpec& spec);
  std::vector<Transition> PutAll(const std::vector<NeedSpec>& specs);
  std::vector<Transition> Delete(const std::string& name);

  storage::LocalLedger& ledger() { return *ledger_; }
  View& view() { return view_; }
  storage::Revision revision() { return ledger_->revision(); }

 private:
  std::vector<Transition> Commit(storage::Transaction transaction);

  storage::TemporaryDirectory directory_;
  View view_;
  std::vector<Transition> last_;  // of the last change; read after its commit
  std::unique_ptr<storage::LocalLedger> ledger_;
};

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_WATCH_TESTING_H_
