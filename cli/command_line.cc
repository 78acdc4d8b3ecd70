#include "cli/command_line.h"

#include <ostream>

#include "CLI/App.hpp"
#include "CLI/Config.hpp"
#include "CLI/Formatter.hpp"

namespace xom::cli {
namespace {

// As CLI11 wants its check: the error, or nothing.
std::function<std::string(const std::string&)> CheckOf(
    std::function<absl::Status(const std::string&)> parse) {
  return [parse = std::move(parse)](const std::string& text) {
    return std::string(parse(text).message());
  };
}

std::string ExamplesText(const std::string& examples) {
  if (examples.empty()) return "";
  std::string text = "Examples:\n  ";
  for (const char c : examples) {
    text += c;
    if (c == '\n') text += "  ";
  }
  return text;
}

}  // namespace

Command Command::Add(const std::string& name, const std::string& what,
                     const std::string& examples) {
  CLI::App* sub = app_->add_subcommand(name, what);
  sub->fallthrough();  // global flags may stand behind the command
  sub->footer(ExamplesText(examples));
  app_->require_subcommand(1);
  return Command(sub, chosen_);
}

void Command::AddFlag(const FlagSpec& spec, Parser parse) {
  // The check sees every value once, in order, and its error names the flag:
  // so the value is taken there and the callback has nothing left to do.
  CLI::Option* option = app_->add_option(
      spec.name, [](const CLI::results_t&) { return true; }, spec.what);
  option->check(CheckOf(std::move(parse)));
  option->required(spec.presence == Presence::kRequired);
  // A value of its own for each flag, so that `--line a b` does not eat `b`.
  if (spec.repeated) {
    option->type_size(1)->expected(1)->allow_extra_args(false);
    option->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  }
}

void Command::FlagOrEnv(const std::string& name, const std::string& env,
                        const std::string& what, std::string* value) {
  app_->add_option(name, *value, what)->envname(env)->capture_default_str();
}

void Command::AddSwitch(const std::string& name, const std::string& what,
                        std::function<void(bool)> set) {
  app_->add_flag_function(
      name, [set = std::move(set)](int64_t count) { set(count > 0); }, what);
}

void Command::FlagOrEnv(const std::string& name, const std::string& env,
                        const std::string& what, HeaderText* value) {
  Flag(name, what, value);
  app_->get_option(name)->envname(env);
}

void Command::Switch(const std::string& name, const std::string& what,
                     bool* value) {
  AddSwitch(name, what, [value](bool given) { *value = given; });
}

void Command::Switch(const std::string& name, const std::string& what,
                     std::optional<bool>* value) {
  AddSwitch(name, what, [value](bool given) { *value = given; });
}

void Command::Positional(const std::string& name, const std::string& what,
                         std::string* value) {
  app_->add_option(name, *value, what)->required();
}

void Command::Run(std::function<ExitCode()> run) {
  // Only remembered: CLI11 may throw through a callback, and ours must run
  // after all flags of all commands are known.
  app_->callback([chosen = chosen_, run = std::move(run)] { *chosen = run; });
}

CommandLine::CommandLine(const std::string& what, const std::string& version,
                         const std::string& footer)
    : app_(std::make_unique<CLI::App>(what, "xom")),
      chosen_(std::make_shared<std::function<ExitCode()>>()) {
  app_->set_version_flag("--version", version);
  app_->footer(footer);
  app_->option_defaults()->always_capture_default(false);
}

CommandLine::~CommandLine() = default;

Command CommandLine::root() { return Command(app_.get(), chosen_); }

ExitCode CommandLine::Run(std::vector<std::string> arguments, std::ostream& out,
                          std::ostream& err) {
  // CLI11 takes the arguments from the back.
  std::reverse(arguments.begin(), arguments.end());
  try {
    app_->parse(std::move(arguments));
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) {  // --help and --version
      app_->exit(error, out, err);
      return ExitCode::kOk;
    }
    const std::vector<std::string> unknown = app_->remaining(true);
    err << "xom: "
        << (unknown.empty() ? error.what()
                            : "unknown command or flag: " + unknown.front())
        << "\nRun with --help for more.\n";
    return ExitCode::kUsage;
  }
  return *chosen_ ? (*chosen_)() : ExitCode::kUsage;
}

}  // namespace xom::cli
