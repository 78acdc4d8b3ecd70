#ifndef XOM_SERVICES_CORE_REGISTRY_H_
#define XOM_SERVICES_CORE_REGISTRY_H_

#include <memory>
#include <string>

#include "absl/container/btree_map.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "storage/transaction.h"

namespace xom::core {

// Resources without a place, by name: what the view keeps of users,
// organizations and moderation cases. Entries are immutable and shared.
template <typename Stored>
class Registry {
 public:
  struct Entry {
    Stored stored;
    storage::Revision mod_revision = 0;
  };
  using EntryPtr = std::shared_ptr<const Entry>;
  using ByName = absl::btree_map<std::string, EntryPtr>;

  // nullptr when there is none of that name.
  EntryPtr Find(absl::string_view name) const {
    const auto found = by_name_.find(name);
    return found == by_name_.end() ? nullptr : found->second;
  }

  const ByName& by_name() const { return by_name_; }

  // DATA_LOSS when the value is not one that was stored.
  absl::Status Put(absl::string_view name, absl::string_view value,
                   storage::Revision revision) {
    auto entry = std::make_shared<Entry>();
    entry->mod_revision = revision;
    if (!entry->stored.ParseFromArray(value.data(),
                                      static_cast<int>(value.size()))) {
      return absl::DataLossError(
          absl::StrCat("the record of ", name, " is not what was written"));
    }
    by_name_[std::string(name)] = std::move(entry);
    return absl::OkStatus();
  }

  void Erase(absl::string_view name) { by_name_.erase(std::string(name)); }

 private:
  ByName by_name_;
};

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_REGISTRY_H_
