#ifndef XOM_TRUST_CERTIFICATE_TESTING_H_
#define XOM_TRUST_CERTIFICATE_TESTING_H_

#include <string>

namespace xom::trust {

// A certificate for tests and its key (P-256), both in PEM.
struct TestCertificate {
  std::string certificate;
  std::string key;
};

// Signed by itself, for `localhost` and 127.0.0.1; it may sign others.
TestCertificate SelfSignedCertificate(const std::string& common_name);

// Of somebody whom `authority` knows.
TestCertificate CertificateBy(const TestCertificate& authority,
                              const std::string& common_name);

}  // namespace xom::trust

#endif  // XOM_TRUST_CERTIFICATE_TESTING_H_
