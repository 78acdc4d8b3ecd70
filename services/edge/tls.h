#ifndef XOM_SERVICES_EDGE_TLS_H_
#define XOM_SERVICES_EDGE_TLS_H_

#include <grpcpp/security/server_credentials.h>

#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace xom::edge {

// The certificate of the server, in files (PEM) that are looked at again while
// it runs: connections made after a change see the new one, and those that
// stand go on. Files that do not go together, as while one is replaced before
// the other, let nobody new in until they do: replace them at once, by a link
// to their folder.
struct TlsOptions {
  std::string certificate;  // the chain; empty: no TLS
  std::string key;
  // Who signs the certificates of clients; empty: none are asked for. A client
  // need not have one; one that is not good ends the connection.
  std::string client_ca;
  unsigned refresh_seconds = 10;

  bool on() const { return !certificate.empty(); }
};

// Without TLS: those of plain text. INVALID_ARGUMENT when files are named that
// are of no use without another; the errors of trust::CheckCertificate.
absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> MakeServerCredentials(
    const TlsOptions& options);

}  // namespace xom::edge

#endif  // XOM_SERVICES_EDGE_TLS_H_
