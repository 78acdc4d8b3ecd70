// `xom admin`: what an operator does, with the server or with the files of its
// keys; and `xom whoami`.

#include <memory>
#include <ostream>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "cli/commands.h"
#include "cli/message_text.h"
#include "cli/resource_name.h"
#include "trust/keyring.h"
#include "trust/own_token.h"
#include "xom/v1/user_service.grpc.pb.h"

namespace xom::cli {
namespace {

struct TokenFlags {
  std::string issuer_key;
  std::string user = "operator";
  absl::Duration lifetime = absl::Hours(1);
};

// Says why a file of keys was not to be used.
ExitCode FileFailure(const absl::Status& status, Session& session) {
  return session.Usage(std::string(status.message()));
}

ExitCode SignToken(const TokenFlags& flags, Session& session) {
  if (flags.lifetime < trust::kMinTokenLifetime ||
      flags.lifetime > trust::kMaxTokenLifetime) {
    return session.Usage("--lifetime: must be 1 minute to 30 days");
  }
  const auto issuer = trust::TokenIssuer::Load(flags.issuer_key);
  if (!issuer.ok()) return FileFailure(issuer.status(), session);
  session.out() << trust::IssueOwnToken(**issuer, NameIn("users", flags.user),
                                        {absl::Now(), flags.lifetime})
                << "\n";
  return ExitCode::kOk;
}

void AddToken(Command admin, Session& session) {
  Command command = admin.Add(
      "token",
      "Signs a token here, with the key of the server's issuer: who can read "
      "that file is the operator.",
      "export XOM_TOKEN=$(xom admin token --issuer_key data.issuer.pem)");
  auto flags = std::make_shared<TokenFlags>();
  command.Flag("--issuer_key", "the file: --issuer_key of xomd",
               &flags->issuer_key, Presence::kRequired);
  command.Flag("--user", "for whom (default: operator)", &flags->user);
  command.Flag("--lifetime", "how long it is good: 30m, 1h (default: 1h)",
               &flags->lifetime);
  command.Run([flags, &session] { return SignToken(*flags, session); });
}

// A command that does something to a key file, without a server.
void AddKeyChange(Command command, Session& session,
                  absl::Status (*change)(const std::string& path),
                  const std::string& done) {
  auto path = std::make_shared<std::string>();
  command.Flag("--key_file", "the file: --key_file of xomd", path.get(),
               Presence::kRequired);
  command.Run([path, change, done, &session] {
    const absl::Status status = change(*path);
    if (!status.ok()) return FileFailure(status, session);
    session.err() << *path << ": " << done << "\n";
    return ExitCode::kOk;
  });
}

void AddKeyCommands(Command admin, Session& session) {
  Command key = admin.Add("key", "The keys that seal personal data.");
  AddKeyChange(key.Add("new", "Makes a key file for a new store."), session,
               trust::Keyring::Create,
               "made; keep a copy apart from the backups of the store");
  AddKeyChange(
      key.Add("rotate",
              "Adds a key to the file, which the server uses from its next "
              "start on. The old ones stay: what they sealed needs them."),
      session, trust::Keyring::Rotate, "has a new key; restart xomd");
}

void AddWhoami(Command root, Session& session) {
  root.Add("whoami", "Shows who the token signs in.").Run([&session] {
    v1::User reply;
    return session.Show(session.Call<v1::UserService>(
                            &v1::UserService::StubInterface::GetCaller,
                            v1::GetCallerRequest(), &reply),
                        reply);
  });
}

}  // namespace

void AddAdminCommands(Command root, Session& session) {
  AddWhoami(root, session);
  Command admin = root.Add("admin", "For the operator of a server.");
  AddToken(admin, session);
  AddKeyCommands(admin, session);
  AddUserCommands(admin, session);
  AddOrganizationCommands(admin, session);
}

}  // namespace xom::cli
