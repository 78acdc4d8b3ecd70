#include "services/core/need_service.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "services/core/need_decisions.h"
#include "services/core/need_erasure.h"
#include "services/core/reveal_decisions.h"
#include "services/core/wire.h"
#include "trust/access_code.h"

namespace xom::core {
namespace {

using internal::v1::StoredNeed;

absl::StatusOr<Write> WriteNeed(const absl::StatusOr<StoredNeed>& stored,
                                const NeedEntry& before) {
  if (!stored.ok()) return stored.status();
  return core::WriteNeed(*stored, &before);
}

Target TargetOfUpdate(const v1::UpdateNeedRequest& request) {
  return {"need.name", request.need().name(), "need.etag",
          request.need().etag()};
}

bool Has(uint32_t states, int state) { return (states >> state & 1) != 0; }

ListFilter CheckFilter(const v1::ListNeedsRequest& request,
                       const CategoryTable& categories,
                       Violations* violations) {
  ListFilter filter = CheckListFilter(request, categories, violations);
  CheckEnum("min_urgency", request.min_urgency(),
            {v1::Urgency_IsValid(request.min_urgency())}, violations);
  filter.min_urgency = request.min_urgency();
  uint32_t states =
      CheckStates(request.states(), v1::Need::State_ARRAYSIZE, violations);
  // The need that it was merged into stands for it.
  if (request.states().empty()) states &= ~(1U << v1::Need::STATE_MERGED);
  filter.live = Has(states, v1::Need::STATE_OPEN);
  filter.ended = Has(states, v1::Need::STATE_CLAIMED) ||
                 Has(states, v1::Need::STATE_CLOSED) ||
                 Has(states, v1::Need::STATE_CANCELLED) ||
                 Has(states, v1::Need::STATE_EXPIRED) ||
                 Has(states, v1::Need::STATE_MERGED);
  CheckEnum("min_verification", request.min_verification(),
            {v1::Verification_IsValid(request.min_verification())}, violations);
  filter.accept = [states, min_verification =
                               request.min_verification()](const Entry& entry) {
    const auto& need = static_cast<const NeedEntry&>(entry);
    return Has(states, need.state) && need.verification >= min_verification;
  };
  return filter;
}

// Adds the access code to the answer of a create: a message with one more field
// at its end is the message with that field.
ReplyDone TellCode(const std::string& code, ReplyDone done) {
  v1::Need field;
  field.set_access_code(code);
  return [bytes = field.SerializeAsString(),
          done = std::move(done)](absl::StatusOr<std::string> reply) {
    if (reply.ok()) reply->append(bytes);
    done(std::move(reply));
  };
}

}  // namespace

Write WriteNeed(const StoredNeed& stored, const NeedEntry* before) {
  const v1::Need& need = stored.need();
  const auto point = geo::Point::FromDegrees(
      {need.public_location().latitude(), need.public_location().longitude()});
  Write write = WriteRecord(need.name(), point->leaf_cell(), stored,
                            before == nullptr ? 0 : before->mod_revision);
  if (before != nullptr) {
    write.preconditions.front().read = before->ToRecord();
  }
  // The record begins with the need, which is the answer.
  WireReader record(*write.mutations.front().value);
  record.Next();
  write.reply = std::string(record.bytes());
  write.subject = need.name();
  return write;
}

absl::StatusOr<v1::Need> NeedService::Get(
    const v1::GetNeedRequest& request) const {
  const auto entry = calls_.Get(request.name());
  if (!entry.ok()) return entry.status();
  return (*entry)->need();
}

absl::StatusOr<v1::ListNeedsResponse> NeedService::List(
    const v1::ListNeedsRequest& request) const {
  Violations violations;
  const ListFilter filter =
      CheckFilter(request, *view_.categories(), &violations);
  if (!violations.empty()) return violations.ToStatus();
  return calls_.List<v1::ListNeedsResponse>(
      request, filter,
      [](const NeedEntry& entry, v1::ListNeedsResponse* response) {
        *response->add_needs() = entry.need();
      });
}

// The access code is in no answer that is kept. A retry gets the same one all
// the same: it is worked out from what makes the call the same.
void NeedService::Create(const v1::CreateNeedRequest& request,
                         const Caller& caller, ReplyDone done) {
  RequestKey key = KeyOf(request, caller);
  const std::string code =
      key.id.empty() ? trust::NewAccessCode()
                     : trust::DeriveAccessCode(
                           keyring_, absl::StrCat(key.id, key.fingerprint));
  calls_.Create(
      request, {std::move(key), request.need_id()},
      [this, code, caller](const auto& create, const std::string& name,
                           absl::Time now) {
        return DecideCreate(create, {caller, name, code}, now);
      },
      request.validate_only() ? std::move(done)
                              : TellCode(code, std::move(done)));
}

absl::StatusOr<Write> NeedService::DecideCreate(
    const v1::CreateNeedRequest& request, const Creator& creator,
    absl::Time now) const {
  const std::string& name = creator.name;
  auto record = CreateNeed(request, name, *view_.categories(), now);
  if (!record.ok()) return record.status();
  record->stored.set_poster(creator.caller.name());
  record->stored.set_access_code_hash(
      trust::HashAccessCode(keyring_, name, creator.code));
  auto duplicates = duplicates_.FindOwn(*record, creator.caller);
  if (!duplicates.ok()) return duplicates.status();
  Write write = core::WriteNeed(record->stored, nullptr);
  storage::Mutation details = vault_.Put(name, record->details);
  // Without a need there are none: the ledger need not look.
  write.preconditions.push_back({details.key, 0});
  write.mutations.push_back(std::move(details));
  absl::Status status =
      phones_.Add(name, {"", record->details.contact().phone_number()}, &write);
  if (!status.ok()) return status;
  if (!duplicates->empty()) {
    v1::Need reply = record->stored.need();
    reply.mutable_possible_duplicates()->Add(duplicates->begin(),
                                             duplicates->end());
    write.reply = reply.SerializeAsString();
  }
  return write;
}

absl::StatusOr<Write> NeedService::DecideUpdate(
    const NeedEntry& entry, const v1::UpdateNeedRequest& request,
    absl::Time now) const {
  const std::string name(entry.name());
  const auto details = vault_.Read(name);
  if (!details.ok()) return details.status();
  if (!details->has_value()) {
    // Only what has ended is erased, and what has ended is not changed.
    return StateError(
        name, v1::Need::State_Name(static_cast<v1::Need::State>(entry.state)));
  }
  const auto record = UpdateNeed({entry.stored(), **details}, request,
                                 *view_.categories(), now);
  if (!record.ok()) return record.status();
  Write write = core::WriteNeed(record->stored, &entry);
  write.mutations.push_back(vault_.Put(name, record->details));
  absl::Status status = phones_.Add(name,
                                    {(*details)->contact().phone_number(),
                                     record->details.contact().phone_number()},
                                    &write);
  if (!status.ok()) return status;
  return write;
}

void NeedService::Update(const v1::UpdateNeedRequest& request,
                         const Caller& caller, ReplyDone done) {
  calls_.Change(
      request, {caller, TargetOfUpdate},
      [this](const NeedEntry& entry, const auto& update, absl::Time now) {
        return DecideUpdate(entry, update, now);
      },
      std::move(done));
}

void NeedService::Renew(const v1::RenewNeedRequest& request,
                        const Caller& caller, ReplyDone done) {
  calls_.Change(
      request, {caller},
      [](const NeedEntry& entry, const auto& renew, absl::Time now) {
        return WriteNeed(RenewNeed(entry.stored(), renew, now), entry);
      },
      std::move(done));
}

template <v1::Need::State state, typename Request>
void NeedService::End(const Request& request, const Caller& caller,
                      ReplyDone done) {
  calls_.Change(
      request, {caller},
      [](const NeedEntry& entry, const auto& end, absl::Time now) {
        return WriteNeed(EndNeed(entry.stored(), state, end.etag(), now),
                         entry);
      },
      std::move(done));
}

void NeedService::Cancel(const v1::CancelNeedRequest& request,
                         const Caller& caller, ReplyDone done) {
  End<v1::Need::STATE_CANCELLED>(request, caller, std::move(done));
}

void NeedService::Close(const v1::CloseNeedRequest& request,
                        const Caller& caller, ReplyDone done) {
  End<v1::Need::STATE_CLOSED>(request, caller, std::move(done));
}

void NeedService::Erase(const v1::EraseNeedRequest& request,
                        const Caller& caller, ReplyDone done) {
  calls_.Change(
      request, {caller},
      [this](const NeedEntry& entry, const auto& erase,
             absl::Time now) -> absl::StatusOr<Write> {
        const StoredNeed stored = entry.stored();
        const auto erased = EraseNeed(stored, erase.etag(), now);
        if (!erased.ok()) return erased.status();
        auto write = eraser_.Erase(entry, *erased, now);
        if (!write.ok()) return write.status();
        write->validate_only = stored.need().has_erase_time();
        return write;
      },
      std::move(done));
}

}  // namespace xom::core
