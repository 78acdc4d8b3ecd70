#include "services/core/moderation_subject.h"

#include "services/core/resource_check.h"
#include "services/core/resource_name.h"

namespace xom::core {
namespace {

template <typename Resource>
void SetHidden(bool hidden, absl::Time now, Resource* resource) {
  resource->set_quarantined(hidden);
  Stamp(now, resource);
}

// The record of a resource with the flag as it shall be.
std::string RecordOf(const Entry& entry, bool hidden, absl::Time now) {
  switch (entry.kind) {
    case Kind::kNeed: {
      auto stored = static_cast<const NeedEntry&>(entry).stored();
      SetHidden(hidden, now, stored.mutable_need());
      return stored.SerializeAsString();
    }
    case Kind::kOffer: {
      auto stored = static_cast<const OfferEntry&>(entry).stored;
      SetHidden(hidden, now, stored.mutable_offer());
      return stored.SerializeAsString();
    }
    case Kind::kSupplyPoint: {
      auto stored = static_cast<const SupplyPointEntry&>(entry).stored;
      SetHidden(hidden, now, stored.mutable_supply_point());
      return stored.SerializeAsString();
    }
  }
  return "";
}

void AddUserHiding(const UserRegistry::Entry& entry, bool hidden,
                   absl::Time now, Write* write) {
  auto stored = entry.stored;
  if (stored.user().quarantined() == hidden) return;
  SetHidden(hidden, now, stored.mutable_user());
  const std::string& name = stored.user().name();
  write->preconditions.push_back({name, entry.mod_revision});
  write->mutations.push_back({name, 0, stored.SerializeAsString()});
}

}  // namespace

bool SubjectExists(const View& view, const std::string& subject) {
  return IsResourceName(kUsers, subject) ? view.FindUser(subject) != nullptr
                                         : view.Find(subject) != nullptr;
}

void AddHiding(const View& view, const std::string& subject, bool hidden,
               absl::Time now, Write* write) {
  if (IsResourceName(kUsers, subject)) {
    const auto user = view.FindUser(subject);
    if (user != nullptr) AddUserHiding(*user, hidden, now, write);
    return;
  }
  const EntryPtr entry = view.Find(subject);
  if (entry == nullptr || entry->hidden == hidden) return;
  write->preconditions.push_back({subject, entry->mod_revision});
  write->mutations.push_back(
      {subject, entry->point().leaf_cell(), RecordOf(*entry, hidden, now)});
}

}  // namespace xom::core
