// The secret of who has no account: told once, worth as much as an account for
// that one need, and not to be guessed.
#include <gmock/gmock.h>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "services/core/rate_limits.h"
#include "tests/accounts.h"
#include "tests/file_search.h"

namespace xom::tests {
namespace {

using testing::IsEmpty;

class AccessCodeTest : public AccountsTest {
 protected:
  static v1::CancelNeedRequest Cancelling(const std::string& need) {
    v1::CancelNeedRequest request;
    request.set_name(need);
    return request;
  }
  static v1::CreateNeedRequest Posting(const std::string& id,
                                       const std::string& request_id) {
    v1::CreateNeedRequest request;
    *request.mutable_need() = NeedWithSecrets();
    request.set_need_id(id);
    request.set_request_id(request_id);
    return request;
  }
  // Wrong ones, each another.
  std::string WrongCode() {
    return absl::StrCat("000-000-", absl::Dec(++wrong_, absl::kZeroPad3));
  }

  int wrong_ = 0;
};

TEST_F(AccessCodeTest, IsToldOnceAndThenToARetryAlone) {
  const auto request = Posting("rice", NewRequestId());
  const v1::Need posted = Must<v1::Need>(request);
  EXPECT_THAT(posted.access_code(),
              testing::MatchesRegex("[0-9A-Z]{3}-[0-9A-Z]{3}-[0-9A-Z]{3}"));
  Restart();
  EXPECT_EQ(Must<v1::Need>(request).access_code(), posted.access_code());
  v1::GetNeedRequest get;
  get.set_name("needs/rice");
  for (const ApiClient& client :
       {Anybody(), WithCode(posted.access_code()), As("root", {"operator"})}) {
    EXPECT_EQ(client.Must<v1::Need>(get).access_code(), "");
  }
  EXPECT_NE(Must<v1::Need>(Posting("milk", NewRequestId())).access_code(),
            posted.access_code());
  EXPECT_NE(Must<v1::Need>(Posting("tea", "")).access_code(),
            Must<v1::Need>(Posting("rye", "")).access_code());
}

TEST_F(AccessCodeTest, IsNotWhatTheStoreKeeps) {
  const v1::Need posted = Must<v1::Need>(Posting("rice", NewRequestId()));
  const std::string plain =
      absl::StrReplaceAll(posted.access_code(), {{"-", ""}});
  const std::vector<Canary> codes = {{"code", posted.access_code()},
                                     {"plain code", plain}};
  EXPECT_THAT(FoundInLedger(codes, server_.server().ledger()), IsEmpty());
  EXPECT_THAT(FoundInFiles(codes, server_.directory()), IsEmpty());
}

TEST_F(AccessCodeTest, IsReadAsPeopleSpellIt) {
  const v1::Need posted = Must<v1::Need>(Posting("rice", ""));
  const std::string& code = posted.access_code();
  v1::RenewNeedRequest renew;
  renew.set_name("needs/rice");
  for (const std::string& typed :
       {absl::AsciiStrToLower(code), absl::StrReplaceAll(code, {{"-", " "}}),
        absl::StrReplaceAll(code, {{"-", ""}}),
        absl::StrReplaceAll(code, {{"0", "O"}, {"1", "l"}}),
        absl::StrCat("  ", code, " ")}) {
    EXPECT_TRUE(WithCode(typed).Call(renew).ok()) << typed;
  }
  for (const std::string typed : {"7KQ", "7KQ-2MX-9A!", "not a code at all"}) {
    EXPECT_EQ(ReasonOf(WithCode(typed).Call(renew)), "FIELD_INVALID") << typed;
  }
}

TEST_F(AccessCodeTest, OpensItsOwnNeedAndNoOther) {
  const v1::Need mine = Must<v1::Need>(Posting("mine", ""));
  Must<v1::Need>(Posting("other", ""));
  const ApiClient client = WithCode(mine.access_code());
  EXPECT_EQ(ReasonOf(client.Call(Cancelling("needs/other"))),
            "ACCESS_CODE_WRONG");
  EXPECT_EQ(ReasonOf(client.Call(Cancelling("needs/none"))),
            "ACCESS_CODE_WRONG")
      << "whether there is such a need is not said";
  EXPECT_EQ(ReasonOf(Anybody().Call(Cancelling("needs/mine"))),
            "CREDENTIALS_MISSING");
  EXPECT_TRUE(client.Call(Cancelling("needs/mine")).ok());
}

TEST_F(AccessCodeTest, GuessingIsHeldUpAndTheRightCodeWithItForAWhile) {
  const v1::Need posted = Must<v1::Need>(Posting("rice", ""));
  const auto cancel = Cancelling("needs/rice");
  const int burst = static_cast<int>(core::kGuessLimit.burst);
  for (int i = 0; i < burst; ++i) {
    ASSERT_EQ(ReasonOf(WithCode(WrongCode()).Call(cancel)),
              "ACCESS_CODE_WRONG");
  }
  const grpc::Status held = WithCode(WrongCode()).Call(cancel);
  EXPECT_EQ(ReasonOf(held), "RATE_LIMITED");
  EXPECT_GT(RetrySecondsOf(held), 0);
  // Else each guess that is not held up would tell that it is right.
  EXPECT_EQ(ReasonOf(WithCode(posted.access_code()).Call(cancel)),
            "RATE_LIMITED");
  // Another need is another lock.
  Must<v1::Need>(Posting("milk", ""));
  EXPECT_EQ(ReasonOf(WithCode(WrongCode()).Call(Cancelling("needs/milk"))),
            "ACCESS_CODE_WRONG");
  server_.clock().Advance(absl::Seconds(RetrySecondsOf(held) + 1));
  EXPECT_TRUE(WithCode(posted.access_code()).Call(cancel).ok());
}

// All sockets of a test are of one network, so this asks behind the socket.
TEST_F(AccessCodeTest, OtherNetworksAreNotHeldUp) {
  const v1::Need posted = Must<v1::Need>(Posting("rice", ""));
  const auto cancel = Cancelling("needs/rice");
  grpc::Status status;
  for (int i = 0; ReasonOf(status) != "RATE_LIMITED" && i < 100; ++i) {
    status = WithCode(WrongCode()).Call(cancel);
  }
  ASSERT_EQ(ReasonOf(status), "RATE_LIMITED");
  core::Caller caller;
  caller.network = "203.0.113.0/24";
  caller.access_code = posted.access_code();
  EXPECT_TRUE(server_.server()
                  .engine()
                  .authorizer()
                  .Authorize("NeedService/CancelNeed", caller, cancel)
                  .ok());
}

}  // namespace
}  // namespace xom::tests
