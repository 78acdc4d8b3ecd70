// Who takes on claims: an offer and, of who signed in, the user that goes; and
// what each may hold.
#ifndef XOM_SERVICES_CORE_CLAIMANTS_H_
#define XOM_SERVICES_CORE_CLAIMANTS_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/core/caller.h"
#include "services/core/entry.h"
#include "services/core/view.h"
#include "services/core/writer.h"
#include "xom/v1/need.pb.h"
#include "xom/v1/user.pb.h"
#include "xom/v1/verification.pb.h"

namespace xom::core {

// A user that goes, as the view has it; nobody in particular when `user` is
// null.
struct Goer {
  std::shared_ptr<const v1::User> user;
  storage::Revision mod_revision = 0;  // of the user's record; 0: it has none
  Claimant claimant = {};

  // `users/{user}`; empty: nobody in particular.
  std::string name() const { return user == nullptr ? "" : user->name(); }
};

struct Taker {
  OfferPtr offer;
  Claimant claimant = {};  // of the offer
  Goer goer = {};
};

// Who calls, and whom they send: `users/{user}`, or empty.
struct Sending {
  const Caller& caller;
  const std::string& assignee;
};

// The caller goes. Who is not signed in is nobody in particular.
Goer FindCaller(const View& view, const Caller& caller, absl::Time now);

// A member of the organization. FAILED_PRECONDITION/NOT_A_MEMBER.
absl::StatusOr<Goer> FindMember(const View& view, const std::string& user,
                                absl::string_view organization, absl::Time now);

// Whom a caller sends for the offer: a member, or nobody in particular, for an
// organization's; themselves for their own. NOT_A_MEMBER for anybody else.
absl::StatusOr<Goer> FindSent(const View& view, const v1::Offer& offer,
                              const Sending& sending, absl::Time now);

// Whether the user may hold one claim more. FAILED_PRECONDITION with
// HELPER_QUARANTINED or HELPER_CAP_REACHED. Nobody in particular may.
absl::Status CheckMayGo(const Goer& goer);

// How many claims more the two may take on: at least 1. FAILED_PRECONDITION as
// CheckMayClaim for the offer, then as CheckMayGo.
absl::StatusOr<int> RoomOf(const Taker& taker);

// Whether who is known so well may claim the need.
// FAILED_PRECONDITION/HELPER_NOT_VERIFIED.
absl::Status CheckVerified(const v1::Need& need, v1::Verification verification);

// The same without the reason. `need` is live.
bool IsVerifiedFor(const NeedEntry& need, v1::Verification verification);

// Binds the write to what was read of them, so that of claims that are decided
// at the same time one is decided anew: together they keep to the bounds.
// `last_claim` is what they took on.
void Guard(const Goer& goer, const std::string& last_claim, Write* write);
void Guard(const Taker& taker, const std::string& last_claim, Write* write);

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_CLAIMANTS_H_
