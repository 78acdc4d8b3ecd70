#include "services/core/watch_hub.h"

#include <algorithm>
#include <optional>

#include "services/core/error.h"
#include "services/core/limits.h"

namespace xom::core {
namespace {

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
      limits_(limits),
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
  if (connections_.size() >= limits_.server) {
    return MakeRetryableError(Reason::kTooManyWatches,
                              "the server has too many open watches",
                              kRetryDelay);
  }
  if (!connection.empty() &&
      per_connection_[connection] >= limits_.connection) {
    return MakeRetryableError(Reason::kTooManyWatches,
                              "this connection has too many open watches",
                              kRetryDelay);
  }
  ++per_connection_[connection];
  connections_[id] = std::move(connection);
  inbox_.opened.emplace_back(
      id, OpenWatch{std::move(watch), std::move(sink), clock_.Now()});
  wake_.NotifyOne();
  return absl::OkStatus();
}

void WatchHub::Sent(Id id) {
  MutexLock lock(mu_);
  inbox_.sent.push_back(id);
  wake_.NotifyOne();
}

void WatchHub::Close(Id id) {
  MutexLock lock(mu_);
  const auto found = connections_.find(id);
  if (found == connections_.end()) return;
  const auto count = per_connection_.find(found->second);
  if (--count->second == 0) per_connection_.erase(count);
  connections_.erase(found);
  inbox_.closed.push_back(id);
  wake_.NotifyOne();
}

void WatchHub::Publish(storage::Revision revision,
                       std::vector<Transition> transitions) {
  MutexLock lock(mu_);
  inbox_.revision = revision;
  if (inbox_.lost) return;
  if (inbox_.transitions.size() + transitions.size() > kMaxPendingTransitions) {
    inbox_.transitions.clear();
    inbox_.lost = true;
  } else {
    std::move(transitions.begin(), transitions.end(),
              std::back_inserter(inbox_.transitions));
  }
  wake_.NotifyOne();
}

void WatchHub::Tick() {
  MutexLock lock(mu_);
  inbox_.tick = true;
  wake_.NotifyOne();
}

void WatchHub::Stop() {
  {
    MutexLock lock(mu_);
    stopping_ = true;
    inbox_.stop = true;
    wake_.NotifyOne();
  }
  if (thread_.joinable()) thread_.join();
}

size_t WatchHub::open_watches() const {
  MutexLock lock(mu_);
  return connections_.size();
}

void WatchHub::Run() {
  for (;;) {
    Inbox inbox;
    {
      MutexLock lock(mu_);
      while (inbox_.empty()) wake_.Wait(mu_);
      std::swap(inbox, inbox_);
    }
    if (!Handle(std::move(inbox))) return;
  }
}

bool WatchHub::Handle(Inbox inbox) {
  // Changes before openings: a watch that starts now reads a view that has
  // them.
  if (inbox.lost) SkipAll();
  for (const Transition& transition : inbox.transitions) Touch(transition);
  revision_ = std::max(revision_, inbox.revision);
  for (auto& [id, open] : inbox.opened) StartWatch(id, std::move(open));
  for (const Id id : inbox.sent) {
    const auto found = watches_.find(id);
    if (found == watches_.end()) continue;
    found->second.in_flight = false;
    if (found->second.watch->HasNews()) ready_.insert(id);
  }
  for (const Id id : inbox.closed) {
    EndWatch(id, absl::CancelledError("the client is gone"));
  }
  if (inbox.stop) {
    while (!watches_.empty()) {
      EndWatch(watches_.begin()->first, StoppingError());
    }
    return false;
  }
  for (const Id id : std::exchange(ready_, {})) Deliver(id);
  if (inbox.tick) SendHeartbeats();
  return true;
}

void WatchHub::StartWatch(Id id, OpenWatch open) {
  if (absl::Status status = open.watch->Start(view_, ledger_); !status.ok()) {
    open.sink->End(status);
    Close(id);
    return;
  }
  open.watch->Cover(id, &index_);
  watches_.emplace(id, std::move(open));
  ready_.insert(id);
}

void WatchHub::Touch(const Transition& transition) {
  touched_.clear();
  for (const Entry* side : {transition.before.get(), transition.after.get()}) {
    if (side != nullptr && side->live) index_.Find(side->point, &touched_);
  }
  std::sort(touched_.begin(), touched_.end());
  touched_.erase(std::unique(touched_.begin(), touched_.end()), touched_.end());
  for (const Id id : touched_) {
    OpenWatch& open = watches_.at(id);
    open.watch->Touch(transition);
    if (!open.in_flight && open.watch->HasNews()) ready_.insert(id);
  }
}

void WatchHub::SkipAll() {
  for (auto& [id, open] : watches_) {
    open.watch->Skip();
    if (!open.in_flight) ready_.insert(id);
  }
}

void WatchHub::Deliver(Id id) {
  const auto found = watches_.find(id);
  if (found == watches_.end()) return;
  OpenWatch& open = found->second;
  auto message = open.watch->Next(view_, revision_);
  if (open.watch->CoverMoves()) open.watch->Cover(id, &index_);
  if (!message.has_value()) return;
  open.in_flight = true;
  open.last_sent = clock_.Now();
  open.sink->Send(*std::move(message));
}

void WatchHub::SendHeartbeats() {
  const absl::Time now = clock_.Now();
  for (auto& [id, open] : watches_) {
    if (open.in_flight || open.watch->HasNews() ||
        now - open.last_sent < kHeartbeatInterval) {
      continue;
    }
    open.in_flight = true;
    open.last_sent = now;
    open.sink->Send(open.watch->Heartbeat(revision_));
  }
}

void WatchHub::EndWatch(Id id, const absl::Status& status) {
  const auto found = watches_.find(id);
  if (found == watches_.end()) return;
  index_.Remove(id);
  ready_.erase(id);
  found->second.sink->End(status);
  watches_.erase(found);
}

}  // namespace xom::core
