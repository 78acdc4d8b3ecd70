#include "services/core/region_watch.h"

#include <algorithm>
#include <limits>

#include "services/core/limits.h"
#include "services/core/token.h"
#include "services/core/wire.h"

namespace xom::core {
namespace {

using Response = v1::WatchRegionResponse;
using Event = v1::RegionEvent;

// The number of the field of a kind in Enter; Change has the same.
int FieldOf(Kind kind) {
  switch (kind) {
    case Kind::kNeed:
      return Event::Enter::kNeedFieldNumber;
    case Kind::kOffer:
      return Event::Enter::kOfferFieldNumber;
    case Kind::kSupplyPoint:
      return Event::Enter::kSupplyPointFieldNumber;
  }
  return 0;
}
static_assert(static_cast<int>(Event::Enter::kNeedFieldNumber) ==
                  static_cast<int>(Event::Change::kNeedFieldNumber) &&
              static_cast<int>(Event::Enter::kOfferFieldNumber) ==
                  static_cast<int>(Event::Change::kOfferFieldNumber) &&
              static_cast<int>(Event::Enter::kSupplyPointFieldNumber) ==
                  static_cast<int>(Event::Change::kSupplyPointFieldNumber));

std::string BytesOf(const Entry& entry) {
  switch (entry.kind) {
    case Kind::kNeed:
      return std::string(static_cast<const NeedEntry&>(entry).need_bytes());
    case Kind::kOffer:
      return static_cast<const OfferEntry&>(entry)
          .stored.offer()
          .SerializeAsString();
    case Kind::kSupplyPoint:
      return static_cast<const SupplyPointEntry&>(entry)
          .stored.supply_point()
          .SerializeAsString();
  }
  return {};
}

// An event of one field in a field: the resource, or the name of what left.
struct EventFields {
  int event;
  int field;
};

void AppendEvent(EventFields fields, absl::string_view bytes,
                 std::string* message) {
  WireWriter writer(message);
  const size_t size = WireWriter::SizeOf(bytes);
  writer.BeginMessage(Response::kEventsFieldNumber,
                      WireWriter::SizeOfMessage(size));
  writer.BeginMessage(fields.event, size);
  writer.Add(fields.field, bytes);
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
  if (options_.circle.has_value()) {
    index->SetDisc(id, options_.circle->center,
                   geo::ChordLength2FromMeters(options_.circle->radius_meters));
  } else {
    index->SetRegion(id, options_.region);
  }
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
         options_.region.Contains(entry->point());
}

void RegionWatch::Note(const EntryPtr& before, const EntryPtr& after) {
  const EntryPtr& entry = after != nullptr ? after : before;
  if (entry == nullptr) return;
  const bool seen = Sees(after.get());
  const auto found = differences_.find(std::string(entry->name()));
  if (found != differences_.end()) {
    found->second.entry = entry;
    found->second.seen = seen;
  } else if (const bool held = Sees(before.get()); held || seen) {
    differences_[std::string(entry->name())] = {entry, held, seen};
  }
}

// A stream that was cut within a batch may have told of what came and went.
void RegionWatch::NoteBetween(const ChangeReplay::Difference& difference) {
  if (Sees(difference.after.get())) return;
  for (const EntryPtr& entry : difference.between) {
    if (Sees(entry.get()))
      differences_[std::string(entry->name())] = {entry, true, false};
  }
}

void RegionWatch::Touch(const Transition& transition) {
  if (snapshot_ || transition.revision <= noted_) return;
  Note(transition.before, transition.after);
  if (differences_.size() > kMaxChangesBehind) Skip();
}

// Its room goes too: a watch stands for hours after a snapshot of thousands.
void RegionWatch::ForgetBatch() {
  batch_ = std::vector<Difference>();
  batch_sent_ = 0;
}

void RegionWatch::Skip() {
  ForgetBatch();
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
  std::string message;
  size_t events = 0;
  while (batch_sent_ < batch_.size() && events < kMaxEventsPerMessage &&
         message.size() < kMaxEventBytesPerMessage) {
    const Difference& difference = batch_[batch_sent_++];
    const Entry& entry = *difference.entry;
    ++events;
    if (difference.seen) {
      AppendEvent({difference.held ? Event::kChangeFieldNumber
                                   : Event::kEnterFieldNumber,
                   FieldOf(entry.kind)},
                  BytesOf(entry), &message);
    } else {
      AppendEvent({Event::kLeaveFieldNumber, Event::Leave::kNameFieldNumber},
                  entry.name(), &message);
    }
  }
  if (std::exchange(batch_reset_, false)) {
    WireWriter(&message).AddInt64(Response::kResetFieldNumber, 1);
  }
  const bool current = batch_sent_ == batch_.size();
  if (current) {
    ForgetBatch();
    delivered_ = batch_revision_;
  }
  Finish(current, &message);
  return message;
}

std::string RegionWatch::Heartbeat(storage::Revision revision) {
  delivered_ = std::max(delivered_, revision);
  std::string message;
  Finish(/*current=*/true, &message);
  return message;
}

void RegionWatch::Finish(bool current, std::string* message) const {
  internal::v1::ResumeToken token;
  token.set_filter_fingerprint(options_.fingerprint);
  token.set_revision(delivered_);
  WireWriter writer(message);
  writer.AddInt64(Response::kCurrentFieldNumber, current ? 1 : 0);
  writer.AddInt64(Response::kRevisionFieldNumber,
                  current ? delivered_ : batch_revision_);
  writer.Add(Response::kResumeTokenFieldNumber, EncodeToken(token));
}

}  // namespace xom::core
