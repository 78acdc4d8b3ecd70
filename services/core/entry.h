// What the view keeps of each resource: the record, and beside it, worked out
// once, what queries ask of it. Entries are immutable and shared, so that a
// reader may keep one after the view has moved on.
#ifndef XOM_SERVICES_CORE_ENTRY_H_
#define XOM_SERVICES_CORE_ENTRY_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "geo/cell_index.h"
#include "services/core/category_table.h"
#include "services/core/opening_hours.h"
#include "storage/transaction.h"
#include "xom/internal/v1/stored.pb.h"

namespace xom::core {

enum class Kind { kNeed, kOffer, kSupplyPoint };

// `point` of a need is its public point.
struct Entry : geo::IndexedItem, std::enable_shared_from_this<Entry> {
  Kind kind = Kind::kNeed;
  storage::Revision mod_revision = 0;
  // Whether searches and watches see it: an open need, an offer that is not
  // closed, any supply point; none that is hidden.
  bool live = false;
  // Whether reports or a moderator hide it: then no list has it either.
  bool hidden = false;
  // How much of a reply it takes.
  size_t reply_bytes = 0;
  // When something becomes of it by itself: a lease runs out, a need expires,
  // what is personal of it is erased, what has ended is deleted.
  absl::Time due = absl::InfiniteFuture();
};

struct NeedEntry : Entry {
  static constexpr Kind kKind = Kind::kNeed;

  internal::v1::StoredNeed stored;
  absl::Time verify_time;
  std::string language;  // the primary subtag; empty: not said
  // A v1::Verification, never UNSPECIFIED.
  int verification = v1::VERIFICATION_UNVERIFIED;
};

struct OfferEntry : Entry {
  static constexpr Kind kKind = Kind::kOffer;

  internal::v1::StoredOffer stored;
  absl::Time update_time;
  std::vector<std::string> languages;  // primary subtags
  std::optional<OpeningCalendar> hours;

  bool active() const {
    return stored.offer().state() == v1::Offer::STATE_ACTIVE;
  }
  // Whether its hours, when it has any, are on.
  bool IsOn(absl::Time now) const {
    return !hours.has_value() || hours->IsOpen(now);
  }
  // Whether the helper goes as far as that squared chord.
  bool Reaches(double chord_length2) const;
};

struct SupplyPointEntry : Entry {
  static constexpr Kind kKind = Kind::kSupplyPoint;

  internal::v1::StoredSupplyPoint stored;
  absl::Time availability_time;
  std::optional<OpeningCalendar> hours;

  // Whether people are served there at that time.
  bool IsOpen(absl::Time now) const;
};

using EntryPtr = std::shared_ptr<const Entry>;
using NeedPtr = std::shared_ptr<const NeedEntry>;

// The entry of a record as the ledger keeps it, whose key tells the kind.
// DATA_LOSS when the value is not what we wrote.
absl::StatusOr<EntryPtr> MakeEntry(absl::string_view key,
                                   absl::string_view value,
                                   storage::Revision mod_revision,
                                   const CategoryTable& categories);

// The kind of a resource name; nullopt for categories and all else.
std::optional<Kind> KindOf(absl::string_view name);

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_ENTRY_H_
