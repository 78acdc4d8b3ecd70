#include <memory>

#include "absl/strings/str_cat.h"
#include "cli/commands.h"
#include "cli/resource_commands.h"
#include "xom/v1/report_service.grpc.pb.h"

namespace xom::cli {
namespace {

using Stub = v1::ReportService::StubInterface;

// `report KIND NAME`: `collection` is where a name without one belongs.
void AddKind(Command parent, Session& session, const std::string& kind,
             const std::string& collection) {
  struct All {
    std::string name;
    v1::ReportReason reason = v1::REPORT_REASON_UNSPECIFIED;
    std::string comment;
    RequestIdFlag request_id;
  };
  Command command = parent.Add(kind, absl::StrCat("Reports a ", kind, "."),
                               absl::StrCat("xom report ", kind,
                                            " 7f3k --reason joke\n"
                                            "xom report ",
                                            kind,
                                            " 7f3k --reason other "
                                            "--comment 'Nobody lives there'"));
  auto flags = std::make_shared<All>();
  command.Positional("NAME", absl::StrCat("the ", kind), &flags->name);
  command.Flag("--reason", EnumWords(*v1::ReportReason_descriptor()),
               &flags->reason, Presence::kRequired);
  command.Flag("--comment", "in your words, for moderators alone",
               &flags->comment);
  flags->request_id.AddTo(command);
  command.Run([flags, collection, &session] {
    v1::CreateReportRequest request;
    request.mutable_report()->set_subject(NameIn(collection, flags->name));
    request.mutable_report()->set_reason(flags->reason);
    request.mutable_report()->set_comment(flags->comment);
    request.set_request_id(flags->request_id.request_id);
    v1::Report reply;
    return session.Show(
        session.Call<v1::ReportService>(&Stub::CreateReport, request, &reply),
        reply);
  });
}

}  // namespace

void AddReportCommands(Command root, Session& session) {
  Command report =
      root.Add("report",
               "Tells moderators of what is wrong: a joke, a fraud, an abuse.");
  AddKind(report, session, "need", "needs");
  AddKind(report, session, "offer", "offers");
  AddKind(report, session, "point", "supplyPoints");
  AddKind(report, session, "user", "users");
}

}  // namespace xom::cli
