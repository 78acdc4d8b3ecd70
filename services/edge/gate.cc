#include "services/edge/gate.h"

#include <grpcpp/security/auth_context.h>

#include <string>

namespace xom::edge {
namespace {

constexpr char kAuthorization[] = "authorization";
constexpr char kAccessCode[] = "xom-access-code";

// Of a header that came twice the first counts, as with any other server.
std::string MetadataOf(const grpc::ServerContextBase& context,
                       const char* key) {
  const auto found = context.client_metadata().find(key);
  if (found == context.client_metadata().end()) return "";
  return std::string(found->second.data(), found->second.size());
}

// The common name in the certificate that the transport has checked.
std::string CertificateName(const grpc::ServerContextBase& context) {
  const auto auth = context.auth_context();
  if (auth == nullptr || !auth->IsPeerAuthenticated()) return "";
  const auto names = auth->FindPropertyValues("x509_common_name");
  return names.empty()
             ? ""
             : std::string(names.front().data(), names.front().size());
}

}  // namespace

absl::StatusOr<core::Caller> Gate::Admit(
    absl::string_view method, const grpc::ServerContextBase& context,
    const google::protobuf::Message& request) const {
  const core::Credentials credentials{
      .authorization = MetadataOf(context, kAuthorization),
      .access_code = MetadataOf(context, kAccessCode),
      .certificate_name = CertificateName(context),
      .peer = context.peer()};
  auto caller = authenticator_.Authenticate(credentials);
  if (!caller.ok()) return caller;
  absl::Status status = authorizer_.Authorize(method, *caller, request);
  if (!status.ok()) return status;
  status = limits_.Admit({core::FindPolicy(method)->cost,
                          authorizer_.PrincipalOf(method, *caller, request),
                          caller->network, request});
  if (!status.ok()) return status;
  return caller;
}

}  // namespace xom::edge
