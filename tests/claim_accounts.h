#ifndef XOM_TESTS_CLAIM_ACCOUNTS_H_
#define XOM_TESTS_CLAIM_ACCOUNTS_H_

#include <functional>
#include <string>

#include "storage/ledger_testing.h"
#include "tests/account_test.h"
#include "tests/claim_calls.h"
#include "xom/internal/v1/stored.pb.h"

namespace xom::tests {

// A server with accounts, for tests of who may claim what. Its users, and what
// moderators and operators do, are put into the store as they would be found
// there.
class ClaimAccountTest : public ClaimTest {
 protected:
  ClaimAccountTest() : ClaimTest(WithAccounts()) {}

  // Makes `users/{id}` with these fields, as text.
  ApiClient AddUser(const std::string& id, const std::string& fields = "");
  // With a token of now.
  ApiClient As(const std::string& id) const {
    return client_.WithToken(server_.TokenOf(id));
  }
  // Of `organizations/relief`.
  ApiClient AddMember(const std::string& id, bool dispatcher = false);

  // `offers/{id}` of that user or of `organizations/relief`.
  void AddOffer(const std::string& id, const std::string& owner,
                int capacity = 10);

  // Changes a record in the store.
  template <typename Stored>
  void Edit(const std::string& name, const std::function<void(Stored*)>& edit);

  // A need that anybody posts, and who has its access code.
  ApiClient PostNeed(const std::string& id, const std::string& text = "");
};

template <typename Stored>
void ClaimAccountTest::Edit(const std::string& name,
                            const std::function<void(Stored*)>& edit) {
  storage::Ledger& ledger = server_.server().ledger();
  const auto record = ledger.Get(name);
  ASSERT_TRUE(record.ok() && record->has_value()) << name;
  Stored stored;
  ASSERT_TRUE(stored.ParseFromString((*record)->value));
  edit(&stored);
  const auto result = storage::CommitAndWait(
      ledger,
      {.mutations = {{name, (*record)->cell, stored.SerializeAsString()}},
       .commit_time = Now()});
  ASSERT_TRUE(result.ok()) << result.status();
}

}  // namespace xom::tests

#endif  // XOM_TESTS_CLAIM_ACCOUNTS_H_
