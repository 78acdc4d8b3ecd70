#include "tests/recovery_process.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "tests/test_server.h"

namespace xom::tests {
namespace {

// Ends of a pipe that no other child inherits.
void MakePipe(int* read_end, int* write_end) {
  int fds[2];
  if (pipe2(fds, O_CLOEXEC) != 0) {
    ADD_FAILURE() << "no pipe";
    return;
  }
  *read_end = fds[0];
  *write_end = fds[1];
}

// One line of `fd`, without its end; "" at the end of the file.
std::string ReadLine(int fd) {
  std::string line;
  char c = 0;
  while (read(fd, &c, 1) == 1 && c != '\n') line.push_back(c);
  return line;
}

std::string ReadAll(int fd) {
  std::string all;
  char buffer[4096];
  ssize_t n = 0;
  while ((n = read(fd, buffer, sizeof buffer)) > 0) {
    all.append(buffer, static_cast<size_t>(n));
  }
  return all;
}

std::vector<std::string> XomdCommand(const std::string& data_dir,
                                     const std::vector<std::string>& extra) {
  std::vector<std::string> command = {XOM_XOMD_PATH, "--data_dir",  data_dir,
                                      "--listen",    "127.0.0.1:0", "--log",
                                      "silent"};
  command.insert(command.end(), extra.begin(), extra.end());
  return command;
}

}  // namespace

XomdProcess::XomdProcess(const std::string& data_dir,
                         const std::vector<std::string>& extra)
    : XomdProcess(XomdCommand(data_dir, extra)) {}

XomdProcess::XomdProcess(std::vector<std::string> command) {
  int child_out = -1;
  int child_err = -1;
  MakePipe(&stdout_, &child_out);
  MakePipe(&stderr_, &child_err);
  std::vector<char*> argv;
  for (std::string& flag : command) argv.push_back(flag.data());
  argv.push_back(nullptr);
  pid_ = fork();
  if (pid_ == 0) {  // only what is safe after fork
    dup2(child_out, STDOUT_FILENO);
    dup2(child_err, STDERR_FILENO);
    execv(argv[0], argv.data());
    _exit(127);
  }
  close(child_out);
  close(child_err);
}

XomdProcess::~XomdProcess() {
  if (pid_ > 0) {
    Signal(SIGKILL);
    Wait();
  }
  close(stdout_);
  close(stderr_);
}

bool XomdProcess::Ready() {
  return sscanf(ReadLine(stdout_).c_str(), "xomd listens on port %d", &port_) ==
         1;
}

std::shared_ptr<grpc::Channel> XomdProcess::NewChannel() const {
  auto channel = NewChannelTo(absl::StrCat("127.0.0.1:", port_));
  AwaitConnection(*channel);
  return channel;
}

void XomdProcess::Signal(int signal) const { kill(pid_, signal); }

int XomdProcess::Wait() {
  errors_ += ReadAll(stderr_);
  int status = 0;
  waitpid(pid_, &status, 0);
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

int RecoveryRounds() {
  const char* text = std::getenv("XOM_RECOVERY_ROUNDS");
  int rounds = 20;
  if (text != nullptr && !absl::SimpleAtoi(text, &rounds)) {
    ADD_FAILURE() << "XOM_RECOVERY_ROUNDS is not a number: " << text;
  }
  return rounds;
}

}  // namespace xom::tests
