#include "cli/row_identity.h"

#include <openssl/sha.h>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace xom::cli {
namespace {

constexpr size_t kMaxIdBytes = 63;
constexpr size_t kMaxPrefixBytes = 24;
constexpr size_t kIdDigestDigits = 10;
constexpr size_t kContentDigestDigits = 24;

std::string HexDigest(const std::string& text) {
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(),
         digest);
  return absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(digest), sizeof(digest)));
}

}  // namespace

std::string Slug(const std::string& text) {
  std::string slug;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (absl::ascii_isalnum(byte)) {
      slug += absl::ascii_tolower(byte);
    } else if (!slug.empty() && slug.back() != '-') {
      slug += '-';
    }
  }
  if (!slug.empty() && slug.back() == '-') slug.pop_back();
  return slug;
}

RowIdentity::RowIdentity(const std::string& prefix)
    : prefix_([&prefix] {
        std::string slug = Slug(prefix).substr(0, kMaxPrefixBytes);
        if (slug.empty() ||
            !absl::ascii_isalpha(static_cast<unsigned char>(slug.front()))) {
          slug = absl::StrCat("file-", slug);
        }
        return slug.back() == '-' ? slug : slug + "-";
      }()) {}

std::string RowIdentity::OfId(const std::string& id) const {
  const std::string slug = Slug(id);
  if (slug == id && prefix_.size() + slug.size() <= kMaxIdBytes) {
    return prefix_ + slug;
  }
  const std::string digest = HexDigest(id).substr(0, kIdDigestDigits);
  const size_t room = kMaxIdBytes - prefix_.size() - digest.size() - 1;
  const std::string kept = Slug(slug.substr(0, room));
  return absl::StrCat(prefix_, kept, kept.empty() ? "" : "-", digest);
}

std::string RowIdentity::OfContent(const std::string& content) {
  const std::string digest = HexDigest(content);
  uint64_t key = 0;
  // Two contents may share a key: then a number is skipped, no id shared.
  static_cast<void>(absl::SimpleHexAtoi(digest.substr(0, 16), &key));
  const int before = occurrences_[key]++;
  const std::string id =
      absl::StrCat(prefix_, digest.substr(0, kContentDigestDigits));
  return before == 0 ? id : absl::StrCat(id, "-", before + 1);
}

}  // namespace xom::cli
