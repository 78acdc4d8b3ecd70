#include "cli/nearest_list.h"

#include "absl/strings/str_cat.h"

namespace xom::cli {

absl::Status NearestList::Apply(const v1::WatchNearestNeedsResponse& message) {
  if (message.reset()) needs_.clear();
  for (const v1::NearestNeedEvent& event : message.events()) {
    absl::Status status = ApplyEvent(event);
    if (!status.ok()) {
      *this = NearestList();
      return status;
    }
  }
  position_.Follow(message);
  return absl::OkStatus();
}

absl::Status NearestList::ApplyEvent(const v1::NearestNeedEvent& event) {
  switch (event.event_case()) {
    case v1::NearestNeedEvent::kEnter:
      return Enter(event.enter());
    case v1::NearestNeedEvent::kChange:
      return Change(event.change());
    case v1::NearestNeedEvent::kMove:
      return Move(event.move());
    case v1::NearestNeedEvent::kLeave:
      return Leave(event.leave());
    case v1::NearestNeedEvent::EVENT_NOT_SET:
      break;
  }
  // Skipping an edit would shift every rank after it.
  return absl::DataLossError("an edit of a kind that this client cannot read");
}

absl::Status NearestList::Enter(const v1::NearestNeedEvent::Enter& enter) {
  const int size = static_cast<int>(needs_.size());
  if (enter.rank() < 0 || enter.rank() > size) {
    return absl::DataLossError(absl::StrCat(
        "a need enters at rank ", enter.rank(), " of a list of ", size));
  }
  needs_.insert(needs_.begin() + enter.rank(), enter.nearest_need());
  return absl::OkStatus();
}

absl::Status NearestList::Change(const v1::NearestNeedEvent::Change& change) {
  absl::Status status =
      CheckAt(change.rank(), change.nearest_need().need().name());
  if (!status.ok()) return status;
  needs_[static_cast<size_t>(change.rank())] = change.nearest_need();
  return absl::OkStatus();
}

absl::Status NearestList::Move(const v1::NearestNeedEvent::Move& move) {
  absl::Status status =
      CheckAt(move.from_rank(), move.nearest_need().need().name());
  if (!status.ok()) return status;
  const int size = static_cast<int>(needs_.size());
  if (move.to_rank() < 0 || move.to_rank() >= size) {
    return absl::DataLossError(absl::StrCat(
        "a need moves to rank ", move.to_rank(), " of a list of ", size));
  }
  needs_.erase(needs_.begin() + move.from_rank());
  needs_.insert(needs_.begin() + move.to_rank(), move.nearest_need());
  return absl::OkStatus();
}

absl::Status NearestList::Leave(const v1::NearestNeedEvent::Leave& leave) {
  absl::Status status = CheckAt(leave.rank(), leave.name());
  if (!status.ok()) return status;
  needs_.erase(needs_.begin() + leave.rank());
  return absl::OkStatus();
}

absl::Status NearestList::CheckAt(int rank, const std::string& name) const {
  if (rank < 0 || static_cast<size_t>(rank) >= needs_.size()) {
    return absl::DataLossError(absl::StrCat("an edit at rank ", rank,
                                            " of a list of ", needs_.size()));
  }
  const std::string& held = needs_[static_cast<size_t>(rank)].need().name();
  if (held != name) {
    return absl::DataLossError(absl::StrCat("an edit of ", name, " at rank ",
                                            rank, ", where ", held, " is"));
  }
  return absl::OkStatus();
}

}  // namespace xom::cli
