#ifndef XOM_SERVICES_CORE_CLAIM_SERVICE_H_
#define XOM_SERVICES_CORE_CLAIM_SERVICE_H_

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/core/authorizer.h"
#include "services/core/caller.h"
#include "services/core/claim_rules.h"
#include "services/core/claimants.h"
#include "services/core/entry.h"
#include "services/core/view.h"
#include "services/core/writer.h"
#include "xom/internal/v1/stored.pb.h"
#include "xom/v1/claim_service.pb.h"

namespace xom::core {

// The calls of xom.v1.ClaimService, as its proto describes them, but for
// PlanRound: see round_service.h. Reads answer at once from the view;
// mutations answer a serialized Claim, or a BatchClaimResponse, through `done`.
//
// Each mutation is one write of the need, which holds its claims, or of all
// needs of a batch. Who takes a claim on also writes a small record of its
// offer, and of the user that goes, where claims that are decided at the same
// time meet (claimants.h).
//
// Only who holds a claim is sent its fencing token; what somebody asks for is
// sent without the token that it will have. Thread-safe.
class ClaimService {
 public:
  // All outlive the service and every call in flight.
  ClaimService(const View* view, Writer* writer, const Authorizer* authorizer,
               LeaseRules lease_rules)
      : view_(*view),
        writer_(*writer),
        authorizer_(*authorizer),
        lease_rules_(std::move(lease_rules)) {}

  absl::StatusOr<v1::Claim> Get(const v1::GetClaimRequest& request,
                                const Caller& caller) const;
  absl::StatusOr<v1::ListClaimsResponse> List(
      const v1::ListClaimsRequest& request, const Caller& caller) const;

  void Claim(const v1::ClaimNeedRequest& request, const Caller& caller,
             ReplyDone done);
  void Renew(const v1::RenewClaimRequest& request, const Caller& caller,
             ReplyDone done);
  void Release(const v1::ReleaseClaimRequest& request, const Caller& caller,
               ReplyDone done);
  void MarkDelivered(const v1::MarkDeliveredRequest& request,
                     const Caller& caller, ReplyDone done);
  void Confirm(const v1::ConfirmDeliveryRequest& request, const Caller& caller,
               ReplyDone done);
  void RequestHandover(const v1::RequestHandoverRequest& request,
                       const Caller& caller, ReplyDone done);
  void AnswerHandover(const v1::AnswerHandoverRequest& request,
                      const Caller& caller, ReplyDone done);
  void Reassign(const v1::ReassignClaimRequest& request, const Caller& caller,
                ReplyDone done);
  void Batch(const v1::BatchClaimRequest& request, const Caller& caller,
             ReplyDone done);

 private:
  absl::StatusOr<Write> DecideClaim(const v1::ClaimNeedRequest& request,
                                    const Caller& caller, absl::Time now) const;
  absl::StatusOr<Write> DecideHandover(
      const v1::RequestHandoverRequest& request, const Caller& caller,
      absl::Time now) const;
  absl::StatusOr<Write> DecideReassign(const v1::ReassignClaimRequest& request,
                                       const Caller& caller,
                                       absl::Time now) const;
  absl::StatusOr<Write> DecideBatch(const v1::BatchClaimRequest& request,
                                    const Caller& caller, absl::Time now) const;
  Write WriteBatch(const v1::BatchClaimRequest& request, const Taker& taker,
                   const std::vector<NeedPtr>& needs, absl::Time now) const;

  // The need of that name, which the caller may know of.
  absl::StatusOr<NeedPtr> FindNeed(const std::string& name,
                                   const Caller& caller) const;
  // The offer and the caller, who goes for it.
  absl::StatusOr<Taker> FindTaker(const std::string& offer,
                                  const Caller& caller, absl::Time now) const;
  // How well who claims is known: who goes, else who sends nobody in
  // particular; nullopt: it is not asked.
  std::optional<v1::Verification> VerificationOf(const Goer& goer,
                                                 const Caller& caller) const;
  // Whether they may claim the need, other claims of it aside.
  absl::Status CheckOpenTo(const v1::Need& need,
                           std::optional<v1::Verification> verification) const;
  // As the caller may see it.
  v1::Claim Shown(v1::Claim claim, const Caller& caller) const;

  // Writes what `decide(stored need, request, now)` makes of the claim that the
  // request names.
  template <typename Request, typename Decide>
  void Change(const Request& request, const Caller& caller, Decide decide,
              ReplyDone done);
  // The name of the open need nearest to the offer that it can serve; empty:
  // there is none but `except`.
  std::string NextNeed(const OfferEntry& offer, const std::string& except,
                       std::optional<v1::Verification> verification) const;

  const View& view_;
  Writer& writer_;
  const Authorizer& authorizer_;
  const LeaseRules lease_rules_;
};

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_CLAIM_SERVICE_H_
