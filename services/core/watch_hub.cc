#include "services/core/watch_hub.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "services/core/error.h"
#include "services/core/limits.h"

namespace xom::core {
namespace {

// A tick looks at no more than so many watches, and the so manieth part of all.
constexpr size_t kMinHeartbeatsPerTick = 100;
constexpr size_t kTicksPerHeartbeats = 50;

// How long a watch may be silent before its first heartbeat. Steps of the
// golden ratio share an interval out evenly, however many there are (Knuth, The
// Art of Computer Programming, 6.4).
absl::Duration FirstSilence(WatchHub::Id id) {
  constexpr double kGoldenRatio = 0.6180339887498949;
  const double steps = static_cast<double>(id) * kGoldenRatio;
  return kHeartbeatInterval * (1 - (steps - std::floor(steps)));
}

absl::Status StoppingError() {
  return MakeRetryableError(Reason::kServerStopping, "the server is stopping",
                            kRetryDelay);
}

}  // namespace

using storage::MutexLock;

WatchHub::WatchHub(const View* view, const storage::Ledger* ledger,
                   const Clock* clock, WatchLimits limits)
    : view_(*view),
      ledger_(*ledger),
      clock_(*clock),
      counts_(limits),
      thread_([this] { Run(); }) {}

WatchHub::~WatchHub() { Stop(); }

WatchHub::Id WatchHub::NewId() {
  MutexLock lock(mu_);
  return next_id_++;
}

absl::Status WatchHub::Open(Id id, std::unique_ptr<Watch> watch,
                            std::shared_ptr<WatchSink> sink,
                            std::string connection) {
  MutexLock lock(mu_);
  if (stopping_) return StoppingError();
  if (absl::Status status = counts_.Add(id, std::move(connection));
      !status.ok()) {
    return status;
  }
  inbox_.opened.emplace_back(
      id, OpenWatch{std::move(watch), std::move(sink), clock_.Now()});
  lock.NotifyOneAfter(wake_);
  return absl::OkStatus();
}

void WatchHub::Sent(Id id) {
  MutexLock lock(mu_);
  inbox_.sent.push_back(id);
  if (wakes_when_sent_) lock.NotifyOneAfter(wake_);
}

void WatchHub::Close(Id id) {
  MutexLock lock(mu_);
  if (!counts_.Remove(id)) return;
  inbox_.closed.push_back(id);
  lock.NotifyOneAfter(wake_);
}

void WatchHub::Publish(storage::Revision revision,
                       std::vector<Transition> transitions) {
  MutexLock lock(mu_);
  inbox_.revision = revision;
  // A watch that is opened later reads a view that has them.
  const bool is_watched = counts_.size() > 0;
  if (!is_watched || transitions.empty() || inbox_.lost) return;
  lock.NotifyOneAfter(wake_);  // of what follows
  if (inbox_.transitions.size() + transitions.size() > kMaxPendingTransitions) {
    inbox_.transitions.clear();
    inbox_.lost = true;
    return;
  }
  std::move(transitions.begin(), transitions.end(),
            std::back_inserter(inbox_.transitions));
}

void WatchHub::Tick() {
  MutexLock lock(mu_);
  inbox_.tick = true;
  lock.NotifyOneAfter(wake_);
}

void WatchHub::Stop() {
  {
    MutexLock lock(mu_);
    stopping_ = true;
    inbox_.stop = true;
    lock.NotifyOneAfter(wake_);
  }
  if (thread_.joinable()) thread_.join();
}

size_t WatchHub::open_watches() const {
  MutexLock lock(mu_);
  return counts_.size();
}

void WatchHub::Inbox::Clear() {
  opened = decltype(opened)();  // rarely many
  sent.clear();
  closed.clear();
  transitions.clear();
  revision = 0;
  lost = tick = stop = false;
}

// A message that is out matters to nobody but a watch that waited for it: the
// others are noted with whatever comes next, and cost no wake-up.
void WatchHub::Run() {
  Inbox inbox;
  do {
    inbox.Clear();
    MutexLock lock(mu_);
    wakes_when_sent_ = awaited_ > 0;
    while (!inbox_.urgent() && (inbox_.sent.empty() || !wakes_when_sent_)) {
      wake_.Wait(mu_);
    }
    std::swap(inbox, inbox_);
  } while (Handle(&inbox));
}

bool WatchHub::Handle(Inbox* inbox) {
  // Changes before openings: a watch that starts now reads a view that has
  // them.
  if (inbox->lost) SkipAll();
  for (const Transition& transition : inbox->transitions) Touch(transition);
  revision_ = std::max(revision_, inbox->revision);
  for (auto& [id, open] : inbox->opened) StartWatch(id, std::move(open));
  for (const Id id : inbox->sent) NoteSent(id);
  for (const Id id : inbox->closed) {
    EndWatch(id, absl::CancelledError("the client is gone"));
  }
  if (inbox->stop) {
    while (!watches_.empty()) {
      EndWatch(watches_.begin()->first, StoppingError());
    }
    return false;
  }
  std::swap(ready_, delivered_);
  for (const Id id : delivered_) Deliver(id);
  delivered_.clear();
  if (inbox->tick) SendHeartbeats();
  return true;
}

void WatchHub::StartWatch(Id id, OpenWatch open) {
  if (absl::Status status = open.watch->Start(view_, ledger_); !status.ok()) {
    open.sink->End(status);
    Close(id);
    return;
  }
  OpenWatch& place = watches_.emplace(id, std::move(open)).first->second;
  MoveDue(id, BeatTime(id, place), &place);
  Ready(id, &place);
}

void WatchHub::Touch(const Transition& transition) {
  touched_.clear();
  for (const Entry* side : {transition.before.get(), transition.after.get()}) {
    if (side != nullptr && side->live) index_.Find(side->point(), &touched_);
  }
  std::sort(touched_.begin(), touched_.end());
  touched_.erase(std::unique(touched_.begin(), touched_.end()), touched_.end());
  for (const Id id : touched_) {
    OpenWatch& open = watches_.at(id);
    open.watch->Touch(transition);
    if (open.watch->HasNews()) Ready(id, &open);
  }
}

void WatchHub::SkipAll() {
  for (auto& [id, open] : watches_) {
    open.watch->Skip();
    Ready(id, &open);
  }
}

void WatchHub::NoteSent(Id id) {
  const auto found = watches_.find(id);
  if (found == watches_.end()) return;
  OpenWatch& open = found->second;
  open.in_flight = false;
  if (!open.awaited) return;
  open.awaited = false;
  --awaited_;
  Ready(id, &open);
}

void WatchHub::Ready(Id id, OpenWatch* open) {
  if (!open->in_flight) {
    if (!std::exchange(open->ready, true)) ready_.push_back(id);
  } else if (!std::exchange(open->awaited, true)) {
    ++awaited_;
  }
}

void WatchHub::Deliver(Id id) {
  const auto found = watches_.find(id);
  if (found == watches_.end()) return;
  OpenWatch& open = found->second;
  open.ready = false;
  auto message = open.watch->Next(view_, revision_);
  if (!open.covered || open.watch->CoverMoves()) {
    open.watch->Cover(id, &index_);
    open.covered = true;
  }
  const bool beats = std::exchange(open.beats, false);
  if (!message.has_value() && beats) message = open.watch->Heartbeat(revision_);
  if (!message.has_value()) return;
  open.last_sent = clock_.Now();
  Send(&open, *std::move(message));
  if (open.watch->HasNews()) Ready(id, &open);
}

void WatchHub::Send(OpenWatch* open, std::string message) {
  open->in_flight = true;
  open->sink->Send(std::move(message));
}

void WatchHub::SendHeartbeats() {
  const absl::Time now = clock_.Now();
  size_t left = kMinHeartbeatsPerTick + watches_.size() / kTicksPerHeartbeats;
  for (; left > 0 && !due_.empty() && due_.begin()->first <= now; --left) {
    const Id id = due_.begin()->second;
    OpenWatch& open = watches_.at(id);
    const absl::Time due = BeatTime(id, open);
    MoveDue(id, due > now ? due : now + kHeartbeatInterval, &open);
    if (due > now) continue;
    open.was_due = true;
    if (open.in_flight || open.watch->HasNews()) {
      // When the message is out that is in flight, unless there is news then.
      open.beats = true;
      Ready(id, &open);
    } else {
      open.last_sent = now;
      Send(&open, open.watch->Heartbeat(revision_));
    }
  }
}

absl::Time WatchHub::BeatTime(Id id, const OpenWatch& open) {
  return open.last_sent +
         (open.was_due ? kHeartbeatInterval : FirstSilence(id));
}

void WatchHub::MoveDue(Id id, absl::Time due, OpenWatch* open) {
  due_.erase({open->due, id});
  open->due = due;
  due_.insert({due, id});
}

void WatchHub::EndWatch(Id id, const absl::Status& status) {
  const auto found = watches_.find(id);
  if (found == watches_.end()) return;
  index_.Remove(id);
  due_.erase({found->second.due, id});
  if (found->second.awaited) --awaited_;
  found->second.sink->End(status);
  watches_.erase(found);
}

}  // namespace xom::core
