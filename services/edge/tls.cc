#include "services/edge/tls.h"

#include <grpcpp/security/tls_certificate_provider.h>
#include <grpcpp/security/tls_credentials_options.h>

#include "trust/certificate.h"

namespace xom::edge {
namespace {

using grpc::experimental::FileWatcherCertificateProvider;
using grpc::experimental::TlsServerCredentialsOptions;

absl::Status CheckFiles(const TlsOptions& options) {
  if (options.certificate.empty() != options.key.empty()) {
    return absl::InvalidArgumentError(
        "--tls_certificate and --tls_key belong together: give both");
  }
  if (!options.on()) {
    if (options.client_ca.empty()) return absl::OkStatus();
    return absl::InvalidArgumentError(
        "--tls_client_ca is of no use without --tls_certificate and --tls_key");
  }
  // gRPC would take broken files and then refuse each connection.
  absl::Status status =
      trust::CheckCertificate({options.certificate, options.key});
  if (!status.ok() || options.client_ca.empty()) return status;
  return trust::CheckAuthorities(options.client_ca);
}

}  // namespace

absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> MakeServerCredentials(
    const TlsOptions& options) {
  if (absl::Status s = CheckFiles(options); !s.ok()) return s;
  if (!options.on()) return grpc::InsecureServerCredentials();
  TlsServerCredentialsOptions tls(
      std::make_shared<FileWatcherCertificateProvider>(
          options.key, options.certificate, options.client_ca,
          options.refresh_seconds));
  tls.watch_identity_key_cert_pairs();
  if (options.client_ca.empty()) {
    tls.set_cert_request_type(GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE);
  } else {
    tls.watch_root_certs();
    tls.set_cert_request_type(GRPC_SSL_REQUEST_CLIENT_CERTIFICATE_AND_VERIFY);
  }
  return grpc::experimental::TlsServerCredentials(tls);
}

}  // namespace xom::edge
