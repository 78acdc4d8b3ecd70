#include "services/core/authorizer.h"

#include <algorithm>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "services/core/claim_decisions.h"
#include "services/core/error.h"
#include "services/core/rate_limits.h"
#include "services/core/resource_name.h"
#include "trust/access_code.h"

namespace xom::core {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using v1::Membership;

// The text at a path such as `need.name`; empty where a message on the way is
// not set.
std::string TextAt(const Message& message, absl::string_view path) {
  const Message* at = &message;
  std::string text;
  for (absl::string_view part : absl::StrSplit(path, '.')) {
    const FieldDescriptor* field =
        at->GetDescriptor()->FindFieldByName(std::string(part));
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      return at->GetReflection()->GetString(*at, field);
    }
    at = &at->GetReflection()->GetMessage(*at, field);
  }
  return text;
}

std::vector<std::string> SubjectsOf(const PolicyRow& row,
                                    const Message& request) {
  std::vector<std::string> subjects;
  for (absl::string_view path :
       absl::StrSplit(row.subjects, ',', absl::SkipEmpty())) {
    subjects.push_back(TextAt(request, path));
  }
  return subjects;
}

uint32_t If(bool is, Who who) { return is ? who : uint32_t{0}; }

uint32_t RankAsWho(Membership::Rank rank) {
  switch (rank) {
    case Membership::RANK_DISPATCHER:
      return kMember | kDispatcher;
    case Membership::RANK_MEMBER:
      return kMember;
    default:
      return 0;
  }
}

std::string GuessKey(const std::string& need, const Caller& caller) {
  return absl::StrCat(need, " ", caller.network);
}

}  // namespace

std::string OrganizationOf(const View& view, const std::string& offer) {
  const EntryPtr entry = view.Find(offer);
  return entry == nullptr ? ""
                          : static_cast<const OfferEntry&>(*entry)
                                .stored.offer()
                                .organization();
}

Authorizer::Authorizer(const View* view, const trust::Keyring* keyring,
                       const Clock* clock, Options options)
    : view_(*view),
      keyring_(*keyring),
      clock_(*clock),
      options_(options),
      guesses_(options.guess_limit.has_value()
                   ? std::make_unique<RateLimiter>(*options.guess_limit)
                   : nullptr),
      guesses_of_need_(kGuessLimitOfNeed) {}

uint32_t Authorizer::WhoseCode(const Caller& caller,
                               const NeedEntry& need) const {
  if (caller.access_code.empty()) return 0;
  const internal::v1::StoredNeed stored = need.stored();
  const auto is = [&](absl::string_view owner, const std::string& hash) {
    return !hash.empty() && trust::EqualsInConstantTime(
                                hash, trust::HashAccessCode(
                                          keyring_, owner, caller.access_code));
  };
  if (is(need.name(), stored.access_code_hash())) return kRequester;
  return If(std::any_of(stored.merged().begin(), stored.merged().end(),
                        [&](const auto& merged) {
                          return is(merged.need(), merged.access_code_hash());
                        }),
            kMergedRequester);
}

uint32_t Authorizer::WhoIs(const Caller& caller) const {
  uint32_t who = kAnybody;
  if (caller.user == nullptr) return who;
  who |= kUser;
  if (caller.Has(v1::ROLE_MODERATOR)) who |= kModerator;
  if (caller.Has(v1::ROLE_OFFICIAL)) who |= kOfficial;
  if (caller.Has(v1::ROLE_OPERATOR)) who |= kOperator;
  for (const Membership& membership : caller.user->memberships()) {
    if (membership.rank() != Membership::RANK_DISPATCHER) continue;
    const auto found = view_.FindOrganization(membership.organization());
    if (found != nullptr && found->stored.organization().accredited()) {
      who |= kVoucher;
    }
  }
  return who;
}

uint32_t Authorizer::WhoIsToNeed(const Caller& caller,
                                 const NeedEntry& need) const {
  const bool posted =
      caller.user != nullptr && need.stored().poster() == caller.user->name();
  return If(posted, kRequester) | WhoseCode(caller, need);
}

