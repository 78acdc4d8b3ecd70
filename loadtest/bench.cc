#include "loadtest/bench.h"

#include <unistd.h>

#include <iostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "loadtest/tested_server.h"

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

void Bench::AwaitRest(const TestedServer& server) {
  constexpr int kLengths = 20;
  const absl::Duration bound = kLengths * options_.duration;
  if (server.AwaitRest(bound)) return;
  report_.Describe(absl::StrCat("busy before: ", progress_),
                   absl::StrCat("for ", absl::FormatDuration(bound)));
}

}  // namespace xom::loadtest
