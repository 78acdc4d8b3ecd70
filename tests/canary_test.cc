// What is private of a need stands nowhere but in the answers of RevealNeed and
// RevealClaim to those who may call them: not in any other answer, error, watch
// or resume token, not in the log, and not in the files of the store.
#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>

#include <cstring>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "services/core/limits.h"
#include "storage/ledger_testing.h"
#include "tests/accounts.h"
#include "tests/file_search.h"
#include "tests/request_filler.h"

namespace xom::tests {
namespace {

using google::protobuf::MethodDescriptor;
using testing::IsEmpty;

std::string BytesOf(double value) {
  std::string bytes(sizeof value, '\0');
  std::memcpy(bytes.data(), &value, sizeof value);
  return bytes;
}

// What NeedWithSecrets has, as texts and as messages have them; and how tokens
// begin.
const std::vector<Canary>& Canaries() {
  static const auto& canaries = *new std::vector<Canary>{
      {"latitude", "10.7712"},
      {"latitude's bytes", BytesOf(10.7712345)},
      {"longitude", "106.7098"},
      {"longitude's bytes", BytesOf(106.7098765)},
      {"text", "canary-"},
      {"phone", "356789012"},
      {"token", "Bearer "},
      {"token", Accounts().Authorization("x").substr(7, 16)}};
  return canaries;
}

// Somebody who calls. What they may see beyond the others is said by method.
struct Kind {
  std::string what;
  ApiClient client;
  std::set<std::string> reveals;
};

// One need with all that hangs on it.
struct Story {
  v1::Need need;
  v1::Offer offer;
  v1::Claim claim;
};

class CanaryTest : public testing::Test {
 protected:
  CanaryTest() {
    testing::internal::CaptureStderr();
    server_ = std::make_unique<TestServer>(accounts_.Options(),
                                           edge::CallLog::Verbosity::kCalls);
    client_ = std::make_unique<ApiClient>(*server_);
  }
  ~CanaryTest() override { TakeLog(); }

  // All that the server wrote to stderr; it ends for that.
  std::string TakeLog() {
    client_ = nullptr;
    server_ = nullptr;
    if (!log_.has_value()) log_ = testing::internal::GetCapturedStderr();
    return *log_;
  }

  ApiClient As(const std::string& who,
               const std::vector<std::string>& roles = {}) const {
    return client_->WithMetadata(
        {{"authorization", accounts_.Authorization(who, roles)}});
  }
  ApiClient WithCode(const std::string& code) const {
    return client_->WithMetadata({{"xom-access-code", code}});
  }

  Story NewStory() {
    Story story;
    const std::string id = absl::StrCat("s", ++stories_);
    v1::CreateNeedRequest need;
    *need.mutable_need() = NeedWithSecrets();
    need.set_need_id(id);
    need.set_request_id(NewRequestId());
    request_ids_.push_back(need.request_id());
    story.need = client_->Must<v1::Need>(need);
    codes_.push_back(story.need.access_code());
    v1::CreateOfferRequest offer;
    *offer.mutable_offer() = OfferAt(10.77, 106.70);
    offer.mutable_offer()->set_capacity(1);
    *offer.mutable_offer()->mutable_contact() = NeedWithSecrets().contact();
    offer.set_offer_id(id);
    story.offer = As("holder-" + id).Must<v1::Offer>(offer);
    v1::ClaimNeedRequest claim;
    claim.set_name(story.need.name());
    claim.set_offer(story.offer.name());
    claim.add_lines()->set_quantity(1);
    story.claim = As("holder-" + id).Must<v1::Claim>(claim);
    return story;
  }

  // Every kind of caller, to that need.
  std::vector<Kind> Kinds(const Story& story) {
    const std::set<std::string> need = {"RevealNeed"};
    return {{"nobody", *client_, {}},
            {"who asked", WithCode(story.need.access_code()), need},
            {"a guesser", WithCode("000-000-000"), {}},
            {"a typist", WithCode("canary-code"), {}},
            {"a forger",
             client_->WithMetadata({{"authorization", "Bearer canary-token"}}),
             {}},
            {"the holder",
             As("holder-" + story.need.name().substr(6)),
             {"RevealClaim"}},
            {"a helper", As("other"), {}},
            {"a moderator", As("mod", {"moderator"}), {}},
            {"an official", As("ward", {"official"}), need},
            {"the operator", As("root", {"operator"}), need}};
  }

