#ifndef XOM_TRUST_CERTIFICATE_H_
#define XOM_TRUST_CERTIFICATE_H_

#include <cstddef>
#include <string>

#include "absl/status/status.h"

namespace xom::trust {

inline constexpr size_t kMaxCertificateFileBytes = 1 << 20;

// Files of a server's or a client's certificate.
struct CertificateFiles {
  std::string certificate;  // the chain, PEM, its own first
  std::string key;          // the private key of it, PEM, not under a password
};

// Whether what the files say goes together. NOT_FOUND and other codes of errno;
// FAILED_PRECONDITION when others than its owner may write the key file or
// everybody may read it; INVALID_ARGUMENT when it is no certificate, no key, or
// the key of another certificate. Messages name the file and never what it
// says.
absl::Status CheckCertificate(const CertificateFiles& files);

// Whether the file holds a certificate in PEM. Errors as above.
absl::Status CheckAuthorities(const std::string& path);

}  // namespace xom::trust

#endif  // XOM_TRUST_CERTIFICATE_H_
