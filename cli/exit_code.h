#ifndef XOM_CLI_EXIT_CODE_H_
#define XOM_CLI_EXIT_CODE_H_

// What `xom` tells the shell. Scripts may rely on these numbers; `xom --help`
// lists them.

namespace xom::cli {

enum class ExitCode : int {
  kOk = 0,
  kUsage = 1,        // a wrong flag, a file that cannot be opened
  kBadInput = 2,     // the server refused what was sent
  kNotFound = 3,     // no resource of that name
  kConflict = 4,     // its state, its etag or its name is in the way
  kUnreachable = 5,  // no server, or no answer in time; retrying may help
  kDenied = 6,       // a limit or a permission is in the way
  kSomeRefused = 7,  // an import ended, but rows of it were refused
  kInternal = 8,     // anything else: worth a bug report
  kInterrupted = 130
};

// The lines of `xom --help` about exit codes.
inline constexpr char kExitCodeHelp[] =
    "Exit codes:\n"
    "  0  done\n"
    "  1  usage: a wrong flag, or a file that cannot be opened\n"
    "  2  the server refused the input\n"
    "  3  not found\n"
    "  4  conflict: state, etag or a name that is taken\n"
    "  5  no server, or no answer in time\n"
    "  6  refused for a limit or a permission\n"
    "  7  import ended with refused rows\n"
    "  8  internal error\n"
    "130  import or export interrupted";

}  // namespace xom::cli

#endif  // XOM_CLI_EXIT_CODE_H_