uint32_t Authorizer::WhoIsToOffer(const Caller& caller,
                                  const std::string& name) const {
  const EntryPtr entry = view_.Find(name);
  if (entry == nullptr || caller.user == nullptr) return 0;
  const auto& stored = static_cast<const OfferEntry&>(*entry).stored;
  if (!stored.offer().organization().empty()) {
    return RankAsWho(caller.RankIn(stored.offer().organization()));
  }
  return If(stored.poster() == caller.user->name(), kOwner);
}

uint32_t Authorizer::WhoIsToClaim(const Caller& caller,
                                  const std::string& name) const {
  const EntryPtr entry = view_.Find(NeedOfClaim(name));
  if (entry == nullptr) return 0;
  const auto& need = static_cast<const NeedEntry&>(*entry);
  const uint32_t who = WhoIsToNeed(caller, need);
  if (caller.user == nullptr) return who;
  const internal::v1::StoredNeed stored = need.stored();
  if (const v1::Claim* claim = FindClaim(stored, name)) {
    return who | WhoHolds(caller, *claim);
  }
  // Time may have made it meanwhile: somebody asked for another's.
  const auto now = Advance(stored, clock_.Now());
  const v1::Claim* claim = FindClaim(now, name);
  return claim == nullptr ? who : who | WhoHolds(caller, *claim);
}

// Who left the organization holds its claims no more.
uint32_t Authorizer::WhoHolds(const Caller& caller,
                              const v1::Claim& claim) const {
  const uint32_t who = WhoIsToOffer(caller, claim.offer());
  const bool goes =
      claim.assignee() == caller.user->name() &&
      ((who & kMember) != 0 || OrganizationOf(view_, claim.offer()).empty());
  return who | If(goes, kOwner);
}

uint32_t Authorizer::WhoIs(const Caller& caller,
                           const std::string& subject) const {
  const uint32_t who = WhoIs(caller);
  if (IsClaimName(subject)) return who | WhoIsToClaim(caller, subject);
  if (IsResourceName(kOrganizations, subject)) {
    return who | RankAsWho(caller.RankIn(subject));
  }
  if (IsResourceName(kUsers, subject)) {
    return who | If(caller.name() == subject, kOwner);
  }
  if (IsResourceName(kOffers, subject)) {
    return who | WhoIsToOffer(caller, subject);
  }
  const EntryPtr entry = view_.Find(subject);
  if (entry == nullptr) return who;
  if (entry->kind == Kind::kNeed) {
    return who | WhoIsToNeed(caller, static_cast<const NeedEntry&>(*entry));
  }
  const auto& stored = static_cast<const SupplyPointEntry&>(*entry).stored;
  const bool added =
      caller.user != nullptr && stored.poster() == caller.user->name();
  return who | If(added, kOwner);
}

absl::Status Authorizer::CheckGuesses(const Caller& caller,
                                      const NeedEntry& need) const {
  const absl::Time now = clock_.Now();
  const std::string name(need.name());
  auto wait = guesses_of_need_.Check(name, now);
  if (!wait.has_value() && guesses_ != nullptr) {
    wait = guesses_->Check(GuessKey(name, caller), now);
  }
  if (!wait.has_value()) return absl::OkStatus();
  return MakeRetryableError(Reason::kRateLimited,
                            "too many wrong access codes for this need", *wait);
}

// Only guesses at needs that there are count: invented names would drive out
// what is known of real ones.
absl::Status Authorizer::TryCode(const Caller& caller,
                                 const std::string& subject,
                                 uint32_t* who) const {
  const EntryPtr entry = view_.Find(NeedOfClaim(subject));
  if (caller.access_code.empty() || entry == nullptr ||
      entry->kind != Kind::kNeed) {
    return absl::OkStatus();
  }
  const auto& need = static_cast<const NeedEntry&>(*entry);
  if (absl::Status s = CheckGuesses(caller, need); !s.ok()) return s;
  const uint32_t whose = WhoseCode(caller, need);
  *who |= whose;
  if (whose != 0) return absl::OkStatus();
  const std::string name(need.name());
  guesses_of_need_.Take(name, clock_.Now());
  if (guesses_ != nullptr) {
    guesses_->Take(GuessKey(name, caller), clock_.Now());
  }
  return absl::OkStatus();
}

