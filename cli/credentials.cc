#include "cli/credentials.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"
#include "grpcpp/support/client_interceptor.h"

namespace xom::cli {
namespace {

namespace grpc_experimental = grpc::experimental;

using Headers = std::vector<std::pair<std::string, std::string>>;

Headers HeadersOf(const GlobalFlags& flags) {
  Headers headers;
  const std::string token(absl::StripAsciiWhitespace(
      flags.token.text.empty() ? flags.token_file.text : flags.token.text));
  if (!token.empty()) {
    headers.emplace_back("authorization", absl::StrCat("Bearer ", token));
  }
  if (!flags.access_code.text.empty()) {
    headers.emplace_back("xom-access-code", flags.access_code.text);
  }
  return headers;
}

// gRPC's own credentials of a call want TLS, which a server on this machine
// has no need of.
class HeaderAdder final : public grpc_experimental::Interceptor {
 public:
  explicit HeaderAdder(const Headers* headers) : headers_(*headers) {}

  void Intercept(grpc_experimental::InterceptorBatchMethods* methods) override {
    if (methods->QueryInterceptionHookPoint(
            grpc_experimental::InterceptionHookPoints::
                PRE_SEND_INITIAL_METADATA)) {
      auto* metadata = methods->GetSendInitialMetadata();
      for (const auto& [name, value] : headers_) metadata->emplace(name, value);
    }
    methods->Proceed();
  }

 private:
  const Headers& headers_;
};

class HeaderAdderFactory final
    : public grpc_experimental::ClientInterceptorFactoryInterface {
 public:
  explicit HeaderAdderFactory(Headers headers) : headers_(std::move(headers)) {}

  grpc_experimental::Interceptor* CreateClientInterceptor(
      grpc_experimental::ClientRpcInfo*) override {
    return new HeaderAdder(&headers_);  // gRPC deletes it
  }

 private:
  const Headers headers_;
};

std::shared_ptr<grpc::ChannelCredentials> ChannelCredentialsOf(
    const GlobalFlags& flags) {
  const bool tls = flags.tls || !flags.tls_ca.text.empty() ||
                   !flags.tls_certificate.text.empty();
  if (!tls) return grpc::InsecureChannelCredentials();
  grpc::SslCredentialsOptions options;
  options.pem_root_certs = flags.tls_ca.text;
  options.pem_cert_chain = flags.tls_certificate.text;
  options.pem_private_key = flags.tls_client_key.text;
  return grpc::SslCredentials(options);
}

}  // namespace

std::shared_ptr<grpc::Channel> OpenChannel(
    const GlobalFlags& flags, const grpc::ChannelArguments& arguments) {
  std::vector<
      std::unique_ptr<grpc_experimental::ClientInterceptorFactoryInterface>>
      factories;
  if (Headers headers = HeadersOf(flags); !headers.empty()) {
    factories.push_back(
        std::make_unique<HeaderAdderFactory>(std::move(headers)));
  }
  return grpc_experimental::CreateCustomChannelWithInterceptors(
      flags.server, ChannelCredentialsOf(flags), arguments,
      std::move(factories));
}

}  // namespace xom::cli
