#ifndef XOM_CLI_COMMAND_LINE_H_
#define XOM_CLI_COMMAND_LINE_H_

#include <functional>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "cli/exit_code.h"
#include "cli/flag_value.h"

namespace CLI {
class App;
}  // namespace CLI

namespace xom::cli {

enum class Presence { kOptional, kRequired };

// One command of the program, or the program itself. A cheap handle on what
// its CommandLine owns; flags stay where the caller keeps them until Parse.
//
//   Command get = need.Add("get", "Shows a need.", "xom need get 7f3k");
//   get.Positional("NAME", "the need", &flags->name);
//   get.Run([flags] { return Get(*flags); });
class Command {
 public:
  // A command below this one. `examples`, a command to a line, end its --help.
  Command Add(const std::string& name, const std::string& what,
              const std::string& examples = "");

  // `--name VALUE`, where a ParseValue exists for T; a vector takes the flag
  // again and again. Flags stand before or behind positionals and commands.
  template <typename T>
  void Flag(const std::string& name, const std::string& what, T* value,
            Presence presence = Presence::kOptional) {
    AddFlag(
        {name, what, presence, IsVector(value)},
        [value](const std::string& text) { return ParseValue(text, value); });
  }

  // Likewise; the environment variable `env` stands in for an absent flag.
  void FlagOrEnv(const std::string& name, const std::string& env,
                 const std::string& what, std::string* value);
  void FlagOrEnv(const std::string& name, const std::string& env,
                 const std::string& what, HeaderText* value);

  // `--name`, `--name=false`.
  void Switch(const std::string& name, const std::string& what, bool* value);
  void Switch(const std::string& name, const std::string& what,
              std::optional<bool>* value);

  // A required value without a flag.
  void Positional(const std::string& name, const std::string& what,
                  std::string* value);

  // What the command does. Without it the command needs one below it.
  void Run(std::function<ExitCode()> run);

 private:
  friend class CommandLine;

  struct FlagSpec {
    std::string name;
    std::string what;
    Presence presence;
    bool repeated;
  };
  using Parser = std::function<absl::Status(const std::string&)>;
  using RunSlot = std::shared_ptr<std::function<ExitCode()>>;

  Command(CLI::App* app, RunSlot chosen) : app_(app), chosen_(chosen) {}

  static bool IsVector(const void*) { return false; }
  template <typename T>
  static bool IsVector(const std::vector<T>*) {
    return true;
  }
  void AddFlag(const FlagSpec& spec, Parser parse);
  void AddSwitch(const std::string& name, const std::string& what,
                 std::function<void(bool)> set);

  CLI::App* app_;
  RunSlot chosen_;
};

// The command line of a program, over CLI11, whose heavy header stays in one
// source file.
class CommandLine {
 public:
  CommandLine(const std::string& what, const std::string& version,
              const std::string& footer);
  ~CommandLine();
  CommandLine(const CommandLine&) = delete;
  CommandLine& operator=(const CommandLine&) = delete;

  Command root();

  // Reads the arguments and runs the command that they name. kUsage, and a line
  // on `err`, when they are wrong; kOk and the text on `out` for --help and
  // --version. `arguments` are without the program's name.
  ExitCode Run(std::vector<std::string> arguments, std::ostream& out,
               std::ostream& err);

 private:
  std::unique_ptr<CLI::App> app_;
  Command::RunSlot chosen_;
};

}  // namespace xom::cli

#endif  // XOM_CLI_COMMAND_LINE_H_
