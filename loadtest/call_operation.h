#ifndef XOM_LOADTEST_CALL_OPERATION_H_
#define XOM_LOADTEST_CALL_OPERATION_H_

#include <string>
#include <utility>
#include <vector>

#include "loadtest/load_run.h"
#include "loadtest/raw_caller.h"

namespace xom::loadtest {

// Calls of one method, operation i with request i; after the last request with
// the first again. Both must outlive the run.
inline Operation CallOperation(RawCaller& caller, std::string method,
                               const std::vector<std::string>& requests) {
  return [&caller, &requests, method = std::move(method)](int64_t number,
                                                          OperationDone done) {
    caller.Start(method,
                 requests[static_cast<size_t>(number) % requests.size()],
                 [done](const absl::Status& status, absl::string_view) {
                   done(status.ok());
                 });
  };
}

}  // namespace xom::loadtest

#endif  // XOM_LOADTEST_CALL_OPERATION_H_
