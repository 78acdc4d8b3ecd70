#ifndef XOM_TESTS_REFUSED_FIELDS_H_
#define XOM_TESTS_REFUSED_FIELDS_H_

#include <string>
#include <vector>

#include "tests/api_client.h"

namespace xom::tests {

// One wrong request: what is merged into a valid one, in protobuf's text
// format, and the one field that the error has to name.
struct WrongField {
  std::string text;
  std::string field;
};

// Sends each: expects INVALID_ARGUMENT whose BadRequest names that field and no
// other, exactly one ErrorInfo, FIELD_INVALID, and that nothing was stored.
// First sends `valid` as it is and expects it to be taken, or refused for
// another reason than a field (so that rows can end in NOT_FOUND).
void ExpectRefused(const ApiClient& client, storage::Ledger* ledger,
                   const google::protobuf::Message& valid,
                   const std::vector<WrongField>& rows);

// `text` repeated `n` times.
std::string Times(int n, const std::string& text);

// What is wrong in each message that several resources have; `path` is the
// field that holds it, such as "need.place".
std::vector<WrongField> WrongLines(const std::string& path);
std::vector<WrongField> WrongPlaces(const std::string& path);
std::vector<WrongField> WrongContacts(const std::string& path);
std::vector<WrongField> WrongHours(const std::string& path);
std::vector<WrongField> WrongRegions(const std::string& path);
std::vector<WrongField> WrongPoints(const std::string& path);

// A text field that holds at most `limit` characters.
std::vector<WrongField> WrongTexts(const std::string& path, int limit);

// name, etag and request_id of a mutation of `collection`; `prefix` is "" or
// the field that holds name and etag, such as "need.".
std::vector<WrongField> WrongTargets(const std::string& prefix);

// All rows of several lists.
std::vector<WrongField> Joined(
    std::initializer_list<std::vector<WrongField>> lists);

}  // namespace xom::tests

#endif  // XOM_TESTS_REFUSED_FIELDS_H_
