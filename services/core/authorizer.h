#ifndef XOM_SERVICES_CORE_AUTHORIZER_H_
#define XOM_SERVICES_CORE_AUTHORIZER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "google/protobuf/message.h"
#include "services/core/caller.h"
#include "services/core/clock.h"
#include "services/core/entry.h"
#include "services/core/policy.h"
#include "services/core/rate_limiter.h"
#include "services/core/rate_limits.h"
#include "services/core/view.h"
#include "trust/keyring.h"

namespace xom::core {

// Whether callers are told apart.
enum class Access {
  // There are no accounts: everybody may all but what the policy asks for
  // always. For a machine of one's own.
  kOpen,
  // The policy holds.
  kAccounts,
};

// Whether an open server takes what is for operators.
enum class OperatorCalls { kRefused, kTaken };

// The organization that an offer stands for; empty: none, or there is no such
// offer.
std::string OrganizationOf(const View& view, const std::string& offer);

// Answers whether a caller may make a call, by the table of policy.h and by
// what the view says of the resources that the call is about. Thread-safe.
class Authorizer {
 public:
  struct Options {
    Access access = Access::kOpen;
    OperatorCalls operator_calls = OperatorCalls::kTaken;
    // Of wrong access codes for one need from one network; nullopt: none.
    std::optional<RateLimit> guess_limit = kGuessLimit;
  };

  // All outlive the authorizer.
  Authorizer(const View* view, const trust::Keyring* keyring,
             const Clock* clock, Options options);

  // OK, or why not:
  //   UNAUTHENTICATED/CREDENTIALS_MISSING: to sign in, or an access code, would
  //       help.
  //   PERMISSION_DENIED/ACCESS_CODE_WRONG, NOT_ALLOWED, OPERATOR_ONLY: asked
  //       before whether the resource exists, so that nobody learns it.
  //   NOT_FOUND: the resource is hidden from this caller.
  //   RESOURCE_EXHAUSTED/RATE_LIMITED: too many wrong access codes for this
  //   need
  //       came from there.
  absl::Status Authorize(absl::string_view method, const Caller& caller,
                         const google::protobuf::Message& request) const;

  // What the caller is to a resource: a set of Who. kAnybody for a name that is
  // none.
  uint32_t WhoIs(const Caller& caller, const std::string& subject) const;

  // Whom a call counts for: `users/{user}`, or the need whose access code came
  // with it and which it is about; empty: nobody that is known.
  std::string PrincipalOf(absl::string_view method, const Caller& caller,
                          const google::protobuf::Message& request) const;
  // Whether the caller is one of `who` to a resource; on an open server
  // everybody is.
  bool Is(uint32_t who, const Caller& caller, const std::string& subject) const;

  // NOT_FOUND when the resource is quarantined, and not the caller's to know
  // of.
  absl::Status CheckVisible(const Caller& caller,
                            const std::string& subject) const;

  Access access() const { return options_.access; }

 private:
  uint32_t WhoIs(const Caller& caller) const;
  uint32_t WhoIsToNeed(const Caller& caller, const NeedEntry& need) const;
  uint32_t WhoIsToOffer(const Caller& caller, const std::string& offer) const;
  uint32_t WhoIsToClaim(const Caller& caller, const std::string& claim) const;
  uint32_t WhoHolds(const Caller& caller, const v1::Claim& claim) const;
  // kRequester, kMergedRequester or nothing.
  uint32_t WhoseCode(const Caller& caller, const NeedEntry& need) const;
  absl::Status CheckGuesses(const Caller& caller, const NeedEntry& need) const;
  // Adds what the access code makes of the caller to the need of the subject.
  absl::Status TryCode(const Caller& caller, const std::string& subject,
                       uint32_t* who) const;
  absl::Status Refuse(const PolicyRow& row, const Caller& caller) const;
  absl::Status CheckVisible(uint32_t who, const std::string& subject) const;

  const View& view_;
  const trust::Keyring& keyring_;
  const Clock& clock_;
  const Options options_;
  // Wrong codes, by need and network, and by need alone.
  const std::unique_ptr<RateLimiter> guesses_;  // nullptr: no limit
  mutable RateLimiter guesses_of_need_;
};

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_AUTHORIZER_H_
