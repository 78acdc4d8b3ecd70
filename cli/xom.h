#ifndef XOM_CLI_XOM_H_
#define XOM_CLI_XOM_H_

#include <iosfwd>
#include <string>
#include <vector>

#include "cli/exit_code.h"

namespace xom::cli {

// The whole program `xom` but for the process: reads the arguments (without
// the program's name), talks to the server, prints. Tests call it too.
ExitCode Xom(const std::vector<std::string>& arguments, std::ostream& out,
             std::ostream& err);

}  // namespace xom::cli

#endif  // XOM_CLI_XOM_H_
