#ifndef XOM_SERVICES_CORE_REVEAL_SERVICE_H_
#define XOM_SERVICES_CORE_REVEAL_SERVICE_H_

#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/core/caller.h"
#include "services/core/clock.h"
#include "services/core/details_vault.h"
#include "services/core/entry.h"
#include "services/core/view.h"
#include "services/core/writer.h"
#include "storage/ledger.h"
#include "xom/v1/claim_service.pb.h"
#include "xom/v1/need_service.pb.h"

namespace xom::core {

// Looks at what is private of needs: RevealNeed, ListReveals of
// xom.v1.NeedService and RevealClaim of xom.v1.ClaimService. Who may call is
// the authorizer's to say. A look is first written down, in a secret record
// under `reveals/{need}`, and of a helper under `revealers/{user or offer}`
// too, all in one transaction; then the details are read from the vault. What
// is kept for a retry is the line of the log: a retry reads the details anew,
// if its caller still may. Thread-safe.
class RevealService {
 public:
  // All outlive the service and every call in flight.
  struct Parts {
    const View* view;
    Writer* writer;
    const storage::Ledger* ledger;
    const DetailsVault* vault;
    const Clock* clock;
  };

  // `max_per_day`: of a helper, see kMaxRevealsPerDay.
  RevealService(const Parts& parts, int max_per_day)
      : view_(*parts.view),
        writer_(*parts.writer),
        ledger_(*parts.ledger),
        vault_(*parts.vault),
        clock_(*parts.clock),
        max_per_day_(max_per_day) {}

  // Both answer a serialized NeedDetails through `done`.
  void RevealNeed(const v1::RevealNeedRequest& request, const Caller& caller,
                  ReplyDone done);
  void RevealClaim(const v1::RevealClaimRequest& request, const Caller& caller,
                   ReplyDone done);

  // Reads the disk, one record.
  absl::StatusOr<v1::ListRevealsResponse> List(
      const v1::ListRevealsRequest& request) const;

 private:
  absl::StatusOr<Write> DecideNeed(const v1::RevealNeedRequest& request,
                                   const std::string& user,
                                   absl::Time now) const;
  absl::StatusOr<Write> DecideClaim(const v1::RevealClaimRequest& request,
                                    const std::string& user,
                                    absl::Time now) const;
  // The write that adds the look to the need's log.
  absl::StatusOr<Write> Log(const NeedEntry& need, v1::Reveal look,
                            absl::Time now) const;
  // OK, or why the claim gives no look, by what the view says now.
  absl::Status CheckTrusted(const std::string& user,
                            const std::string& offer) const;
  absl::Status CheckClaim(const v1::RevealClaimRequest& request,
                          absl::Time now) const;
  // Answers a kept line with the details, if `may_still` agrees.
  ReplyDone Tell(const std::string& need,
                 std::function<absl::Status()> may_still, ReplyDone done) const;

  const View& view_;
  Writer& writer_;
  const storage::Ledger& ledger_;
  const DetailsVault& vault_;
  const Clock& clock_;
  const int max_per_day_;
};

// `reveals/{need}`.
std::string RevealsKey(absl::string_view need);

// `revealers/{name of a user or an offer}`.
std::string RevealerKey(absl::string_view helper);

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_REVEAL_SERVICE_H_
