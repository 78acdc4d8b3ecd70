#ifndef XOM_CLI_ROW_IDENTITY_H_
#define XOM_CLI_ROW_IDENTITY_H_

#include <cstdint>
#include <string>
#include <unordered_map>

namespace xom::cli {

// Letters, digits and hyphens of `text`, in lower case, for a resource id:
// "Phường 5" is `ph-ng-5`. Empty when nothing is left.
std::string Slug(const std::string& text);

// The resource ids of the rows of a file: the same row gets the same id in
// every run, so that importing again doubles nothing. Ids are as the API wants
// them: `[a-z]([a-z0-9-]{0,61}[a-z0-9])?`.
class RowIdentity {
 public:
  // A prefix that begins with a letter; what is no letter, digit or hyphen in
  // it becomes one.
  explicit RowIdentity(const std::string& prefix);

  // Of a row with an id of its own. Different ids stay different: where the
  // slug or the length would lose something, a digest of the id is added.
  std::string OfId(const std::string& id) const;

  // Of a row without: from its content and from how often that stood in the
  // file before (so it takes the rows in order). Keeps 16 bytes or so a row.
  std::string OfContent(const std::string& content);

  const std::string& prefix() const { return prefix_; }

 private:
  const std::string prefix_;
  std::unordered_map<uint64_t, int> occurrences_;
};

}  // namespace xom::cli

#endif  // XOM_CLI_ROW_IDENTITY_H_
