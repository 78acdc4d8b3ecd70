#include "services/core/merge_decisions.h"

#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "services/core/claim_decisions.h"
#include "services/core/error.h"
#include "services/core/field_check.h"
#include "services/core/limits.h"
#include "services/core/resource_check.h"
#include "services/core/resource_name.h"
#include "services/core/time_proto.h"

namespace xom::core {
namespace {

using internal::v1::StoredNeed;

// Whose codes opened `duplicate` see the claims of `kept`.
void AddCodes(const StoredNeed& duplicate, StoredNeed* kept) {
  StoredNeed::Merged& merged = *kept->add_merged();
  merged.set_need(duplicate.need().name());
  merged.set_access_code_hash(duplicate.access_code_hash());
  kept->mutable_merged()->MergeFrom(duplicate.merged());
}

void MergeInto(const std::string& kept, absl::Time now, StoredNeed* stored) {
  v1::Need& need = *stored->mutable_need();
  need.set_state(v1::Need::STATE_MERGED);
  need.set_merged_into(kept);
  *need.mutable_end_time() = ToProto(now);
  Stamp(now, &need);
}

}  // namespace

absl::Status CheckMerge(const v1::MergeNeedsRequest& request) {
  Violations violations;
  CheckRequestId(request.request_id(), &violations);
  CheckName("name", request.name(), kNeeds, &violations);
  if (!CheckInt("duplicates", request.duplicates_size(), {1, kMaxMergedAtOnce},
                &violations)) {
    return violations.ToStatus();
  }
  std::set<std::string> seen = {request.name()};
  for (int i = 0; i < request.duplicates_size(); ++i) {
    const std::string field = absl::StrCat("duplicates[", i, "]");
    CheckName(field, request.duplicates(i), kNeeds, &violations);
    if (!seen.insert(request.duplicates(i)).second) {
      violations.Add(field, "is named twice");
    }
  }
  return violations.ToStatus();
}

absl::StatusOr<std::vector<StoredNeed>> MergeNeeds(
    const std::vector<StoredNeed>& needs, absl::Time now) {
  std::vector<StoredNeed> merged;
  for (const StoredNeed& need : needs) {
    merged.push_back(Advance(need, now));
    const v1::Need& current = merged.back().need();
    if (HasEnded(current)) {
      return StateError(current.name(), v1::Need::State_Name(current.state()));
    }
  }
  StoredNeed& kept = merged.front();
  for (size_t i = 1; i < merged.size(); ++i) {
    AddCodes(merged[i], &kept);
    MergeInto(kept.need().name(), now, &merged[i]);
  }
  if (kept.merged_size() > kMaxMergedIntoNeed) {
    return MakeError(
        Reason::kStateMismatch,
        absl::StrCat(kept.need().name(), " would stand for more than ",
                     kMaxMergedIntoNeed, " others"),
        {{"resource", kept.need().name()},
         {"state", v1::Need::State_Name(kept.need().state())}});
  }
  return merged;
}

}  // namespace xom::core
