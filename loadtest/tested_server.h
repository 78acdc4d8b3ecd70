#ifndef XOM_LOADTEST_TESTED_SERVER_H_
#define XOM_LOADTEST_TESTED_SERVER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "loadtest/peers/child_process.h"

namespace xom::loadtest {

// A whole xomd, with the echo service beside its own, in a process of its own:
// `xom-loadtest serve` with the flags of xomd.
class TestedServer {
 public:
  struct Options {
    std::string binaries;   // the folder of xom-loadtest
    std::string directory;  // of the store; its log is beside it
    std::vector<std::string> flags = {};
    std::vector<std::string> environment = {};  // NAME=VALUE, added to ours
  };

  // Returns once it listens. The errors of ChildProcess.
  static absl::StatusOr<std::unique_ptr<TestedServer>> Start(
      const Options& options);

  const std::string& address() const { return address_; }
  const ChildProcess& process() const { return *process_; }

  // What it has used of the processor so far, all threads.
  absl::Duration CpuTime() const;
  int64_t ResidentBytes() const;

  // Returns true once it has hardly used the processor for a while: what it was
  // told before is compacted, and takes nothing of what is measured next.
  // False: not within `bound`.
  bool AwaitRest(absl::Duration bound) const;

  // Ends it in order; the store is closed then. INTERNAL when it took too long,
  // or failed.
  absl::Status Stop();

 private:
  std::unique_ptr<ChildProcess> process_;
  std::string address_;
};

}  // namespace xom::loadtest

#endif  // XOM_LOADTEST_TESTED_SERVER_H_
