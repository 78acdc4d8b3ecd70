#include "services/core/offer_decisions.h"

#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "services/core/field_check.h"
#include "services/core/limits.h"
#include "services/core/opening_hours.h"
#include "services/core/resource_check.h"
#include "services/core/resource_name.h"
#include "services/core/time_proto.h"
#include "services/core/update_mask.h"

namespace xom::core {
namespace {

using internal::v1::StoredOffer;

constexpr absl::string_view kMutableFields[] = {
    "categories",  "lines",          "place",       "service_radius_meters",
    "capacity",    "hours",          "helper_kind", "display_name",
    "description", "language_codes", "contact"};

void CheckLanguages(const v1::Offer& offer, Violations* violations) {
  if (!CheckInt("offer.language_codes", offer.language_codes_size(),
                {0, kMaxLanguages}, violations)) {
    return;
  }
  absl::flat_hash_set<absl::string_view> seen;
  int i = 0;
  for (const std::string& tag : offer.language_codes()) {
    const std::string path = absl::StrCat("offer.language_codes[", i++, "]");
    if (tag.empty()) violations->Add(path, "must not be empty");
    CheckLanguage(path, tag, violations);
    if (!seen.insert(tag).second) violations->Add(path, "stands there twice");
  }
}

void CheckHelper(const v1::Offer& offer, Violations* violations) {
  CheckEnum("offer.helper_kind", offer.helper_kind(),
            {v1::Offer::HelperKind_IsValid(offer.helper_kind())}, violations);
  const bool organization =
      offer.helper_kind() == v1::Offer::HELPER_KIND_ORGANIZATION;
  CheckText("offer.display_name", offer.display_name(),
            {kMaxNameCharacters,
             organization ? Presence::kRequired : Presence::kOptional},
            violations);
}

// Fills in defaults and writes the phone number back in E.164.
void CheckOffer(const CategoryTable& categories, v1::Offer* offer,
                Violations* violations) {
  if (offer->capacity() == 0) offer->set_capacity(1);
  if (offer->helper_kind() == v1::Offer::HELPER_KIND_UNSPECIFIED) {
    offer->set_helper_kind(v1::Offer::HELPER_KIND_PERSON);
  }
  CheckCategories("offer.categories", offer->categories(), categories,
                  violations);
  CheckLines("offer.lines", offer->lines(), violations);
  CheckPlace("offer.place", offer->has_place(), offer->place(),
             PlacePrivacy::kPublic, violations);
  if (offer->has_service_radius_meters()) {
    CheckDouble("offer.service_radius_meters", offer->service_radius_meters(),
                {0, kMaxServiceRadiusMeters}, violations);
  }
  CheckInt("offer.capacity", offer->capacity(), {1, kMaxCapacity}, violations);
  if (offer->has_hours()) {
    CheckOpeningHours("offer.hours", offer->hours(), violations);
  }
  CheckHelper(*offer, violations);
  CheckText("offer.description", offer->description(), {kMaxTextCharacters},
            violations);
  CheckLanguages(*offer, violations);
  if (offer->has_contact()) {
    CheckContact("offer.contact", offer->mutable_contact(), violations);
  }
}

StoredOffer Split(v1::Offer offer) {
  StoredOffer stored;
  if (offer.has_contact()) {
    stored.mutable_contact()->Swap(offer.mutable_contact());
  }
  offer.clear_contact();
  *stored.mutable_offer() = std::move(offer);
  return stored;
}

v1::Offer Join(const StoredOffer& stored) {
  v1::Offer offer = stored.offer();
  if (stored.has_contact()) *offer.mutable_contact() = stored.contact();
  return offer;
}

bool MayMove(v1::Offer::State from, v1::Offer::State to) {
  switch (to) {
    case v1::Offer::STATE_ACTIVE:
      return from == v1::Offer::STATE_PAUSED;
    case v1::Offer::STATE_PAUSED:
      return from == v1::Offer::STATE_ACTIVE;
    case v1::Offer::STATE_CLOSED:
      return from != v1::Offer::STATE_CLOSED;
    default:
      return false;
  }
}

absl::Status StateErrorOf(const v1::Offer& offer) {
  return StateError(offer.name(), v1::Offer::State_Name(offer.state()));
}

}  // namespace

absl::StatusOr<StoredOffer> CreateOffer(const v1::CreateOfferRequest& request,
                                        const std::string& name,
                                        const CategoryTable& categories,
                                        absl::Time now) {
  Violations violations;
  CheckRequestId(request.request_id(), &violations);
  CheckId("offer_id", request.offer_id(), &violations);
  v1::Offer offer;
  CopyFields(request.offer(), kMutableFields, &offer);
  CheckOffer(categories, &offer, &violations);
  if (!request.offer().organization().empty()) {
    offer.set_organization(request.offer().organization());
    CheckName("offer.organization", offer.organization(), kOrganizations,
              &violations);
  }
  if (!violations.empty()) return violations.ToStatus();
  offer.set_name(name);
  offer.set_state(v1::Offer::STATE_ACTIVE);
  *offer.mutable_create_time() = ToProto(now);
  Stamp(now, &offer);
  return Split(std::move(offer));
}

absl::StatusOr<StoredOffer> UpdateOffer(const StoredOffer& current,
                                        const v1::UpdateOfferRequest& request,
                                        const CategoryTable& categories,
                                        absl::Time now) {
  Violations violations;
  v1::Offer offer = Join(current);
  ApplyUpdate(request.offer(), request.update_mask(), kMutableFields, &offer,
              &violations);
  CheckOffer(categories, &offer, &violations);
  if (!violations.empty()) return violations.ToStatus();
  if (offer.state() == v1::Offer::STATE_CLOSED) return StateErrorOf(offer);
  if (absl::Status status =
          CheckEtagMatches(offer.name(), request.offer().etag(), offer.etag());
      !status.ok()) {
    return status;
  }
  Stamp(now, &offer);
  StoredOffer stored = Split(std::move(offer));
  stored.set_poster(current.poster());
  return stored;
}

absl::StatusOr<StoredOffer> MoveOffer(const StoredOffer& current,
                                      v1::Offer::State state,
                                      const std::string& etag, absl::Time now) {
  if (!MayMove(current.offer().state(), state)) {
    return StateErrorOf(current.offer());
  }
  if (absl::Status status = CheckEtagMatches(current.offer().name(), etag,
                                             current.offer().etag());
      !status.ok()) {
    return status;
  }
  StoredOffer stored = current;
  stored.mutable_offer()->set_state(state);
  if (state == v1::Offer::STATE_CLOSED) {
    *stored.mutable_offer()->mutable_end_time() = ToProto(now);
  }
  Stamp(now, stored.mutable_offer());
  return stored;
}

}  // namespace xom::core