  // What an answer holds that it must not.
  void CheckAnswer(const Kind& kind, const MethodDescriptor& method,
                   const Story& story, const WireAnswer& answer) {
    const std::string where =
        absl::StrCat(method.full_name(), " to ", kind.what);
    EXPECT_THAT(Found(Canaries(), where,
                      absl::StrCat(answer.status.error_message(), " ",
                                   answer.status.error_details())),
                IsEmpty());
    EXPECT_THAT(
        Found({{"code", story.need.access_code()}}, where, answer.reply),
        IsEmpty());
    // Who reports is told what they said.
    if (kind.what != "a moderator" && method.name() != "CreateReport") {
      EXPECT_THAT(Found({{"comment", kReportComment}}, where, answer.reply),
                  IsEmpty());
    }
    const auto found = Found(Canaries(), where, answer.reply);
    if (!answer.status.ok() || kind.reveals.count(method.name()) == 0) {
      EXPECT_THAT(found, IsEmpty());
    } else {
      revealed_.insert(where);
      EXPECT_THAT(found, testing::SizeIs(4)) << "this one does see";
    }
  }

  // The reveals come first: what else may be asked for ends what they need.
  void CallAll(const Kind& kind, const Story& story) {
    for (const bool reveals : {true, false}) CallAll(kind, story, reveals);
  }
  void CallAll(const Kind& kind, const Story& story, bool reveals) {
    ForEachMethod([&](const MethodDescriptor& method) {
      const bool is_reveal =
          method.output_type() == v1::NeedDetails::descriptor();
      // Streams are watched below.
      if (method.server_streaming() || is_reveal != reveals) return;
      for (const std::string& subject :
           {story.need.name(), story.claim.name(), story.offer.name()}) {
        for (const bool wrong : {true, false}) {
          const auto request = FilledRequest(
              method, {.subject = subject,
                       .offer = story.offer.name(),
                       .fencing_token = story.claim.fencing_token(),
                       .need = NeedWithSecrets(),
                       .wrong = wrong});
          const auto answer = kind.client.CallBytes(
              PathOf(method), request->SerializeAsString());
          CheckAnswer(kind, method, story, answer);
          ++calls_;
          succeeded_ += answer.status.ok();
        }
      }
    });
  }

  // All that a watch says until it is whole, and its token.
  template <typename Response, typename Open, typename Request>
  std::string Watch(Open open, Request request) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() +
                         std::chrono::seconds(60));
    const auto reader = open(&context, request);
    Response message;
    do {
      if (!reader->Read(&message)) {
        ADD_FAILURE() << reader->Finish().error_message();
        return "";
      }
      EXPECT_THAT(Found(Canaries(), "a watch", message.SerializeAsString()),
                  IsEmpty());
    } while (!message.current());
    context.TryCancel();
    return message.resume_token();
  }
  std::string WatchNearest(const std::string& token) {
    auto request = FromText<v1::WatchNearestNeedsRequest>(
        "point { latitude: 10.77 longitude: 106.7 } k: 100");
    request.set_resume_token(token);
    return Watch<v1::WatchNearestNeedsResponse>(
        [&](auto* c, const auto& r) {
          return server_->watches().WatchNearestNeeds(c, r);
        },
        request);
  }
  std::string WatchRegion(const std::string& token) {
    auto request = FromText<v1::WatchRegionRequest>(
        "region { circle { center { latitude: 10.77 longitude: 106.7 } "
        "radius_meters: 50000 } } kinds: WATCHED_KIND_NEEDS "
        "kinds: WATCHED_KIND_OFFERS");
    request.set_resume_token(token);
    return Watch<v1::WatchRegionResponse>(
        [&](auto* c, const auto& r) {
          return server_->watches().WatchRegion(c, r);
        },
        request);
  }

  std::vector<Canary> StoreCanaries() const {
    auto canaries = Canaries();
    for (const std::string& code : codes_) {
      canaries.push_back({"code", code});
      canaries.push_back(
          {"plain code", absl::StrReplaceAll(code, {{"-", ""}})});
    }
    return canaries;
  }

