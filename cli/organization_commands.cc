// `xom admin organization` and `xom admin member`.

#include <memory>
#include <optional>
#include <ostream>

#include "cli/commands.h"
#include "cli/enum_text.h"
#include "cli/message_text.h"
#include "cli/resource_commands.h"
#include "xom/v1/organization_service.grpc.pb.h"

namespace xom::cli {
namespace {

using Stub = v1::OrganizationService::StubInterface;

// As in resource_kind.h, as far as these are like the others.
struct OrganizationKind {
  using Service = v1::OrganizationService;
  using ListRequest = v1::ListOrganizationsRequest;
  using ListResponse = v1::ListOrganizationsResponse;
  static constexpr auto kList = &Stub::ListOrganizations;
  static const auto& Items(const ListResponse& page) {
    return page.organizations();
  }
};

struct MemberKind {
  using Service = v1::OrganizationService;
  using ListRequest = v1::ListMembersRequest;
  using ListResponse = v1::ListMembersResponse;
  static constexpr auto kList = &Stub::ListMembers;
  static const auto& Items(const ListResponse& page) { return page.members(); }
};

std::string OrganizationName(const std::string& text) {
  return NameIn("organizations", text);
}

struct OrganizationFlags {
  std::string name;
  std::optional<std::string> display_name;
  std::optional<bool> accredited;
  std::string etag;
  RequestIdFlag request_id;

  void AddTo(Command command, Presence display) {
    command.Positional("NAME", "last part of its name", &name);
    command.Flag("--display_name", "what people call it", &display_name,
                 display);
    command.Switch("--accredited", "its dispatchers may vouch for others",
                   &accredited);
    request_id.AddTo(command);
  }

  // Whether there is anything in it.
  bool Fill(v1::Organization* organization,
            google::protobuf::FieldMask* mask) const {
    if (display_name.has_value()) {
      organization->set_display_name(*display_name);
      mask->add_paths("display_name");
    }
    if (accredited.has_value()) {
      organization->set_accredited(*accredited);
      mask->add_paths("accredited");
    }
    return !mask->paths().empty();
  }
};

void AddAdd(Command organization, Session& session) {
  Command command = organization.Add(
      "add", "Makes an organization.",
      "xom admin organization add bep-am --display_name 'Bếp Ấm'");
  auto flags = std::make_shared<OrganizationFlags>();
  flags->AddTo(command, Presence::kRequired);
  command.Run([flags, &session] {
    v1::CreateOrganizationRequest request;
    google::protobuf::FieldMask ignored;
    flags->Fill(request.mutable_organization(), &ignored);
    request.set_organization_id(flags->name);
    request.set_request_id(flags->request_id.request_id);
    v1::Organization reply;
    return session.Show(session.Call<v1::OrganizationService>(
                            &Stub::CreateOrganization, request, &reply),
                        reply);
  });
}

void AddUpdate(Command organization, Session& session) {
  Command command = organization.Add(
      "update", "Changes an organization.",
      "xom admin organization update bep-am --accredited=false");
  auto flags = std::make_shared<OrganizationFlags>();
  flags->AddTo(command, Presence::kOptional);
  command.Flag("--etag", "refuse when it has changed since", &flags->etag);
  command.Run([flags, &session] {
    v1::UpdateOrganizationRequest request;
    if (!flags->Fill(request.mutable_organization(),
                     request.mutable_update_mask())) {
      return session.Usage("give --display_name or --accredited");
    }
    request.mutable_organization()->set_name(OrganizationName(flags->name));
    request.mutable_organization()->set_etag(flags->etag);
    request.set_request_id(flags->request_id.request_id);
    v1::Organization reply;
    return session.Show(session.Call<v1::OrganizationService>(
                            &Stub::UpdateOrganization, request, &reply),
                        reply);
  });
}

ExitCode ListOrganizations(Session& session) {
  Table table({{"NAME", Align::kLeft},
               {"ACCREDITED", Align::kLeft},
               {"DISPLAY NAME", Align::kStretch}});
  const grpc::Status status = ForEach<OrganizationKind>(
      session, {}, 0, [&](const v1::Organization& organization) {
        if (session.json()) session.out() << MessageJson(organization) << "\n";
        table.AddRow({organization.name(),
                      organization.accredited() ? "yes" : "no",
                      organization.display_name()});
      });
  if (!status.ok()) return session.Fail(status);
  if (!session.json()) session.out() << table.Text(session.width());
  return ExitCode::kOk;
}

// `ORGANIZATION USER`.
struct MemberFlags {
  std::string organization;
  std::string user;
  v1::Membership::Rank rank = v1::Membership::RANK_MEMBER;
  RequestIdFlag request_id;

