// Claims that are decided on the same state of the store, before the first of
// them is written: what a race does now and then, these tests do each time.

#include <gmock/gmock.h>

#include <future>
#include <string>
#include <utility>
#include <vector>

#include "services/core/error.h"
#include "tests/claim_calls.h"

namespace xom::tests {
namespace {

using testing::ElementsAre;

class ClaimsTogetherTest : public ClaimTest {
 protected:
  // The reasons why they were refused, "" of those that were not. All are
  // decided while the committer waits in the answer to another write.
  std::vector<std::string> ClaimTogether(
      const std::vector<v1::ClaimNeedRequest>& requests) {
    std::promise<void> committer_waits;
    std::promise<void> all_decided;
    v1::RenewNeedRequest renew;
    renew.set_name(CreateRice("").name());
    engine().needs().Renew(renew, core::Caller(),
                           [&](const absl::StatusOr<std::string>&) {
                             committer_waits.set_value();
                             all_decided.get_future().wait();
                           });
    committer_waits.get_future().wait();
    std::vector<std::promise<absl::Status>> answers(requests.size());
    for (size_t i = 0; i < requests.size(); ++i) {
      engine().claims().Claim(
          requests[i], core::Caller(),
          [&answers, i](const absl::StatusOr<std::string>& reply) {
            answers[i].set_value(reply.status());
          });
    }
    all_decided.set_value();
    std::vector<std::string> reasons;
    for (std::promise<absl::Status>& answer : answers) {
      const absl::Status status = answer.get_future().get();
      reasons.emplace_back(
          status.ok() ? "" : std::string(core::ReasonOf(status)->name));
    }
    return reasons;
  }

  core::Engine& engine() { return server_.server().engine(); }
};

TEST_F(ClaimsTogetherTest, OfOneNeedOnlyTheFirstIsMade) {
  const std::string rice = CreateRice("rice").name();
  const std::string van = CreateHelper("van").name();
  const std::string bike = CreateHelper("bike").name();
  EXPECT_THAT(
      ClaimTogether({ClaimRequest(rice, van), ClaimRequest(rice, bike)}),
      ElementsAre("", "ALREADY_CLAIMED"));
  EXPECT_EQ(ActiveClaims(bike), 0);
}

TEST_F(ClaimsTogetherTest, OfOneOfferNoMoreAreMadeThanItsCapacity) {
  const std::string foot = CreateHelper("foot", 2).name();
  std::vector<v1::ClaimNeedRequest> requests;
  for (int i = 0; i < 4; ++i) {
    requests.push_back(ClaimRequest(CreateRice("").name(), foot));
  }
  EXPECT_THAT(ClaimTogether(requests),
              ElementsAre("", "", "CAPACITY_REACHED", "CAPACITY_REACHED"));
  EXPECT_EQ(ActiveClaims(foot), 2);
}

}  // namespace
}  // namespace xom::tests
