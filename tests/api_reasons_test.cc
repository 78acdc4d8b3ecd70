// Every reason an error can have is reached by a call, and docs/errors.md says
// what the registry says.

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>

#include <atomic>
#include <fstream>
#include <map>
#include <sstream>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/core/engine.h"
#include "services/core/reason.h"
#include "services/edge/grpc_status.h"
#include "storage/ledger_error.h"
#include "storage/ledger_testing.h"
#include "tests/api_client.h"
#include "tests/claim_reasons.h"
#include "trust/keyring.h"
#include "xom/v1/verification_service.pb.h"

namespace xom::tests {
namespace {

using storage::LedgerError;

constexpr char kFrom[] = "point { latitude: 10 longitude: 106 } k: 3 ";

v1::CreateNeedRequest NewNeed(const std::string& id) {
  v1::CreateNeedRequest request;
  *request.mutable_need() = NeedAt(10, 106);
  request.set_need_id(id);
  return request;
}

v1::CreateCategoryRequest NewCategory(const std::string& id) {
  return FromText<v1::CreateCategoryRequest>(
      absl::StrCat("category_id: '", id,
                   "' category { display_names { key: 'en' value: 'x' } }"));
}

// A server with these options and the call to it that fails.
grpc::Status OnServer(edge::ServerOptions options,
                      const std::function<grpc::Status(
                          TestServer& server, const ApiClient& client)>& call) {
  TestServer server(std::move(options));
  return call(server, ApiClient(server));
}

grpc::Status OnServer(const google::protobuf::Message& request) {
  return OnServer({}, [&](TestServer& server, const ApiClient& client) {
    server.CreateNeed(NeedAt(10, 106), "closed");
    server.CloseNeed("needs/closed");
    server.CreateNeed(NeedAt(10, 106), "open");
    return client.Call(request);
  });
}

// A watch, its first message, and how it ends after `meanwhile`.
grpc::Status WatchUntil(TestServer& server, const std::string& text,
                        const std::function<void(std::string)>& meanwhile) {
  grpc::ClientContext context;
  const auto reader = server.watches().WatchNearestNeeds(
      &context, FromText<v1::WatchNearestNeedsRequest>(kFrom + text));
  v1::WatchNearestNeedsResponse message;
  if (!reader->Read(&message)) return reader->Finish();
  meanwhile(message.resume_token());
  while (reader->Read(&message)) {
  }
  return reader->Finish();
}

grpc::Status RequestIdReused() {
  return OnServer({}, [](TestServer&, const ApiClient& client) {
    auto request = NewNeed("a");
    request.set_request_id(NewRequestId());
    EXPECT_TRUE(client.Call(request).ok());
    request.set_need_id("b");
    return client.Call(request);
  });
}

// The token is of before what the log still has.
grpc::Status ResumeTokenExpired() {
  edge::ServerOptions options;
  options.ledger.max_retained_changes = 20;
  return OnServer(options, [](TestServer& server, const ApiClient&) {
    std::string token;
    grpc::ClientContext context;
    const auto reader = server.watches().WatchNearestNeeds(
        &context, FromText<v1::WatchNearestNeedsRequest>(kFrom));
    v1::WatchNearestNeedsResponse message;
    EXPECT_TRUE(reader->Read(&message));
    context.TryCancel();
    for (int i = 0; i < 40; ++i) server.CreateNeed(NeedAt(50, 50));
    const grpc::Status status = WatchUntil(
        server, absl::StrCat("resume_token: '", message.resume_token(), "'"),
        [](const std::string&) {});
    EXPECT_EQ(MetadataOf(status, "oldest_revision"),
              absl::StrCat(server.server().ledger().oldest_revision()));
    return status;
  });
}

grpc::Status CategoryLimitReached() {
  return OnServer({}, [](TestServer&, const ApiClient& client) {
    grpc::Status status;
    for (int i = 0; status.ok(); ++i) {
      status = client.Call(NewCategory(absl::StrCat("kind-", i)));
    }
    return status;
  });
}

grpc::Status OperatorOnly() {
  edge::ServerOptions options;
  options.engine.authorization.operator_calls = core::OperatorCalls::kRefused;
  return OnServer(options, [](TestServer&, const ApiClient& client) {
    return client.Call(NewCategory("water"));
  });
}

// The last of the calls that an operator, who is signed in, and others make.
grpc::Status WithAccounts(const std::function<grpc::Status(
                              TestServer& server, const ApiClient& anybody,
                              const ApiClient& op)>& calls) {
  edge::ServerOptions options;
  options.engine.authorization.access = core::Access::kAccounts;
  return OnServer(options, [&](TestServer& server, const ApiClient& anybody) {
    return calls(server, anybody,
                 anybody.WithToken(server.TokenOf("operator")));
  });
}

grpc::Status CredentialsMissing() {
  return WithAccounts(
      [](TestServer&, const ApiClient& anybody, const ApiClient&) {
        return anybody.Call(v1::ListUsersRequest());
      });
}

grpc::Status TokenInvalid() {
  return WithAccounts(
      [](TestServer& server, const ApiClient& anybody, const ApiClient&) {
        const std::string token = server.TokenOf("operator");
        server.clock().Advance(absl::Hours(13));
        return anybody.WithToken(token).Call(v1::ListNeedsRequest());
      });
}

grpc::Status AccessCodeWrong() {
  return WithAccounts(
      [](TestServer&, const ApiClient& anybody, const ApiClient&) {
        const auto code = anybody.Must<v1::Need>(NewNeed("a")).access_code();
        anybody.Must<v1::Need>(NewNeed("b"));
        return anybody.WithMetadata({{"xom-access-code", code}})
            .Call(FromText<v1::CancelNeedRequest>("name: 'needs/b'"));
      });
}

// What a user is told who was made, and then revoked when that is asked for.
grpc::Status OfUser(bool revoked) {
  return WithAccounts([revoked](TestServer& server, const ApiClient& anybody,
                                const ApiClient& op) {
    op.Must<v1::User>(
        FromText<v1::CreateUserRequest>("user_id: 'mai' user {}"));
    if (revoked) {
      op.Must<v1::User>(FromText<v1::RevokeUserRequest>("name: 'users/mai'"));
    }
    return anybody.WithToken(server.TokenOf("mai"))
        .Call(v1::ListUsersRequest());
  });
}

grpc::Status MembershipLimitReached() {
  return WithAccounts([](TestServer&, const ApiClient&, const ApiClient& op) {
    grpc::Status status;
    for (int i = 0; status.ok() && i < 100; ++i) {
      const std::string id = absl::StrCat("o", i);
      op.Must<v1::Organization>(FromText<v1::CreateOrganizationRequest>(
          "organization_id: '" + id + "' organization { display_name: 'x' }"));
      status = op.Call(FromText<v1::AddMemberRequest>(
          "name: 'organizations/" + id + "' user: 'users/operator'"));
    }
    return status;
  });
}

grpc::Status NoIssuer() {
  return OnServer({}, [](TestServer&, const ApiClient& client) {
    client.Must<v1::User>(
        FromText<v1::CreateUserRequest>("user_id: 'mai' user {}"));
    return client.Call(FromText<v1::IssueTokenRequest>("name: 'users/mai'"));
  });
}

grpc::Status TooManyWatches() {
  return OnServer({}, [](TestServer& server, const ApiClient&) {
    const std::function<grpc::Status(int)> open = [&](int depth) {
      grpc::Status refused;
      grpc::ClientContext context;
      const auto reader = server.watches().WatchNearestNeeds(
          &context, FromText<v1::WatchNearestNeedsRequest>(kFrom));
      v1::WatchNearestNeedsResponse message;
      if (!reader->Read(&message)) return reader->Finish();
      if (depth < 1'000) refused = open(depth + 1);
      context.TryCancel();
      return refused;
    };
    return open(0);
  });
}

grpc::Status ServerStopping() {
  return OnServer({}, [](TestServer& server, const ApiClient&) {
    return WatchUntil(server, "", [&](const std::string&) { server.Stop(); });
  });
}

grpc::Status DiskLow() {
  auto free = std::make_shared<std::atomic<uint64_t>>(uint64_t{1} << 40);
  edge::ServerOptions options;
  options.ledger.free_bytes = [free](const std::string&) {
    return free->load();
  };
  return OnServer(options, [free](TestServer&, const ApiClient& client) {
    *free = 0;
    return client.Call(NewNeed("a"));
  });
}

// Asking for the free space holds the committer up until the queue is full.
grpc::Status WriteQueueFull() {
  auto gate = std::make_shared<storage::Mutex>();
  edge::ServerOptions options;
  options.ledger.max_queued_transactions = 1;
  options.ledger.max_group_transactions = 1;
  options.ledger.free_bytes = [gate](const std::string&) {
    storage::MutexLock lock(*gate);
    return uint64_t{1} << 40;
  };
  return OnServer(options, [gate](TestServer& server, const ApiClient&) {
    std::vector<std::thread> writers;
    storage::Mailbox<grpc::Status> refused;
    std::atomic<bool> seen = false;
    {
      storage::MutexLock lock(*gate);
      // One is held up, one waits: of three one is refused.
      for (int i = 0; i < 3; ++i) {
        writers.emplace_back([&server, &refused, &seen, i] {
          const grpc::Status status =
              ApiClient(server).Call(NewNeed(absl::StrCat("n", i)));
          if (!status.ok() && !seen.exchange(true)) refused.Put(status);
        });
      }
      while (!seen) std::this_thread::yield();
    }
    for (std::thread& writer : writers) writer.join();
    return refused.Take();
  });
}

// The last of the calls that `calls` makes about needs/rice (200 kg) and
// offers/van, which holds so many claims.
grpc::Status OnClaims(
    int capacity,
    const std::function<grpc::Status(const ApiClient& client)>& calls) {
  return OnServer({}, [&](TestServer& server, const ApiClient& client) {
    v1::Need need = NeedAt(10, 106);
    MergeText("lines { item: 'rice' quantity: 200 unit: 'kg' }", &need);
    server.CreateNeed(need, "rice");
    v1::Offer offer = OfferAt(10, 106);
    offer.set_capacity(capacity);
    server.CreateOffer(offer, "van");
    return calls(client);
  });
}

v1::ClaimNeedRequest ClaimOf(int kilograms) {
  return FromText<v1::ClaimNeedRequest>(absl::StrCat(
      "name: 'needs/rice' offer: 'offers/van' lines { quantity: ", kilograms,
      " }"));
}

// Claims a kilogram after the other until that is refused.
grpc::Status ClaimUntilRefused(int capacity) {
  return OnClaims(capacity, [](const ApiClient& client) {
    grpc::Status status;
    for (int i = 0; status.ok() && i < 200; ++i) {
      status = client.Call(ClaimOf(1));
    }
    return status;
  });
}

grpc::Status AlreadyClaimed() {
  return OnClaims(10, [](const ApiClient& client) {
    EXPECT_TRUE(client.Call(ClaimOf(150)).ok());
    return client.Call(ClaimOf(51));
  });
}

// Renews a claim until that is refused, with its token or another.
grpc::Status RenewUntilRefused(int64_t added_to_token) {
  return OnClaims(1, [added_to_token](const ApiClient& client) {
    const auto claim = client.Must<v1::Claim>(ClaimOf(1));
    v1::RenewClaimRequest request;
    request.set_name(claim.name());
    request.set_fencing_token(claim.fencing_token() + added_to_token);
    grpc::Status status;
    for (int i = 0; status.ok() && i < 10; ++i) status = client.Call(request);
    return status;
  });
}

// The details of a need, asked for with a claim of it.
grpc::Status Reveal(const ApiClient& client, const v1::Claim& claim) {
  v1::RevealClaimRequest request;
  request.set_name(claim.name());
  request.set_fencing_token(claim.fencing_token());
  return client.Call(request);
}

grpc::Status Erased() {
  return OnClaims(1, [](const ApiClient& client) {
    const auto claim = client.Must<v1::Claim>(ClaimOf(1));
    client.Must<v1::Need>(FromText<v1::EraseNeedRequest>("name: 'needs/rice'"));
    return Reveal(client, claim);
  });
}

grpc::Status RevealLimitReached() {
  edge::ServerOptions options;
  options.engine.max_reveals_per_day = 1;
  return OnServer(options, [](TestServer& server, const ApiClient& client) {
    v1::Offer offer = OfferAt(10, 106);
    offer.set_capacity(2);
    server.CreateOffer(offer, "van");
    grpc::Status status;
    for (const std::string id : {"rice", "milk"}) {
      server.CreateNeed(NeedAt(10, 106), id);
      status = Reveal(
          client,
          client.Must<v1::Claim>(FromText<v1::ClaimNeedRequest>(
              absl::StrCat("name: 'needs/", id, "' offer: 'offers/van'"))));
    }
    return status;
  });
}

// A ledger that refuses each commit but the first, which gives the store its
// categories.
class RefusingLedger final : public storage::Ledger {
 public:
  explicit RefusingLedger(absl::Status refusal)
      : refusal_(std::move(refusal)),
        inner_(storage::OpenOrDie(storage::TestOptions(directory_))) {}

  void Commit(storage::Transaction transaction, CommitDone done) override {
    if (revision() > 0) return done(refusal_);
    inner_->Commit(std::move(transaction), std::move(done));
  }
  void FindRequest(std::string id, FindDone done) override {
    inner_->FindRequest(std::move(id), std::move(done));
  }
  absl::StatusOr<std::optional<storage::Record>> Get(
      absl::string_view key) const override {
    return inner_->Get(key);
  }
  absl::StatusOr<storage::Revision> ScanInParts(
      size_t threads, absl::string_view first,
      PartVisitor visit) const override {
    return inner_->ScanInParts(threads, first, std::move(visit));
  }
  absl::Status Follow(storage::Revision after, Follower follower) override {
    return inner_->Follow(after, std::move(follower));
  }
  absl::StatusOr<std::vector<storage::Change>> ReadChanges(
      storage::Revision after, size_t limit) const override {
    return inner_->ReadChanges(after, limit);
  }
  storage::Revision revision() const override { return inner_->revision(); }
  storage::Revision oldest_revision() const override {
    return inner_->oldest_revision();
  }
  void Close() { inner_->Close(); }

 private:
  const absl::Status refusal_;
  storage::TemporaryDirectory directory_;
  const std::unique_ptr<storage::LocalLedger> inner_;
};

// What a create answers on the wire when the ledger says that. Other writers
// that win eight times in a row, and a store that is not what was written,
// cannot be had on purpose over a socket.
grpc::Status OnLedger(const absl::Status& refusal) {
  RefusingLedger ledger(refusal);
  const core::SystemClock clock;
  auto engine = core::Engine::Start(
      &ledger, &clock,
      {.keyring =
           std::make_shared<trust::Keyring>(trust::Keyring::Ephemeral())});
  EXPECT_TRUE(engine.ok()) << engine.status();
  storage::Mailbox<absl::Status> answer;
  (*engine)->needs().Create(
      NewNeed("a"), core::Caller(),
      [&answer](const absl::StatusOr<std::string>& reply) {
        answer.Put(reply.status());
      });
  const grpc::Status status = edge::ToGrpcStatus(answer.Take());
  ledger.Close();
  return status;
}

grpc::Status OnLedger(LedgerError error) {
  return OnLedger(storage::MakeLedgerError(error, "a secret of the disk"));
}

// Searches until that is refused.
grpc::Status RateLimited() {
  edge::ServerOptions options;
  options.engine.limits = {
      {"network_limit_search", core::RateLimit{5, absl::Minutes(1)}}};
  return OnServer(options, [](TestServer&, const ApiClient& client) {
    grpc::Status status;
    for (int i = 0; status.ok() && i < 10; ++i) {
      status = client.Call(v1::ListNeedsRequest());
    }
    return status;
  });
}

// What checking the phone of a need with this contact answers.
grpc::Status OnPhone(const std::string& contact,
                     const google::protobuf::Message& request) {
  return OnServer({}, [&](TestServer& server, const ApiClient& client) {
    v1::Need need = NeedAt(10, 106);
    MergeText(contact, &need);
    server.CreateNeed(need, "rice");
    return client.Call(request);
  });
}

grpc::Status Malformed() {
  return OnServer({}, [](TestServer&, const ApiClient& client) {
    return client.CallBytes("/xom.v1.NeedService/GetNeed", "\xFF").status;
  });
}

std::map<std::string, std::function<grpc::Status()>> Provocations() {
  const auto on = [](const google::protobuf::Message& request) {
    std::shared_ptr<google::protobuf::Message> copy(request.New());
    copy->CopyFrom(request);
    return [copy] { return OnServer(*copy); };
  };
  return {
      {"FIELD_INVALID", on(v1::CreateNeedRequest())},
      {"MESSAGE_MALFORMED", Malformed},
      {"PAGE_TOKEN_INVALID",
       on(FromText<v1::ListNeedsRequest>("page_token: 'x'"))},
      {"RESUME_TOKEN_INVALID", on(FromText<v1::WatchNearestNeedsRequest>(
                                   absl::StrCat(kFrom, "resume_token: 'x'")))},
      {"RESUME_TOKEN_EXPIRED", ResumeTokenExpired},
      {"REQUEST_ID_REUSED", RequestIdReused},
      {"RESOURCE_NOT_FOUND",
       on(FromText<v1::GetNeedRequest>("name: 'needs/none'"))},
      {"RESOURCE_EXISTS", on(NewNeed("open"))},
      {"ETAG_MISMATCH",
       on(FromText<v1::CloseNeedRequest>("name: 'needs/open' etag: 'abc'"))},
      {"WRITE_CONFLICT",
       [] { return OnLedger(LedgerError::kPreconditionFailed); }},
      {"STATE_MISMATCH",
       on(FromText<v1::CloseNeedRequest>("name: 'needs/closed'"))},
      {"ALREADY_CLAIMED", AlreadyClaimed},
      {"CAPACITY_REACHED", [] { return ClaimUntilRefused(2); }},
      {"CLAIM_LIMIT_REACHED", [] { return ClaimUntilRefused(1'000); }},
      {"RENEWAL_LIMIT_REACHED", [] { return RenewUntilRefused(0); }},
      {"FENCING_TOKEN_STALE", [] { return RenewUntilRefused(1); }},
      {"REVEAL_LIMIT_REACHED", RevealLimitReached},
      {"ERASED", Erased},
      {"CATEGORY_LIMIT_REACHED", CategoryLimitReached},
      {"OPERATOR_ONLY", OperatorOnly},
      {"CREDENTIALS_MISSING", CredentialsMissing},
      {"TOKEN_INVALID", TokenInvalid},
      {"USER_REVOKED", [] { return OfUser(/*revoked=*/true); }},
      {"NOT_ALLOWED", [] { return OfUser(/*revoked=*/false); }},
      {"MEMBERSHIP_LIMIT_REACHED", MembershipLimitReached},
      {"NO_ISSUER", NoIssuer},
      {"ACCESS_CODE_WRONG", AccessCodeWrong},
      {"RATE_LIMITED", RateLimited},
      {"NO_PHONE_NUMBER",
       [] {
         return OnPhone(
             "", FromText<v1::SendPhoneCodeRequest>("name: 'needs/rice'"));
       }},
      {"PHONE_CODE_WRONG",
       [] {
         return OnPhone("", FromText<v1::CheckPhoneCodeRequest>(
                                "name: 'needs/rice' code: '123456'"));
       }},
      {"NO_PHONE_SENDER",
       [] {
         return OnPhone(
             "contact { phone_number: '+84912345678' }",
             FromText<v1::SendPhoneCodeRequest>("name: 'needs/rice'"));
       }},
      {"TOO_MANY_WATCHES", TooManyWatches},
      {"WRITE_QUEUE_FULL", WriteQueueFull},
      {"DISK_LOW", DiskLow},
      {"STORE_UNAVAILABLE", [] { return OnLedger(LedgerError::kNotWritable); }},
      {"SERVER_STOPPING", ServerStopping},
      {"INTERNAL", [] { return OnLedger(LedgerError::kCorrupt); }},
  };
}

TEST(ReasonsTest, EachIsReachedByACallAndHasItsCode) {
  auto provocations = Provocations();
  provocations.merge(ClaimProvocations());
  for (const core::ReasonEntry& entry : core::Reasons()) {
    const std::string name(entry.name);
    SCOPED_TRACE(name);
    const auto found = provocations.find(name);
    ASSERT_NE(found, provocations.end()) << "nothing provokes it";
    const grpc::Status status = found->second();
    EXPECT_EQ(ReasonOf(status), name) << status.error_message();
    EXPECT_EQ(CountErrorInfos(status), 1);
    EXPECT_EQ(static_cast<int>(status.error_code()),
              static_cast<int>(entry.code));
    provocations.erase(found);
  }
  EXPECT_TRUE(provocations.empty()) << provocations.begin()->first;
}

TEST(ReasonsTest, TheRegistryIsInTheOrderOfTheEnum) {
  int i = 0;
  for (const core::ReasonEntry& entry : core::Reasons()) {
    EXPECT_EQ(static_cast<int>(entry.reason), i++);
    EXPECT_EQ(&core::EntryOf(entry.reason), &entry);
  }
  EXPECT_EQ(i, static_cast<int>(core::Reason::kInternal) + 1);
}

// What went wrong inside is for the log, not for clients.
TEST(ReasonsTest, ADefectOrADiskIsNotDescribedToClients) {
  for (const grpc::Status& status :
       {OnLedger(LedgerError::kCorrupt), OnLedger(LedgerError::kNotWritable),
        OnLedger(absl::UnknownError("a secret of the disk"))}) {
    EXPECT_THAT(status.error_message(),
                testing::Not(testing::HasSubstr("secret")));
    EXPECT_THAT(status.error_details(),
                testing::Not(testing::HasSubstr("secret")));
  }
  EXPECT_EQ(ReasonOf(OnLedger(absl::UnknownError("x"))), "INTERNAL");
}

TEST(ReasonsTest, TheDocumentationSaysWhatTheRegistrySays) {
  std::ifstream file("docs/errors.md");
  ASSERT_TRUE(file.is_open());
  std::stringstream text;
  text << file.rdbuf();
  std::string table =
      "| reason | code | meaning | way out |\n|---|---|---|---|\n";
  for (const core::ReasonEntry& entry : core::Reasons()) {
    absl::StrAppend(&table, "| `", entry.name, "` | ",
                    absl::StatusCodeToString(entry.code), " | ", entry.meaning,
                    " | ", entry.way_out, " |\n");
  }
  EXPECT_THAT(text.str(), testing::HasSubstr(table + "\n"));
}

}  // namespace
}  // namespace xom::tests
