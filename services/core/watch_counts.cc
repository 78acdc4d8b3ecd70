#include "services/core/watch_counts.h"

#include <utility>

#include "services/core/error.h"

namespace xom::core {

absl::Status WatchCounts::Add(uint64_t id, std::string connection) {
  if (openers_.size() >= limits_.server) {
    return MakeRetryableError(Reason::kTooManyWatches,
                              "the server has too many open watches",
                              kRetryDelay);
  }
  const bool bounded = !connection.empty();
  auto& opener = *connections_.try_emplace(std::move(connection), 0).first;
  if (bounded && opener.second >= limits_.connection) {
    return MakeRetryableError(Reason::kTooManyWatches,
                              "this connection has too many open watches",
                              kRetryDelay);
  }
  ++opener.second;
  openers_[id] = &opener;
  return absl::OkStatus();
}

bool WatchCounts::Remove(uint64_t id) {
  const auto found = openers_.find(id);
  if (found == openers_.end()) return false;
  if (--found->second->second == 0) connections_.erase(found->second->first);
  openers_.erase(found);
  return true;
}

}  // namespace xom::core
