#include "services/core/region_watch.h"

#include <algorithm>
#include <limits>

#include "services/core/limits.h"
#include "services/core/token.h"

namespace xom::core {
namespace {

template <typename Event>
void SetResource(const Entry& entry, Event* event) {
  switch (entry.kind) {
    case Kind::kNeed:
      *event->mutable_need() = static_cast<const NeedEntry&>(entry).need();
      break;
    case Kind::kOffer:
      *event->mutable_offer() =
          static_cast<const OfferEntry&>(entry).stored.offer();
      break;
    case Kind::kSupplyPoint:
      *event->mutable_supply_point() =
          static_cast<const SupplyPointEntry&>(entry).stored.supply_point();
      break;
  }
}

}  // namespace

absl::Status RegionWatch::Start(const View& view,
                                const storage::Ledger& ledger) {
  if (!options_.resume_after.has_value()) return absl::OkStatus();
  ChangeReplay replay(*options_.resume_after);
  absl::Status status = replay.ReadOn(ledger, view);
  if (!status.ok()) return status;
  // A snapshot serves better.
  if (replay.too_long() || replay.erased()) return absl::OkStatus();
  for (const auto& [name, difference] : replay.by_name()) {
    Note(difference.before, difference.after);
    NoteBetween(difference);
  }
  delivered_ = *options_.resume_after;
  noted_ = replay.revision();
  snapshot_ = false;
  return absl::OkStatus();
}

void RegionWatch::Cover(uint64_t id, geo::ReverseIndex* index) const {
  index->SetRegion(id, options_.region);
}

bool RegionWatch::SeesNeed(const NeedEntry& need) const {
  return need.urgency >= options_.min_urgency &&
         need.verification >= options_.min_verification;
}

bool RegionWatch::Sees(const Entry* entry) const {
  return entry != nullptr && entry->live &&
         options_.kinds[static_cast<size_t>(entry->kind)] &&
         (options_.any_category == 0 ||
          (entry->categories & options_.any_category) != 0) &&
         (entry->kind != Kind::kNeed ||
          SeesNeed(static_cast<const NeedEntry&>(*entry))) &&
         options_.region.Contains(entry->point);
}

void RegionWatch::Note(const EntryPtr& before, const EntryPtr& after) {
  const EntryPtr& entry = after != nullptr ? after : before;
  if (entry == nullptr) return;
  const bool seen = Sees(after.get());
  const auto found = differences_.find(std::string(entry->name));
  if (found != differences_.end()) {
    found->second.entry = entry;
    found->second.seen = seen;
  } else if (const bool held = Sees(before.get()); held || seen) {
    differences_[std::string(entry->name)] = {entry, held, seen};
  }
}

// A stream that was cut within a batch may have told of what came and went.
void RegionWatch::NoteBetween(const ChangeReplay::Difference& difference) {
  if (Sees(difference.after.get())) return;
  for (const EntryPtr& entry : difference.between) {
    if (Sees(entry.get()))
      differences_[std::string(entry->name)] = {entry, true, false};
  }
}

void RegionWatch::Touch(const Transition& transition) {
  if (snapshot_ || transition.revision <= noted_) return;
  Note(transition.before, transition.after);
  if (differences_.size() > kMaxChangesBehind) Skip();
}

void RegionWatch::Skip() {
  batch_.clear();
  batch_reset_ = false;
  differences_.clear();
  snapshot_ = true;
}

bool RegionWatch::HasNews() const {
  return first_ || snapshot_ || !batch_.empty() || !differences_.empty();
}

void RegionWatch::TakeSnapshot(const View& view) {
  const View::Reader reader = view.Read();
  const geo::RegionQuery query{.region = &options_.region,
                               .any_category = options_.any_category,
                               .limit = std::numeric_limits<size_t>::max(),
                               .accept = [this](const geo::IndexedItem& item) {
                                 return Sees(static_cast<const Entry*>(&item));
                               }};
  for (const Kind kind : {Kind::kNeed, Kind::kOffer, Kind::kSupplyPoint}) {
    if (!options_.kinds[static_cast<size_t>(kind)]) continue;
    for (const auto* item : reader.of(kind).live().InRegion(query).items) {
      batch_.push_back({Share(*item),
                        /*held=*/false, /*seen=*/true});
    }
  }
  batch_revision_ = reader.revision();
  noted_ = batch_revision_;
  batch_reset_ = true;
  snapshot_ = false;
  delivered_ = 0;
}

void RegionWatch::TakeDifferences(storage::Revision revision) {
  for (auto& [name, difference] : differences_) {
    // What came and went again in between is nothing to a client.
    if (difference.held || difference.seen) {
      batch_.push_back(std::move(difference));
    }
  }
  differences_.clear();
  batch_revision_ = std::max(noted_, revision);
}

std::optional<std::string> RegionWatch::Next(const View& view,
                                             storage::Revision revision) {
  if (batch_.empty()) {
    if (snapshot_) {
      TakeSnapshot(view);
    } else {
      TakeDifferences(revision);
    }
    if (batch_.empty() && !batch_reset_ && !first_) {
      delivered_ = batch_revision_;
      return std::nullopt;
    }
  }
  first_ = false;
  return NextPart();
}

std::string RegionWatch::NextPart() {
  v1::WatchRegionResponse message;
  message.set_reset(std::exchange(batch_reset_, false));
  size_t bytes = 0;
  while (!batch_.empty() && bytes < kMaxEventBytesPerMessage &&
         static_cast<size_t>(message.events_size()) < kMaxEventsPerMessage) {
    const Difference& difference = batch_.front();
    v1::RegionEvent& event = *message.add_events();
    if (!difference.seen) {
      event.mutable_leave()->set_name(std::string(difference.entry->name));
    } else if (difference.held) {
      SetResource(*difference.entry, event.mutable_change());
    } else {
      SetResource(*difference.entry, event.mutable_enter());
    }
    bytes += event.ByteSizeLong();
    batch_.pop_front();
  }
  if (batch_.empty()) {
    delivered_ = batch_revision_;
    message.set_current(true);
  }
  return Message(std::move(message), delivered_);
}

std::string RegionWatch::Heartbeat(storage::Revision revision) {
  delivered_ = std::max(delivered_, revision);
  v1::WatchRegionResponse message;
  message.set_current(true);
  return Message(std::move(message), delivered_);
}

std::string RegionWatch::Message(v1::WatchRegionResponse message,
                                 storage::Revision token_revision) const {
  internal::v1::ResumeToken token;
  token.set_filter_fingerprint(options_.fingerprint);
  token.set_revision(token_revision);
  message.set_revision(message.current() ? delivered_ : batch_revision_);
  message.set_resume_token(EncodeToken(token));
  return message.SerializeAsString();
}

}  // namespace xom::core
