#ifndef XOM_TESTS_RECOVERY_PROCESS_H_
#define XOM_TESTS_RECOVERY_PROCESS_H_

#include <grpcpp/channel.h>
#include <sys/types.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace xom::tests {

// An xomd of its own process on a free port. Killed with its object.
class XomdProcess {
 public:
  // Starts it; `extra` are more flags. Ready() says whether it listens.
  explicit XomdProcess(const std::string& data_dir,
                       const std::vector<std::string>& extra = {});
  // Starts another program that prints its port as xomd does.
  explicit XomdProcess(std::vector<std::string> command);
  ~XomdProcess();
  XomdProcess(const XomdProcess&) = delete;
  XomdProcess& operator=(const XomdProcess&) = delete;

  // Waits until it prints its port; false when it ended before.
  bool Ready();
  int port() const { return port_; }
  std::shared_ptr<grpc::Channel> NewChannel() const;

  void Signal(int signal) const;
  // Waits for its end: the exit code, or minus the signal that killed it.
  int Wait();
  // All it wrote to stderr. After Wait.
  const std::string& errors() const { return errors_; }

 private:
  pid_t pid_ = -1;
  int stdout_ = -1;
  int stderr_ = -1;
  int port_ = 0;
  std::string errors_;
};

// How often recovery tests kill: XOM_RECOVERY_ROUNDS, or 20 times.
int RecoveryRounds();

}  // namespace xom::tests

#endif  // XOM_TESTS_RECOVERY_PROCESS_H_
