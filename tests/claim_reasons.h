#ifndef XOM_TESTS_CLAIM_REASONS_H_
#define XOM_TESTS_CLAIM_REASONS_H_

#include <grpcpp/support/status.h>

#include <functional>
#include <map>
#include <string>

namespace xom::tests {

// By reason, a call on a server of its own that fails for it: those about who
// may hold a claim, and to whom it goes.
std::map<std::string, std::function<grpc::Status()>> ClaimProvocations();

}  // namespace xom::tests

#endif  // XOM_TESTS_CLAIM_REASONS_H_
