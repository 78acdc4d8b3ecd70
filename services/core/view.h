// The state of the whole store in memory, built only by applying changes in the
// order of their revisions. All queries and watches read here.
//
//   View view;
//   view.Load(ledger);                       // at start
//   ledger.Follow(revision, [&](auto changes) { view.Apply(changes); });
//   ...
//   const View::Reader reader = view.Read();
//   for (auto& n : reader.needs().live().Nearest(query)) ...
#ifndef XOM_SERVICES_CORE_VIEW_H_
#define XOM_SERVICES_CORE_VIEW_H_

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/container/btree_set.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "geo/cell_index.h"
#include "services/core/category_table.h"
#include "services/core/claim_index.h"
#include "services/core/entry.h"
#include "services/core/registry.h"
#include "storage/ledger.h"
#include "storage/mutex.h"

namespace xom::core {

// How one resource went from before to after; nullptr: it was not there.
struct Transition {
  storage::Revision revision = 0;
  EntryPtr before;
  EntryPtr after;

  const Entry& any() const { return after != nullptr ? *after : *before; }
};

// All resources of one kind, by name and by place.
class Collection {
 public:
  struct NameLess {
    using is_transparent = void;
    static absl::string_view NameOf(const EntryPtr& entry) {
      return entry->name();
    }
    static absl::string_view NameOf(absl::string_view name) { return name; }
    template <typename A, typename B>
    bool operator()(const A& a, const B& b) const {
      return NameOf(a) < NameOf(b);
    }
  };
  using ByName = absl::btree_set<EntryPtr, NameLess>;

  // nullptr when there is none of that name.
  EntryPtr Find(absl::string_view name) const;

  const ByName& by_name() const { return by_name_; }
  // The live ones by place, and the others.
  const geo::CellIndex& live() const { return live_; }
  const geo::CellIndex& ended() const { return ended_; }

  // Puts `entry` under its name. Returns what stood there.
  EntryPtr Put(EntryPtr entry);
  EntryPtr Erase(absl::string_view name);

  // The two halves of filling an empty collection, which may run at once.
  // Places are filled fastest in the order of the cells.
  void LoadPlaces(const std::vector<EntryPtr>& entries);
  void LoadNames(const std::vector<EntryPtr>& entries);

 private:
  geo::CellIndex& IndexOf(const Entry& entry) {
    return entry.live ? live_ : ended_;
  }

  ByName by_name_;
  geo::CellIndex live_;
  geo::CellIndex ended_;
};

// What a decision on a new claim of an offer, or of a user that goes, reads
// beside it.
struct Claimant {
  int active_claims = 0;  // whose leases run
  // What became of those of a user; of an offer it is not counted.
  TrackRecord record = {};
  // Of the record under ClaimantKey, which each new claim writes.
  storage::Revision mod_revision = 0;
};

using UserRegistry = Registry<internal::v1::StoredUser>;
using OrganizationRegistry = Registry<internal::v1::StoredOrganization>;
using CaseRegistry = Registry<internal::v1::StoredModerationCase>;

struct DueLess {
  bool operator()(const Entry* a, const Entry* b) const {
    return a->due_micros != b->due_micros ? a->due_micros < b->due_micros
                                          : a->name() < b->name();
  }
};

// Thread-safe: one thread applies, any number read.
class View {
 private:
  struct State {
    storage::Revision revision = 0;
    std::shared_ptr<const CategoryTable> categories =
        std::make_shared<CategoryTable>();
    Collection kinds[kKinds];  // by Kind
    UserRegistry users;
    OrganizationRegistry organizations;
    CaseRegistry cases;
    // Those that something becomes of, the first due first.
    absl::btree_set<const Entry*, DueLess> due;
    ClaimIndex claims;
    // By key, the revisions of the records of claimants.
    absl::flat_hash_map<std::string, storage::Revision> claimants;
  };