  void AddTo(Command command) {
    command.Positional("ORGANIZATION", "the organization", &organization);
    command.Positional("USER", "the user", &user);
    request_id.AddTo(command);
  }
  template <typename Request>
  void Fill(Request* request) const {
    request->set_name(OrganizationName(organization));
    request->set_user(NameIn("users", user));
    request->set_request_id(request_id.request_id);
  }
};

void AddMemberAdd(Command member, Session& session) {
  Command command =
      member.Add("add", "Takes a user in, or gives a member another rank.",
                 "xom admin member add bep-am mai --rank dispatcher");
  auto flags = std::make_shared<MemberFlags>();
  flags->AddTo(command);
  command.Flag("--rank", EnumWords(*v1::Membership::Rank_descriptor()),
               &flags->rank);
  command.Run([flags, &session] {
    v1::AddMemberRequest request;
    flags->Fill(&request);
    request.set_rank(flags->rank);
    v1::User reply;
    return session.Show(session.Call<v1::OrganizationService>(&Stub::AddMember,
                                                              request, &reply),
                        reply);
  });
}

void AddMemberRemove(Command member, Session& session) {
  Command command = member.Add("remove", "Ends a membership.");
  auto flags = std::make_shared<MemberFlags>();
  flags->AddTo(command);
  command.Run([flags, &session] {
    v1::RemoveMemberRequest request;
    flags->Fill(&request);
    v1::User reply;
    return session.Show(session.Call<v1::OrganizationService>(
                            &Stub::RemoveMember, request, &reply),
                        reply);
  });
}

ExitCode ListMembers(const std::string& organization, Session& session) {
  Table table({{"RANK", Align::kLeft},
               {"NAME", Align::kLeft},
               {"DISPLAY NAME", Align::kStretch}});
  v1::ListMembersRequest request;
  request.set_parent(OrganizationName(organization));
  const grpc::Status status =
      ForEach<MemberKind>(session, request, 0, [&](const v1::User& user) {
        if (session.json()) session.out() << MessageJson(user) << "\n";
        const auto rank = user.memberships_size() > 0
                              ? user.memberships(0).rank()
                              : v1::Membership::RANK_UNSPECIFIED;
        table.AddRow({EnumText(rank), user.name(), user.display_name()});
      });
  if (!status.ok()) return session.Fail(status);
  if (!session.json()) session.out() << table.Text(session.width());
  return ExitCode::kOk;
}

}  // namespace

void AddOrganizationCommands(Command admin, Session& session) {
  Command organization = admin.Add("organization", "Charities and the like.");
  AddAdd(organization, session);
  AddUpdate(organization, session);
  organization.Add("list", "Lists organizations.").Run([&session] {
    return ListOrganizations(session);
  });
  Command member = admin.Add(
      "member", "Who belongs to an organization; for its dispatchers too.");
  AddMemberAdd(member, session);
  AddMemberRemove(member, session);
  auto parent = std::make_shared<std::string>();
  Command list = member.Add("list", "Lists members.");
  list.Positional("ORGANIZATION", "the organization", parent.get());
  list.Run([parent, &session] { return ListMembers(*parent, session); });
}

}  // namespace xom::cli