  // What the store keeps of requests, to answer a retry.
  std::vector<std::string> FoundInRequests() {
    std::vector<std::string> found;
    for (const std::string& id : request_ids_) {
      storage::Mailbox<std::string> kept;
      server_->server().ledger().FindRequest(id, [&](const auto& record) {
        const bool is_kept = record.ok() && record->has_value();
        kept_requests_ += is_kept;
        kept.Put(is_kept ? absl::StrCat((*record)->fingerprint,
                                        (*record)->reply, (*record)->subject)
                         : "");
      });
      const auto here = Found(StoreCanaries(), "request " + id, kept.Take());
      found.insert(found.end(), here.begin(), here.end());
    }
    return found;
  }

  void CheckStore() {
    storage::Ledger& ledger = server_->server().ledger();
    EXPECT_THAT(FoundInLedger(StoreCanaries(), ledger), IsEmpty());
    EXPECT_THAT(FoundInFiles(StoreCanaries(), server_->directory()), IsEmpty());
    EXPECT_THAT(FoundInRequests(), IsEmpty());
  }

  const Accounts accounts_;
  std::unique_ptr<TestServer> server_;
  std::unique_ptr<ApiClient> client_;
  std::optional<std::string> log_;
  int stories_ = 0;
  int calls_ = 0;
  int succeeded_ = 0;
  int kept_requests_ = 0;
  std::vector<std::string> codes_;
  std::vector<std::string> request_ids_;
  std::set<std::string> revealed_;
};

TEST_F(CanaryTest, WhatIsPrivateIsInNoChannelButTheReveals) {
  const std::string nearest = WatchNearest("");
  const std::string region = WatchRegion("");
  const size_t kinds = Kinds(NewStory()).size();
  for (size_t i = 0; i < kinds; ++i) {
    const Story story = NewStory();
    CallAll(Kinds(story)[i], story);
  }
  EXPECT_GT(calls_, 2'000);
  EXPECT_GT(succeeded_, 200) << "the calls are good enough to be answered";
  EXPECT_THAT(revealed_, testing::UnorderedElementsAre(
                             "xom.v1.NeedService.RevealNeed to who asked",
                             "xom.v1.NeedService.RevealNeed to an official",
                             "xom.v1.NeedService.RevealNeed to the operator",
                             "xom.v1.ClaimService.RevealClaim to the holder"));
  WatchNearest(nearest);
  WatchRegion(region);
  CheckStore();
  EXPECT_GT(kept_requests_, 10);
  server_->Restart();
  client_ = std::make_unique<ApiClient>(*server_);
  WatchNearest(nearest);
  WatchRegion(region);
  server_->clock().Advance(core::kEndedRetention);
  while (server_->Tick() > 0) {
  }
  CheckStore();

  const std::string log = TakeLog();
  EXPECT_THAT(log, testing::HasSubstr("NeedService/RevealNeed"));
  EXPECT_THAT(Found(StoreCanaries(), "the log", log), IsEmpty());
  EXPECT_THAT(Found({{"comment", kReportComment}}, "the log", log), IsEmpty());
}

// The search is worth something: what is there is found, in each channel.
TEST_F(CanaryTest, PlantedLeakIsFoundInEachChannel) {
  v1::CreateNeedRequest leak;
  *leak.mutable_need() = NeedWithSecrets();
  leak.mutable_need()->set_situation("come to canary-address, call 0356789012");
  leak.mutable_need()->mutable_place()->set_location_precision(
      v1::LOCATION_PRECISION_EXACT);
  leak.set_need_id("leak");
  leak.set_request_id(NewRequestId());
  request_ids_.push_back(leak.request_id());
  const v1::Need need = client_->Must<v1::Need>(leak);
  const std::vector<std::string> expected = {
      "latitude's bytes", "longitude's bytes", "text", "phone"};
  const auto all_in = [&](const std::vector<std::string>& found) {
    for (const std::string& what : expected) {
      EXPECT_THAT(found, testing::Contains(testing::StartsWith(what)));
    }
  };
  all_in(Found(Canaries(), "the answer", need.SerializeAsString()));
  all_in(FoundInLedger(Canaries(), server_->server().ledger()));
  all_in(FoundInFiles(Canaries(), server_->directory()));
  all_in(FoundInRequests());
  std::fprintf(stderr, "canary-log\n");
  EXPECT_THAT(Found(Canaries(), "the log", TakeLog()),
              testing::ElementsAre("text in the log"));
}

}  // namespace
}  // namespace xom::tests
