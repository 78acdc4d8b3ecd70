#include <memory>

#include "cli/commands.h"
#include "cli/measure_text.h"
#include "cli/place_flags.h"
#include "cli/resource_commands.h"

namespace xom::cli {
namespace {

using google::protobuf::FieldMask;
using Stub = v1::NeedService::StubInterface;

// --expire_in or --expire_time.
struct ExpiryFlags {
  std::optional<absl::Duration> expire_in;
  std::optional<absl::Time> expire_time;

  void AddTo(Command command) {
    command.Flag("--expire_in", "leaves after this time: 48h, 7d (the default)",
                 &expire_in);
    command.Flag("--expire_time", "leaves then: 2026-02-17T09:30:00+07:00",
                 &expire_time);
  }
  std::optional<absl::Time> time() const {
    if (expire_in.has_value()) return absl::Now() + *expire_in;
    return expire_time;
  }
};

// --adults, --children, ...
struct PeopleFlags {
  std::optional<int32_t> adults, children, elderly, pregnant, disabled, ill;

  void AddTo(Command command) {
    command.Flag("--adults", "how many adults wait for it", &adults);
    command.Flag("--children", "how many children", &children);
    command.Flag("--elderly", "how many elderly people", &elderly);
    command.Flag("--pregnant", "how many pregnant women", &pregnant);
    command.Flag("--disabled", "how many people with a disability", &disabled);
    command.Flag("--ill", "how many ill people", &ill);
  }
  void Fill(v1::Need* need, FieldMask* mask) const {
    const auto fill = [&](const std::optional<int32_t>& flag, const char* path,
                          void (v1::People::*set)(int32_t)) {
      FillFrom(flag, path, mask,
               [&](int32_t n) { (need->mutable_people()->*set)(n); });
    };
    fill(adults, "people.adults", &v1::People::set_adults);
    fill(children, "people.children", &v1::People::set_children);
    fill(elderly, "people.elderly", &v1::People::set_elderly);
    fill(pregnant, "people.pregnant", &v1::People::set_pregnant);
    fill(disabled, "people.disabled", &v1::People::set_disabled);
    fill(ill, "people.ill", &v1::People::set_ill);
  }
};

struct NeedFlags {
  ThingsFlags things;
  PeopleFlags people;
  std::optional<v1::Urgency> urgency;
  std::optional<v1::Verification> min_helper_verification;
  std::optional<std::string> situation;
  std::optional<std::string> language;
  PlaceFlags place;
  ContactFlags contact;
  std::optional<bool> on_behalf;
  ExpiryFlags expiry;

  void AddTo(Command command, Presence presence) {
    things.AddTo(command, presence);
    place.AddTo(command, presence);
    place.AddPrecisionTo(command);
    command.Flag("--urgency", "low|normal|high|critical (default normal)",
                 &urgency);
    command.Flag("--min_helper_verification",
                 "only helpers known so well may claim it: "
                 "unverified|phone_checked|vouched|visited (default any)",
                 &min_helper_verification);
    command.Flag("--situation", "the situation in words that all may read",
                 &situation);
    command.Flag("--language", "language of the text, such as vi", &language);
    people.AddTo(command);
    contact.AddTo(command);
    command.Switch("--on_behalf", "you post it for somebody else", &on_behalf);
    expiry.AddTo(command);
  }

  absl::Status Fill(v1::Need* need, FieldMask* mask) const {
    things.Fill(need, need->mutable_lines(), "lines", mask);
    FillFrom(urgency, "urgency", mask,
             [&](v1::Urgency value) { need->set_urgency(value); });
    FillFrom(min_helper_verification, "min_helper_verification", mask,
             [&](v1::Verification value) {
               need->set_min_helper_verification(value);
             });
    FillFrom(situation, "situation", mask,
             [&](const std::string& text) { need->set_situation(text); });
    FillFrom(language, "language_code", mask,
             [&](const std::string& text) { need->set_language_code(text); });
    people.Fill(need, mask);
    if (contact.given()) contact.Fill(need->mutable_contact(), mask);
    FillFrom(on_behalf, "on_behalf_of_other", mask,
             [&](bool value) { need->set_on_behalf_of_other(value); });
    FillFrom(expiry.time(), "expire_time", mask, [&](absl::Time time) {
      *need->mutable_expire_time() = TimestampOf(time);
    });
    return FillPlace(need, mask);
  }

