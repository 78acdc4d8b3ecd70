#include "services/edge/phone_code_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"

namespace xom::edge {

absl::StatusOr<std::shared_ptr<PhoneCodeFile>> PhoneCodeFile::Open(
    const std::string& path) {
  const int descriptor =
      open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) {
    return absl::UnavailableError(
        absl::StrCat("cannot write ", path, ": ", std::strerror(errno)));
  }
  return std::shared_ptr<PhoneCodeFile>(new PhoneCodeFile(descriptor));
}

PhoneCodeFile::~PhoneCodeFile() { close(descriptor_); }

void PhoneCodeFile::Send(const core::PhoneCode& code) {
  // Neither a number in E.164 nor digits have anything to escape.
  const std::string line =
      absl::StrCat(R"({"phone_number":")", code.phone_number, R"(","code":")",
                   code.code, R"(","expire_time":")",
                   absl::FormatTime(absl::RFC3339_sec, code.expire_time,
                                    absl::UTCTimeZone()),
                   "\"}\n");
  storage::MutexLock lock(mu_);
  const ssize_t ignored = write(descriptor_, line.data(), line.size());
  static_cast<void>(ignored);
}

}  // namespace xom::edge
