#include "services/edge/exposure.h"

#include <gtest/gtest.h>

#include "absl/strings/match.h"

namespace xom::edge {
namespace {

TEST(ExposureTest, LoopbackIsThisMachineForSure) {
  for (const char* listen : {"127.0.0.1:7580", "127.1.2.3:0", "localhost:7580",
                             "[::1]:7580", "unix:/run/xom.sock"}) {
    EXPECT_TRUE(IsLoopback(listen)) << listen;
  }
  for (const char* listen :
       {"0.0.0.0:7580", "[::]:7580", "192.168.1.2:7580", "xom.example:443",
        "127.example.org:80", "127.0.0.1.example.org:80", "localhost.example:1",
        ":7580", "7580", "", "dns:///localhost:7580"}) {
    EXPECT_FALSE(IsLoopback(listen)) << listen;
  }
}

TEST(ExposureTest, BeyondLoopbackItTakesBothTlsAndAccounts) {
  for (const bool tls : {false, true}) {
    for (const bool accounts : {false, true}) {
      EXPECT_EQ(DangerOf({"127.0.0.1:0", tls, accounts}), "");
      const std::string danger = DangerOf({"0.0.0.0:7580", tls, accounts});
      EXPECT_EQ(danger.empty(), tls && accounts) << danger;
      EXPECT_EQ(absl::StrContains(danger, "TLS"), !tls) << danger;
      EXPECT_EQ(absl::StrContains(danger, "accounts"), !accounts) << danger;
    }
  }
}

}  // namespace
}  // namespace xom::edge
