#ifndef XOM_CLI_FAILURE_H_
#define XOM_CLI_FAILURE_H_

#include <iosfwd>
#include <string>
#include <vector>

#include "cli/exit_code.h"
#include "grpcpp/support/status.h"

// What a failed call says: to the shell, to a person, to the code.

namespace xom::cli {

ExitCode ExitCodeOf(const grpc::Status& status);

// The reason of its ErrorInfo, such as REQUEST_ID_REUSED; "" without one.
std::string ReasonOf(const grpc::Status& status);

// What the metadata of its ErrorInfo say under `key`; "" when nothing.
std::string MetadataOf(const grpc::Status& status, const std::string& key);

// "need.lines[0].quantity: must be 0 or more", one for each wrong field.
std::vector<std::string> ViolationsOf(const grpc::Status& status);

// All that is wrong in one line: the violations with "; " between, or the
// message.
std::string FailureText(const grpc::Status& status);

// Tells a person: a line, then a line for each wrong field, then the reason
// and, where the server names one, the need to help with instead; where there
// is no answer, what to do. `server` is who was called.
void PrintFailure(const grpc::Status& status, const std::string& server,
                  std::ostream& err);

}  // namespace xom::cli

#endif  // XOM_CLI_FAILURE_H_
