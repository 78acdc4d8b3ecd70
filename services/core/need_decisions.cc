#include "services/core/need_decisions.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "geo/public_point.h"
#include "google/protobuf/util/message_differencer.h"
#include "services/core/claim_decisions.h"
#include "services/core/coverage.h"
#include "services/core/field_check.h"
#include "services/core/limits.h"
#include "services/core/resource_check.h"
#include "services/core/time_proto.h"
#include "services/core/update_mask.h"

namespace xom::core {
namespace {

using internal::v1::StoredNeed;

// What a client may set and change.
constexpr absl::string_view kMutableFields[] = {"categories",
                                                "lines",
                                                "people",
                                                "urgency",
                                                "situation",
                                                "place",
                                                "contact",
                                                "on_behalf_of_other",
                                                "language_code",
                                                "expire_time",
                                                "min_helper_verification"};

// What the public sees is worked out from the place, so one part of a place
// must not be changed alone: who asks for a finer precision, or moves only the
// latitude, would read the true place off the answer.
void CheckPlacePaths(const google::protobuf::FieldMask& mask,
                     Violations* violations) {
  const auto& paths = mask.paths();
  const auto has = [&paths](absl::string_view path) {
    return std::count(paths.begin(), paths.end(), path) > 0;
  };
  const bool moves = has("place") || has("place.location") || has("*");
  for (const std::string& path : paths) {
    if (absl::StartsWith(path, "place.location.") ||
        (path == "place.location_precision" && !moves)) {
      violations->Add("update_mask",
                      absl::StrCat(path,
                                   " can only be changed together with "
                                   "all of place.location"));
    }
  }
}

void CheckPeople(const v1::People& people, Violations* violations) {
  constexpr IntRange kCount{0, kMaxPeople};
  CheckInt("need.people.adults", people.adults(), kCount, violations);
  CheckInt("need.people.children", people.children(), kCount, violations);
  CheckInt("need.people.elderly", people.elderly(), kCount, violations);
  CheckInt("need.people.pregnant", people.pregnant(), kCount, violations);
  CheckInt("need.people.disabled", people.disabled(), kCount, violations);
  CheckInt("need.people.ill", people.ill(), kCount, violations);
}

void CheckExpireTime(absl::string_view field,
                     const google::protobuf::Timestamp& value, absl::Time now,
                     Violations* violations) {
  const auto time = CheckTime(field, value, violations);
  if (!time.has_value()) return;
  if (*time <= now) {
    violations->Add(field, "must be later than now");
  } else if (*time > now + kMaxNeedLifetime) {
    violations->Add(field, "must be at most 30 days ahead");
  }
}

// All of a need but its expire_time; writes the phone number back in E.164.
void CheckNeed(const CategoryTable& categories, v1::Need* need,
               Violations* violations) {
  CheckCategories("need.categories", need->categories(), categories,
                  violations);
  CheckLines("need.lines", need->lines(), violations);
  CheckPeople(need->people(), violations);
  CheckEnum("need.urgency", need->urgency(),
            {v1::Urgency_IsValid(need->urgency())}, violations);
  CheckEnum("need.min_helper_verification", need->min_helper_verification(),
            {v1::Verification_IsValid(need->min_helper_verification())},
            violations);
  CheckText("need.situation", need->situation(), {kMaxTextCharacters},
            violations);
  CheckLanguage("need.language_code", need->language_code(), violations);
  CheckPlace("need.place", need->has_place(), need->place(),
             PlacePrivacy::kCoarse, violations);
  if (need->has_contact()) {
    CheckContact("need.contact", need->mutable_contact(), violations);
  }
}

geo::Precision ToGeo(v1::LocationPrecision precision) {
  switch (precision) {
    case v1::LOCATION_PRECISION_EXACT:
      return geo::Precision::kExact;
    case v1::LOCATION_PRECISION_METERS_150:
      return geo::Precision::k150Meters;
    case v1::LOCATION_PRECISION_METERS_600:
      return geo::Precision::k600Meters;
    case v1::LOCATION_PRECISION_METERS_2400:
      return geo::Precision::k2400Meters;
    default:
      return geo::kDefaultPrecision;
  }
}

// Takes what is private out of the public part, and works out where the public
// sees it. REQUIRES: CheckNeed found nothing.
NeedRecord Split(v1::Need need) {
  if (need.urgency() == v1::URGENCY_UNSPECIFIED) {
    need.set_urgency(v1::URGENCY_NORMAL);
  }
  v1::LocationPrecision precision = need.place().location_precision();
  if (precision == v1::LOCATION_PRECISION_UNSPECIFIED) {
    precision = v1::LOCATION_PRECISION_METERS_300;
  }
  const auto& location = need.place().location();
  const geo::LatLng shown =
      geo::PublicPoint(
          *geo::Point::FromDegrees({location.latitude(), location.longitude()}),
          ToGeo(precision))
          .degrees();
  need.set_location_precision(precision);
  need.mutable_public_location()->set_latitude(shown.latitude_degrees);
  need.mutable_public_location()->set_longitude(shown.longitude_degrees);
  NeedRecord record;
  record.details.mutable_place()->Swap(need.mutable_place());
  if (need.has_contact()) {
    record.details.mutable_contact()->Swap(need.mutable_contact());
  }
  need.clear_place();
  need.clear_contact();
  *record.stored.mutable_need() = std::move(need);
  return record;
}

v1::Need Join(const NeedRecord& record) {
  v1::Need need = record.stored.need();
  *need.mutable_place() = record.details.place();
  if (record.details.has_contact()) {
    *need.mutable_contact() = record.details.contact();
  }
  return need;
}

// `current` is what time made of `before`. Nobody could read that yet, so the
// etag is that of `before`.
absl::Status CheckChangeable(const StoredNeed& before, const std::string& etag,
                             const v1::Need& current) {
  if (HasEnded(current)) {
    return StateError(current.name(), v1::Need::State_Name(current.state()));
  }
  return CheckEtagMatches(current.name(), etag, before.need().etag());
}

// Whether it is at another place, or has another number, than what somebody
// vouched for, visited or checked.
bool IsElsewhere(const internal::v1::StoredNeedDetails& before,
                 const v1::Need& need) {
  const auto& was = before.place().location();
  const auto& is = need.place().location();
  return was.latitude() != is.latitude() || was.longitude() != is.longitude() ||
         before.contact().phone_number() != need.contact().phone_number();
}

// Claims count by the lines that they were made of.
absl::Status CheckLinesStay(const StoredNeed& current, const v1::Need& need) {
  const auto& before = current.need().lines();
  const bool same = std::equal(
      before.begin(), before.end(), need.lines().begin(), need.lines().end(),
      google::protobuf::util::MessageDifferencer::Equals);
  if (same || !LinesAreHeld(current)) return absl::OkStatus();
  return MakeError(Reason::kStateMismatch,
                   absl::StrCat("lines of ", need.name(),
                                " are promised, delivered or received"),
                   {{"state", v1::Need::State_Name(need.state())}});
}

}  // namespace

absl::StatusOr<NeedRecord> CreateNeed(const v1::CreateNeedRequest& request,
                                      const std::string& name,
                                      const CategoryTable& categories,
                                      absl::Time now) {
  Violations violations;
  CheckRequestId(request.request_id(), &violations);
  CheckId("need_id", request.need_id(), &violations);
  v1::Need need;
  CopyFields(request.need(), kMutableFields, &need);
  need.set_name(name);
  CheckNeed(categories, &need, &violations);
  if (need.has_expire_time()) {
    CheckExpireTime("need.expire_time", need.expire_time(), now, &violations);
  } else {
    *need.mutable_expire_time() = ToProto(now + kDefaultNeedLifetime);
  }
  if (!violations.empty()) return violations.ToStatus();
  need.set_state(v1::Need::STATE_OPEN);
  *need.mutable_create_time() = ToProto(now);
  *need.mutable_verify_time() = ToProto(now);
  Stamp(now, &need);
  return Split(std::move(need));
}

absl::StatusOr<NeedRecord> UpdateNeed(const NeedRecord& before,
                                      const v1::UpdateNeedRequest& request,
                                      const CategoryTable& categories,
                                      absl::Time now) {
  const NeedRecord current{Advance(before.stored, now), before.details};
  Violations violations;
  v1::Need need = Join(current);
  CheckPlacePaths(request.update_mask(), &violations);
  const auto applied = ApplyUpdate(request.need(), request.update_mask(),
                                   kMutableFields, &need, &violations);
  CheckNeed(categories, &need, &violations);
  if (!need.has_expire_time()) {
    *need.mutable_expire_time() = ToProto(now + kDefaultNeedLifetime);
  } else if (Updates(applied, "expire_time")) {
    CheckExpireTime("need.expire_time", need.expire_time(), now, &violations);
  }
  if (!violations.empty()) return violations.ToStatus();
  if (absl::Status status = CheckChangeable(
          before.stored, request.need().etag(), current.stored.need());
      !status.ok()) {
    return status;
  }
  if (absl::Status status = CheckLinesStay(current.stored, need);
      !status.ok()) {
    return status;
  }
  if (IsElsewhere(before.details, need)) need.clear_verification();
  Stamp(now, &need);
  NeedRecord record = Split(std::move(need));
  // All that the need is beside its public part stays as it was.
  StoredNeed stored = current.stored;
  stored.mutable_need()->Swap(record.stored.mutable_need());
  record.stored = std::move(stored);
  return record;
}

absl::StatusOr<StoredNeed> RenewNeed(const StoredNeed& before,
                                     const v1::RenewNeedRequest& request,
                                     absl::Time now) {
  Violations violations;
  if (request.has_expire_time()) {
    CheckExpireTime("expire_time", request.expire_time(), now, &violations);
  }
  if (!violations.empty()) return violations.ToStatus();
  StoredNeed stored = Advance(before, now);
  if (absl::Status status =
          CheckChangeable(before, request.etag(), stored.need());
      !status.ok()) {
    return status;
  }
  v1::Need& need = *stored.mutable_need();
  if (request.has_expire_time()) {
    *need.mutable_expire_time() = request.expire_time();
  } else if (now + kDefaultNeedLifetime > FromProto(need.expire_time())) {
    *need.mutable_expire_time() = ToProto(now + kDefaultNeedLifetime);
  }
  *need.mutable_verify_time() = ToProto(now);
  Stamp(now, &need);
  return stored;
}

absl::StatusOr<StoredNeed> EndNeed(const StoredNeed& before,
                                   v1::Need::State state,
                                   const std::string& etag, absl::Time now) {
  StoredNeed stored = Advance(before, now);
  if (absl::Status status = CheckChangeable(before, etag, stored.need());
      !status.ok()) {
    return status;
  }
  EndClaims(state == v1::Need::STATE_CLOSED
                ? v1::Claim::OUTCOME_RECEIVED
                : v1::Claim::OUTCOME_ASSUMED_RECEIVED,
            now, &stored);
  stored.mutable_need()->set_state(state);
  *stored.mutable_need()->mutable_end_time() = ToProto(now);
  Stamp(now, stored.mutable_need());
  return stored;
}

}  // namespace xom::core
