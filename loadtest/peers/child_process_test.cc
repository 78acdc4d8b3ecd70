#include "loadtest/peers/child_process.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "loadtest/peers/temporary_directory.h"

namespace xom::loadtest {
namespace {

using testing::HasSubstr;

// Long enough for a busy machine; nothing waits so long when all is well.
constexpr absl::Duration kLong = absl::Minutes(2);
// The end of a script that waits for a signal. A shell looks for one between
// commands: one that came before a long command would be seen behind it.
constexpr char kWait[] = "; echo ready; while :; do sleep 0.1; done";

class ChildProcessTest : public testing::Test {
 protected:
  ChildProcessTest() : directory_(*TemporaryDirectory::Create()) {}

  ChildCommand Command(std::vector<std::string> argv) const {
    ChildCommand command;
    command.argv = std::move(argv);
    command.output_path = directory_->path() + "/log";
    return command;
  }
  ChildCommand Shell(const std::string& script) const {
    return Command({"/bin/sh", "-c", script});
  }
  std::unique_ptr<ChildProcess> Start(const ChildCommand& command) const {
    return *ChildProcess::Start(command);
  }
  std::unique_ptr<ChildProcess> Sleeper() const {
    return Start(Command({"/bin/sleep", "1000"}));
  }

  // A shell that did what `script` says and now waits for nothing.
  std::unique_ptr<ChildProcess> Waiter(const std::string& script) const {
    auto child = Start(Shell(script + kWait));
    EXPECT_TRUE(
        child->WaitUntil([&] { return child->Output() == "ready\n"; }, kLong)
            .ok());
    return child;
  }

