#include "services/core/supply_point_service.h"

#include <string>
#include <utility>

#include "google/protobuf/empty.pb.h"
#include "services/core/moderation_decisions.h"
#include "services/core/resource_check.h"
#include "services/core/supply_point_decisions.h"

namespace xom::core {
namespace {

using internal::v1::StoredSupplyPoint;

absl::StatusOr<Write> WriteSupplyPoint(
    const absl::StatusOr<StoredSupplyPoint>& stored,
    storage::Revision mod_revision) {
  if (!stored.ok()) return stored.status();
  const v1::SupplyPoint& supply_point = stored->supply_point();
  const auto& location = supply_point.place().location();
  const auto point =
      geo::Point::FromDegrees({location.latitude(), location.longitude()});
  Write write = WriteRecord(supply_point.name(), point->leaf_cell(), *stored,
                            mod_revision);
  write.reply = supply_point.SerializeAsString();
  return write;
}

absl::StatusOr<Write> DeleteSupplyPoint(
    const SupplyPointEntry& entry,
    const v1::DeleteSupplyPointRequest& request) {
  absl::Status status = CheckEtagMatches(request.name(), request.etag(),
                                         entry.stored.supply_point().etag());
  if (!status.ok()) return status;
  // Else it could be made anew under the same name, and be seen.
  if (entry.hidden) return StateError(request.name(), "quarantined");
  Write write;
  write.preconditions.push_back({request.name(), entry.mod_revision});
  write.mutations.push_back({request.name(), 0, std::nullopt});
  write.reply = google::protobuf::Empty().SerializeAsString();
  return write;
}

Target TargetOfUpdate(const v1::UpdateSupplyPointRequest& request) {
  return {"supply_point.name", request.supply_point().name(),
          "supply_point.etag", request.supply_point().etag()};
}

ListFilter CheckFilter(const v1::ListSupplyPointsRequest& request,
                       const CategoryTable& categories, absl::Time now,
                       Violations* violations) {
  ListFilter filter = CheckListFilter(request, categories, violations);
  if (request.open_now()) {
    filter.accept = [now](const Entry& entry) {
      return static_cast<const SupplyPointEntry&>(entry).IsOpen(now);
    };
  }
  return filter;
}

}  // namespace

absl::StatusOr<v1::SupplyPoint> SupplyPointService::Get(
    const v1::GetSupplyPointRequest& request) const {
  const auto entry = calls_.Get(request.name());
  if (!entry.ok()) return entry.status();
  return (*entry)->stored.supply_point();
}

absl::StatusOr<v1::ListSupplyPointsResponse> SupplyPointService::List(
    const v1::ListSupplyPointsRequest& request) const {
  Violations violations;
  const ListFilter filter =
      CheckFilter(request, *view_.categories(), clock_.Now(), &violations);
  if (!violations.empty()) return violations.ToStatus();
  return calls_.List<v1::ListSupplyPointsResponse>(
      request, filter,
      [](const SupplyPointEntry& entry,
         v1::ListSupplyPointsResponse* response) {
        *response->add_supply_points() = entry.stored.supply_point();
      });
}

void SupplyPointService::Create(const v1::CreateSupplyPointRequest& request,
                                const Caller& caller, ReplyDone done) {
  calls_.Create(
      request, {KeyOf(request, caller), request.supply_point_id()},
      [this, poster = caller.name()](const auto& create,
                                     const std::string& name, absl::Time now) {
        auto stored = CreateSupplyPoint(create, name, *view_.categories(), now);
        if (stored.ok()) stored->set_poster(poster);
        return WriteSupplyPoint(stored, 0);
      },
      std::move(done));
}

void SupplyPointService::Update(const v1::UpdateSupplyPointRequest& request,
                                const Caller& caller, ReplyDone done) {
  calls_.Change(
      request, {caller, TargetOfUpdate},
      [this](const SupplyPointEntry& entry, const auto& update,
             absl::Time now) {
        return WriteSupplyPoint(
            UpdateSupplyPoint(entry.stored, update, *view_.categories(), now),
            entry.mod_revision);
      },
      std::move(done));
}

void SupplyPointService::Delete(const v1::DeleteSupplyPointRequest& request,
                                const Caller& caller, ReplyDone done) {
  calls_.Change(
      request, {caller},
      [this](const SupplyPointEntry& entry, const auto& remove, absl::Time) {
        auto write = DeleteSupplyPoint(entry, remove);
        const std::string reported = CaseNameOf(entry.name());
        if (write.ok() && view_.FindCase(reported) != nullptr) {
          write->mutations.push_back({reported, 0, std::nullopt});
        }
        return write;
      },
      std::move(done));
}

void SupplyPointService::Report(const v1::ReportAvailabilityRequest& request,
                                const Caller& caller, ReplyDone done) {
  calls_.Change(
      request, {caller},
      [](const SupplyPointEntry& entry, const auto& report, absl::Time now) {
        return WriteSupplyPoint(ReportAvailability(entry.stored, report, now),
                                entry.mod_revision);
      },
      std::move(done));
}

}  // namespace xom::core
