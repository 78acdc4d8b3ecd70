#include "loadtest/peers/process_user.h"

#include <pwd.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"

namespace xom::loadtest {

absl::StatusOr<ProcessUser> FindUser(const std::string& name) {
  if (name.empty() || geteuid() != 0) return ProcessUser();
  passwd entry;
  passwd* found = nullptr;
  std::vector<char> texts(16'384);
  getpwnam_r(name.c_str(), &entry, texts.data(), texts.size(), &found);
  if (found == nullptr) {
    return absl::NotFoundError(
        absl::StrCat("there is no user ", name, " on this machine"));
  }
  return ProcessUser{true, entry.pw_uid, entry.pw_gid};
}

}  // namespace xom::loadtest
