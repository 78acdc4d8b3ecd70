#include "services/core/nearest_watch.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "services/core/token.h"
#include "xom/v1/watch_service.pb.h"

namespace xom::core {
namespace {

// While writers are busy the view moves on as the log is read; each turn has
// less to catch up with.
constexpr int kMaxCatchUpTurns = 100;

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
    return Sees(&AsNeed(item)) && !changed.contains(item.name);
  };
  std::vector<std::pair<geo::RankKey, storage::Revision>> then;
  const auto add = [&](const Entry& entry) {
    then.emplace_back(geo::RankKeyOf(entry, options_.nearness.center),
                      entry.mod_revision);
  };
  for (const auto& neighbor : reader.needs().live().Nearest(query)) {
    add(AsNeed(*neighbor.item));
  }
  const double farthest =
      geo::ChordLength2FromMeters(options_.nearness.max_distance_meters);
  for (const auto& [name, difference] : changed) {
    const Entry* before = difference.before.get();
    if (Sees(before) && geo::ChordLength2(options_.nearness.center,
                                          before->point) <= farthest) {
      add(*before);
    }
  }
  std::sort(then.begin(), then.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  then.resize(std::min(then.size(), options_.nearness.k));
  for (const auto& [rank, mod_revision] : then) {
    held_.push_back({rank.name, mod_revision});
  }
  delivered_ = *options_.resume_after;
  reset_ = false;
}

void NearestWatch::Cover(uint64_t id, geo::ReverseIndex* index) const {
  index->SetDisc(id, options_.nearness.center, reach_chord_length2_);
}

bool NearestWatch::Sees(const Entry* entry) const {
  return entry != nullptr && entry->kind == Kind::kNeed &&
         options_.filter.Matches(static_cast<const NeedEntry&>(*entry));
}

void NearestWatch::Touch(const Transition& transition) {
  if (transition.revision <= delivered_ || news_) return;
  const auto touches = [this](const Entry* entry) {
    return Sees(entry) &&
           geo::ChordLength2(options_.nearness.center, entry->point) <=
               reach_chord_length2_;
  };
  news_ = touches(transition.before.get()) || touches(transition.after.get());
}

void NearestWatch::Skip() {
  held_.clear();
  reset_ = true;
  news_ = true;
}

geo::NearestQuery NearestWatch::Query() const {
  geo::NearestQuery query{
      .center = options_.nearness.center,
      .limit = options_.nearness.k,
      .max_distance_meters = options_.nearness.max_distance_meters,
      .any_category = options_.filter.any_category,
      .min_urgency = options_.filter.min_urgency};
  query.accept = [this](const geo::IndexedItem& item) {
    return Sees(&AsNeed(item));
  };
  return query;
}

std::optional<std::string> NearestWatch::Next(const View& view,
                                              storage::Revision) {
  std::vector<RankedNeed> wanted;
  {
    const View::Reader reader = view.Read();
    reach_chord_length2_ =
        geo::ChordLength2FromMeters(options_.nearness.max_distance_meters);
    const auto found = reader.needs().live().Nearest(Query());
    for (const auto& neighbor : found) {
      wanted.push_back({Share<NeedEntry>(*neighbor.item),
                        geo::MetersFromChordLength2(neighbor.chord_length2)});
    }
    if (found.size() == options_.nearness.k) {
      reach_chord_length2_ = found.back().chord_length2;
    }
    delivered_ = reader.revision();
  }
  news_ = false;
  v1::WatchNearestNeedsResponse message;
  for (auto& edit : EditsBetween(std::move(held_), wanted)) {
    *message.add_events() = std::move(edit);
  }
  held_.clear();
  for (const RankedNeed& ranked : wanted) {
    held_.push_back(
        {std::string(ranked.need->name), ranked.need->mod_revision});
  }
  if (message.events().empty() && !first_ && !reset_) return std::nullopt;
  message.set_reset(reset_);
  first_ = false;
  reset_ = false;
  return Message(std::move(message));
}

std::string NearestWatch::Heartbeat(storage::Revision revision) {
  delivered_ = std::max(delivered_, revision);
  return Message({});
}

std::string NearestWatch::Message(v1::WatchNearestNeedsResponse message) const {
  internal::v1::ResumeToken token;
  token.set_filter_fingerprint(options_.fingerprint);
  token.set_revision(delivered_);
  message.set_current(true);
  message.set_revision(delivered_);
  message.set_resume_token(EncodeToken(token));
  return message.SerializeAsString();
}

}  // namespace xom::core
