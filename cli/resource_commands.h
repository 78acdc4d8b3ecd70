#ifndef XOM_CLI_RESOURCE_COMMANDS_H_
#define XOM_CLI_RESOURCE_COMMANDS_H_

#include <memory>
#include <ostream>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "cli/command_line.h"
#include "cli/list_flags.h"
#include "cli/message_text.h"
#include "cli/resource_cells.h"
#include "cli/resource_kind.h"
#include "cli/session.h"
#include "cli/uuid.h"

// The commands that needs, offers and points have in common. A `Flags` of a
// kind has AddTo(Command, Presence), where kRequired asks for what a create
// needs, and Fill(Resource*, FieldMask*).

namespace xom::cli {

// --request_id, of every mutation: a random one by default.
struct RequestIdFlag {
  std::string request_id = RandomUuid();
  void AddTo(Command command) {
    command.Flag("--request_id",
                 "UUID that makes a retry safe (default: a random one)",
                 &request_id);
  }
};

// `verb NAME [--etag E]`: a request with name, etag and request_id.
struct ChangeFlags {
  std::string name;
  std::string etag;
  RequestIdFlag request_id;

  template <typename Kind>
  void AddTo(Command command) {
    command.Positional("NAME", absl::StrCat("the ", Kind::kSingular), &name);
    command.Flag("--etag", "refuse when it has changed since", &etag);
    request_id.AddTo(command);
  }
  template <typename Kind, typename Request>
  void Fill(Request* request) const {
    request->set_name(NameOf<Kind>(name));
    request->set_etag(etag);
    request->set_request_id(request_id.request_id);
  }
};

// What people should know of what they made, beside what it is.
template <typename Resource>
void PrintAdvice(const Resource&, std::ostream&) {}
inline void PrintAdvice(const v1::Need& need, std::ostream& out) {
  if (need.access_code().empty()) return;
  out << "\nAccess code: " << need.access_code()
      << "\nWrite it down. It proves that the need is yours: to change, cancel "
         "or\nerase it and to see who looked at it. It is not shown again.\n";
}

template <typename Kind, typename Flags>
void AddCreate(Command parent, Session& session, const std::string& examples) {
  struct All {
    Flags fields;
    std::string id;
    RequestIdFlag request_id;
    bool validate_only = false;
  };
  Command command = parent.Add(
      "create", absl::StrCat("Posts a new ", Kind::kSingular, "."), examples);
  auto flags = std::make_shared<All>();
  flags->fields.AddTo(command, Presence::kRequired);
  command.Flag("--id", "last part of its name (default: the server chooses)",
               &flags->id);
  flags->request_id.AddTo(command);
  command.Switch("--validate_only", "check all, store nothing",
                 &flags->validate_only);
  command.Run([flags, &session] {
    typename Kind::CreateRequest request;
    google::protobuf::FieldMask ignored;
    const absl::Status status =
        flags->fields.Fill(&Kind::In(request), &ignored);
    if (!status.ok()) return session.Usage(std::string(status.message()));
    Kind::SetId(flags->id, request);
    request.set_request_id(flags->request_id.request_id);
    request.set_validate_only(flags->validate_only);
    typename Kind::Resource reply;
    const ExitCode code = session.Show(
        session.Call<typename Kind::Service>(Kind::kCreate, request, &reply),
        reply);
    if (code == ExitCode::kOk && !session.json()) {
      PrintAdvice(reply, session.out());
    }
    return code;
  });
}

template <typename Kind, typename Flags>
void AddUpdate(Command parent, Session& session, const std::string& examples) {
  struct All {
    Flags fields;
    ChangeFlags change;
  };
  Command command = parent.Add(
      "update",
      absl::StrCat("Changes the given fields of the ", Kind::kSingular, "."),
      examples);
  auto flags = std::make_shared<All>();
  flags->change.template AddTo<Kind>(command);
  flags->fields.AddTo(command, Presence::kOptional);
  command.Run([flags, &session] {
    typename Kind::UpdateRequest request;
    const absl::Status status =
        flags->fields.Fill(&Kind::In(request), request.mutable_update_mask());
    if (!status.ok()) return session.Usage(std::string(status.message()));
    if (request.update_mask().paths().empty()) {
      return session.Usage("nothing to change: name the fields by their flags");
    }
    Kind::In(request).set_name(NameOf<Kind>(flags->change.name));
    Kind::In(request).set_etag(flags->change.etag);
    request.set_request_id(flags->change.request_id.request_id);
    typename Kind::Resource reply;
    return session.Show(
        session.Call<typename Kind::Service>(Kind::kUpdate, request, &reply),
        reply);
  });
}

template <typename Kind>
void AddGet(Command parent, Session& session) {
  Command command =
      parent.Add("get", absl::StrCat("Shows a ", Kind::kSingular, "."));
  auto name = std::make_shared<std::string>();
  command.Positional("NAME", absl::StrCat("the ", Kind::kSingular), name.get());
  command.Run([name, &session] {
    typename Kind::GetRequest request;
    request.set_name(NameOf<Kind>(*name));
    typename Kind::Resource reply;
    return session.Show(
        session.Call<typename Kind::Service>(Kind::kGet, request, &reply),
        reply);
  });
}

// A verb that changes the state: its request has name, etag and request_id.
template <typename Kind, typename Request, typename Reply>
void AddChange(Command command, Session& session,
               Method<typename Kind::Service, Request, Reply> method) {
  auto flags = std::make_shared<ChangeFlags>();
  flags->AddTo<Kind>(command);
  command.Run([flags, &session, method] {
    Request request;
    flags->Fill<Kind>(&request);
    Reply reply;
    return session.Show(
        session.Call<typename Kind::Service>(method, request, &reply), reply);
  });
}

// Lists page by page: rows as they come with --json, else one table.
template <typename Kind>
ExitCode List(const typename Kind::ListRequest& request, int64_t limit,
              Session& session) {
  Table table(
      Joined({{"STATE", Align::kLeft}}, ColumnsOf(typename Kind::Resource())));
  const absl::Time now = absl::Now();
  int64_t count = 0;
  const grpc::Status status =
      ForEach<Kind>(session, request, limit, [&](const auto& item) {
        ++count;
        if (session.json()) {
          session.out() << MessageJson(item) << "\n";
        } else {
          table.AddRow(Joined({StateText(item)}, CellsOf(item, now)));
        }
      });
  if (!session.json() && count > 0) {
    session.out() << table.Text(session.width());
  }
  if (!status.ok()) return session.Fail(status);
  if (count == 0) session.err() << "no " << Kind::kSingular << " found\n";
  return ExitCode::kOk;
}

template <typename Kind>
void AddList(Command parent, Session& session, const std::string& examples) {
  struct All {
    ListFlags<Kind> list;
    int32_t limit = 50;
  };
  Command command = parent.Add(
      "list", absl::StrCat("Lists ", Kind::kCollection, "."), examples);
  auto flags = std::make_shared<All>();
  flags->list.AddTo(command);
  command.Flag("--limit", "at most so many, 0: all (default 50)",
               &flags->limit);
  command.Run([flags, &session] {
    typename Kind::ListRequest request;
    const absl::Status status = flags->list.Fill(&request);
    if (!status.ok()) return session.Usage(std::string(status.message()));
    if (flags->limit < 0) return session.Usage("--limit: must be 0 or more");
    return List<Kind>(request, flags->limit, session);
  });
}

}  // namespace xom::cli

#endif  // XOM_CLI_RESOURCE_COMMANDS_H_
