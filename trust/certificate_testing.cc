#include "trust/certificate_testing.h"

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>

#include "trust/openssl_ptr.h"

namespace xom::trust {
namespace {

using X509Ptr = std::unique_ptr<X509, OpensslFree<X509_free>>;
using ExtensionPtr =
    std::unique_ptr<X509_EXTENSION, OpensslFree<X509_EXTENSION_free>>;

constexpr long kDay = 24 * 3600;

std::string TextOf(const BioPtr& bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<size_t>(size)};
}

void AddExtension(int nid, const char* value, X509* certificate) {
  const ExtensionPtr extension(
      X509V3_EXT_conf_nid(nullptr, nullptr, nid, value));
  EXPECT_NE(extension, nullptr) << value;
  EXPECT_EQ(X509_add_ext(certificate, extension.get(), -1), 1);
}

X509Ptr Unsigned(const std::string& common_name, EVP_PKEY* key) {
  X509Ptr certificate(X509_new());
  X509_set_version(certificate.get(), 2);
  uint32_t serial = 0;
  EXPECT_EQ(
      RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial), 1);
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate.get()),
                          uint64_t{serial} + 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -kDay);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), kDay);
  X509_set_pubkey(certificate.get(), key);
  X509_NAME_add_entry_by_txt(
      X509_get_subject_name(certificate.get()), "CN", MBSTRING_UTF8,
      reinterpret_cast<const unsigned char*>(common_name.data()),
      static_cast<int>(common_name.size()), -1, 0);
  return certificate;
}

TestCertificate ToPem(X509* certificate, EVP_PKEY* key) {
  const BioPtr certificate_bio(BIO_new(BIO_s_mem()));
  const BioPtr key_bio(BIO_new(BIO_s_mem()));
  EXPECT_EQ(PEM_write_bio_X509(certificate_bio.get(), certificate), 1);
  EXPECT_EQ(PEM_write_bio_PKCS8PrivateKey(key_bio.get(), key, nullptr, nullptr,
                                          0, nullptr, nullptr),
            1);
  return {TextOf(certificate_bio), TextOf(key_bio)};
}

BioPtr BioOf(const std::string& text) {
  return BioPtr(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

}  // namespace

TestCertificate SelfSignedCertificate(const std::string& common_name) {
  const PkeyPtr key(EVP_EC_gen("P-256"));
  const X509Ptr certificate = Unsigned(common_name, key.get());
  X509_set_issuer_name(certificate.get(),
                       X509_get_subject_name(certificate.get()));
  AddExtension(NID_basic_constraints, "critical,CA:TRUE", certificate.get());
  AddExtension(NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1",
               certificate.get());
  EXPECT_GT(X509_sign(certificate.get(), key.get(), EVP_sha256()), 0);
  return ToPem(certificate.get(), key.get());
}

TestCertificate CertificateBy(const TestCertificate& authority,
                              const std::string& common_name) {
  const PkeyPtr key(EVP_EC_gen("P-256"));
  const X509Ptr certificate = Unsigned(common_name, key.get());
  const X509Ptr issuer(PEM_read_bio_X509(BioOf(authority.certificate).get(),
                                         nullptr, nullptr, nullptr));
  const PkeyPtr issuer_key(PEM_read_bio_PrivateKey(BioOf(authority.key).get(),
                                                   nullptr, nullptr, nullptr));
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(issuer.get()));
  EXPECT_GT(X509_sign(certificate.get(), issuer_key.get(), EVP_sha256()), 0);
  return ToPem(certificate.get(), key.get());
}

}  // namespace xom::trust
