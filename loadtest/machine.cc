#include "loadtest/machine.h"

#include <grpcpp/grpcpp.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace xom::loadtest {
namespace {

// The value of the first line `name : value` of a file in /proc.
std::string ValueIn(const char* path, absl::string_view name) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (line.compare(0, name.size(), name.data(), name.size()) != 0) continue;
    const size_t colon = line.find(':');
    if (colon == std::string::npos) continue;
    return std::string(
        absl::StripAsciiWhitespace(absl::string_view(line).substr(colon + 1)));
  }
  return "unknown";
}

std::string Kernel() {
  utsname name;
  return uname(&name) == 0 ? absl::StrCat(name.sysname, " ", name.release)
                           : "unknown";
}

}  // namespace

void DescribeMachine(Report* report) {
  report->Describe("time", absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", absl::Now(),
                                            absl::UTCTimeZone()));
  report->Describe(
      "machine",
      absl::StrCat(ValueIn("/proc/cpuinfo", "model name"), ", ",
                   sysconf(_SC_NPROCESSORS_ONLN), " cores, ",
                   ValueIn("/proc/meminfo", "MemTotal"), ", ", Kernel()));
  report->Describe("build", XOM_BUILD);
  report->Describe("grpc", grpc::Version());
}

}  // namespace xom::loadtest
