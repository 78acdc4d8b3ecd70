#ifndef XOM_CLI_UUID_H_
#define XOM_CLI_UUID_H_

#include <string>

namespace xom::cli {

// A random UUID (version 4), for a request_id.
std::string RandomUuid();

}  // namespace xom::cli

#endif  // XOM_CLI_UUID_H_
