#include <memory>
#include <ostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "cli/commands.h"
#include "cli/measure_text.h"
#include "cli/resource_commands.h"
#include "xom/v1/moderation_service.grpc.pb.h"

namespace xom::cli {
namespace {

using Stub = v1::ModerationService::StubInterface;
using v1::ModerationCase;

// As in resource_kind.h, as far as a case is like the others.
struct CaseKind {
  using Service = v1::ModerationService;
  using Resource = ModerationCase;
  using ListRequest = v1::ListModerationCasesRequest;
  using ListResponse = v1::ListModerationCasesResponse;
  static constexpr auto kList = &Stub::ListModerationCases;
  static const auto& Items(const ListResponse& page) {
    return page.moderation_cases();
  }
};

std::string CaseName(const std::string& text) {
  return NameIn("moderationCases", text);
}

void AddCaseName(Command command, std::string* name) {
  command.Positional("NAME", "the case", name);
}

std::vector<std::string> RowOf(const ModerationCase& moderation_case) {
  return {EnumText(moderation_case.state()),
          moderation_case.appealed() ? "yes" : "",
          absl::StrCat(moderation_case.weight()),
          absl::StrCat(moderation_case.reporter_count()),
          moderation_case.subject(),
          moderation_case.name()};
}

void AddListCases(Command parent, Session& session) {
  struct All {
    std::vector<ModerationCase::State> states;
    int32_t limit = 50;
  };
  Command command =
      parent.Add("list", "Lists cases, those that wait the most first.",
                 "xom moderation list --state quarantined");
  auto flags = std::make_shared<All>();
  command.Flag("--state",
               absl::StrCat("only this state: ",
                            EnumWords(*ModerationCase::State_descriptor()),
                            "; again for more"),
               &flags->states);
  command.Flag("--limit", "at most so many, 0: all (default 50)",
               &flags->limit);
  command.Run([flags, &session] {
    if (flags->limit < 0) return session.Usage("--limit: must be 0 or more");
    v1::ListModerationCasesRequest request;
    for (const auto state : flags->states) request.add_states(state);
    Table table({{"STATE", Align::kLeft},
                 {"APPEALED", Align::kLeft},
                 {"WEIGHT", Align::kRight},
                 {"REPORTERS", Align::kRight},
                 {"SUBJECT", Align::kLeft},
                 {"NAME", Align::kLeft}});
    bool any = false;
    const grpc::Status status = ForEach<CaseKind>(
        session, request, flags->limit, [&](const ModerationCase& item) {
          any = true;
          if (session.json()) session.out() << MessageJson(item) << "\n";
          table.AddRow(RowOf(item));
        });
    if (!session.json() && any) session.out() << table.Text(session.width());
    if (!status.ok()) return session.Fail(status);
    if (!any) session.err() << "no case found\n";
    return ExitCode::kOk;
  });
}

void AddGetCase(Command parent, Session& session) {
  Command command = parent.Add("get", "Shows a case with its reports.",
                               "xom moderation get c5d1");
  auto name = std::make_shared<std::string>();
  AddCaseName(command, name.get());
  command.Run([name, &session] {
    v1::GetModerationCaseRequest request;
    request.set_name(CaseName(*name));
    ModerationCase reply;
    return session.Show(session.Call<v1::ModerationService>(
                            &Stub::GetModerationCase, request, &reply),
                        reply);
  });
}

void AddDecide(Command parent, Session& session) {
  struct All {
    std::string name;
    ModerationCase::State decision = ModerationCase::STATE_UNSPECIFIED;
    std::string note;
    std::string etag;
    RequestIdFlag request_id;
  };
  Command command = parent.Add(
      "decide", "Lets the subject of a case stand, or takes it down.",
      "xom moderation decide c5d1 --decision kept --note 'I called them'");
  auto flags = std::make_shared<All>();
  AddCaseName(command, &flags->name);
  command.Flag("--decision", "kept|removed", &flags->decision,
               Presence::kRequired);
  command.Flag("--note", "why", &flags->note, Presence::kRequired);
  command.Flag("--etag", "refuse when it has changed since", &flags->etag);
  flags->request_id.AddTo(command);
  command.Run([flags, &session] {
    v1::DecideModerationCaseRequest request;
    request.set_name(CaseName(flags->name));
    request.set_decision(flags->decision);
    request.set_note(flags->note);
    request.set_etag(flags->etag);
    request.set_request_id(flags->request_id.request_id);
    ModerationCase reply;
    return session.Show(session.Call<v1::ModerationService>(
                            &Stub::DecideModerationCase, request, &reply),
                        reply);
  });
}

void AddAppeal(Command parent, Session& session) {
  struct All {
    std::string subject;
    std::string text;
    RequestIdFlag request_id;
  };
  Command command = parent.Add(
      "appeal", "Asks, as its owner, for another look at what was hidden.",
      "xom moderation appeal needs/7f3k --text 'We do need rice'");
  auto flags = std::make_shared<All>();
  command.Positional("SUBJECT", "needs/X, offers/X, supplyPoints/X or users/X",
                     &flags->subject);
  command.Flag("--text", "why it should be seen", &flags->text,
               Presence::kRequired);
  flags->request_id.AddTo(command);
  command.Run([flags, &session] {
    v1::AppealModerationRequest request;
    request.set_subject(NameIn("needs", flags->subject));
    request.set_text(flags->text);
    request.set_request_id(flags->request_id.request_id);
    v1::AppealModerationResponse reply;
    return session.Show(session.Call<v1::ModerationService>(
                            &Stub::AppealModeration, request, &reply),
                        reply);
  });
}

void AddDuplicates(Command parent, Session& session) {
  Command command =
      parent.Add("duplicates", "The needs that may be the same as one.",
                 "xom moderation duplicates 7f3k");
  auto need = std::make_shared<std::string>();
  command.Positional("NEED", "the need", need.get());
  command.Run([need, &session] {
    v1::ListDuplicatesRequest request;
    request.set_parent(NameOf<NeedKind>(*need));
    v1::ListDuplicatesResponse reply;
    const grpc::Status status = session.Call<v1::ModerationService>(
        &Stub::ListDuplicates, request, &reply);
    if (!status.ok()) return session.Fail(status);
    Table table(Joined({{"SCORE", Align::kRight},
                        {"PHONE", Align::kLeft},
                        {"WORDS", Align::kRight},
                        {"DISTANCE", Align::kRight}},
                       ColumnsOf(v1::Need())));
    for (const v1::DuplicateCandidate& candidate : reply.candidates()) {
      if (session.json()) session.out() << MessageJson(candidate) << "\n";
      table.AddRow(Joined({absl::StrFormat("%.2f", candidate.score()),
                           candidate.same_phone_number() ? "same" : "",
                           absl::StrFormat("%.2f", candidate.text_likeness()),
                           DistanceText(candidate.distance_meters())},
                          CellsOf(candidate.need(), absl::Now())));
    }
    if (reply.candidates().empty()) {
      session.err() << "nothing like it found\n";
    } else if (!session.json()) {
      session.out() << table.Text(session.width());
    }
    return ExitCode::kOk;
  });
}

void AddMerge(Command parent, Session& session) {
  struct All {
    std::string name;
    std::vector<std::string> duplicates;
    RequestIdFlag request_id;
  };
  Command command =
      parent.Add("merge", "Says that needs are one: this one is kept.",
                 "xom moderation merge 7f3k --duplicate 9k2p --duplicate 4x1c");
  auto flags = std::make_shared<All>();
  command.Positional("NEED", "the need that is kept", &flags->name);
  command.Flag("--duplicate", "a need that is the same; again for more",
               &flags->duplicates, Presence::kRequired);
  flags->request_id.AddTo(command);
  command.Run([flags, &session] {
    v1::MergeNeedsRequest request;
    request.set_name(NameOf<NeedKind>(flags->name));
    for (const std::string& duplicate : flags->duplicates) {
      request.add_duplicates(NameOf<NeedKind>(duplicate));
    }
    request.set_request_id(flags->request_id.request_id);
    v1::Need reply;
    return session.Show(
        session.Call<v1::ModerationService>(&Stub::MergeNeeds, request, &reply),
        reply);
  });
}

}  // namespace

void AddModerationCommands(Command root, Session& session) {
  Command moderation =
      root.Add("moderation", "What was reported, and what seems double.");
  AddListCases(moderation, session);
  AddGetCase(moderation, session);
  AddDecide(moderation, session);
  AddAppeal(moderation, session);
  AddDuplicates(moderation, session);
  AddMerge(moderation, session);
}

}  // namespace xom::cli
