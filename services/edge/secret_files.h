#ifndef XOM_SERVICES_EDGE_SECRET_FILES_H_
#define XOM_SERVICES_EDGE_SECRET_FILES_H_

#include <string>

#include "absl/status/status.h"
#include "services/core/engine.h"
#include "services/edge/call_log.h"

namespace xom::edge {

// The files of keys, none of which stands in the data folder or among the
// backups: who copies these has nothing to read them with.
struct SecretFiles {
  // What seals personal data; empty: DATA_DIR.keys. Made with a new store.
  std::string key_file;
  // What our own tokens are signed with; empty: DATA_DIR.issuer.pem where there
  // are accounts, else there is none. Made when it is absent.
  std::string issuer_key;
  // The public keys of another issuer, a JWK Set that is read again when it
  // changes, with what its tokens say of issuer and audience. All or none.
  std::string jwks_file;
  std::string jwt_issuer;
  std::string jwt_audience;
};

// Which store they are for.
struct SealedStore {
  std::string directory;
  bool has_keys = false;     // what it holds is sealed with keys already
  std::string backups = {};  // the folder of its backups; empty: none
};

// Fills in what `engine` lacks of keyring, token_issuer and issuers. A JWK Set
// that breaks later is told to `log`, which outlives the engine, and the last
// good keys stay.
//
// FAILED_PRECONDITION, saying what to do: the key file is absent though the
// store has keys; a file stands in the data folder or in that of the backups,
// or others may read it. INVALID_ARGUMENT and codes of errno, naming the file.
absl::Status LoadSecrets(const SecretFiles& files, const SealedStore& store,
                         CallLog* log, core::Engine::Options* engine);

}  // namespace xom::edge

#endif  // XOM_SERVICES_EDGE_SECRET_FILES_H_
