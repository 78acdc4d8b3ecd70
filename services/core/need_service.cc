#include "services/core/need_service.h"

#include <utility>

#include "services/core/need_decisions.h"

namespace xom::core {
namespace {

using internal::v1::StoredNeed;

absl::StatusOr<Write> WriteNeed(const absl::StatusOr<StoredNeed>& stored,
                                storage::Revision mod_revision) {
  if (!stored.ok()) return stored.status();
  return core::WriteNeed(*stored, mod_revision);
}

Target TargetOfUpdate(const v1::UpdateNeedRequest& request) {
  return {"need.name", request.need().name(), "need.etag",
          request.need().etag()};
}

bool Has(uint32_t states, v1::Need::State state) {
  return (states >> state & 1) != 0;
}

ListFilter CheckFilter(const v1::ListNeedsRequest& request,
                       const CategoryTable& categories,
                       Violations* violations) {
  ListFilter filter = CheckListFilter(request, categories, violations);
  CheckEnum("min_urgency", request.min_urgency(),
            {v1::Urgency_IsValid(request.min_urgency())}, violations);
  filter.min_urgency = request.min_urgency();
  const uint32_t states =
      CheckStates(request.states(), v1::Need::State_ARRAYSIZE, violations);
  filter.live = Has(states, v1::Need::STATE_OPEN);
  filter.ended = Has(states, v1::Need::STATE_CLAIMED) ||
                 Has(states, v1::Need::STATE_CLOSED) ||
                 Has(states, v1::Need::STATE_CANCELLED) ||
                 Has(states, v1::Need::STATE_EXPIRED);
  filter.accept = [states](const Entry& entry) {
    return Has(states,
               static_cast<const NeedEntry&>(entry).stored.need().state());
  };
  return filter;
}

}  // namespace

Write WriteNeed(const StoredNeed& stored, storage::Revision mod_revision) {
  const v1::Need& need = stored.need();
  const auto point = geo::Point::FromDegrees(
      {need.public_location().latitude(), need.public_location().longitude()});
  Write write =
      WriteRecord(need.name(), point->leaf_cell(), stored, mod_revision);
  write.reply = need.SerializeAsString();
  return write;
}

absl::StatusOr<v1::Need> NeedService::Get(
    const v1::GetNeedRequest& request) const {
  const auto entry = calls_.Get(request.name());
  if (!entry.ok()) return entry.status();
  return (*entry)->stored.need();
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
        *response->add_needs() = entry.stored.need();
      });
}

void NeedService::Create(const v1::CreateNeedRequest& request, ReplyDone done) {
  calls_.Create(
      request, request.need_id(),
      [this](const auto& create, const std::string& name, absl::Time now) {
        return WriteNeed(CreateNeed(create, name, *view_.categories(), now), 0);
      },
      std::move(done));
}

void NeedService::Update(const v1::UpdateNeedRequest& request, ReplyDone done) {
  calls_.Change(
      request, TargetOfUpdate,
      [this](const NeedEntry& entry, const auto& update, absl::Time now) {
        return WriteNeed(
            UpdateNeed(entry.stored, update, *view_.categories(), now),
            entry.mod_revision);
      },
      std::move(done));
}

void NeedService::Renew(const v1::RenewNeedRequest& request, ReplyDone done) {
  calls_.Change(
      request, TargetOf,
      [](const NeedEntry& entry, const auto& renew, absl::Time now) {
        return WriteNeed(RenewNeed(entry.stored, renew, now),
                         entry.mod_revision);
      },
      std::move(done));
}

template <typename Request>
void NeedService::End(const Request& request, v1::Need::State state,
                      ReplyDone done) {
  calls_.Change(
      request, TargetOf,
      [state](const NeedEntry& entry, const auto& end, absl::Time now) {
        return WriteNeed(EndNeed(entry.stored, state, end.etag(), now),
                         entry.mod_revision);
      },
      std::move(done));
}

void NeedService::Cancel(const v1::CancelNeedRequest& request, ReplyDone done) {
  End(request, v1::Need::STATE_CANCELLED, std::move(done));
}

void NeedService::Close(const v1::CloseNeedRequest& request, ReplyDone done) {
  End(request, v1::Need::STATE_CLOSED, std::move(done));
}

}  // namespace xom::core
