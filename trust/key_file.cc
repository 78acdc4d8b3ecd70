#include "trust/key_file.h"

#include <optional>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace xom::trust {
namespace {

constexpr absl::string_view kHashName = "hash";

// One spelling for each number: no sign, no leading zero.
std::optional<uint32_t> ParseKeyId(absl::string_view text) {
  uint32_t id = 0;
  if (!absl::SimpleAtoi(text, &id) || id == 0 || id > kMaxKeyId ||
      absl::StrCat(id) != text) {
    return std::nullopt;
  }
  return id;
}

class KeyFileReader {
 public:
  // An empty text when all is well.
  absl::string_view ReadLine(absl::string_view line) {
    line = absl::StripAsciiWhitespace(line.substr(0, line.find('#')));
    if (line.empty()) return "";
    const std::vector<absl::string_view> words =
        absl::StrSplit(line, absl::ByAnyChar(" \t"), absl::SkipEmpty());
    if (words.size() != 2) return "must be a name and a key";
    const std::optional<SecretKey> key = SecretKey::FromBase64(words[1]);
    if (!key.has_value()) return "the key must be 32 bytes in base64";
    if (words[0] == kHashName) {
      if (hash_key_.has_value()) return "a second key of hashes";
      hash_key_ = key;
      return "";
    }
    return Add(ParseKeyId(words[0]), *key);
  }

  absl::StatusOr<KeyFile> Finish() && {
    if (keys_.empty()) return absl::InvalidArgumentError("there is no key");
    if (!hash_key_.has_value()) {
      return absl::InvalidArgumentError("there is no key of hashes");
    }
    return KeyFile{std::move(keys_), active_id_, *hash_key_};
  }

 private:
  absl::string_view Add(std::optional<uint32_t> id, const SecretKey& key) {
    if (!id.has_value()) return "the name must be 1 to 2147483647, or hash";
    if (keys_.size() == kMaxKeys) return "more keys than a file may have";
    if (!keys_.emplace(*id, key).second) return "a second key of this name";
    active_id_ = *id;
    return "";
  }

  std::map<uint32_t, SecretKey> keys_;
  uint32_t active_id_ = 0;
  std::optional<SecretKey> hash_key_;
};

std::string Line(absl::string_view name, SecretKey key) {
  std::string text = key.ToBase64();
  const absl::Cleanup wipe = [&] { Wipe(&text); };
  return absl::StrCat(name, " ", text, "\n");
}

}  // namespace

absl::StatusOr<KeyFile> ParseKeyFile(absl::string_view text) {
  if (text.size() > kMaxKeyFileBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("is longer than ", kMaxKeyFileBytes, " bytes"));
  }
  KeyFileReader reader;
  size_t number = 0;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    ++number;
    if (const absl::string_view fault = reader.ReadLine(line); !fault.empty()) {
      return absl::InvalidArgumentError(
          absl::StrCat("line ", number, ": ", fault));
    }
  }
  return std::move(reader).Finish();
}

std::string NewKeyFileText() {
  return absl::StrCat(
      "# Keys that seal personal data. Lose them, and that data is lost. The\n"
      "# last numbered line is the key in use; the hash line never changes.\n",
      Line(kHashName, SecretKey::Random()), Line("1", SecretKey::Random()));
}

absl::StatusOr<std::string> WithFreshKey(absl::string_view text) {
  const absl::StatusOr<KeyFile> old = ParseKeyFile(text);
  if (!old.ok()) return old.status();
  const uint32_t last_id = old->keys.rbegin()->first;
  if (last_id == kMaxKeyId || old->keys.size() == kMaxKeys) {
    return absl::ResourceExhaustedError("there is no room for another key");
  }
  const bool cut = !text.empty() && !absl::EndsWith(text, "\n");
  std::string fresh =
      absl::StrCat(text, cut ? "\n" : "",
                   Line(absl::StrCat(last_id + 1), SecretKey::Random()));
  if (fresh.size() > kMaxKeyFileBytes) {
    Wipe(&fresh);
    return absl::ResourceExhaustedError("there is no room for another key");
  }
  return fresh;
}

}  // namespace xom::trust
