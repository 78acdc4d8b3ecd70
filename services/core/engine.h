#ifndef XOM_SERVICES_CORE_ENGINE_H_
#define XOM_SERVICES_CORE_ENGINE_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "services/core/authenticator.h"
#include "services/core/authorizer.h"
#include "services/core/call_limits.h"
#include "services/core/category_service.h"
#include "services/core/claim_rules.h"
#include "services/core/claim_service.h"
#include "services/core/clock.h"
#include "services/core/details_vault.h"
#include "services/core/due_runner.h"
#include "services/core/duplicate_finder.h"
#include "services/core/limits.h"
#include "services/core/match_service.h"
#include "services/core/moderation_service.h"
#include "services/core/need_service.h"
#include "services/core/offer_service.h"
#include "services/core/organization_service.h"
#include "services/core/phone_code_sender.h"
#include "services/core/phone_index.h"
#include "services/core/report_service.h"
#include "services/core/resealer.h"
#include "services/core/reveal_service.h"
#include "services/core/round_service.h"
#include "services/core/supply_point_service.h"
#include "services/core/user_service.h"
#include "services/core/verification_service.h"
#include "services/core/view.h"
#include "services/core/watch_hub.h"
#include "services/core/watch_service.h"
#include "services/core/writer.h"
#include "storage/ledger.h"
#include "trust/keyring.h"
#include "trust/token_issuer.h"

namespace xom::core {

// All of Xóm but the network and the disk: a view that follows a ledger, and
// the services that read the one and write the other.
//
//   auto engine = Engine::Start(ledger.get(), &clock, {.keyring = keyring});
//   (*engine)->needs().Create(request, done);
//
// Thread-safe but for Start and Stop.
class Engine {
 public:
  struct Options {
    // What seals personal data and makes access codes. Required.
    std::shared_ptr<const trust::Keyring> keyring = nullptr;
    Authorizer::Options authorization = {};
    // Whose tokens are taken, beside those of our own issuer.
    std::vector<Authenticator::Issuer> issuers = {};
    // Signs our own tokens; nullptr: there are none.
    std::shared_ptr<const trust::TokenIssuer> token_issuer = nullptr;
    // What differs from the default limits, which an open server has not.
    CallLimits::Settings limits = {};
    // What sends codes to phones; nullptr: nothing does.
    std::shared_ptr<PhoneCodeSender> phone_code_sender = nullptr;
    // How long claims hold unless they say.
    LeaseRules lease_rules = {};
    // Of a helper: of so many needs one may see the details within a day.
    int max_reveals_per_day = kMaxRevealsPerDay;
    WatchLimits watch_limits = {};
  };

  // Checks the keys, loads the view, follows the ledger, gives a new store its
  // categories and, with accounts, one without an operator its first. Both
  // outlive the engine; the ledger is destroyed right after it, since it goes
  // on to call into it. FAILED_PRECONDITION when the keys are not those of the
  // store, which is then left as it was; the ledger's errors.
  static absl::StatusOr<std::unique_ptr<Engine>> Start(storage::Ledger* ledger,
                                                       const Clock* clock,
                                                       Options options);

  NeedService& needs() { return needs_; }
  OfferService& offers() { return offers_; }
  SupplyPointService& supply_points() { return supply_points_; }
  CategoryService& categories() { return categories_; }
  ClaimService& claims() { return claims_; }
  MatchService& matches() { return matches_; }
  ModerationService& moderation() { return moderation_; }
  ReportService& reports() { return reports_; }
  VerificationService& verification() { return verification_; }
  RoundService& rounds() { return rounds_; }
  RevealService& reveals() { return reveals_; }
  WatchService& watches() { return watches_; }
  UserService& users() { return users_; }
  OrganizationService& organizations() { return organizations_; }
  WatchHub& hub() { return hub_; }
  const View& view() const { return view_; }
  const Authenticator& authenticator() const { return authenticator_; }
  const Authorizer& authorizer() const { return authorizer_; }
  CallLimits& limits() { return limits_; }

  // What time brings; to be called a few times a second. Heartbeats do not wait
  // for anything; what is due does, for the disk, and returns how many changes
  // it made.
  void SendHeartbeats() { hub_.Tick(); }
  size_t RunDue() { return due_.RunOnce(); }

  // Seals some records of older keys anew, waits for the disk, and returns how
  // many are left; with 0 the file of keys needs no older ones, but for records
  // that no key of it opens.
  size_t ResealSome() { return resealer_.RunOnce(); }
  const Resealer& resealer() const { return resealer_; }

 private:
  Engine(storage::Ledger* ledger, const Clock* clock, Options options);

  // Called by the ledger with the changes of each fsync.
  void Apply(absl::Span<const storage::Change> changes);
  // What every store begins with and this one has not; writes it.
  Write Beginning(const std::optional<storage::Mutation>& key_check,
                  absl::Time now) const;
  absl::Status Begin(const std::optional<storage::Mutation>& key_check);

  const Options options_;
  View view_;
  const Authenticator authenticator_;
  const Authorizer authorizer_;
  CallLimits limits_;
  Writer writer_;
  const DetailsVault vault_;
  const PhoneIndex phones_;
  const DuplicateFinder duplicates_;
  NeedService needs_;
  OfferService offers_;
  SupplyPointService supply_points_;
  CategoryService categories_;
  ClaimService claims_;
  MatchService matches_;
  ModerationService moderation_;
  ReportService reports_;
  VerificationService verification_;
  RoundService rounds_;
  RevealService reveals_;
  WatchService watches_;
  UserService users_;
  OrganizationService organizations_;
  DueRunner due_;
  Resealer resealer_;
  WatchHub hub_;
};

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_ENGINE_H_
