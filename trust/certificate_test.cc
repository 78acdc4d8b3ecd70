#include "trust/certificate.h"

#include <gtest/gtest.h>

#include "trust/certificate_testing.h"
#include "trust/file_testing.h"

namespace xom::trust {
namespace {

class CertificateTest : public testing::Test {
 protected:
  absl::Status Check() const {
    return CheckCertificate({folder_.Path("cert"), folder_.Path("key")});
  }

  const TemporaryFolder folder_;
  const TestCertificate good_ = SelfSignedCertificate("localhost");
};

TEST_F(CertificateTest, APairIsGood) {
  WriteFile(folder_.Path("cert"), good_.certificate);
  WriteFile(folder_.Path("key"), good_.key, 0640);
  EXPECT_TRUE(Check().ok()) << Check();
  EXPECT_TRUE(CheckAuthorities(folder_.Path("cert")).ok());
}

TEST_F(CertificateTest, WhatDoesNotGoTogetherIsNamed) {
  EXPECT_EQ(Check().code(), absl::StatusCode::kNotFound);
  WriteFile(folder_.Path("cert"), good_.certificate);
  EXPECT_EQ(Check().code(), absl::StatusCode::kNotFound);
  WriteFile(folder_.Path("key"), SelfSignedCertificate("localhost").key, 0600);
  EXPECT_EQ(Check().code(), absl::StatusCode::kInvalidArgument);
  WriteFile(folder_.Path("key"), "no key", 0600);
  EXPECT_EQ(Check().code(), absl::StatusCode::kInvalidArgument);
  WriteFile(folder_.Path("cert"), good_.key);
  EXPECT_EQ(Check().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_FALSE(CheckAuthorities(folder_.Path("cert")).ok());
}

TEST_F(CertificateTest, AKeyThatEverybodyMayReadIsRefused) {
  WriteFile(folder_.Path("cert"), good_.certificate);
  WriteFile(folder_.Path("key"), good_.key, 0644);
  EXPECT_EQ(Check().code(), absl::StatusCode::kFailedPrecondition);
}

}  // namespace
}  // namespace xom::trust
