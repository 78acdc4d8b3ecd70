#include "services/edge/organization_service.h"

#include "services/edge/unary_call.h"
#include "xom/v1/organization_service.grpc.pb.h"

namespace xom::edge {
namespace {

using Service = v1::OrganizationService;

using With1 =
    Service::WithRawCallbackMethod_CreateOrganization<Service::Service>;
using With2 = Service::WithRawCallbackMethod_GetOrganization<With1>;
using With3 = Service::WithRawCallbackMethod_ListOrganizations<With2>;
using With4 = Service::WithRawCallbackMethod_UpdateOrganization<With3>;
using With5 = Service::WithRawCallbackMethod_AddMember<With4>;
using With6 = Service::WithRawCallbackMethod_RemoveMember<With5>;
using WithAll = Service::WithRawCallbackMethod_ListMembers<With6>;

class Edge final : public WithAll {
 public:
  Edge(core::OrganizationService* core, const Gate* gate)
      : core_(*core), gate_(gate) {}

  grpc::ServerUnaryReactor* CreateOrganization(
      grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
      grpc::ByteBuffer* response) override {
    return Write<v1::CreateOrganizationRequest>(
        {gate_, "OrganizationService/CreateOrganization", context, request,
         response},
        [this](const v1::CreateOrganizationRequest& r,
               const core::Caller& caller, core::ReplyDone done) {
          core_.Create(r, caller, std::move(done));
        });
  }

  grpc::ServerUnaryReactor* GetOrganization(
      grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
      grpc::ByteBuffer* response) override {
    return Read<v1::GetOrganizationRequest, v1::Organization>(
        {gate_, "OrganizationService/GetOrganization", context, request,
         response},
        [this](const v1::GetOrganizationRequest& r, const core::Caller&) {
          return core_.Get(r);
        });
  }

  grpc::ServerUnaryReactor* ListOrganizations(
      grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
      grpc::ByteBuffer* response) override {
    return Read<v1::ListOrganizationsRequest, v1::ListOrganizationsResponse>(
        {gate_, "OrganizationService/ListOrganizations", context, request,
         response},
        [this](const v1::ListOrganizationsRequest& r, const core::Caller&) {
          return core_.List(r);
        });
  }

  grpc::ServerUnaryReactor* UpdateOrganization(
      grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
      grpc::ByteBuffer* response) override {
    return Write<v1::UpdateOrganizationRequest>(
        {gate_, "OrganizationService/UpdateOrganization", context, request,
         response},
        [this](const v1::UpdateOrganizationRequest& r,
               const core::Caller& caller, core::ReplyDone done) {
          core_.Update(r, caller, std::move(done));
        });
  }

  grpc::ServerUnaryReactor* AddMember(grpc::CallbackServerContext* context,
                                      const grpc::ByteBuffer* request,
                                      grpc::ByteBuffer* response) override {
    return Write<v1::AddMemberRequest>(
        {gate_, "OrganizationService/AddMember", context, request, response},
        [this](const v1::AddMemberRequest& r, const core::Caller& caller,
               core::ReplyDone done) {
          core_.AddMember(r, caller, std::move(done));
        });
  }

  grpc::ServerUnaryReactor* RemoveMember(grpc::CallbackServerContext* context,
                                         const grpc::ByteBuffer* request,
                                         grpc::ByteBuffer* response) override {
    return Write<v1::RemoveMemberRequest>(
        {gate_, "OrganizationService/RemoveMember", context, request, response},
        [this](const v1::RemoveMemberRequest& r, const core::Caller& caller,
               core::ReplyDone done) {
          core_.RemoveMember(r, caller, std::move(done));
        });
  }

  grpc::ServerUnaryReactor* ListMembers(grpc::CallbackServerContext* context,
                                        const grpc::ByteBuffer* request,
                                        grpc::ByteBuffer* response) override {
    return Read<v1::ListMembersRequest, v1::ListMembersResponse>(
        {gate_, "OrganizationService/ListMembers", context, request, response},
        [this](const v1::ListMembersRequest& r, const core::Caller&) {
          return core_.ListMembers(r);
        });
  }

 private:
  core::OrganizationService& core_;
  const Gate* const gate_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeOrganizationService(
    core::OrganizationService* core, const Gate* gate) {
  return std::make_unique<Edge>(core, gate);
}

}  // namespace xom::edge
