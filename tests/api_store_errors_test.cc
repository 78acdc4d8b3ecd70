// A disk that is full or refuses: reads go on, nothing acknowledged is lost,
// and writes return with the disk.

#include <atomic>

#include "absl/strings/str_cat.h"
#include "storage/fault_file_system.h"
#include "tests/api_client.h"

namespace xom::tests {
namespace {

using grpc::StatusCode;
using Operation = storage::FaultFileSystem::Operation;

// Outlives the server, as a base that comes before it.
struct Disk {
  std::atomic<uint64_t> free_bytes = uint64_t{1} << 40;
  storage::FaultFileSystem* files = nullptr;
  std::unique_ptr<rocksdb::Env> env = storage::FaultFileSystem::MakeEnv(&files);

  edge::ServerOptions Options() {
    edge::ServerOptions options;
    options.ledger.env = env.get();
    options.ledger.low_water_bytes = 1'000;
    options.ledger.free_bytes = [this](const std::string&) {
      return free_bytes.load();
    };
    return options;
  }
};

class StoreErrorsTest : protected Disk, public ApiTest {
 protected:
  StoreErrorsTest() : ApiTest(Disk::Options()) {}

  v1::CreateNeedRequest NewNeed() {
    v1::CreateNeedRequest request;
    *request.mutable_need() = NeedAt(10, 106);
    request.set_request_id(NewRequestId());
    return request;
  }

  int CountNeeds() {
    return Must<v1::ListNeedsResponse>(v1::ListNeedsRequest()).needs_size();
  }

  void ExpectReadsGoOn() {
    EXPECT_TRUE(Call(FromText<v1::GetNeedRequest>("name: 'needs/x'")).ok());
    EXPECT_TRUE(Call(FromText<v1::FindNearestNeedsRequest>(
                         "point { latitude: 10 longitude: 106 } k: 1"))
                    .ok());
  }
};

TEST_F(StoreErrorsTest, ANearlyFullDiskStopsWritesAndNothingElse) {
  server_.CreateNeed(NeedAt(10, 106), "x");
  const auto request = NewNeed();
  const storage::Revision before = revision();
  free_bytes = 999;
  for (int i = 0; i < 3; ++i) {
    const grpc::Status status = Call(request);
    EXPECT_EQ(status.error_code(), StatusCode::RESOURCE_EXHAUSTED);
    EXPECT_EQ(ReasonOf(status), "DISK_LOW");
    EXPECT_EQ(CountErrorInfos(status), 1);
    EXPECT_GT(RetrySecondsOf(status), 0);
  }
  ExpectReadsGoOn();
  EXPECT_EQ(revision(), before);
  free_bytes = 1'000;
  Must<v1::Need>(request);
  EXPECT_EQ(CountNeeds(), 2);
}

TEST_F(StoreErrorsTest, AStoreThatCannotBeWrittenHealsAndLosesNothing) {
  server_.CreateNeed(NeedAt(10, 106), "x");
  const auto request = NewNeed();
  files->SetFault([](Operation operation, const std::string&) {
    return operation == Operation::kSync || operation == Operation::kAppend ||
           operation == Operation::kCreate;
  });
  for (int i = 0; i < 3; ++i) {
    const grpc::Status status = Call(request);
    EXPECT_EQ(status.error_code(), StatusCode::UNAVAILABLE);
    EXPECT_EQ(ReasonOf(status), "STORE_UNAVAILABLE");
    EXPECT_EQ(CountErrorInfos(status), 1);
    EXPECT_GT(RetrySecondsOf(status), 0);
    ExpectReadsGoOn();
  }
  EXPECT_GT(files->failures(), 0);
  files->Heal();
  auto created = Must<v1::Need>(request);
  EXPECT_EQ(Must<v1::Need>(request).DebugString(), created.DebugString());
  created.clear_access_code();  // it is told to who creates, and to retries
  EXPECT_EQ(CountNeeds(), 2);
  Restart();
  EXPECT_EQ(CountNeeds(), 2);
  EXPECT_EQ(Must<v1::Need>(FromText<v1::GetNeedRequest>(
                               absl::StrCat("name: '", created.name(), "'")))
                .DebugString(),
            created.DebugString());
}

TEST_F(StoreErrorsTest, EveryAcknowledgedWriteSurvivesADiskThatComesAndGoes) {
  std::vector<std::string> acknowledged;
  for (int i = 0; i < 60; ++i) {
    if (i % 6 == 2) {
      files->SetFault([](Operation operation, const std::string&) {
        return operation == Operation::kSync;
      });
    }
    if (i % 6 == 5) files->Heal();
    auto request = NewNeed();
    request.set_need_id(absl::StrCat("n", i));
    const grpc::Status status = Call(request);
    if (status.ok()) {
      acknowledged.push_back(absl::StrCat("needs/n", i));
    } else {
      EXPECT_EQ(ReasonOf(status), "STORE_UNAVAILABLE");
    }
  }
  files->Heal();
  EXPECT_GE(acknowledged.size(), 20u);
  EXPECT_LT(acknowledged.size(), 60u);
  Restart();
  for (const std::string& name : acknowledged) {
    EXPECT_TRUE(
        Call(FromText<v1::GetNeedRequest>(absl::StrCat("name: '", name, "'")))
            .ok())
        << name;
  }
}

}  // namespace
}  // namespace xom::tests