 public:
  // The state at one revision. It stands still while a Reader lives: keep it
  // short, and never take two at once on one thread.
  class Reader {
   public:
    storage::Revision revision() const { return state_.revision; }
    const CategoryTable& categories() const { return *state_.categories; }
    const Collection& of(Kind kind) const {
      return state_.kinds[static_cast<size_t>(kind)];
    }
    const ClaimedNeeds& claimed_needs() const {
      return state_.claims.claimed_needs();
    }
    const UserRegistry& users() const { return state_.users; }
    const OrganizationRegistry& organizations() const {
      return state_.organizations;
    }
    const CaseRegistry& cases() const { return state_.cases; }
    // Of an offer or a user; looks at each of its ACTIVE claims.
    Claimant FindClaimant(const std::string& party, absl::Time now) const;
    const Collection& needs() const { return of(Kind::kNeed); }
    const Collection& offers() const { return of(Kind::kOffer); }
    const Collection& supply_points() const { return of(Kind::kSupplyPoint); }

   private:
    friend class View;
    explicit Reader(const View& view) : lock_(view.mu_), state_(view.state_) {}
    storage::ReaderLock lock_;
    const State& state_;
  };

  View() = default;
  View(const View&) = delete;
  View& operator=(const View&) = delete;

  Reader Read() const { return Reader(*this); }

  // The revision of the state, which may have moved on already.
  storage::Revision revision() const { return Read().revision(); }

  // Copies for decisions, which read one resource and the categories.
  EntryPtr Find(absl::string_view name) const;
  UserRegistry::EntryPtr FindUser(absl::string_view name) const {
    return Read().users().Find(name);
  }
  OrganizationRegistry::EntryPtr FindOrganization(
      absl::string_view name) const {
    return Read().organizations().Find(name);
  }
  CaseRegistry::EntryPtr FindCase(absl::string_view name) const {
    return Read().cases().Find(name);
  }
  std::shared_ptr<const CategoryTable> categories() const;
  Claimant FindClaimant(const std::string& party, absl::Time now) const {
    return Read().FindClaimant(party, now);
  }

  // The names of at most `limit` resources that were due at `now`, the longest
  // due first.
  std::vector<std::string> Due(absl::Time now, size_t limit) const;

  // Fills an empty view with all that the ledger holds; Follow it from
  // revision() on. `unviewed` is shown each record that views do not hold. The
  // ledger's errors, or DATA_LOSS.
  absl::Status Load(
      const storage::Ledger& ledger,
      const std::function<void(const storage::Record&)>& unviewed = nullptr);

  // Applies the next changes, so many at a time that a reader in between hardly
  // waits. DATA_LOSS when a record in them cannot be read; the view is then of
  // no more use.
  absl::StatusOr<std::vector<Transition>> Apply(
      absl::Span<const storage::Change> changes);

 private:
  absl::Status Apply(const storage::Change& change,
                     std::vector<Transition>* transitions) XOM_REQUIRES(mu_);
  absl::Status Put(absl::string_view key, absl::string_view value,
                   storage::Revision revision, Transition* transition)
      XOM_REQUIRES(mu_);
  using EntriesByKind = std::array<std::vector<EntryPtr>, kKinds>;
  // What a part of a scan has told of what has a place. Threads fill several at
  // once, each cache line of them one.
  struct alignas(64) LoadedPart {
    EntriesByKind entries;
  };
  // What has no place goes into the view.
  absl::Status Load(const storage::Record& record, LoadedPart* part)
      XOM_REQUIRES(mu_);
  static EntriesByKind Joined(std::vector<LoadedPart> parts);
  // Puts entries into the view, those of a kind in the order of (cell, name).
  void FillWith(const EntriesByKind& entries) XOM_REQUIRES(mu_);
  // What has no place. False: it has one.
  absl::StatusOr<bool> PutPlaceless(absl::string_view key,
                                    absl::string_view value,
                                    storage::Revision revision)
      XOM_REQUIRES(mu_);
  void Erase(absl::string_view key, Transition* transition) XOM_REQUIRES(mu_);
  // Brings what is kept beside the collections up to date.
  void Follow(const Transition& transition) XOM_REQUIRES(mu_);
  absl::Status PutCategory(absl::string_view value, storage::Revision revision)
      XOM_REQUIRES(mu_);

  mutable storage::SharedMutex mu_;
  State state_ XOM_GUARDED_BY(mu_);
};

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_VIEW_H_
