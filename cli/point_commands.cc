#include <memory>

#include "cli/commands.h"
#include "cli/place_flags.h"
#include "cli/resource_commands.h"
#include "google/protobuf/empty.pb.h"

namespace xom::cli {
namespace {

using google::protobuf::FieldMask;
using Stub = v1::SupplyPointService::StubInterface;

struct PointFlags {
  std::optional<std::string> display_name;
  ThingsFlags things;
  PlaceFlags place;
  HoursFlags hours;
  std::optional<v1::SupplyPoint::Charge> charge;
  std::optional<bool> accessible;
  std::optional<std::string> phone_number;
  std::optional<std::string> description;

  void AddTo(Command command, Presence presence) {
    command.Flag("--display_name", "what people call it", &display_name,
                 presence);
    things.AddTo(command, presence);
    place.AddTo(command, presence);
    hours.AddTo(command);
    command.Flag("--charge", "free|sold: whether it gives or sells", &charge);
    command.Switch("--accessible", "can be entered with a wheelchair",
                   &accessible);
    command.Flag("--phone", "public phone number, such as +842838223344",
                 &phone_number);
    command.Flag("--description", "what else to know", &description);
  }

  absl::Status Fill(v1::SupplyPoint* point, FieldMask* mask) const {
    FillFrom(display_name, "display_name", mask,
             [&](const std::string& text) { point->set_display_name(text); });
    things.Fill(point, point->mutable_stock_lines(), "stock_lines", mask);
    FillFrom(charge, "charge", mask,
             [&](v1::SupplyPoint::Charge value) { point->set_charge(value); });
    FillFrom(accessible, "accessible", mask,
             [&](bool value) { point->set_accessible(value); });
    FillFrom(phone_number, "phone_number", mask,
             [&](const std::string& text) { point->set_phone_number(text); });
    FillFrom(description, "description", mask,
             [&](const std::string& text) { point->set_description(text); });
    v1::Place filled;
    absl::Status status = place.Fill(&filled, mask);
    if (filled.ByteSizeLong() > 0) *point->mutable_place() = filled;
    if (!status.ok() || !hours.given()) return status;
    return hours.Fill(point->mutable_hours(), mask);
  }
};

void AddReport(Command parent, Session& session) {
  struct All {
    ChangeFlags change;
    v1::SupplyPoint::Availability availability =
        v1::SupplyPoint::AVAILABILITY_UNSPECIFIED;
    std::vector<v1::Line> lines;
  };
  Command command = parent.Add(
      "report", "Says how it is at a point now.",
      "xom point report 7f3k --availability crowded --line \"20 kg rice\"");
  auto flags = std::make_shared<All>();
  flags->change.AddTo<PointKind>(command);
  command.Flag("--availability", "open|crowded|paused|closed",
               &flags->availability, Presence::kRequired);
  command.Flag("--line", "what is in stock now; again for more", &flags->lines);
  command.Run([flags, &session] {
    v1::ReportAvailabilityRequest request;
    flags->change.Fill<PointKind>(&request);
    request.set_availability(flags->availability);
    for (const v1::Line& line : flags->lines) {
      *request.add_stock_lines() = line;
    }
    v1::SupplyPoint reply;
    return session.Show(session.Call<v1::SupplyPointService>(
                            &Stub::ReportAvailability, request, &reply),
                        reply);
  });
}

}  // namespace

void AddPointCommands(Command root, Session& session) {
  Command point =
      root.Add("point", "Supply points: places that sell or give essentials.");
  AddCreate<PointKind, PointFlags>(
      point, session,
      "xom point create --display_name \"Chợ Bến Thành\" --category groceries "
      "--lat 10.7725 --lng 106.6980 --time_zone Asia/Ho_Chi_Minh "
      "--hours \"Mon-Sun 06:00-18:00\" --special_day \"2026-02-17 closed\"");
  AddGet<PointKind>(point, session);
  AddList<PointKind>(point, session,
                     "xom point list --open_now "
                     "--region_box 10.7,106.6,10.9,106.8");
  AddUpdate<PointKind, PointFlags>(
      point, session,
      "xom point update 7f3k --time_zone Asia/Ho_Chi_Minh --hours 24/7");
  AddChange<PointKind, v1::DeleteSupplyPointRequest, google::protobuf::Empty>(
      point.Add("delete", "Removes a point for good."), session,
      &Stub::DeleteSupplyPoint);
  AddReport(point, session);
}

}  // namespace xom::cli
