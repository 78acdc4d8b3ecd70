#include "loadtest/peers/version_text.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "loadtest/peers/child_process.h"
#include "loadtest/peers/temporary_directory.h"

namespace xom::loadtest {
namespace {

constexpr absl::Duration kVersionBound = absl::Seconds(20);

bool IsOfNumber(char c) { return absl::ascii_isdigit(c) || c == '.'; }

}  // namespace

std::string VersionIn(absl::string_view text) {
  while (!text.empty()) {
    const auto begin =
        std::find_if(text.begin(), text.end(), absl::ascii_isdigit);
    const auto end = std::find_if_not(begin, text.end(), IsOfNumber);
    const std::string number(begin, end);
    if (absl::StrContains(number, '.')) return number;
    text.remove_prefix(static_cast<size_t>(end - text.begin()));
  }
  return "";
}

absl::StatusOr<std::string> VersionOf(const std::string& program,
                                      absl::string_view flag) {
  const auto directory = TemporaryDirectory::Create();
  if (!directory.ok()) return directory.status();
  ChildCommand command;
  command.argv = {program, std::string(flag)};
  command.output_path = (*directory)->path() + "/version";
  const auto child = ChildProcess::Start(command);
  if (!child.ok()) return child.status();
  if (!(*child)->WaitForEnd(kVersionBound)) {
    return absl::DeadlineExceededError(program + " does not tell its version");
  }
  return VersionIn((*child)->Output());
}

}  // namespace xom::loadtest
