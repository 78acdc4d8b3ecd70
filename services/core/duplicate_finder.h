#ifndef XOM_SERVICES_CORE_DUPLICATE_FINDER_H_
#define XOM_SERVICES_CORE_DUPLICATE_FINDER_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/core/authorizer.h"
#include "services/core/details_vault.h"
#include "services/core/entry.h"
#include "services/core/need_decisions.h"
#include "services/core/phone_index.h"
#include "services/core/view.h"
#include "xom/v1/moderation_service.pb.h"

namespace xom::core {

// Finds needs that ask for the same help for the same people: by their phone
// number, or by place, categories and words (duplicate_score.h). Compared are
// the needs that name the same phone number, and of the live ones within
// kMaxDuplicateMeters the nearest kMaxDuplicatesCompared, all by their public
// points. Thread-safe.
class DuplicateFinder {
 public:
  // All outlive the finder.
  DuplicateFinder(const View* view, const DetailsVault* vault,
                  const PhoneIndex* phones, const Authorizer* authorizer)
      : view_(*view),
        vault_(*vault),
        phones_(*phones),
        authorizer_(*authorizer) {}

  // For moderators: the likeliest kMaxDuplicateCandidates that have not ended,
  // the likeliest first. Reads details from the disk: errors as of
  // DetailsVault::Read.
  absl::StatusOr<std::vector<v1::DuplicateCandidate>> FindAll(
      const NeedEntry& need) const;

  // For who posts a need: the names of those that are their own, as a user or
  // by the access code that came with the call. Never anybody else's. Errors as
  // of PhoneIndex::NeedsOf.
  absl::StatusOr<std::vector<std::string>> FindOwn(const NeedRecord& record,
                                                   const Caller& caller) const;

 private:
  // What is compared of a need.
  struct Traits;

  static Traits TraitsOf(const NeedEntry& need);
  std::vector<NeedPtr> Around(const Traits& traits,
                              const std::vector<std::string>& same_phone) const;
  static v1::DuplicateCandidate Compare(
      const Traits& traits, const NeedEntry& other,
      const std::vector<std::string>& same_phone);

  const View& view_;
  const DetailsVault& vault_;
  const PhoneIndex& phones_;
  const Authorizer& authorizer_;
};

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_DUPLICATE_FINDER_H_
