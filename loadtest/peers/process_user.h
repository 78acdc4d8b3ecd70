#ifndef XOM_LOADTEST_PEERS_PROCESS_USER_H_
#define XOM_LOADTEST_PEERS_PROCESS_USER_H_

#include <sys/types.h>

#include <string>

#include "absl/status/statusor.h"

namespace xom::loadtest {

// Whom a program runs as.
struct ProcessUser {
  // False: as ourselves, and the ids mean nothing.
  bool switch_to = false;
  uid_t uid = 0;
  gid_t gid = 0;
};

// Some servers refuse to run as root. `name` is then whom they run as; anybody
// but root cannot change and stays who they are, as with "".
// NOT_FOUND when root names nobody that exists. Thread-safe.
absl::StatusOr<ProcessUser> FindUser(const std::string& name);

}  // namespace xom::loadtest

#endif  // XOM_LOADTEST_PEERS_PROCESS_USER_H_
