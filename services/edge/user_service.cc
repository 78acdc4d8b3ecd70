#include "services/edge/user_service.h"

#include "services/edge/unary_call.h"
#include "xom/v1/user_service.grpc.pb.h"

namespace xom::edge {
namespace {

using Service = v1::UserService;

using With1 = Service::WithRawCallbackMethod_CreateUser<Service::Service>;
using With2 = Service::WithRawCallbackMethod_GetUser<With1>;
using With3 = Service::WithRawCallbackMethod_ListUsers<With2>;
using With4 = Service::WithRawCallbackMethod_UpdateUser<With3>;
using With5 = Service::WithRawCallbackMethod_RevokeUser<With4>;
using With6 = Service::WithRawCallbackMethod_RestoreUser<With5>;
using With7 = Service::WithRawCallbackMethod_IssueToken<With6>;
using WithAll = Service::WithRawCallbackMethod_GetCaller<With7>;

class Edge final : public WithAll {
 public:
  Edge(core::UserService* core, const Gate* gate) : core_(*core), gate_(gate) {}

  grpc::ServerUnaryReactor* CreateUser(grpc::CallbackServerContext* context,
                                       const grpc::ByteBuffer* request,
                                       grpc::ByteBuffer* response) override {
    return Write<v1::CreateUserRequest>(
        {gate_, "UserService/CreateUser", context, request, response},
        [this](const v1::CreateUserRequest& r, const core::Caller& caller,
               core::ReplyDone done) {
          core_.Create(r, caller, std::move(done));
        });
  }

  grpc::ServerUnaryReactor* GetUser(grpc::CallbackServerContext* context,
                                    const grpc::ByteBuffer* request,
                                    grpc::ByteBuffer* response) override {
    return Read<v1::GetUserRequest, v1::User>(
        {gate_, "UserService/GetUser", context, request, response},
        [this](const v1::GetUserRequest& r, const core::Caller&) {
          return core_.Get(r);
        });
  }

  grpc::ServerUnaryReactor* ListUsers(grpc::CallbackServerContext* context,
                                      const grpc::ByteBuffer* request,
                                      grpc::ByteBuffer* response) override {
    return Read<v1::ListUsersRequest, v1::ListUsersResponse>(
        {gate_, "UserService/ListUsers", context, request, response},
        [this](const v1::ListUsersRequest& r, const core::Caller&) {
          return core_.List(r);
        });
  }

  grpc::ServerUnaryReactor* UpdateUser(grpc::CallbackServerContext* context,
                                       const grpc::ByteBuffer* request,
                                       grpc::ByteBuffer* response) override {
    return Write<v1::UpdateUserRequest>(
        {gate_, "UserService/UpdateUser", context, request, response},
        [this](const v1::UpdateUserRequest& r, const core::Caller& caller,
               core::ReplyDone done) {
          core_.Update(r, caller, std::move(done));
        });
  }

  grpc::ServerUnaryReactor* RevokeUser(grpc::CallbackServerContext* context,
                                       const grpc::ByteBuffer* request,
                                       grpc::ByteBuffer* response) override {
    return Write<v1::RevokeUserRequest>(
        {gate_, "UserService/RevokeUser", context, request, response},
        [this](const v1::RevokeUserRequest& r, const core::Caller& caller,
               core::ReplyDone done) {
          core_.Revoke(r, caller, std::move(done));
        });
  }

  grpc::ServerUnaryReactor* RestoreUser(grpc::CallbackServerContext* context,
                                        const grpc::ByteBuffer* request,
                                        grpc::ByteBuffer* response) override {
    return Write<v1::RestoreUserRequest>(
        {gate_, "UserService/RestoreUser", context, request, response},
        [this](const v1::RestoreUserRequest& r, const core::Caller& caller,
               core::ReplyDone done) {
          core_.Restore(r, caller, std::move(done));
        });
  }

  grpc::ServerUnaryReactor* IssueToken(grpc::CallbackServerContext* context,
                                       const grpc::ByteBuffer* request,
                                       grpc::ByteBuffer* response) override {
    return Read<v1::IssueTokenRequest, v1::IssueTokenResponse>(
        {gate_, "UserService/IssueToken", context, request, response},
        [this](const v1::IssueTokenRequest& r, const core::Caller&) {
          return core_.IssueToken(r);
        });
  }

  grpc::ServerUnaryReactor* GetCaller(grpc::CallbackServerContext* context,
                                      const grpc::ByteBuffer* request,
                                      grpc::ByteBuffer* response) override {
    return Read<v1::GetCallerRequest, v1::User>(
        {gate_, "UserService/GetCaller", context, request, response},
        [](const v1::GetCallerRequest&, const core::Caller& caller) {
          return absl::StatusOr<v1::User>(*caller.user);
        });
  }

 private:
  core::UserService& core_;
  const Gate* const gate_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeUserService(core::UserService* core,
                                               const Gate* gate) {
  return std::make_unique<Edge>(core, gate);
}

}  // namespace xom::edge
