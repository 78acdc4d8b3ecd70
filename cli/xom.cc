#include "cli/xom.h"

#include <ostream>

#include "absl/strings/str_cat.h"
#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/display_width.h"
#include "cli/session.h"

namespace xom::cli {
namespace {

constexpr char kExamples[] =
    "Examples:\n"
    "  xom need create --category groceries --lat 10.7769 --lng 106.7009 "
    "--line \"10 kg rice\"\n"
    "  xom nearest needs --lat 10.7769 --lng 106.7009\n"
    "  xom watch needs --lat 10.7769 --lng 106.7009\n"
    "\n"
    "`xom COMMAND --help` says more about each.\n"
    "\n";

void AddGlobalFlags(Command root, GlobalFlags* flags) {
  root.FlagOrEnv("--server", "XOM_SERVER", "HOST:PORT of the server",
                 &flags->server);
  root.Switch("--json", "proto3 JSON, an object a line, nothing else on stdout",
              &flags->json);
  root.Flag("--timeout", "seconds that a call may take (default 10)",
            &flags->timeout);
  root.FlagOrEnv("--token", "XOM_TOKEN",
                 "signs in; others on this machine see flags: better in the "
                 "environment or a file",
                 &flags->token);
  root.Flag("--token_file", "file with the token", &flags->token_file);
  root.FlagOrEnv("--access_code", "XOM_ACCESS_CODE",
                 "the code that was given with a need", &flags->access_code);
  root.Switch("--tls", "speak TLS", &flags->tls);
  root.Flag("--tls_ca", "file of whom to trust instead of this machine's, PEM",
            &flags->tls_ca);
  root.Flag("--tls_certificate", "file of a certificate to sign in with, PEM",
            &flags->tls_certificate);
  root.Flag("--tls_client_key", "file of its private key, PEM",
            &flags->tls_client_key);
}

}  // namespace

ExitCode Xom(const std::vector<std::string>& arguments, std::ostream& out,
             std::ostream& err) {
  for (const std::string& argument : arguments) {
    if (!IsUtf8(argument)) {
      err << "xom: an argument is not UTF-8: " << OneLine(argument) << "\n";
      return ExitCode::kUsage;
    }
  }
  GlobalFlags flags;
  Session session(&flags, &out, &err);
  CommandLine command_line("Needs and offers of neighbours, from a terminal.",
                           absl::StrCat("xom ", XOM_VERSION),
                           absl::StrCat(kExamples, kExitCodeHelp));
  const Command root = command_line.root();
  AddGlobalFlags(root, &flags);
  AddNeedCommands(root, session);
  AddOfferCommands(root, session);
  AddClaimCommands(root, session);
  AddPointCommands(root, session);
  AddCategoryCommands(root, session);
  AddNearestCommands(root, session);
  AddMatchCommand(root, session);
  AddReportCommands(root, session);
  AddModerationCommands(root, session);
  AddVerifyCommands(root, session);
  AddWatchCommands(root, session);
  AddImportCommands(root, session);
  AddExportCommands(root, session);
  AddAdminCommands(root, session);
  return command_line.Run(arguments, out, err);
}

}  // namespace xom::cli