absl::Status Authorizer::Refuse(const PolicyRow& row,
                                const Caller& caller) const {
  if (row.allowed == kOperator && options_.access == Access::kOpen) {
    return MakeError(Reason::kOperatorOnly,
                     "this call is for the operator of the server");
  }
  if ((row.allowed & kRequester) != 0 && !caller.access_code.empty()) {
    return MakeError(Reason::kAccessCodeWrong,
                     "the access code is not that of the need");
  }
  if (caller.user == nullptr) {
    const bool code_helps = (row.allowed & kRequester) != 0;
    return MakeError(Reason::kCredentialsMissing,
                     code_helps ? "sign in, or send the need's access code"
                                : "sign in to do this");
  }
  return MakeError(Reason::kNotAllowed, "this is not for you to do");
}

absl::Status Authorizer::CheckVisible(uint32_t who,
                                      const std::string& subject) const {
  constexpr uint32_t kMaySeeHidden =
      kRequester | kOwner | kMember | kDispatcher | kModerator | kOperator;
  if ((who & kMaySeeHidden) != 0) return absl::OkStatus();
  const EntryPtr entry = view_.Find(subject);
  if (entry == nullptr || !entry->hidden) return absl::OkStatus();
  return NotFoundError(subject);
}

std::string Authorizer::PrincipalOf(absl::string_view method,
                                    const Caller& caller,
                                    const Message& request) const {
  if (caller.user != nullptr) return caller.name();
  const PolicyRow* row = FindPolicy(method);
  if (row == nullptr || caller.access_code.empty()) return "";
  for (const std::string& subject : SubjectsOf(*row, request)) {
    if ((WhoIs(caller, subject) & kRequester) != 0) return NeedOfClaim(subject);
  }
  return "";
}

bool Authorizer::Is(uint32_t who, const Caller& caller,
                    const std::string& subject) const {
  return options_.access == Access::kOpen ||
         (WhoIs(caller, subject) & who) != 0;
}

absl::Status Authorizer::CheckVisible(const Caller& caller,
                                      const std::string& subject) const {
  if (options_.access == Access::kOpen) return absl::OkStatus();
  return CheckVisible(WhoIs(caller, subject), subject);
}

absl::Status Authorizer::Authorize(absl::string_view method,
                                   const Caller& caller,
                                   const Message& request) const {
  const PolicyRow* row = FindPolicy(method);
  if (row == nullptr) {
    return DefectError(absl::StrCat("no policy for ", method));
  }
  const std::vector<std::string> subjects = SubjectsOf(*row, request);
  const bool open = options_.access == Access::kOpen && !row->always;
  const bool refused = row->allowed == kOperator &&
                       options_.operator_calls == OperatorCalls::kRefused;
  if (open && !refused) return absl::OkStatus();

  // The code is compared only where nothing else opens the call, so that who is
  // signed in does not depend on what others guess.
  Caller known = caller;
  known.access_code.clear();
  uint32_t who = WhoIs(known);
  for (const std::string& subject : subjects) {
    who |= WhoIs(known, subject);
    if ((row->allowed & who) != 0 && CheckVisible(who, subject).ok()) continue;
    if (absl::Status s = TryCode(caller, subject, &who); !s.ok()) return s;
  }
  if ((row->allowed & who) == 0) return Refuse(*row, caller);
  for (const std::string& subject : subjects) {
    if (absl::Status status = CheckVisible(who, subject); !status.ok()) {
      return status;
    }
  }
  return absl::OkStatus();
}

}  // namespace xom::core
