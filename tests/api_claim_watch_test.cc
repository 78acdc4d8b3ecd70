// What claims do to the lists that others watch.

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>

#include "absl/strings/str_cat.h"
#include "tests/claim_calls.h"

namespace xom::tests {
namespace {

constexpr char kRice[] = "needs/rice";
constexpr char kVan[] = "offers/van";

class ClaimWatchTest : public ClaimTest {
 protected:
  ClaimWatchTest() {
    CreateRice("rice");
    CreateHelper("van");
    watch_ = server_.watches().WatchNearestNeeds(
        &context_, FromText<v1::WatchNearestNeedsRequest>(
                       "point { latitude: 10 longitude: 106 } k: 5"));
  }
  ~ClaimWatchTest() override {
    context_.TryCancel();
    watch_->Finish();
  }

  // The next edit, in words; the server sends one message for one write.
  std::string NextEdit() {
    v1::WatchNearestNeedsResponse message;
    do {
      if (!watch_->Read(&message)) return "the watch ended";
    } while (message.events().empty());
    EXPECT_EQ(message.events_size(), 1);
    const v1::NearestNeedEvent& event = message.events(0);
    switch (event.event_case()) {
      case v1::NearestNeedEvent::kEnter:
        return "enter" + OpenText(event.enter().nearest_need().need());
      case v1::NearestNeedEvent::kChange:
        return "change" + OpenText(event.change().nearest_need().need());
      case v1::NearestNeedEvent::kLeave:
        return absl::StrCat("leave ", event.leave().name());
      default:
        return "move";
    }
  }

 private:
  // How much of each line is open; nothing when nothing is promised.
  static std::string OpenText(const v1::Need& need) {
    std::string text;
    for (const v1::LineCoverage& line : need.coverage()) {
      absl::StrAppend(&text, " ", line.open());
    }
    return text;
  }

  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReader<v1::WatchNearestNeedsResponse>> watch_;
};

TEST_F(ClaimWatchTest, ClaimsChangeWhatIsWatchedAndTakeItAwayAndBringItBack) {
  EXPECT_EQ(NextEdit(), "enter");
  const v1::Claim part =
      Claim(kRice, kVan, "lines { line_index: 0 quantity: 4 }");
  EXPECT_EQ(NextEdit(), "change 6 1");
  Claim(kRice, kVan);
  EXPECT_EQ(NextEdit(), "leave needs/rice");
  Release(part);
  EXPECT_EQ(NextEdit(), "enter 4 0");
  Advance(absl::Hours(48));
  EXPECT_EQ(server_.Tick(), 1u);
  EXPECT_EQ(NextEdit(), "change");
}

TEST_F(ClaimWatchTest, AWatchSaysNothingOfWhoClaims) {
  EXPECT_EQ(NextEdit(), "enter");
  Claim(kRice, kVan, "lines { line_index: 0 quantity: 4 }");
  EXPECT_THAT(GetNeed(kRice).SerializeAsString(),
              testing::Not(testing::HasSubstr("van")));
  EXPECT_EQ(NextEdit(), "change 6 1");
}

}  // namespace
}  // namespace xom::tests
