#include "storage/committer.h"

#include <utility>

#include "storage/disk_space.h"

namespace xom::storage {
namespace {

std::optional<RequestRecord> RequestOf(std::optional<StoredReply> stored) {
  if (!stored.has_value()) return std::nullopt;
  return std::move(stored->request);
}

// What a request is recognized by, without its reply; empty when there is none.
RequestRecord RequestIn(const QueuedCall& call) {
  const auto* commit = std::get_if<QueuedCommit>(&call);
  if (commit == nullptr || !commit->transaction.request.has_value()) return {};
  const RequestRecord& request = *commit->transaction.request;
  return {.id = request.id, .fingerprint = request.fingerprint};
}

}  // namespace

Committer::Committer(const LocalLedgerOptions& options, StoreSlot& slot,
                     ChangeFeed& feed)
    : options_(options), slot_(slot), feed_(feed), trimmer_(options) {}

absl::Status Committer::Start() {
  const auto state = slot_.With([](Store& store) { return store.ReadState(); });
  if (!state.ok()) return state.status();
  recent_.Reset(state->revision);
  Adopt(*state, {});
  return absl::OkStatus();
}

void Committer::Run(CommitQueue& queue) {
  while (true) {
    std::vector<QueuedCall> calls = queue.TakeGroup();
    if (calls.empty()) return;
    RunGroup(std::move(calls), queue);
  }
}

void Committer::RunGroup(std::vector<QueuedCall> calls, CommitQueue& queue) {
  std::vector<Outcome> outcomes;
  outcomes.reserve(calls.size());
  for (QueuedCall& call : calls) {
    RequestRecord request = RequestIn(call);
    outcomes.push_back({.call = std::move(call),
                        .request = std::move(request),
                        .committed = CommitResult(),
                        .found = std::optional<RequestRecord>()});
  }
  absl::Status status = Ready();
  if (status.ok()) status = CommitGroup(outcomes);
  if (!status.ok()) AnswerWithoutWriting(status, outcomes);
  queue.EndGroup();
  for (Outcome& outcome : outcomes) {
    if (auto* commit = std::get_if<QueuedCommit>(&outcome.call)) {
      commit->done(std::move(outcome.committed));
    } else {
      std::get<QueuedFind>(outcome.call).done(std::move(outcome.found));
    }
  }
}

absl::Status Committer::Ready() {
  const absl::Status disk = CheckDisk(options_, options_.directory, 0);
  return disk.ok() ? Heal() : disk;
}

absl::Status Committer::Heal() {
  broken_ = broken_ || slot_
                           .With([](Store& store) -> absl::StatusOr<bool> {
                             return store.HasBackgroundError();
                           })
                           .value_or(true);
  if (!broken_) return absl::OkStatus();
  const absl::Status reopened = slot_.Reopen();
  if (!reopened.ok()) return reopened;
  StoreState state;
  const auto missed =
      slot_.With([&](Store& store) -> absl::StatusOr<std::vector<Change>> {
        const auto read = store.ReadState();
        if (!read.ok()) return read.status();
        state = *read;
        const auto count = state.revision - state_.revision;
        return store.ReadChanges(state_.revision, static_cast<size_t>(count));
      });
  if (!missed.ok()) return missed.status();
  broken_ = false;
  Adopt(state, *missed);
  return absl::OkStatus();
}

absl::Status Committer::CommitGroup(std::vector<Outcome>& outcomes) {
  Revision expected = state_.revision;
  auto decided = slot_.With(
      [&](Store& store) { return DecideAndWrite(store, outcomes, expected); });
  if (decided.ok()) {
    Adopt(decided->state, decided->changes);
    return absl::OkStatus();
  }
  if (!broken_) return decided.status();
  // Nobody knows yet whether the group is in the store. When it is found there
  // it is a committed group like any other.
  if (Heal().ok() && state_.revision == expected) return absl::OkStatus();
  return decided.status();
}

absl::StatusOr<Committer::Decided> Committer::DecideAndWrite(
    Store& store, std::vector<Outcome>& outcomes, Revision& expected) {
  Group group(store, options_, recent_, state_);
  for (Outcome& outcome : outcomes) Decide(group, outcome);
  if (group.changes().empty()) return Decided{state_, {}};
  group.Trim(trimmer_.Choose(store, state_, group.state().revision));
  const auto batch = group.Finish();
  if (!batch.ok()) return batch.status();
  expected = group.state().revision;
  const absl::Status written = store.Write(*batch);
  if (!written.ok()) {
    broken_ = true;
    return written;
  }
  store.NoteOldest(group.state().oldest_revision);
  return Decided{group.state(), group.TakeChanges()};
}

void Committer::Decide(Group& group, Outcome& outcome) const {
  if (auto* commit = std::get_if<QueuedCommit>(&outcome.call)) {
    outcome.committed = group.Add(std::move(commit->transaction));
    return;
  }
  auto stored = group.FindReply(std::get<QueuedFind>(outcome.call).id);
  if (stored.ok()) {
    outcome.found = RequestOf(*std::move(stored));
  } else {
    outcome.found = stored.status();
  }
}

void Committer::AnswerWithoutWriting(const absl::Status& why,
                                     std::vector<Outcome>& outcomes) const {
  const auto read = [this](const std::string& id) {
    return slot_.With(
        [&](Store& store) { return ReadReply(store, id, options_); });
  };
  for (Outcome& outcome : outcomes) {
    if (const auto* find = std::get_if<QueuedFind>(&outcome.call)) {
      auto stored = read(find->id);
      outcome.found = stored.ok() ? Found(RequestOf(*std::move(stored)))
                                  : Found(stored.status());
      continue;
    }
    outcome.committed = why;
    if (outcome.request.id.empty()) continue;
    const auto stored = read(outcome.request.id);
    if (!stored.ok()) continue;
    auto answer = AnswerFromReply(outcome.request, *stored);
    if (answer.has_value()) outcome.committed = *std::move(answer);
  }
}

// Readers see the revision before followers are called, never after.
void Committer::Adopt(StoreState state, absl::Span<const Change> changes) {
  state_ = state;
  for (const Change& change : changes) recent_.Note(change);
  oldest_revision_.store(state.oldest_revision);
  revision_.store(state.revision);
  feed_.Publish(changes);
}

}  // namespace xom::storage
