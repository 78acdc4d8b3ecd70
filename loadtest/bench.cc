#include "loadtest/bench.h"

#include <unistd.h>

#include <iostream>

#include "absl/strings/str_format.h"

namespace xom::loadtest {

void Bench::Progress(absl::string_view what) {
  progress_ = std::string(what);
  // On a terminal the line is written over, else a line each.
  const bool terminal = isatty(STDERR_FILENO) == 1;
  std::cerr << (terminal ? "\r\x1b[K" : "")
            << absl::StrFormat("[%4d s] %s",
                               absl::ToInt64Seconds(absl::Now() - start_), what)
            << (terminal ? "" : "\n") << std::flush;
}

}  // namespace xom::loadtest
