#include "trust/certificate.h"

#include <openssl/pem.h>
#include <openssl/x509.h>

#include <memory>

#include "absl/cleanup/cleanup.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "trust/guarded_file.h"
#include "trust/openssl_ptr.h"
#include "trust/secret.h"

namespace xom::trust {
namespace {

using X509Ptr = std::unique_ptr<X509, OpensslFree<X509_free>>;

// A group may read a key: so Debian hands keys to services (ssl-cert).
constexpr mode_t kKeyForbiddenMode = 027;
constexpr mode_t kOthersMayWrite = 02;

// In place of asking for a password at the terminal.
int NoPassword(char*, int, int, void*) { return 0; }

BioPtr BioOf(const std::string& text) {
  return BioPtr(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

absl::Status Invalid(const std::string& path, const char* what) {
  return absl::InvalidArgumentError(absl::StrCat(path, ": ", what));
}

absl::StatusOr<X509Ptr> ReadCertificate(const std::string& path) {
  const auto text =
      ReadGuardedFile({path, kMaxCertificateFileBytes, kOthersMayWrite});
  if (!text.ok()) return text.status();
  X509Ptr certificate(
      PEM_read_bio_X509(BioOf(*text).get(), nullptr, NoPassword, nullptr));
  if (certificate == nullptr) return Invalid(path, "is no certificate in PEM");
  return certificate;
}

absl::StatusOr<PkeyPtr> ReadKey(const std::string& path) {
  auto text =
      ReadGuardedFile({path, kMaxCertificateFileBytes, kKeyForbiddenMode});
  if (!text.ok()) return text.status();
  const absl::Cleanup wipe = [&] { Wipe(&*text); };
  PkeyPtr key(PEM_read_bio_PrivateKey(BioOf(*text).get(), nullptr, NoPassword,
                                      nullptr));
  if (key == nullptr) return Invalid(path, "is no private key in PEM");
  return key;
}

}  // namespace

absl::Status CheckCertificate(const CertificateFiles& files) {
  const OpensslErrorScope errors;
  const auto certificate = ReadCertificate(files.certificate);
  if (!certificate.ok()) return certificate.status();
  const auto key = ReadKey(files.key);
  if (!key.ok()) return key.status();
  if (X509_check_private_key(certificate->get(), key->get()) != 1) {
    return Invalid(files.key, "is the key of another certificate");
  }
  return absl::OkStatus();
}

absl::Status CheckAuthorities(const std::string& path) {
  const OpensslErrorScope errors;
  return ReadCertificate(path).status();
}

}  // namespace xom::trust
