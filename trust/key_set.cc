#include "trust/key_set.h"

#include "absl/strings/str_cat.h"
#include "trust/json_object.h"
#include "trust/jwk.h"

namespace xom::trust {
namespace {

using Json = nlohmann::json;

absl::Status Fault(absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("key set: ", what));
}

}  // namespace

absl::StatusOr<KeySet> KeySet::Parse(absl::string_view jwks) {
  if (jwks.size() > kMaxJwksBytes) {
    return Fault(absl::StrCat("is longer than ", kMaxJwksBytes, " bytes"));
  }
  const absl::StatusOr<Json> json = ParseJsonObject(jwks);
  if (!json.ok()) return Fault(json.status().message());
  const auto keys = json->find("keys");
  if (keys == json->end() || !keys->is_array()) {
    return Fault("keys: must be an array");
  }
  if (keys->size() > kMaxJwksKeys) {
    return Fault(absl::StrCat("keys: more than ", kMaxJwksKeys));
  }
  KeySet set;
  for (size_t i = 0; i < keys->size(); ++i) {
    auto key = ReadJwk((*keys)[i]);
    if (!key.ok()) {
      return Fault(absl::StrCat("keys[", i, "]: ", key.status().message()));
    }
    if (!key->has_value()) continue;
    if ((*key)->kid.has_value() &&
        set.Find((*key)->kid, (*key)->key.algorithm()) != nullptr) {
      return Fault(absl::StrCat("keys[", i, "].kid: is another key's too"));
    }
    set.keys_.push_back(**std::move(key));
  }
  if (set.keys_.empty()) return Fault("keys: none that can be used");
  return set;
}

const PublicKey* KeySet::Find(const std::optional<std::string>& kid,
                              Algorithm algorithm) const {
  const PublicKey* found = nullptr;
  for (const NamedKey& key : keys_) {
    if (key.key.algorithm() != algorithm) continue;
    if (kid.has_value() && key.kid != kid) continue;
    if (found != nullptr) return nullptr;
    found = &key.key;
  }
  return found;
}

}  // namespace xom::trust
