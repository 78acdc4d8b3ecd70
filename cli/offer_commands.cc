#include "cli/commands.h"
#include "cli/place_flags.h"
#include "cli/resource_commands.h"

namespace xom::cli {
namespace {

using google::protobuf::FieldMask;
using Stub = v1::OfferService::StubInterface;

struct OfferFlags {
  ThingsFlags things;
  PlaceFlags place;
  std::optional<double> service_radius_meters;
  std::optional<int32_t> capacity;
  HoursFlags hours;
  std::optional<v1::Offer::HelperKind> helper_kind;
  std::optional<std::string> display_name;
  std::optional<std::string> description;
  std::vector<std::string> languages;
  std::optional<std::string> organization;
  ContactFlags contact;

  void AddTo(Command command, Presence presence) {
    things.AddTo(command, presence);
    place.AddTo(command, presence);
    command.Flag("--service_radius_meters",
                 "how far the helper goes (default: anywhere)",
                 &service_radius_meters);
    command.Flag("--capacity", "needs served at once (default 1)", &capacity);
    hours.AddTo(command);
    command.Flag("--helper_kind", "person|organization (default person)",
                 &helper_kind);
    command.Flag("--display_name", "public name of the helper", &display_name);
    command.Flag("--description", "what the helper wants to say", &description);
    command.Flag("--language", "language of the helper; again for more",
                 &languages);
    // It is for good.
    if (presence == Presence::kRequired) {
      command.Flag("--organization", "in whose name (for its dispatchers)",
                   &organization);
    }
    contact.AddTo(command);
  }

  absl::Status Fill(v1::Offer* offer, FieldMask* mask) const {
    things.Fill(offer, offer->mutable_lines(), "lines", mask);
    FillFrom(service_radius_meters, "service_radius_meters", mask,
             [&](double m) { offer->set_service_radius_meters(m); });
    FillFrom(capacity, "capacity", mask,
             [&](int32_t value) { offer->set_capacity(value); });
    FillFrom(helper_kind, "helper_kind", mask,
             [&](v1::Offer::HelperKind kind) { offer->set_helper_kind(kind); });
    FillFrom(display_name, "display_name", mask,
             [&](const std::string& text) { offer->set_display_name(text); });
    FillFrom(description, "description", mask,
             [&](const std::string& text) { offer->set_description(text); });
    FillFrom(organization, "organization", mask, [&](const std::string& text) {
      offer->set_organization(NameIn("organizations", text));
    });
    for (const std::string& code : languages) offer->add_language_codes(code);
    if (!languages.empty()) mask->add_paths("language_codes");
    if (contact.given()) contact.Fill(offer->mutable_contact(), mask);
    v1::Place filled;
    absl::Status status = place.Fill(&filled, mask);
    if (filled.ByteSizeLong() > 0) *offer->mutable_place() = filled;
    if (!status.ok() || !hours.given()) return status;
    return hours.Fill(offer->mutable_hours(), mask);
  }
};

}  // namespace

void AddOfferCommands(Command root, Session& session) {
  Command offer = root.Add("offer", "Offers of help: post, pause, end.");
  AddCreate<OfferKind, OfferFlags>(
      offer, session,
      "xom offer create --category groceries --lat 10.77 --lng 106.70 "
      "--line \"50 kg rice\" --service_radius_meters 5000 --capacity 3\n"
      "xom offer create --category medical-advice --lat 21.03 --lng 105.85 "
      "--time_zone Asia/Ho_Chi_Minh --hours \"Mon-Fri 18:00-21:00\"");
  AddGet<OfferKind>(offer, session);
  AddList<OfferKind>(offer, session,
                     "xom offer list --state active --category groceries");
  AddUpdate<OfferKind, OfferFlags>(offer, session,
                                   "xom offer update 7f3k --capacity 5");
  AddChange<OfferKind, v1::PauseOfferRequest, v1::Offer>(
      offer.Add("pause", "Takes an active offer out of matching."), session,
      &Stub::PauseOffer);
  AddChange<OfferKind, v1::ResumeOfferRequest, v1::Offer>(
      offer.Add("resume", "Takes a paused offer back."), session,
      &Stub::ResumeOffer);
  AddChange<OfferKind, v1::CloseOfferRequest, v1::Offer>(
      offer.Add("close", "Ends an offer for good."), session,
      &Stub::CloseOffer);
}

}  // namespace xom::cli
