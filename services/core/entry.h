// What the view keeps of each resource: the record, and beside it, worked out
// once, what queries ask of it. Entries are immutable and shared, so that a
// reader may keep one after the view has moved on.
//
// Needs are the many, so of them the record is kept as the bytes that it is,
// in one block of memory with the entry: a reply copies them, and who wants the
// message parses it.
#ifndef XOM_SERVICES_CORE_ENTRY_H_
#define XOM_SERVICES_CORE_ENTRY_H_

#include <atomic>
#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
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

enum class Kind : uint8_t { kNeed, kOffer, kSupplyPoint };
inline constexpr size_t kKinds = 3;

// `point` of a need is its public point; `name` is a view of the record.
// Members stand so that no gap is between them.
struct Entry : geo::IndexedItem {
  Entry(const Entry&) = delete;
  Entry& operator=(const Entry&) = delete;

 private:
  friend void intrusive_ptr_add_ref(const Entry* entry);
  friend void intrusive_ptr_release(const Entry* entry);
  mutable std::atomic<uint32_t> references_ = 0;

 public:
  storage::Revision mod_revision = 0;
  // When something becomes of it by itself: a lease runs out, a need expires,
  // what is personal of it is erased, what has ended is deleted.
  int64_t due_micros = kNever;
  // How much of a reply it takes.
  uint32_t reply_bytes = 0;
  const Kind kind : 2;
  // Whether searches and watches see it: an open need, an offer that is not
  // closed, any supply point; none that is hidden.
  bool live : 1 = false;
  // Whether reports or a moderator hide it: then no list has it either.
  bool hidden : 1 = false;

  static constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

 protected:
  explicit Entry(Kind entry_kind) : kind(entry_kind) {}
  ~Entry() = default;
};

using EntryPtr = boost::intrusive_ptr<const Entry>;

struct NeedEntry final : Entry {
  static constexpr Kind kKind = Kind::kNeed;

  // Read from the record each time.
  geo::Point point() const override;
  absl::string_view name() const override {
    return ShortField(need_offset_ + kNameOffset);
  }
  int64_t verify_time_micros() const;
  uint64_t language() const;  // LanguageKey of its language code

  // Each parses anew, so ask once.
  internal::v1::StoredNeed stored() const;
  v1::Need need() const;

  // As this process has written it.
  storage::Record ToRecord() const;

  // For good: it is neither open nor claimed.
  bool has_ended() const {
    return state != v1::Need::STATE_OPEN && state != v1::Need::STATE_CLAIMED;
  }

  // The bytes of the v1::Need.
  absl::string_view need_bytes() const {
    return {record() + need_offset_, reply_bytes};
  }

  uint8_t state : 7 = 0;  // a v1::Need::State
  bool has_claims : 1 = false;
  // Verifications as in the proto, `verification` never UNSPECIFIED.
  uint8_t verification : 4 = v1::VERIFICATION_UNVERIFIED;
  uint8_t min_helper_verification : 4 = 0;

 private:
  friend absl::StatusOr<EntryPtr> MakeNeedEntry(
      absl::string_view key, absl::string_view value,
      storage::Revision mod_revision, const CategoryTable& categories);

  // A name is the first field of its need: behind a tag and a size.
  static constexpr size_t kNameOffset = 2;

  NeedEntry() : Entry(kKind) {}
  // Begins right behind the entry.
  const char* record() const { return reinterpret_cast<const char*>(this + 1); }
  // The bytes of a field that begins there, behind its size, which is one byte;
  // none at 0, where no field is.
  absl::string_view ShortField(size_t offset) const {
    if (offset == 0) return "";
    return {record() + offset, static_cast<uint8_t>(record()[offset - 1])};
  }

  uint8_t need_offset_ = 0;  // it is the first field of the record
  uint32_t record_bytes_ = 0;
  // Where short fields of the need begin in the record.
  uint16_t language_offset_ = 0;
  uint16_t location_offset_ = 0;
};

// There are millions of them: see docs/adr/0017.
static_assert(sizeof(NeedEntry) == 64);

struct OfferEntry final : Entry {
  static constexpr Kind kKind = Kind::kOffer;
  OfferEntry() : Entry(kKind) {}

  geo::Point point() const override { return place; }
  absl::string_view name() const override { return stored.offer().name(); }

  geo::Point place;
  internal::v1::StoredOffer stored;
  absl::Time update_time;
  std::vector<uint64_t> languages;  // LanguageKeys
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

struct SupplyPointEntry final : Entry {
  static constexpr Kind kKind = Kind::kSupplyPoint;
  SupplyPointEntry() : Entry(kKind) {}

  geo::Point point() const override { return place; }
  absl::string_view name() const override {
    return stored.supply_point().name();
  }

  geo::Point place;
  internal::v1::StoredSupplyPoint stored;
  absl::Time availability_time;
  std::optional<OpeningCalendar> hours;

  // Whether people are served there at that time.
  bool IsOpen(absl::Time now) const;
};

using NeedPtr = boost::intrusive_ptr<const NeedEntry>;
using OfferPtr = boost::intrusive_ptr<const OfferEntry>;

// The entry that an index of a view holds, to be kept.
template <typename EntryType = Entry>
boost::intrusive_ptr<const EntryType> Share(const geo::IndexedItem& item) {
  return boost::intrusive_ptr<const EntryType>(
      static_cast<const EntryType*>(&item));
}

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