  std::unique_ptr<TemporaryDirectory> directory_;
};

TEST_F(ChildProcessTest, ItsEndIsItsExitCode) {
  const auto child = Start(Shell("exit 7"));
  EXPECT_EQ(child->WaitForEnd(kLong), 7);
  EXPECT_FALSE(child->Running());
  EXPECT_EQ(child->Stop(), 7) << "the second end changes nothing";
}

TEST_F(ChildProcessTest, ItsEndMayBeASignal) {
  const auto child = Start(Shell("kill -9 $$"));
  EXPECT_EQ(child->WaitForEnd(kLong), -SIGKILL);
}

TEST_F(ChildProcessTest, RunsUntilItIsStopped) {
  const auto child = Sleeper();
  EXPECT_TRUE(child->Running());
  EXPECT_EQ(child->WaitForEnd(absl::Milliseconds(1)), std::nullopt);
  EXPECT_EQ(child->Stop(), -SIGTERM);
}

TEST_F(ChildProcessTest, IsAskedWithTheSignalOfItsCommand) {
  ChildCommand command = Command({"/bin/sleep", "1000"});
  command.stop_signal = SIGINT;
  EXPECT_EQ(Start(command)->Stop(), -SIGINT);
}

TEST_F(ChildProcessTest, EndsWithItsObject) {
  pid_t pid = 0;
  {
    const auto child = Sleeper();
    pid = child->pid();
    ASSERT_EQ(kill(pid, 0), 0);
  }
  EXPECT_EQ(kill(pid, 0), -1);
}

TEST_F(ChildProcessTest, AChildThatTakesLeaveMayDoSo) {
  const auto child = Waiter("trap 'echo bye; exit 3' TERM");
  EXPECT_EQ(child->Stop(), 3);
  EXPECT_EQ(child->Output(), "ready\nbye\n");
}

TEST_F(ChildProcessTest, OurSignalMaskIsNotItsOwn) {
  sigset_t term;
  sigset_t before;
  sigemptyset(&term);
  sigaddset(&term, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &term, &before);
  const auto child = Sleeper();
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  EXPECT_EQ(child->Stop(), -SIGTERM);
}

TEST_F(ChildProcessTest, BothOutputsAreKept) {
  const auto child = Start(Shell("echo out; echo err >&2"));
  child->WaitForEnd(kLong);
  EXPECT_EQ(child->Output(), "out\nerr\n");
}

TEST_F(ChildProcessTest, OfALongOutputTheEndIsRead) {
  const auto child =
      Start(Shell("head -c 100000 /dev/zero | tr '\\0' x; echo the end"));
  child->WaitForEnd(kLong);
  EXPECT_EQ(static_cast<int64_t>(child->Output().size()), kMaxOutputBytes);
  EXPECT_THAT(child->Output(), HasSubstr("xthe end\n"));
}

TEST_F(ChildProcessTest, NoShellReadsTheArguments) {
  const auto child = Start(Command({"/bin/echo", "$HOME; exit 1", "*"}));
  EXPECT_EQ(child->WaitForEnd(kLong), 0);
  EXPECT_EQ(child->Output(), "$HOME; exit 1 *\n");
}

TEST_F(ChildProcessTest, ItWorksInItsDirectory) {
  ChildCommand command = Command({"/bin/pwd"});
  command.directory = directory_->path();
  const auto child = Start(command);
  child->WaitForEnd(kLong);
  EXPECT_EQ(child->Output(), directory_->path() + "\n");
}

TEST_F(ChildProcessTest, WhatCannotBeRunIsAnErrorThatNamesIt) {
  const absl::Status none =
      ChildProcess::Start(Command({"/no/such/program"})).status();
  EXPECT_EQ(none.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(none.message(), HasSubstr("/no/such/program"));
  const absl::Status directory =
      ChildProcess::Start(Command({directory_->path()})).status();
  EXPECT_EQ(directory.code(), absl::StatusCode::kPermissionDenied);
}

TEST_F(ChildProcessTest, RootRunsItAsTheUserNamed) {
  ChildCommand command = Command({"/usr/bin/id", "-un"});
  command.user = "nobody";
  const auto child = Start(command);
  EXPECT_EQ(child->WaitForEnd(kLong), 0) << child->Output();
  EXPECT_EQ(child->Output() == "nobody\n", geteuid() == 0);
  if (geteuid() == 0) {
    command.user = "no such user";
    EXPECT_EQ(ChildProcess::Start(command).status().code(),
              absl::StatusCode::kNotFound);
  }
}

TEST_F(ChildProcessTest, WaitingEndsWhenTheProgramDoes) {
  const auto child = Start(Shell("echo no port is free; exit 2"));
  const absl::Status s = child->WaitUntil([] { return false; }, kLong);
  EXPECT_EQ(s.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(s.message(), HasSubstr("ended with 2: no port is free"));
}

TEST_F(ChildProcessTest, WaitingIsBounded) {
  const auto child = Sleeper();
  const absl::Status s =
      child->WaitUntil([] { return false; }, absl::Milliseconds(3));
  EXPECT_EQ(s.code(), absl::StatusCode::kDeadlineExceeded);
}

TEST_F(ChildProcessTest, ItsMemoryIsKnownWhileItRuns) {
  const auto child = Waiter("true");
  const absl::StatusOr<int64_t> bytes = child->ResidentBytes();
  ASSERT_TRUE(bytes.ok()) << bytes.status();
  EXPECT_GT(*bytes, 100 * 1024);
  EXPECT_LT(*bytes, 100 * 1024 * 1024);
  child->Stop();
  EXPECT_EQ(child->ResidentBytes().status().code(),
            absl::StatusCode::kNotFound);
}

TEST_F(ChildProcessTest, RunToEndTellsHowItEnded) {
  EXPECT_TRUE(RunToEnd(Shell("true"), kLong).ok());
  const absl::Status failed = RunToEnd(Shell("echo why; false"), kLong);
  EXPECT_EQ(failed.code(), absl::StatusCode::kInternal);
  EXPECT_THAT(failed.message(), HasSubstr("ended with 1: why"));
  EXPECT_EQ(
      RunToEnd(Command({"/bin/sleep", "1000"}), absl::Milliseconds(1)).code(),
      absl::StatusCode::kDeadlineExceeded);
}

TEST(TemporaryDirectoryTest, EndsWithItsObject) {
  std::string path;
  {
    const auto directory = *TemporaryDirectory::Create();
    path = directory->path();
    ASSERT_TRUE(std::filesystem::is_directory(path));
    std::ofstream(path + "/file") << "text";
    std::filesystem::create_directories(path + "/in/it");
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(TemporaryDirectoryTest, OnlyItsOwnerMayReadIt) {
  const auto directory = *TemporaryDirectory::Create("nobody");
  struct stat file = {};
  ASSERT_EQ(stat(directory->path().c_str(), &file), 0);
  EXPECT_EQ(file.st_mode & 0777, 0700u);
  EXPECT_EQ(file.st_uid != geteuid(), geteuid() == 0);
}

// Reads what comes until all that hold the other end have ended; false when
// they do not.
bool ReadToEnd(int fd, std::string* text) {
  pollfd more = {.fd = fd, .events = POLLIN, .revents = 0};
  char buffer[256];
  while (poll(&more, 1, static_cast<int>(absl::ToInt64Milliseconds(kLong))) ==
         1) {
    const ssize_t n = read(fd, buffer, sizeof buffer);
    if (n <= 0) return true;
    text->append(buffer, static_cast<size_t>(n));
  }
  return false;
}

// Has a process start a child and die of SIGKILL once the child is ready. The
// child runs `script`, whose $0 is a pipe to us. What came through it until all
// ended: the path of the directory and what the script wrote.
std::string WrittenAroundAKill(const std::string& script, int orphan_signal) {
  int ends[2];
  EXPECT_EQ(pipe(ends), 0);  // each child inherits it
  const pid_t load_test = fork();
  if (load_test == 0) {
    const auto directory = *TemporaryDirectory::Create();
    const std::string& path = directory->path();
    ChildCommand command;
    command.argv = {"/bin/sh", "-c", script + kWait,
                    absl::StrCat("/dev/fd/", ends[1])};
    command.output_path = path + "/log";
    command.directory = path;
    command.orphan_signal = orphan_signal;
    const auto child = *ChildProcess::Start(command);
    const auto ready = [&] { return child->Output() == "ready\n"; };
    if (child->WaitUntil(ready, kLong).ok() &&
        write(ends[1], path.data(), path.size()) > 0) {
      raise(SIGKILL);
    }
    _exit(1);
  }
  close(ends[1]);
  std::string text;
  EXPECT_TRUE(ReadToEnd(ends[0], &text));
  close(ends[0]);
  waitpid(load_test, nullptr, 0);
  return text;
}

TEST(TemporaryDirectoryTest, NothingOutlivesAKilledLoadTest) {
  const std::string path = WrittenAroundAKill("trap '' TERM", SIGKILL);
  EXPECT_THAT(path, HasSubstr("/xom-loadtest-"));
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(TemporaryDirectoryTest, AnOrphanMayCleanUp) {
  const std::string text =
      WrittenAroundAKill("trap 'echo cleaned >$0; exit' TERM", SIGTERM);
  EXPECT_THAT(text, HasSubstr("cleaned"));
}

}  // namespace
}  // namespace xom::loadtest
