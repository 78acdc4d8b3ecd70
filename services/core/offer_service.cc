#include "services/core/offer_service.h"

#include <utility>

#include "services/core/offer_decisions.h"

namespace xom::core {
namespace {

using internal::v1::StoredOffer;

// Neither creates nor changes the contact.
absl::StatusOr<Write> WriteOffer(const absl::StatusOr<StoredOffer>& stored,
                                 storage::Revision mod_revision) {
  if (!stored.ok()) return stored.status();
  const v1::Offer& offer = stored->offer();
  const auto& location = offer.place().location();
  const auto point =
      geo::Point::FromDegrees({location.latitude(), location.longitude()});
  Write write =
      WriteRecord(offer.name(), point->leaf_cell(), *stored, mod_revision);
  write.reply = offer.SerializeAsString();
  return write;
}

// The contact goes into the vault, apart from what everybody may read.
absl::StatusOr<Write> WriteWithContact(absl::StatusOr<StoredOffer> stored,
                                       storage::Revision mod_revision,
                                       const DetailsVault& vault) {
  if (!stored.ok()) return stored.status();
  internal::v1::StoredNeedDetails details;
  if (stored->has_contact()) {
    details.mutable_contact()->Swap(stored->mutable_contact());
  }
  stored->clear_contact();
  const std::string name = stored->offer().name();
  auto write = WriteOffer(stored, mod_revision);
  write->mutations.push_back(details.has_contact() ? vault.Put(name, details)
                                                   : vault.Erase(name));
  return write;
}

Target TargetOfUpdate(const v1::UpdateOfferRequest& request) {
  return {"offer.name", request.offer().name(), "offer.etag",
          request.offer().etag()};
}

bool Has(uint32_t states, v1::Offer::State state) {
  return (states >> state & 1) != 0;
}

ListFilter CheckFilter(const v1::ListOffersRequest& request,
                       const CategoryTable& categories,
                       Violations* violations) {
  ListFilter filter = CheckListFilter(request, categories, violations);
  const uint32_t states =
      CheckStates(request.states(), v1::Offer::State_ARRAYSIZE, violations);
  filter.live = Has(states, v1::Offer::STATE_ACTIVE) ||
                Has(states, v1::Offer::STATE_PAUSED);
  filter.ended = Has(states, v1::Offer::STATE_CLOSED);
  filter.accept = [states](const Entry& entry) {
    return Has(states,
               static_cast<const OfferEntry&>(entry).stored.offer().state());
  };
  return filter;
}

}  // namespace

absl::StatusOr<v1::Offer> OfferService::Get(
    const v1::GetOfferRequest& request) const {
  const auto entry = calls_.Get(request.name());
  if (!entry.ok()) return entry.status();
  return (*entry)->stored.offer();
}

absl::StatusOr<v1::ListOffersResponse> OfferService::List(
    const v1::ListOffersRequest& request) const {
  Violations violations;
  const ListFilter filter =
      CheckFilter(request, *view_.categories(), &violations);
  if (!violations.empty()) return violations.ToStatus();
  return calls_.List<v1::ListOffersResponse>(
      request, filter,
      [](const OfferEntry& entry, v1::ListOffersResponse* response) {
        *response->add_offers() = entry.stored.offer();
      });
}

void OfferService::Create(const v1::CreateOfferRequest& request,
                          const Caller& caller, ReplyDone done) {
  calls_.Create(
      request, {KeyOf(request, caller), request.offer_id()},
      [this, caller](const auto& create, const std::string& name,
                     absl::Time now) {
        auto stored = CreateOffer(create, name, *view_.categories(), now);
        if (stored.ok()) {
          absl::Status status = Attribute(caller, &*stored);
          if (!status.ok()) stored = status;
        }
        return WriteWithContact(std::move(stored), 0, vault_);
      },
      std::move(done));
}

absl::Status OfferService::Attribute(const Caller& caller,
                                     StoredOffer* stored) const {
  v1::Offer& offer = *stored->mutable_offer();
  const std::string& organization = offer.organization();
  if (!organization.empty()) {
    if (view_.FindOrganization(organization) == nullptr) {
      return NotFoundError(organization);
    }
    if (access_ == Access::kAccounts &&
        caller.RankIn(organization) != v1::Membership::RANK_DISPATCHER) {
      return MakeError(
          Reason::kNotAllowed,
          "only a dispatcher of the organization posts its offers");
    }
  }
  stored->set_poster(caller.name());
  offer.set_verification(caller.user == nullptr ? v1::VERIFICATION_UNVERIFIED
                                                : caller.user->verification());
  return absl::OkStatus();
}

absl::StatusOr<Write> OfferService::DecideUpdate(
    const OfferEntry& entry, const v1::UpdateOfferRequest& request,
    absl::Time now) const {
  StoredOffer current = entry.stored;
  const auto details = vault_.Read(current.offer().name());
  if (!details.ok()) return details.status();
  if (details->has_value()) *current.mutable_contact() = (*details)->contact();
  return WriteWithContact(
      UpdateOffer(current, request, *view_.categories(), now),
      entry.mod_revision, vault_);
}

void OfferService::Update(const v1::UpdateOfferRequest& request,
                          const Caller& caller, ReplyDone done) {
  calls_.Change(
      request, {caller, TargetOfUpdate},
      [this](const OfferEntry& entry, const auto& update, absl::Time now) {
        return DecideUpdate(entry, update, now);
      },
      std::move(done));
}

template <v1::Offer::State state, typename Request>
void OfferService::Move(const Request& request, const Caller& caller,
                        ReplyDone done) {
  calls_.Change(
      request, {caller},
      [](const OfferEntry& entry, const auto& move, absl::Time now) {
        return WriteOffer(MoveOffer(entry.stored, state, move.etag(), now),
                          entry.mod_revision);
      },
      std::move(done));
}

void OfferService::Pause(const v1::PauseOfferRequest& request,
                         const Caller& caller, ReplyDone done) {
  Move<v1::Offer::STATE_PAUSED>(request, caller, std::move(done));
}

void OfferService::Resume(const v1::ResumeOfferRequest& request,
                          const Caller& caller, ReplyDone done) {
  Move<v1::Offer::STATE_ACTIVE>(request, caller, std::move(done));
}

void OfferService::Close(const v1::CloseOfferRequest& request,
                         const Caller& caller, ReplyDone done) {
  Move<v1::Offer::STATE_CLOSED>(request, caller, std::move(done));
}

}  // namespace xom::core
