#include "services/core/nearest_edits.h"

#include <algorithm>
#include <cstdint>

#include "absl/container/inlined_vector.h"
#include "services/core/wire.h"
#include "xom/v1/watch_service.pb.h"

namespace xom::core {
namespace {

using v1::NearestNeedEvent;

// Most lists are short; a longer one is allocated.
constexpr size_t kShortList = 32;

// The numbers of the fields of one kind of edit.
struct EditFields {
  int edit;
  int rank;
  int to_rank;  // 0: there is none
  int nearest_need;
};
constexpr EditFields kEnter = {
    NearestNeedEvent::kEnterFieldNumber,
    NearestNeedEvent::Enter::kRankFieldNumber, 0,
    NearestNeedEvent::Enter::kNearestNeedFieldNumber};
constexpr EditFields kChange = {
    NearestNeedEvent::kChangeFieldNumber,
    NearestNeedEvent::Change::kRankFieldNumber, 0,
    NearestNeedEvent::Change::kNearestNeedFieldNumber};
constexpr EditFields kMove = {NearestNeedEvent::kMoveFieldNumber,
                              NearestNeedEvent::Move::kFromRankFieldNumber,
                              NearestNeedEvent::Move::kToRankFieldNumber,
                              NearestNeedEvent::Move::kNearestNeedFieldNumber};

bool SameNeed(const NeedEntry* a, const NeedEntry* b) {
  return a == b || a->name() == b->name();
}

// The client's list as the edits go, and the edits.
class Editor {
 public:
  Editor(const RankedNeeds& held, const RankedNeeds& wanted,
         std::string* message)
      : wanted_(wanted), kept_(wanted.size()), message_(*message) {
    for (const RankedNeed& ranked : held) list_.push_back(ranked.need.get());
  }

  void Run() {
    AddLeaves();
    for (size_t rank = 0; rank < wanted_.size(); ++rank) AddEdit(rank);
  }

 private:
  // Where `need` is wanted; wanted_.size(): nowhere. Most entries are those
  // that the client holds, so names are compared only for the others.
  size_t PlaceOf(const NeedEntry* need) const {
    const auto find = [this](const auto& is) {
      return static_cast<size_t>(
          std::find_if(wanted_.begin(), wanted_.end(), is) - wanted_.begin());
    };
    const size_t place =
        find([need](const RankedNeed& r) { return r.need.get() == need; });
    if (place < wanted_.size()) return place;
    return find(
        [need](const RankedNeed& r) { return r.need->name() == need->name(); });
  }

  // Removes what is not wanted, from the end, so that ranks before it stay.
  void AddLeaves() {
    for (size_t i = list_.size(); i-- > 0;) {
      const size_t place = PlaceOf(list_[i]);
      if (place < wanted_.size()) {
        kept_[place] = true;
        continue;
      }
      WriteLeave(i, list_[i]->name());
      list_.erase(list_.begin() + static_cast<ptrdiff_t>(i));
    }
  }

  // Makes place `rank` of the list what is wanted there. All before it is.
  void AddEdit(size_t rank) {
    const RankedNeed& ranked = wanted_[rank];
    const NeedEntry* const need = ranked.need.get();
    const auto here = list_.begin() + static_cast<ptrdiff_t>(rank);
    if (!kept_[rank]) {
      Write(kEnter, {rank}, ranked);
      list_.insert(here, need);
      return;
    }
    const auto found = std::find_if(
        here, list_.end(),
        [need](const NeedEntry* held) { return SameNeed(held, need); });
    if (found != here) {
      const auto from = static_cast<size_t>(found - list_.begin());
      Write(kMove, {from, rank}, ranked);
      std::rotate(here, found, found + 1);
    } else if ((*here)->mod_revision != need->mod_revision) {
      Write(kChange, {rank}, ranked);
    }
  }

  struct Ranks {
    size_t rank = 0;
    size_t to_rank = 0;
  };
  void Write(const EditFields& fields, Ranks ranks, const RankedNeed& ranked);
  void WriteLeave(size_t rank, absl::string_view name);
  void BeginEvent(int field, size_t size);

  const RankedNeeds& wanted_;
  absl::InlinedVector<const NeedEntry*, kShortList> list_;
  absl::InlinedVector<bool, kShortList> kept_;  // of wanted_: are in list_
  std::string& message_;
};

void Editor::BeginEvent(int field, size_t size) {
  WireWriter writer(&message_);
  writer.BeginMessage(v1::WatchNearestNeedsResponse::kEventsFieldNumber,
                      WireWriter::SizeOfMessage(size));
  writer.BeginMessage(field, size);
}

void Editor::Write(const EditFields& fields, Ranks ranks,
                   const RankedNeed& ranked) {
  const absl::string_view need = ranked.need->need_bytes();
  const double meters = geo::MetersFromChordLength2(ranked.chord_length2);
  const auto rank = static_cast<int64_t>(ranks.rank);
  const auto to_rank = static_cast<int64_t>(ranks.to_rank);
  const size_t nearest_bytes =
      WireWriter::SizeOf(need) + WireWriter::SizeOfDouble(meters);
  BeginEvent(fields.edit, WireWriter::SizeOfInt64(rank) +
                              WireWriter::SizeOfInt64(to_rank) +
                              WireWriter::SizeOfMessage(nearest_bytes));
  WireWriter writer(&message_);
  writer.AddInt64(fields.rank, rank);
  writer.AddInt64(fields.to_rank, to_rank);
  writer.BeginMessage(fields.nearest_need, nearest_bytes);
  writer.Add(v1::NearestNeed::kNeedFieldNumber, need);
  writer.AddDouble(v1::NearestNeed::kDistanceMetersFieldNumber, meters);
}

void Editor::WriteLeave(size_t rank, absl::string_view name) {
  const auto number = static_cast<int64_t>(rank);
  BeginEvent(NearestNeedEvent::kLeaveFieldNumber,
             WireWriter::SizeOfInt64(number) + WireWriter::SizeOf(name));
  WireWriter writer(&message_);
  writer.AddInt64(NearestNeedEvent::Leave::kRankFieldNumber, number);
  writer.Add(NearestNeedEvent::Leave::kNameFieldNumber, name);
}

}  // namespace

void AppendEdits(const RankedNeeds& held, const RankedNeeds& wanted,
                 std::string* message) {
  Editor(held, wanted, message).Run();
}

}  // namespace xom::core
