#include "services/core/moderation_service.h"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/core/limits.h"
#include "services/core/merge_decisions.h"
#include "services/core/moderation_decisions.h"
#include "services/core/moderation_subject.h"
#include "services/core/need_service.h"
#include "services/core/resource_calls.h"
#include "services/core/token.h"

namespace xom::core {
namespace {

using internal::v1::PageToken;
using internal::v1::StoredModerationCase;
using v1::ModerationCase;
using CaseEntry = CaseRegistry::EntryPtr;

// Where a case stands in the queue.
struct Place {
  double rank;
  CaseEntry entry;

  const std::string& name() const {
    return entry->stored.moderation_case().name();
  }
  bool Before(double other_rank, const std::string& other_name) const {
    return rank != other_rank ? rank > other_rank : name() < other_name;
  }
};

uint64_t FingerprintUnpaged(v1::ListModerationCasesRequest request) {
  request.clear_page_token();
  request.clear_page_size();
  return Fingerprint64(request.GetDescriptor()->full_name(), request);
}

// All cases in these states, first those that wait the most.
std::vector<Place> QueueOf(const View& view, uint32_t states) {
  std::vector<Place> queue;
  {
    const View::Reader reader = view.Read();
    for (const auto& [name, entry] : reader.cases().by_name()) {
      const ModerationCase& message = entry->stored.moderation_case();
      if ((states >> message.state() & 1) == 0) continue;
      queue.push_back({QueueRank(message), entry});
    }
  }
  std::sort(queue.begin(), queue.end(), [](const Place& a, const Place& b) {
    return a.Before(b.rank, b.name());
  });
  return queue;
}

std::vector<Place>::iterator Behind(const PageToken::MatchPosition& last,
                                    std::vector<Place>* queue) {
  return std::find_if(queue->begin(), queue->end(), [&last](const Place& at) {
    return !at.Before(last.score(), last.name()) && at.name() != last.name();
  });
}

std::string TokenOf(const Place& last, uint64_t fingerprint) {
  PageToken token;
  token.set_filter_fingerprint(fingerprint);
  token.mutable_by_match()->set_score(last.rank);
  token.mutable_by_match()->set_name(last.name());
  return EncodeToken(token);
}

}  // namespace

absl::StatusOr<CaseEntry> ModerationService::Find(
    const std::string& name) const {
  Violations violations;
  CheckName("name", name, kModerationCases, &violations);
  if (!violations.empty()) return violations.ToStatus();
  CaseEntry entry = view_.FindCase(name);
  if (entry == nullptr) return NotFoundError(name);
  return entry;
}

absl::StatusOr<ModerationCase> ModerationService::Get(
    const v1::GetModerationCaseRequest& request) const {
  const auto entry = Find(request.name());
  if (!entry.ok()) return entry.status();
  return ToMessage((*entry)->stored);
}

absl::StatusOr<v1::ListModerationCasesResponse> ModerationService::List(
    const v1::ListModerationCasesRequest& request) const {
  Violations violations;
  const uint32_t states = CheckStates(
      request.states(), ModerationCase::State_ARRAYSIZE, &violations);
  CheckInt("page_size", request.page_size(),
           {0, std::numeric_limits<int32_t>::max()}, &violations);
  if (!violations.empty()) return violations.ToStatus();
  const uint64_t fingerprint = FingerprintUnpaged(request);
  const auto token =
      DecodePageToken(request.page_token(), fingerprint, PageToken::kByMatch);
  if (!token.ok()) return token.status();
  const int limit = request.page_size() == 0
                        ? kDefaultPageSize
                        : std::min(request.page_size(), kMaxPageSize);
  std::vector<Place> queue = QueueOf(view_, states);
  auto next =
      token->has_by_match() ? Behind(token->by_match(), &queue) : queue.begin();
  v1::ListModerationCasesResponse response;
  size_t bytes = 0;
  for (; next != queue.end(); ++next) {
    if (response.moderation_cases_size() == limit || bytes > kMaxPageBytes) {
      response.set_next_page_token(TokenOf(*std::prev(next), fingerprint));
      break;
    }
    *response.add_moderation_cases() = ToMessage(next->entry->stored);
    bytes += response.moderation_cases().rbegin()->ByteSizeLong();
  }
  return response;
}

absl::StatusOr<v1::ListDuplicatesResponse> ModerationService::ListDuplicates(
    const v1::ListDuplicatesRequest& request) const {
  Violations violations;
  CheckName("parent", request.parent(), kNeeds, &violations);
  if (!violations.empty()) return violations.ToStatus();
  const EntryPtr found = view_.Find(request.parent());
  if (found == nullptr) return NotFoundError(request.parent());
  auto candidates = duplicates_.FindAll(static_cast<const NeedEntry&>(*found));
  if (!candidates.ok()) return candidates.status();
  v1::ListDuplicatesResponse response;
  for (v1::DuplicateCandidate& candidate : *candidates) {
    *response.add_candidates() = std::move(candidate);
  }
  return response;
}

absl::StatusOr<Write> ModerationService::WriteDecision(
    const v1::DecideModerationCaseRequest& request, const std::string& actor,
    absl::Time now) const {
  const auto entry = Find(request.name());
  if (!entry.ok()) return entry.status();
  const auto decided = DecideCase((*entry)->stored, request, actor, now);
  if (!decided.ok()) return decided.status();
  Write write =
      WriteRecord(request.name(), 0, *decided, (*entry)->mod_revision);
  AddHiding(view_, decided->moderation_case().subject(),
            request.decision() == ModerationCase::STATE_REMOVED, now, &write);
  write.reply = ToMessage(*decided).SerializeAsString();
  return write;
}

void ModerationService::Decide(const v1::DecideModerationCaseRequest& request,
                               const Caller& caller, ReplyDone done) {
  writer_.Run(
      KeyOf(request, caller),
      [this, request, actor = caller.name()](absl::Time now) {
        return WriteDecision(request, actor, now);
      },
      std::move(done));
}

absl::StatusOr<Write> ModerationService::WriteAppeal(
    const v1::AppealModerationRequest& request, const std::string& actor,
    absl::Time now) const {
  const std::string name = CaseNameOf(request.subject());
  const auto entry = view_.FindCase(name);
  const StoredModerationCase none;
  const auto appealed =
      AppealCase(entry == nullptr ? none : entry->stored, request, actor, now);
  if (entry == nullptr &&
      appealed.status().code() != absl::StatusCode::kInvalidArgument) {
    return NotFoundError(request.subject());
  }
  if (!appealed.ok()) return appealed.status();
  Write write = WriteRecord(name, 0, *appealed, entry->mod_revision);
  v1::AppealModerationResponse response;
  response.set_state(appealed->moderation_case().state());
  write.reply = response.SerializeAsString();
  return write;
}

void ModerationService::Appeal(const v1::AppealModerationRequest& request,
                               const Caller& caller, ReplyDone done) {
  writer_.Run(
      KeyOf(request, caller),
      [this, request, actor = caller.name()](absl::Time now) {
        return WriteAppeal(request, actor, now);
      },
      std::move(done));
}

absl::StatusOr<Write> ModerationService::WriteMerge(
    const v1::MergeNeedsRequest& request, absl::Time now) const {
  if (absl::Status status = CheckMerge(request); !status.ok()) return status;
  std::vector<std::string> names = {request.name()};
  names.insert(names.end(), request.duplicates().begin(),
               request.duplicates().end());
  std::vector<internal::v1::StoredNeed> needs;
  std::vector<NeedPtr> entries;
  for (const std::string& name : names) {
    entries.push_back(
        boost::static_pointer_cast<const NeedEntry>(view_.Find(name)));
    if (entries.back() == nullptr) return NotFoundError(name);
    needs.push_back(entries.back()->stored());
  }
  const auto merged = MergeNeeds(needs, now);
  if (!merged.ok()) return merged.status();
  Write write = WriteNeed(merged->front(), entries.front().get());
  for (size_t i = 1; i < merged->size(); ++i) {
    Append(WriteNeed((*merged)[i], entries[i].get()), &write);
  }
  return write;
}

void ModerationService::Merge(const v1::MergeNeedsRequest& request,
                              const Caller& caller, ReplyDone done) {
  writer_.Run(
      KeyOf(request, caller),
      [this, request](absl::Time now) { return WriteMerge(request, now); },
      std::move(done));
}

}  // namespace xom::core
