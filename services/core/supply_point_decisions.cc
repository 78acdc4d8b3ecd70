#include "services/core/supply_point_decisions.h"

#include <utility>

#include "services/core/field_check.h"
#include "services/core/limits.h"
#include "services/core/opening_hours.h"
#include "services/core/resource_check.h"
#include "services/core/time_proto.h"
#include "services/core/update_mask.h"

namespace xom::core {
namespace {

using internal::v1::StoredSupplyPoint;

// What an update may change; a create may set the availability too.
constexpr absl::string_view kMutableFields[] = {
    "display_name", "categories", "place",        "hours",      "stock_lines",
    "charge",       "accessible", "phone_number", "description"};

// Writes the phone number back in E.164.
void CheckSupplyPoint(const CategoryTable& categories, v1::SupplyPoint* point,
                      Violations* violations) {
  CheckText("supply_point.display_name", point->display_name(),
            {kMaxNameCharacters, Presence::kRequired}, violations);
  CheckCategories("supply_point.categories", point->categories(), categories,
                  violations);
  CheckPlace("supply_point.place", point->has_place(), point->place(),
             PlacePrivacy::kPublic, violations);
  if (point->has_hours()) {
    CheckOpeningHours("supply_point.hours", point->hours(), violations);
  }
  CheckEnum("supply_point.availability", point->availability(),
            {v1::SupplyPoint::Availability_IsValid(point->availability())},
            violations);
  CheckLines("supply_point.stock_lines", point->stock_lines(), violations);
  CheckEnum("supply_point.charge", point->charge(),
            {v1::SupplyPoint::Charge_IsValid(point->charge())}, violations);
  CheckText("supply_point.description", point->description(),
            {kMaxTextCharacters}, violations);
  point->set_phone_number(CheckPhone("supply_point.phone_number",
                                     point->phone_number(), violations));
}

}  // namespace

absl::StatusOr<StoredSupplyPoint> CreateSupplyPoint(
    const v1::CreateSupplyPointRequest& request, const std::string& name,
    const CategoryTable& categories, absl::Time now) {
  Violations violations;
  CheckRequestId(request.request_id(), &violations);
  CheckId("supply_point_id", request.supply_point_id(), &violations);
  StoredSupplyPoint stored;
  v1::SupplyPoint& point = *stored.mutable_supply_point();
  CopyFields(request.supply_point(), kMutableFields, &point);
  point.set_availability(request.supply_point().availability());
  CheckSupplyPoint(categories, &point, &violations);
  if (!violations.empty()) return violations.ToStatus();
  if (point.availability() == v1::SupplyPoint::AVAILABILITY_UNSPECIFIED) {
    point.set_availability(v1::SupplyPoint::AVAILABILITY_OPEN);
  }
  point.set_name(name);
  *point.mutable_availability_time() = ToProto(now);
  *point.mutable_create_time() = ToProto(now);
  Stamp(now, &point);
  return stored;
}

absl::StatusOr<StoredSupplyPoint> UpdateSupplyPoint(
    const StoredSupplyPoint& current,
    const v1::UpdateSupplyPointRequest& request,
    const CategoryTable& categories, absl::Time now) {
  Violations violations;
  StoredSupplyPoint stored = current;
  v1::SupplyPoint& point = *stored.mutable_supply_point();
  ApplyUpdate(request.supply_point(), request.update_mask(), kMutableFields,
              &point, &violations);
  CheckSupplyPoint(categories, &point, &violations);
  if (!violations.empty()) return violations.ToStatus();
  if (absl::Status status = CheckEtagMatches(
          point.name(), request.supply_point().etag(), point.etag());
      !status.ok()) {
    return status;
  }
  Stamp(now, &point);
  return stored;
}

absl::StatusOr<StoredSupplyPoint> ReportAvailability(
    const StoredSupplyPoint& current,
    const v1::ReportAvailabilityRequest& request, absl::Time now) {
  Violations violations;
  CheckEnum("availability", request.availability(),
            {v1::SupplyPoint::Availability_IsValid(request.availability()),
             Presence::kRequired},
            &violations);
  CheckLines("stock_lines", request.stock_lines(), &violations);
  if (!violations.empty()) return violations.ToStatus();
  StoredSupplyPoint stored = current;
  v1::SupplyPoint& point = *stored.mutable_supply_point();
  if (absl::Status status =
          CheckEtagMatches(point.name(), request.etag(), point.etag());
      !status.ok()) {
    return status;
  }
  point.set_availability(request.availability());
  if (!request.stock_lines().empty()) {
    *point.mutable_stock_lines() = request.stock_lines();
  }
  *point.mutable_availability_time() = ToProto(now);
  Stamp(now, &point);
  return stored;
}

}  // namespace xom::core
