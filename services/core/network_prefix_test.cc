#include "services/core/network_prefix.h"

#include <gtest/gtest.h>

#include <string>

#include "geo/random_points.h"

namespace xom::core {
namespace {

TEST(NetworkPrefixTest, NamesTheNetworkOfAPeer) {
  const struct {
    absl::string_view peer;
    const char* prefix;
  } kRows[] = {
      {"ipv4:203.0.113.9:4711", "203.0.113.0/24"},
      {"ipv4:127.0.0.1:1", "127.0.0.0/24"},
      {"ipv4:255.255.255.255:65535", "255.255.255.0/24"},
      {"ipv6:%5B2001:db8::1%5D:4711", "2001:db8::/48"},
      {"ipv6:%5b2001:db8::1%5d:4711", "2001:db8::/48"},
      {"ipv6:[2001:db8:1:2:3:4:5:6]:80", "2001:db8:1::/48"},
      {"ipv6:[2001:DB8:FFFF:ffff::]:80", "2001:db8:ffff::/48"},
      {"ipv6:[2001:db8:0:ffff::]:80", "2001:db8::/48"},
      {"ipv6:[::1]:80", "::/48"},
      {"ipv6:[fe80::1%eth0]:80", "fe80::/48"},
      {"ipv6:%5Bfe80::1%25eth0%5D:80", "fe80::/48"},
      {"ipv6:[::ffff:203.0.113.9]:80", "203.0.113.0/24"},
      {"ipv6:%5B::ffff:cb00:7109%5D:80", "203.0.113.0/24"},
      // Not mapped: one zero short.
      {"ipv6:[::fffe:203.0.113.9]:80", "::/48"},
      {"unix:/run/xom.sock", "unix"},
      {"unix:", "unix"},
      {"unix-abstract:xom", "unix"},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(NetworkPrefixOf(row.peer), row.prefix) << row.peer;
  }
}

TEST(NetworkPrefixTest, AllElseIsUnknown) {
  using namespace std::string_literals;  // NOLINT
  for (const std::string& peer : {""s,
                                  "ipv4:"s,
                                  "ipv6:"s,
                                  "ipv4:203.0.113.9"s,
                                  "ipv4:203.0.113.9:"s,
                                  "ipv4:203.0.113:80"s,
                                  "ipv4:203.0.113.256:80"s,
                                  "ipv4:203.0.113.9:x"s,
                                  "ipv4:203.0.113.9:80:80"s,
                                  "ipv4:203.0.113.9\0.evil:80"s,
                                  "ipv4:203.0.113.9 :80"s,
                                  "ipv4:[203.0.113.9]:80"s,
                                  "ipv6:::1"s,
                                  "ipv6:[::1]"s,
                                  "ipv6:[::1]:"s,
                                  "ipv6:[::1"s,
                                  "ipv6:]:80"s,
                                  "ipv6:[]:80"s,
                                  "ipv6:[::1]x:80"s,
                                  "ipv6:[g::]:80"s,
                                  "ipv6:[1::2::3]:80"s,
                                  "ipv6:[203.0.113.9]:80"s,
                                  "IPV4:203.0.113.9:80"s,
                                  "203.0.113.9:80"s,
                                  "dns:xom.example:80"s,
                                  "vsock:1:2"s,
                                  " ipv4:203.0.113.9:80"s}) {
    EXPECT_EQ(NetworkPrefixOf(peer), "unknown") << peer;
  }
  const std::string endless(10'000, '1');
  EXPECT_EQ(NetworkPrefixOf("ipv6:[" + endless + "]:80"), "unknown");
}

TEST(NetworkPrefixTest, SurvivesAnything) {
  geo::RandomPoints random;
  SCOPED_TRACE(random.seed_message());
  const absl::string_view letters = "ipv46:[]%5BD.:0123456789abcdefunix";
  for (int i = 0; i < 20'000; ++i) {
    std::string peer = i % 2 == 0 ? "ipv6:" : "";
    for (size_t left = random.Below(30); left > 0; --left) {
      peer += letters[random.Below(letters.size())];
    }
    EXPECT_LE(NetworkPrefixOf(peer).size(), 46u) << peer;
  }
}

}  // namespace
}  // namespace xom::core
