#include "services/core/nearest_watch.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "services/core/nearest_edits.h"
#include "services/core/token.h"
#include "services/core/wire.h"
#include "xom/v1/watch_service.pb.h"

namespace xom::core {
namespace {

// While writers are busy the view moves on as the log is read; each turn has
// less to catch up with.
constexpr int kMaxCatchUpTurns = 100;

// A client that is behind by more changes of its list than this is served from
// the view.
constexpr size_t kMaxRankedSteps = 16;

// A list that grows shrinks its reach with each need; the index hears of it
// when the reach is so much less (as a squared chord: an area) than what it
// has.
constexpr double kTightCover = 0.5;

const NeedEntry& AsNeed(const geo::IndexedItem& item) {
  return static_cast<const NeedEntry&>(item);
}

}  // namespace

absl::Status NearestWatch::Start(const View& view,
                                 const storage::Ledger& ledger) {
  if (!options_.resume_after.has_value()) return absl::OkStatus();
  return Resume(view, ledger);
}

absl::Status NearestWatch::Resume(const View& view,
                                  const storage::Ledger& ledger) {
  ChangeReplay replay(*options_.resume_after);
  for (int turn = 0; turn < kMaxCatchUpTurns; ++turn) {
    // The log may be ahead of the view for a moment: what it holds beyond is
    // brought by the hub.
    absl::Status status = replay.ReadOn(ledger, view, view.revision());
    if (!status.ok()) return status;
    if (replay.too_long() || replay.erased()) break;
    const View::Reader reader = view.Read();
    if (replay.revision() != reader.revision()) continue;
    Undo(reader, replay);
    return absl::OkStatus();
  }
  return absl::OkStatus();  // a fresh snapshot serves better
}

void NearestWatch::Undo(const View::Reader& reader,
                        const ChangeReplay& replay) {
  const auto& changed = replay.by_name();
  geo::NearestQuery query = Query();
  query.accept = [this, &changed](const geo::IndexedItem& item) {
    return Sees(&AsNeed(item)) && !changed.contains(item.name());
  };
  RankedNeeds then;
  std::vector<RankedStep> undone;
  reach_chord_length2_ =
      geo::ChordLength2FromMeters(options_.nearness.max_distance_meters);
  for (const auto& neighbor : reader.needs().live().Nearest(query)) {
    then.push_back({Share<NeedEntry>(*neighbor.item), neighbor.chord_length2});
  }
  for (const auto& [name, difference] : changed) {
    undone.push_back({.before = {}, .after = Seen(difference.before)});
  }
  held_ = *RankedAfter(undone, then, options_.nearness.k);
  delivered_ = *options_.resume_after;
  reset_ = false;
}

void NearestWatch::Cover(uint64_t id, geo::ReverseIndex* index) const {
  index->SetDisc(id, options_.nearness.center, cover_chord_length2_);
}

bool NearestWatch::Sees(const Entry* entry) const {
  return entry != nullptr && entry->kind == Kind::kNeed &&
         options_.filter.Matches(static_cast<const NeedEntry&>(*entry));
}

RankedNeed NearestWatch::Seen(const EntryPtr& entry) const {
  if (!Sees(entry.get())) return {};
  const double chord_length2 =
      geo::ChordLength2(center_unit_, entry->point().unit());
  if (chord_length2 > reach_chord_length2_) return {};
  return {Share<NeedEntry>(*entry), chord_length2};
}

void NearestWatch::Touch(const Transition& transition) {
  if (transition.revision <= delivered_ || ask_view_) return;
  RankedStep step{Seen(transition.before), Seen(transition.after)};
  if (step.before.need == nullptr && step.after.need == nullptr) return;
  news_ = true;
  ask_view_ = steps_.size() == kMaxRankedSteps;
  if (ask_view_) {
    steps_ = std::vector<RankedStep>();  // its room too
  } else {
    steps_.push_back(std::move(step));
  }
}

void NearestWatch::Skip() {
  held_ = RankedNeeds();
  steps_ = std::vector<RankedStep>();
  ask_view_ = true;
  reset_ = true;
  news_ = true;
}

geo::NearestQuery NearestWatch::Query() const {
  geo::NearestQuery query{
      .center = options_.nearness.center,
      .limit = options_.nearness.k,
      .max_distance_meters = options_.nearness.max_distance_meters};
  options_.filter.ApplyTo(&query);
  return query;
}

RankedNeeds NearestWatch::Wanted(const View& view, storage::Revision revision) {
  const size_t k = options_.nearness.k;
  if (!ask_view_) {
    if (auto after = RankedAfter(std::exchange(steps_, {}), held_, k)) {
      delivered_ = std::max(delivered_, revision);
      return *std::move(after);
    }
  }
  RankedNeeds wanted;
  const View::Reader reader = view.Read();
  const auto found = reader.needs().live().Nearest(Query());
  wanted.reserve(found.size());
  for (const auto& neighbor : found) {
    wanted.push_back(
        {Share<NeedEntry>(*neighbor.item), neighbor.chord_length2});
  }
  delivered_ = reader.revision();
  ask_view_ = false;
  return wanted;
}

void NearestWatch::SetReach() {
  reach_chord_length2_ =
      held_.size() == options_.nearness.k
          ? held_.back().chord_length2
          : geo::ChordLength2FromMeters(options_.nearness.max_distance_meters);
  cover_moves_ = first_ || reach_chord_length2_ > cover_chord_length2_ ||
                 reach_chord_length2_ < cover_chord_length2_ * kTightCover;
  if (cover_moves_) cover_chord_length2_ = reach_chord_length2_;
}

std::optional<std::string> NearestWatch::Next(const View& view,
                                              storage::Revision revision) {
  RankedNeeds wanted = Wanted(view, revision);
  std::string message;
  AppendEdits(held_, wanted, &message);
  held_ = std::move(wanted);
  SetReach();
  news_ = false;
  if (message.empty() && !first_ && !reset_) return std::nullopt;
  if (reset_) {
    WireWriter(&message).AddInt64(
        v1::WatchNearestNeedsResponse::kResetFieldNumber, 1);
  }
  first_ = false;
  reset_ = false;
  Finish(&message);
  return message;
}

std::string NearestWatch::Heartbeat(storage::Revision revision) {
  delivered_ = std::max(delivered_, revision);
  std::string message;
  Finish(&message);
  return message;
}

void NearestWatch::Finish(std::string* message) const {
  using Response = v1::WatchNearestNeedsResponse;
  internal::v1::ResumeToken token;
  token.set_filter_fingerprint(options_.fingerprint);
  token.set_revision(delivered_);
  WireWriter writer(message);
  writer.AddInt64(Response::kCurrentFieldNumber, 1);
  writer.AddInt64(Response::kRevisionFieldNumber, delivered_);
  writer.Add(Response::kResumeTokenFieldNumber, EncodeToken(token));
}

}  // namespace xom::core
