#include "services/core/verification_service.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "services/core/authenticator.h"
#include "services/core/limits.h"
#include "services/core/need_service.h"
#include "services/core/rate_limits.h"
#include "services/core/resource_calls.h"
#include "services/core/verification_decisions.h"

namespace xom::core {
namespace {

using internal::v1::StoredPhoneCheck;
using internal::v1::StoredUser;

// The number of digits of a code.
constexpr size_t kCodeDigits = 6;

std::string KeyOfCheck(const std::string& subject) {
  return absl::StrCat(kPhoneChecks, subject);
}

// A code that was wrong: the answer to a write that counts it.
absl::Status CodeWrong() {
  return MakeError(Reason::kPhoneCodeWrong,
                   "the code is wrong, too old, or was tried too often");
}

// An error has no message that could be kept as an answer: an empty one stands
// for it.
ReplyDone WrongIfEmpty(ReplyDone done) {
  return [done = std::move(done)](absl::StatusOr<std::string> reply) {
    if (reply.ok() && reply->empty()) return done(CodeWrong());
    done(std::move(reply));
  };
}

absl::Status CheckCode(const v1::CheckPhoneCodeRequest& request) {
  Violations violations;
  CheckVerifiable(request.name(), &violations);
  const std::string& code = request.code();
  if (code.size() != kCodeDigits ||
      code.find_first_not_of("0123456789") != std::string::npos) {
    violations.Add("code", "must be the six digits that were sent");
  }
  return violations.ToStatus();
}

// Users of other issuers have no record before they need one.
bool HasUser(const View& view, const std::string& name) {
  return IsExternalUserName(name) || view.FindUser(name) != nullptr;
}

StoredUser NewExternalUser(const std::string& name, absl::Time now) {
  StoredUser stored;
  stored.mutable_user()->set_name(name);
  stored.mutable_user()->set_state(v1::User::STATE_ACTIVE);
  *stored.mutable_user()->mutable_create_time() = ToProto(now);
  return stored;
}

}  // namespace

VerificationService::VerificationService(const View* view, Writer* writer,
                                         Parts parts)
    : view_(*view),
      writer_(*writer),
      parts_(std::move(parts)),
      sent_to_phone_(kPhoneCodeLimit) {}

absl::StatusOr<std::string> VerificationService::NumberOf(
    const v1::SendPhoneCodeRequest& request) const {
  Violations violations;
  CheckVerifiable(request.name(), &violations);
  const bool is_user = IsResourceName(kUsers, request.name());
  std::string number;
  if (is_user) {
    number = CheckPhone("phone_number", request.phone_number(), &violations);
    if (request.phone_number().empty()) {
      violations.Add("phone_number", "is required of a user");
    }
  } else if (!request.phone_number().empty()) {
    violations.Add("phone_number", "must be empty: the need says it");
  }
  if (!violations.empty()) return violations.ToStatus();
  if (is_user) {
    if (!HasUser(view_, request.name())) return NotFoundError(request.name());
    return number;
  }
  if (view_.Find(request.name()) == nullptr) {
    return NotFoundError(request.name());
  }
  const auto details = parts_.vault->Read(request.name());
  if (!details.ok()) return details.status();
  if (details->has_value()) number = (*details)->contact().phone_number();
  if (number.empty()) {
    return MakeError(Reason::kNoPhoneNumber,
                     absl::StrCat(request.name(), " names no phone number"),
                     {{"resource", request.name()}});
  }
  return number;
}

void VerificationService::SendPhoneCode(const v1::SendPhoneCodeRequest& request,
                                        ReplyDone done) {
  auto number = NumberOf(request);
  if (!number.ok()) return done(number.status());
  if (parts_.sender == nullptr) {
    return done(MakeError(Reason::kNoPhoneSender,
                          "this server has nothing to send codes with"));
  }
  auto sent = std::make_shared<PhoneCode>();
  sent->phone_number = *std::move(number);
  sent->code = NewPhoneCode();
  const std::string hash = parts_.phones->HashOf(sent->phone_number);
  writer_.Run(
      {},
      [this, request, sent, hash](absl::Time now) -> absl::StatusOr<Write> {
        if (const auto wait = sent_to_phone_.Take(hash, now)) {
          return MakeRetryableError(Reason::kRateLimited,
                                    "this phone was sent many codes",
                                    absl::Ceil(*wait, absl::Seconds(1)));
        }
        sent->expire_time = now + kPhoneCodeLifetime;
        const StoredPhoneCheck check = NewPhoneCheck(
            *parts_.keyring, {request.name(), hash, sent->code}, now);
        Write write;
        write.mutations.push_back({KeyOfCheck(request.name()), 0,
                                   check.SerializeAsString(),
                                   /*secret=*/true});
        v1::SendPhoneCodeResponse response;
        *response.mutable_expire_time() = ToProto(sent->expire_time);
        write.reply = response.SerializeAsString();
        return write;
      },
      [sent, sender = parts_.sender,
       done = std::move(done)](absl::StatusOr<std::string> reply) {
        if (reply.ok()) sender->Send(*sent);
        done(std::move(reply));
      });
}

absl::StatusOr<Write> VerificationService::DecideCheck(
    const v1::CheckPhoneCodeRequest& request, absl::Time now) const {
  if (absl::Status status = CheckCode(request); !status.ok()) return status;
  const std::string key = KeyOfCheck(request.name());
  const auto record = parts_.ledger->Get(key);
  if (!record.ok()) return FromLedgerError(record.status());
  StoredPhoneCheck check;
  if (!record->has_value()) return CodeWrong();
  if (!check.ParseFromString((*record)->value)) {
    return DefectError(absl::StrCat(kPhoneChecks, ": a record holds no check"));
  }
  std::string hash = check.phone_hash();
  if (IsResourceName(kNeeds, request.name())) {
    const auto details = parts_.vault->Read(request.name());
    if (!details.ok()) return details.status();
    hash = parts_.phones->HashOf(
        details->has_value() ? (*details)->contact().phone_number() : "");
  }
  const CodeTrial trial = TryPhoneCode(
      *parts_.keyring, check, {request.name(), hash, request.code()}, now);
  if (!trial.right && !trial.counted.has_value()) return CodeWrong();
  Write write;
  write.preconditions.push_back({key, (*record)->mod_revision});
  write.mutations.push_back(
      {key, 0,
       trial.right ? std::nullopt
                   : std::optional(trial.counted->SerializeAsString()),
       /*secret=*/true});
  if (!trial.right) return write;
  const auto verification = AddRaise(
      request.name(), {v1::VERIFICATION_PHONE_CHECKED, hash}, now, &write);
  if (!verification.ok()) return verification.status();
  v1::CheckPhoneCodeResponse response;
  response.set_verification(*verification);
  write.reply = response.SerializeAsString();
  return write;
}

void VerificationService::CheckPhoneCode(
    const v1::CheckPhoneCodeRequest& request, ReplyDone done) {
  writer_.Run(
      {}, [this, request](absl::Time now) { return DecideCheck(request, now); },
      WrongIfEmpty(std::move(done)));
}

absl::StatusOr<v1::Verification> VerificationService::AddRaise(
    const std::string& subject, const Step& step, absl::Time now,
    Write* write) const {
  if (IsResourceName(kUsers, subject)) {
    const auto entry = view_.FindUser(subject);
    if (!HasUser(view_, subject)) return NotFoundError(subject);
    StoredUser stored =
        entry == nullptr ? NewExternalUser(subject, now) : entry->stored;
    Raise(step.verification, now, stored.mutable_user());
    if (!step.phone_hash.empty()) stored.set_phone_hash(step.phone_hash);
    write->preconditions.push_back(
        {subject, entry == nullptr ? 0 : entry->mod_revision});
    write->mutations.push_back({subject, 0, stored.SerializeAsString()});
    return stored.user().verification();
  }
  const EntryPtr entry = view_.Find(subject);
  if (entry == nullptr) return NotFoundError(subject);
  const auto& before = static_cast<const NeedEntry&>(*entry);
  auto stored = before.stored();
  Raise(step.verification, now, stored.mutable_need());
  Append(WriteNeed(stored, &before), write);
  return stored.need().verification();
}

absl::StatusOr<Write> VerificationService::DecideVouch(
    const v1::VouchRequest& request, const Caller& caller,
    absl::Time now) const {
  if (absl::Status status = CheckVouchRequest(request); !status.ok()) {
    return status;
  }
  Write write;
  const auto verification =
      AddRaise(request.name(), {request.verification()}, now, &write);
  if (!verification.ok()) return verification.status();
  const EntryPtr entry = view_.Find(request.name());
  const bool posted =
      entry != nullptr &&
      static_cast<const NeedEntry&>(*entry).stored().poster() == caller.name();
  if (caller.user != nullptr && (posted || request.name() == caller.name())) {
    return MakeError(Reason::kNotAllowed, "nobody vouches for themselves");
  }
  v1::VouchResponse response;
  response.set_verification(*verification);
  write.reply = response.SerializeAsString();
  return write;
}

void VerificationService::Vouch(const v1::VouchRequest& request,
                                const Caller& caller, ReplyDone done) {
  writer_.Run(
      KeyOf(request, caller),
      [this, request, caller](absl::Time now) {
        return DecideVouch(request, caller, now);
      },
      std::move(done));
}

}  // namespace xom::core