 private:
  absl::Status FillPlace(v1::Need* need, FieldMask* mask) const {
    v1::Place filled;
    absl::Status status = place.Fill(&filled, mask);
    // An empty place in an update would read as one to take.
    if (filled.ByteSizeLong() > 0) *need->mutable_place() = filled;
    return status;
  }
};

void AddRenew(Command parent, Session& session) {
  struct All {
    ChangeFlags change;
    ExpiryFlags expiry;
  };
  Command command = parent.Add("renew", "Says that a need is still needed.",
                               "xom need renew 7f3k --expire_in 48h");
  auto flags = std::make_shared<All>();
  flags->change.AddTo<NeedKind>(command);
  flags->expiry.AddTo(command);
  command.Run([flags, &session] {
    v1::RenewNeedRequest request;
    flags->change.Fill<NeedKind>(&request);
    if (const auto time = flags->expiry.time(); time.has_value()) {
      *request.mutable_expire_time() = TimestampOf(*time);
    }
    v1::Need reply;
    return session.Show(
        session.Call<v1::NeedService>(&Stub::RenewNeed, request, &reply),
        reply);
  });
}

void AddReveal(Command parent, Session& session) {
  struct All {
    std::string name;
    RequestIdFlag request_id;
  };
  Command command = parent.Add(
      "reveal",
      "Shows the true place and the contact of a need, to who asked, officials "
      "and operators. Each look is written down.",
      "xom need reveal 7f3k");
  auto flags = std::make_shared<All>();
  command.Positional("NAME", "the need", &flags->name);
  flags->request_id.AddTo(command);
  command.Run([flags, &session] {
    v1::RevealNeedRequest request;
    request.set_name(NameOf<NeedKind>(flags->name));
    request.set_request_id(flags->request_id.request_id);
    v1::NeedDetails reply;
    return session.Show(
        session.Call<v1::NeedService>(&Stub::RevealNeed, request, &reply),
        reply);
  });
}

// As in resource_kind.h, as far as a look is like a resource.
struct RevealKind {
  using Service = v1::NeedService;
  using ListRequest = v1::ListRevealsRequest;
  using ListResponse = v1::ListRevealsResponse;
  static constexpr auto kList = &Stub::ListReveals;
  static const auto& Items(const ListResponse& page) { return page.reveals(); }
};

void AddReveals(Command parent, Session& session) {
  struct All {
    std::string name;
    int32_t limit = 50;
  };
  Command command = parent.Add(
      "reveals",
      "Lists who looked at the true place and the contact, newest first.",
      "xom need reveals 7f3k");
  auto flags = std::make_shared<All>();
  command.Positional("NAME", "the need", &flags->name);
  command.Flag("--limit", "at most so many, 0: all (default 50)",
               &flags->limit);
  command.Run([flags, &session] {
    if (flags->limit < 0) return session.Usage("--limit: must be 0 or more");
    v1::ListRevealsRequest request;
    request.set_parent(NameOf<NeedKind>(flags->name));
    int64_t count = 0;
    const grpc::Status status = ForEach<RevealKind>(
        session, request, flags->limit, [&](const v1::Reveal& look) {
          if (!session.json() && count > 0) session.out() << "\n";
          ++count;
          session.Show(grpc::Status::OK, look);
        });
    if (!status.ok()) return session.Fail(status);
    if (count == 0) session.err() << "nobody looked\n";
    return ExitCode::kOk;
  });
}

}  // namespace

void AddNeedCommands(Command root, Session& session) {
  Command need = root.Add("need", "Calls for help: post, keep true, end.");
  AddCreate<NeedKind, NeedFlags>(
      need, session,
      "xom need create --category groceries --lat 10.7769 --lng 106.7009 "
      "--line \"10 kg rice\" --urgency high\n"
      "xom need create --category medical-advice --lat 16.46 --lng 107.59 "
      "--situation \"Sốt cao hai ngày\" --language vi --phone +84912345678");
  AddGet<NeedKind>(need, session);
  AddList<NeedKind>(
      need, session,
      "xom need list --state open --min_urgency high\n"
      "xom need list --region_circle 10.7769,106.7009,5000 --limit 0 --json");
  AddUpdate<NeedKind, NeedFlags>(
      need, session,
      "xom need update 7f3k --urgency critical\n"
      "xom need update 7f3k --line \"5 kg rice\" --line \"2 l water\"");
  AddChange<NeedKind, v1::CancelNeedRequest, v1::Need>(
      need.Add("cancel", "Withdraws an open need.", "xom need cancel 7f3k"),
      session, &Stub::CancelNeed);
  AddRenew(need, session);
  AddChange<NeedKind, v1::CloseNeedRequest, v1::Need>(
      need.Add("close", "Ends an open need as helped.", "xom need close 7f3k"),
      session, &Stub::CloseNeed);
  AddReveal(need, session);
  AddReveals(need, session);
  AddChange<NeedKind, v1::EraseNeedRequest, v1::Need>(
      need.Add("erase",
               "Erases what is personal of a need, at once and for good; an "
               "open need is cancelled by it.",
               "xom need erase 7f3k"),
      session, &Stub::EraseNeed);
}

}  // namespace xom::cli
