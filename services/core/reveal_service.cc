#include "services/core/reveal_service.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "services/core/claim_decisions.h"
#include "services/core/error.h"
#include "services/core/field_check.h"
#include "services/core/fingerprint.h"
#include "services/core/limits.h"
#include "services/core/resource_calls.h"
#include "services/core/resource_name.h"
#include "services/core/reveal_decisions.h"
#include "services/core/token.h"

namespace xom::core {
namespace {

using internal::v1::PageToken;
using internal::v1::StoredRevealer;
using internal::v1::StoredReveals;

template <typename Stored>
struct Kept {
  Stored stored;
  storage::Revision mod_revision = 0;
};

// An empty one when there is no record.
template <typename Stored>
absl::StatusOr<Kept<Stored>> ReadKept(const storage::Ledger& ledger,
                                      const std::string& key) {
  const auto record = ledger.Get(key);
  if (!record.ok()) return FromLedgerError(record.status());
  Kept<Stored> kept;
  if (!record->has_value()) return kept;
  kept.mod_revision = (*record)->mod_revision;
  if (!kept.stored.ParseFromString((*record)->value)) {
    return DefectError(absl::StrCat(key, " is not what was written"));
  }
  return kept;
}

// Adds the write of a record that was read as `kept`.
template <typename Stored>
void PutKept(const std::string& key, const Kept<Stored>& kept, Write* write) {
  write->preconditions.push_back({key, kept.mod_revision});
  write->mutations.push_back(
      {key, 0, kept.stored.SerializeAsString(), /*secret=*/true});
}

absl::StatusOr<NeedPtr> FindNeed(const View& view, const std::string& name,
                                 const std::string& asked) {
  EntryPtr entry = view.Find(name);
  if (entry == nullptr) return NotFoundError(asked);
  return boost::static_pointer_cast<const NeedEntry>(std::move(entry));
}

// The time that a page begins before, in microseconds.
absl::StatusOr<int64_t> DecodeBefore(const std::string& page_token,
                                     uint64_t fingerprint) {
  const auto token =
      DecodePageToken(page_token, fingerprint, PageToken::kByName);
  if (!token.ok()) return token.status();
  int64_t micros = std::numeric_limits<int64_t>::max();
  if (page_token.empty() ||
      absl::SimpleAtoi(token->by_name().name(), &micros)) {
    return micros;
  }
  return FieldError("page_token", "is not one of ours",
                    Reason::kPageTokenInvalid);
}

std::string EncodeBefore(int64_t micros, uint64_t fingerprint) {
  PageToken token;
  token.set_filter_fingerprint(fingerprint);
  token.mutable_by_name()->set_name(absl::StrCat(micros));
  return EncodeToken(token);
}

uint64_t FingerprintUnpaged(v1::ListRevealsRequest request) {
  request.clear_page_token();
  request.clear_page_size();
  return Fingerprint64(request.GetDescriptor()->full_name(), request);
}

}  // namespace

std::string RevealsKey(absl::string_view need) {
  return absl::StrCat(kReveals, need.substr(kNeeds.size()));
}

std::string RevealerKey(absl::string_view helper) {
  return absl::StrCat(kRevealers, helper);
}

void RevealService::RevealNeed(const v1::RevealNeedRequest& request,
                               const Caller& caller, ReplyDone done) {
  writer_.Run(
      KeyOf(request, caller),
      [this, request, user = caller.name()](absl::Time now) {
        return DecideNeed(request, user, now);
      },
      Tell(
          request.name(), [] { return absl::OkStatus(); }, std::move(done)));
}

void RevealService::RevealClaim(const v1::RevealClaimRequest& request,
                                const Caller& caller, ReplyDone done) {
  writer_.Run(
      KeyOf(request, caller),
      [this, request, user = caller.name()](absl::Time now) {
        return DecideClaim(request, user, now);
      },
      // The place may be another than at the first call: a claim that is over
      // must not tell it.
      Tell(
          NeedOfClaim(request.name()),
          [this, request] { return CheckClaim(request, clock_.Now()); },
          std::move(done)));
}

absl::StatusOr<v1::ListRevealsResponse> RevealService::List(
    const v1::ListRevealsRequest& request) const {
  Violations violations;
  CheckName("parent", request.parent(), kNeeds, &violations);
  CheckInt("page_size", request.page_size(),
           {0, std::numeric_limits<int32_t>::max()}, &violations);
  if (!violations.empty()) return violations.ToStatus();
  const uint64_t fingerprint = FingerprintUnpaged(request);
  const auto before = DecodeBefore(request.page_token(), fingerprint);
  if (!before.ok()) return before.status();
  if (view_.Find(request.parent()) == nullptr) {
    return NotFoundError(request.parent());
  }
  const auto log =
      ReadKept<StoredReveals>(ledger_, RevealsKey(request.parent()));
  if (!log.ok()) return log.status();
  v1::ListRevealsResponse response;
  const int page_size = request.page_size() == 0
                            ? kDefaultPageSize
                            : std::min(request.page_size(), kMaxPageSize);
  const int64_t last = AddPage(log->stored, *before, page_size, &response);
  if (last != 0) {
    response.set_next_page_token(EncodeBefore(last, fingerprint));
  }
  return response;
}

absl::StatusOr<Write> RevealService::DecideNeed(
    const v1::RevealNeedRequest& request, const std::string& user,
    absl::Time now) const {
  Violations violations;
  CheckName("name", request.name(), kNeeds, &violations);
  CheckRequestId(request.request_id(), &violations);
  if (!violations.empty()) return violations.ToStatus();
  const auto need = FindNeed(view_, request.name(), request.name());
  if (!need.ok()) return need.status();
  if (absl::Status status = CheckNotErased((*need)->need()); !status.ok()) {
    return status;
  }
  v1::Reveal look;
  look.set_user(user);
  return Log(**need, std::move(look), now);
}

absl::StatusOr<Write> RevealService::DecideClaim(
    const v1::RevealClaimRequest& request, const std::string& user,
    absl::Time now) const {
  Violations violations;
  if (!IsClaimName(request.name())) {
    violations.Add("name", "must be a name such as needs/x7k2/claims/x3m5");
  }
  CheckRequestId(request.request_id(), &violations);
  if (!violations.empty()) return violations.ToStatus();
  const auto need =
      FindNeed(view_, NeedOfClaim(request.name()), request.name());
  if (!need.ok()) return need.status();
  const internal::v1::StoredNeed stored = (*need)->stored();
  if (absl::Status status = CheckMayReveal(stored, request, now);
      !status.ok()) {
    return status;
  }
  v1::Reveal look;
  look.set_user(user);
  look.set_claim(request.name());
  // As time has made it: a claim may have come of a handover meanwhile.
  look.set_offer(FindClaim(Advance(stored, now), request.name())->offer());
  if (absl::Status status = CheckTrusted(user, look.offer()); !status.ok()) {
    return status;
  }
  const std::string key = RevealerKey(user.empty() ? look.offer() : user);
  auto revealer = ReadKept<StoredRevealer>(ledger_, key);
  if (!revealer.ok()) return revealer.status();
  if (absl::Status status = CountLook(std::string((*need)->name()),
                                      max_per_day_, now, &revealer->stored);
      !status.ok()) {
    return status;
  }
  auto write = Log(**need, std::move(look), now);
  if (write.ok()) PutKept(key, *revealer, &*write);
  return write;
}

// Who was reported claims nothing, and looks at nothing, until a moderator
// decided.
absl::Status RevealService::CheckTrusted(const std::string& user,
                                         const std::string& offer) const {
  const auto helper = view_.FindUser(user);
  const EntryPtr entry = view_.Find(offer);
  const bool hidden =
      (helper != nullptr && helper->stored.user().quarantined()) ||
      (entry != nullptr && entry->hidden);
  if (!hidden) return absl::OkStatus();
  return MakeError(Reason::kHelperQuarantined,
                   "the helper was reported and waits for a moderator");
}

absl::StatusOr<Write> RevealService::Log(const NeedEntry& need, v1::Reveal look,
                                         absl::Time now) const {
  const std::string key = RevealsKey(std::string(need.name()));
  auto log = ReadKept<StoredReveals>(ledger_, key);
  if (!log.ok()) return log.status();
  AddReveal(now, &look, &log->stored);
  Write write;
  // Who may look was read from the need as it was then.
  write.preconditions.push_back({std::string(need.name()), need.mod_revision});
  PutKept(key, *log, &write);
  write.reply = look.SerializeAsString();
  return write;
}

absl::Status RevealService::CheckClaim(const v1::RevealClaimRequest& request,
                                       absl::Time now) const {
  const auto need =
      FindNeed(view_, NeedOfClaim(request.name()), request.name());
  if (!need.ok()) return need.status();
  return CheckMayReveal((*need)->stored(), request, now);
}

ReplyDone RevealService::Tell(const std::string& need,
                              std::function<absl::Status()> may_still,
                              ReplyDone done) const {
  return [this, need, may_still = std::move(may_still),
          done = std::move(done)](absl::StatusOr<std::string> line) {
    v1::NeedDetails answer;
    if (!line.ok()) return done(std::move(line));
    if (!answer.mutable_reveal()->ParseFromString(*line)) {
      return done(DefectError("a kept look is not what was written"));
    }
    if (absl::Status status = may_still(); !status.ok()) return done(status);
    const auto details = vault_.Read(need);
    if (!details.ok()) return done(details.status());
    if (!details->has_value()) return done(ErasedError(need));
    *answer.mutable_place() = (*details)->place();
    if ((*details)->has_contact()) {
      *answer.mutable_contact() = (*details)->contact();
    }
    done(answer.SerializeAsString());
  };
}

}  // namespace xom::core
