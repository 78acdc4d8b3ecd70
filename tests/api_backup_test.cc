// A server that backs up its store, and a server on a backup.
#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "storage/ledger_testing.h"
#include "tests/api_client.h"

namespace xom::tests {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;

// Looks at its clock, which stands still, all the time.
edge::ServerOptions WithBackups(const std::string& directory) {
  edge::ServerOptions options;
  options.backups = {
      .directory = directory, .interval = absl::Milliseconds(1), .kept = 2};
  return options;
}

v1::Need NeedWithContact() {
  v1::Need need = NeedAt(10.77, 106.69);
  need.mutable_place()->set_address("12 Lý Thường Kiệt");
  need.mutable_contact()->set_phone_number("+84912345678");
  return need;
}

class BackupTest : public ApiTest {
 protected:
  BackupTest() : BackupTest(std::make_unique<storage::TemporaryDirectory>()) {}

  // The folder of backups goes before the server does.
  ~BackupTest() override { server_.Stop(); }

  std::vector<std::string> Names() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(shelf_->path())) {
      const std::string name = entry.path().filename().string();
      if (name.front() != '.') names.push_back(name);
    }
    std::sort(names.begin(), names.end());
    return names;
  }

  // Waits until it holds, and fails the test when it does not in a minute; the
  // server's log, on stderr, says why.
  static void Await(const std::function<bool()>& holds) {
    const absl::Time deadline = absl::Now() + absl::Minutes(1);
    while (!holds()) {
      if (absl::Now() > deadline) {
        FAIL() << "no backup, or one too many: see the events on stderr";
      }
      std::this_thread::yield();
    }
  }

  // The path of the one that is made now, when it is there.
  std::string NextBackup() {
    server_.clock().Advance(absl::Seconds(1));
    const std::string name = absl::FormatTime(
        "%Y-%m-%dT%H-%M-%SZ", server_.clock().Now(), absl::UTCTimeZone());
    const std::string path = absl::StrCat(shelf_->path(), "/", name);
    Await([&] { return fs::exists(path); });
    return path;
  }

  // A server on a copy of a backup, with the keys of the first.
  struct Restored {
    storage::TemporaryDirectory folder;
    std::unique_ptr<edge::Server> server;
    std::unique_ptr<ApiClient> client;

    std::shared_ptr<grpc::Channel> Channel() const {
      return grpc::CreateChannel(absl::StrCat("127.0.0.1:", server->port()),
                                 grpc::InsecureChannelCredentials());
    }
  };
  std::unique_ptr<Restored> Restore(const std::string& backup) {
    auto restored = std::make_unique<Restored>();
    fs::copy(backup, restored->folder.path(), fs::copy_options::recursive);
    edge::ServerOptions options = server_.options();
    options.ledger.directory = restored->folder.path();
    options.backups = {};
    auto server = edge::Server::Start(std::move(options));
    EXPECT_TRUE(server.ok()) << server.status();
    restored->server = *std::move(server);
    restored->client = std::make_unique<ApiClient>(restored->Channel());
    return restored;
  }

 private:
  explicit BackupTest(std::unique_ptr<storage::TemporaryDirectory> shelf)
      : ApiTest(WithBackups(shelf->path()), edge::CallLog::Verbosity::kEvents),
        shelf_(std::move(shelf)) {}

  std::unique_ptr<storage::TemporaryDirectory> shelf_;
};

// What its server says to who asked for it.
Answer<v1::NeedDetails> LookAt(const v1::Need& need, const ApiClient& client) {
  v1::RevealNeedRequest request;
  request.set_name(need.name());
  return client.WithMetadata({{"xom-access-code", need.access_code()}})
      .Ask<v1::NeedDetails>(request);
}

TEST_F(BackupTest, ARestoredServerHasAllThatWasAcknowledgedBeforeTheBackup) {
  const v1::Need need = server_.CreateNeed(NeedWithContact(), "before");
  server_.CreateOffer(OfferAt(10.77, 106.69), "van");
  const std::string before = Everything(client_);
  const std::string backup = NextBackup();
  server_.CreateNeed(NeedAt(10.78, 106.69), "after");
  const auto restored = Restore(backup);
  EXPECT_EQ(Everything(*restored->client), before);
  const auto seen = LookAt(need, *restored->client);
  EXPECT_EQ(seen.reply.contact().phone_number(), "+84912345678")
      << seen.status.error_message();
  // It goes on from there.
  v1::CreateNeedRequest create;
  *create.mutable_need() = NeedAt(10.78, 106.69);
  create.set_need_id("after");
  EXPECT_TRUE(restored->client->Call(create).ok());
}

// Else a client would keep what the restore took away.
TEST_F(BackupTest, AWatchOfBeforeTheRestoreIsToldToBeginAnew) {
  server_.CreateNeed(NeedAt(10.77, 106.69), "before");
  const std::string backup = NextBackup();
  server_.CreateNeed(NeedAt(10.77, 106.69), "lost");
  v1::WatchNearestNeedsRequest request;
  request.mutable_point()->set_latitude(10.77);
  request.mutable_point()->set_longitude(106.69);
  request.set_k(2);
  const auto first = [&](v1::WatchService::StubInterface& watches,
                         v1::WatchNearestNeedsResponse* message) {
    grpc::ClientContext context;
    const auto stream = watches.WatchNearestNeeds(&context, request);
    if (!stream->Read(message)) return stream->Finish();
    context.TryCancel();
    return grpc::Status::OK;
  };
  v1::WatchNearestNeedsResponse message;
  ASSERT_TRUE(first(server_.watches(), &message).ok());
  request.set_resume_token(message.resume_token());

  const auto restored = Restore(backup);
  v1::CreateNeedRequest create;
  *create.mutable_need() = NeedAt(10.77, 106.69);
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(restored->client->Call(create).ok());
  const auto watches = v1::WatchService::NewStub(restored->Channel());
  const grpc::Status status = first(*watches, &message);
  EXPECT_EQ(ReasonOf(status), "RESUME_TOKEN_EXPIRED") << status.error_message();
}

// As docs/privacy.md says: what is erased leaves a backup with the backup.
TEST_F(BackupTest, WhatIsErasedStaysInBackupsOfBefore) {
  const v1::Need need = server_.CreateNeed(NeedWithContact(), "rice");
  const std::string before = NextBackup();
  v1::EraseNeedRequest erase;
  erase.set_name(need.name());
  Must<v1::Need>(erase);
  const std::string after = NextBackup();
  EXPECT_TRUE(LookAt(need, *Restore(before)->client).status.ok());
  const grpc::Status erased = LookAt(need, *Restore(after)->client).status;
  EXPECT_EQ(ReasonOf(erased), "ERASED") << erased.error_message();
}

TEST_F(BackupTest, TheServerKeepsTheNewest) {
  NextBackup();
  const std::string second = NextBackup();
  const std::string third = NextBackup();
  Await([&] { return Names().size() == 2; });
  EXPECT_THAT(Names(), ElementsAre(fs::path(second).filename().string(),
                                   fs::path(third).filename().string()));
  Restart();
  const std::string fourth = NextBackup();
  Await([&] { return Names().size() == 2; });
  EXPECT_THAT(Names(), ElementsAre(fs::path(third).filename().string(),
                                   fs::path(fourth).filename().string()));
}

}  // namespace
}  // namespace xom::tests
