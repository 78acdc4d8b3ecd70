#include <memory>
#include <optional>
#include <ostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/commands.h"
#include "cli/enum_text.h"
#include "cli/message_text.h"
#include "cli/resource_commands.h"
#include "xom/v1/user_service.grpc.pb.h"

namespace xom::cli {
namespace {

using Stub = v1::UserService::StubInterface;

// As in resource_kind.h, as far as a user is like the others.
struct UserKind {
  using Service = v1::UserService;
  using Resource = v1::User;
  using GetRequest = v1::GetUserRequest;
  using ListRequest = v1::ListUsersRequest;
  using ListResponse = v1::ListUsersResponse;
  static constexpr char kCollection[] = "users";
  static constexpr char kSingular[] = "user";
  static constexpr auto kGet = &Stub::GetUser;
  static constexpr auto kList = &Stub::ListUsers;
  static const auto& Items(const ListResponse& page) { return page.users(); }
};

struct UserFlags {
  std::string name;
  std::optional<std::string> display_name;
  std::vector<v1::Role> roles;
  RequestIdFlag request_id;

  void AddTo(Command command) {
    command.Flag("--display_name", "what moderators call the user",
                 &display_name);
    command.Flag("--role",
                 EnumWords(*v1::Role_descriptor()) + "; again for more",
                 &roles);
    request_id.AddTo(command);
  }

  void Fill(v1::User* user) const {
    if (display_name.has_value()) user->set_display_name(*display_name);
    for (const v1::Role role : roles) user->add_roles(role);
  }
};

void AddAdd(Command user, Session& session) {
  Command command =
      user.Add("add", "Makes a user.",
               "xom admin user add mai --display_name Mai\n"
               "xom admin user add tam --role moderator --role official");
  auto flags = std::make_shared<UserFlags>();
  command.Positional("NAME", "last part of its name", &flags->name);
  flags->AddTo(command);
  command.Run([flags, &session] {
    v1::CreateUserRequest request;
    flags->Fill(request.mutable_user());
    request.set_user_id(flags->name);
    request.set_request_id(flags->request_id.request_id);
    v1::User reply;
    return session.Show(
        session.Call<v1::UserService>(&Stub::CreateUser, request, &reply),
        reply);
  });
}

ExitCode UpdateUser(const UserFlags& flags, const std::string& etag,
                    bool no_roles, Session& session) {
  v1::UpdateUserRequest request;
  flags.Fill(request.mutable_user());
  request.mutable_user()->set_name(NameOf<UserKind>(flags.name));
  request.mutable_user()->set_etag(etag);
  request.set_request_id(flags.request_id.request_id);
  auto& mask = *request.mutable_update_mask();
  if (flags.display_name.has_value()) mask.add_paths("display_name");
  if (no_roles || !flags.roles.empty()) mask.add_paths("roles");
  if (mask.paths().empty() || (no_roles && !flags.roles.empty())) {
    return session.Usage(
        "give --display_name, and either --role or --no_roles");
  }
  v1::User reply;
  return session.Show(
      session.Call<v1::UserService>(&Stub::UpdateUser, request, &reply), reply);
}

void AddUpdate(Command user, Session& session) {
  Command command = user.Add("update", "Changes a user: all roles at once.",
                             "xom admin user update mai --role moderator");
  struct All {
    UserFlags user;
    std::string etag;
    bool no_roles = false;
  };
  auto flags = std::make_shared<All>();
  command.Positional("NAME", "the user", &flags->user.name);
  flags->user.AddTo(command);
  command.Switch("--no_roles", "take all roles away", &flags->no_roles);
  command.Flag("--etag", "refuse when it has changed since", &flags->etag);
  command.Run([flags, &session] {
    return UpdateUser(flags->user, flags->etag, flags->no_roles, session);
  });
}

std::string RolesText(const v1::User& user) {
  return absl::StrJoin(user.roles(), ", ", [](std::string* out, int role) {
    out->append(EnumText(*v1::Role_descriptor(), role));
  });
}

ExitCode ListUsers(const std::string& organization, Session& session) {
  Table table({{"STATE", Align::kLeft},
               {"NAME", Align::kLeft},
               {"ROLES", Align::kLeft},
               {"DISPLAY NAME", Align::kStretch}});
  v1::ListUsersRequest request;
  if (!organization.empty()) {
    request.set_organization(NameIn("organizations", organization));
  }
  const grpc::Status status =
      ForEach<UserKind>(session, request, 0, [&](const v1::User& user) {
        if (session.json()) session.out() << MessageJson(user) << "\n";
        table.AddRow({EnumText(user.state()), user.name(), RolesText(user),
                      user.display_name()});
      });
  if (!status.ok()) return session.Fail(status);
  if (!session.json()) session.out() << table.Text(session.width());
  return ExitCode::kOk;
}

void AddList(Command user, Session& session) {
  Command command = user.Add("list", "Lists users.");
  auto organization = std::make_shared<std::string>();
  command.Flag("--organization", "only its members", organization.get());
  command.Run(
      [organization, &session] { return ListUsers(*organization, session); });
}

ExitCode IssueToken(const std::string& name,
                    const std::optional<absl::Duration>& lifetime,
                    Session& session) {
  v1::IssueTokenRequest request;
  request.set_name(NameOf<UserKind>(name));
  if (lifetime.has_value()) {
    request.mutable_lifetime()->set_seconds(absl::ToInt64Seconds(*lifetime));
  }
  v1::IssueTokenResponse reply;
  const grpc::Status status =
      session.Call<v1::UserService>(&Stub::IssueToken, request, &reply);
  if (!status.ok() || session.json()) return session.Show(status, reply);
  // Alone, so that a shell can take it as it is.
  session.out() << reply.token() << "\n";
  return ExitCode::kOk;
}

void AddToken(Command user, Session& session) {
  Command command =
      user.Add("token", "Issues a token for a user, and prints it alone.",
               "xom admin user token mai --lifetime 7d");
  auto name = std::make_shared<std::string>();
  auto lifetime = std::make_shared<std::optional<absl::Duration>>();
  command.Positional("NAME", "the user", name.get());
  command.Flag("--lifetime", "1m to 30d (default: 12h)", lifetime.get());
  command.Run([name, lifetime, &session] {
    return IssueToken(*name, *lifetime, session);
  });
}

}  // namespace

void AddUserCommands(Command admin, Session& session) {
  Command user = admin.Add("user", "Who may sign in.");
  AddAdd(user, session);
  AddList(user, session);
  AddGet<UserKind>(user, session);
  AddUpdate(user, session);
  AddChange<UserKind>(
      user.Add("revoke", "Makes all tokens of a user worthless at once."),
      session, &Stub::RevokeUser);
  AddChange<UserKind>(user.Add("restore", "Lets a revoked user in again."),
                      session, &Stub::RestoreUser);
  AddToken(user, session);
}

}  // namespace xom::cli
