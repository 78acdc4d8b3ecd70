#include "services/edge/secret_files.h"

#include <filesystem>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "storage/data_folder.h"
#include "trust/keyring.h"
#include "trust/token_issuer.h"
#include "trust/token_verifier.h"

namespace xom::edge {
namespace {

std::string Beside(const std::string& data_dir, const char* ending) {
  return storage::CanonicalPath(data_dir).string() + ending;
}

absl::Status CheckOutside(const std::string& path, const SealedStore& store) {
  const bool among_backups =
      !store.backups.empty() && storage::IsInDataFolder(path, store.backups);
  if (!among_backups && !storage::IsInDataFolder(path, store.directory)) {
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(absl::StrCat(
      path, " is in the ", among_backups ? "folder of backups" : "data folder",
      ": whoever copies that would have the key as well; name a file "
      "elsewhere"));
}

bool Exists(const std::string& path) {
  std::error_code unreadable;
  return std::filesystem::exists(path, unreadable);
}

absl::Status LoadKeyring(const std::string& path, const SealedStore& store,
                         CallLog* log, core::Engine::Options* engine) {
  if (absl::Status s = CheckOutside(path, store); !s.ok()) return s;
  if (!Exists(path)) {
    if (store.has_keys) {
      return absl::FailedPreconditionError(absl::StrCat(
          "there is a store in ", store.directory, ", but no key file ", path,
          ": put it back, or name it with --key_file; without it what is "
          "personal in the store cannot be read"));
    }
    if (absl::Status s = trust::Keyring::Create(path); !s.ok()) return s;
    log->Event("key_file_made",
               absl::StrCat(path, ": keep a copy apart from the backups"));
  }
  auto keyring = trust::Keyring::Load(path);
  if (!keyring.ok()) return keyring.status();
  engine->keyring = std::make_shared<trust::Keyring>(*std::move(keyring));
  return absl::OkStatus();
}

absl::Status LoadIssuer(const std::string& path, const SealedStore& store,
                        CallLog* log, core::Engine::Options* engine) {
  if (absl::Status s = CheckOutside(path, store); !s.ok()) return s;
  if (!Exists(path)) {
    if (absl::Status s = trust::TokenIssuer::CreateKey(path); !s.ok()) return s;
    log->Event("issuer_key_made",
               absl::StrCat(path, ": who can read it is the operator"));
  }
  auto issuer = trust::TokenIssuer::Load(path);
  if (!issuer.ok()) return issuer.status();
  engine->token_issuer = *std::move(issuer);
  return absl::OkStatus();
}

absl::Status LoadJwks(const SecretFiles& files, CallLog* log,
                      core::Engine::Options* engine) {
  if (files.jwks_file.empty() && files.jwt_issuer.empty() &&
      files.jwt_audience.empty()) {
    return absl::OkStatus();
  }
  if (files.jwks_file.empty() || files.jwt_issuer.empty() ||
      files.jwt_audience.empty()) {
    return absl::InvalidArgumentError(
        "--jwks_file, --jwt_issuer and --jwt_audience belong together: give "
        "all three");
  }
  auto verifier = trust::TokenVerifier::FromFile(
      files.jwks_file,
      {.issuer = files.jwt_issuer, .audience = files.jwt_audience},
      [log](const absl::Status& status) {
        log->Event("jwks_unusable", status.message());
      });
  if (!verifier.ok()) return verifier.status();
  engine->issuers.push_back({.verifier = *std::move(verifier)});
  return absl::OkStatus();
}

}  // namespace

absl::Status LoadSecrets(const SecretFiles& files, const SealedStore& store,
                         CallLog* log, core::Engine::Options* engine) {
  if (engine->keyring == nullptr) {
    const std::string path = files.key_file.empty()
                                 ? Beside(store.directory, ".keys")
                                 : files.key_file;
    absl::Status status = LoadKeyring(path, store, log, engine);
    if (!status.ok()) return status;
  }
  const bool accounts = engine->authorization.access == core::Access::kAccounts;
  if (engine->token_issuer == nullptr &&
      (accounts || !files.issuer_key.empty())) {
    const std::string path = files.issuer_key.empty()
                                 ? Beside(store.directory, ".issuer.pem")
                                 : files.issuer_key;
    absl::Status status = LoadIssuer(path, store, log, engine);
    if (!status.ok()) return status;
  }
  return LoadJwks(files, log, engine);
}

}  // namespace xom::edge
