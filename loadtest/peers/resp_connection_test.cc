#include "loadtest/peers/resp_connection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "loadtest/peers/temporary_directory.h"

namespace xom::loadtest {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// The ids of an answer that came as these bytes.
absl::StatusOr<std::vector<int64_t>> IdsIn(const std::string& bytes) {
  redisReader* const reader = redisReaderCreate();
  redisReaderFeed(reader, bytes.data(), bytes.size());
  void* reply = nullptr;
  EXPECT_EQ(redisReaderGetReply(reader, &reply), REDIS_OK);
  EXPECT_NE(reply, nullptr) << "half a reply";
  std::vector<int64_t> ids = {99};  // of an answer before
  const absl::Status status = ReadIds(*static_cast<redisReply*>(reply), &ids);
  freeReplyObject(reply);
  redisReaderFree(reader);
  if (!status.ok()) return status;
  return ids;
}

TEST(RespConnectionTest, RedisAnswersWithIds) {
  EXPECT_THAT(*IdsIn("*2\r\n$2\r\n17\r\n$1\r\n4\r\n"), ElementsAre(17, 4));
  EXPECT_THAT(*IdsIn("*0\r\n"), IsEmpty());
}

TEST(RespConnectionTest, Tile38AnswersWithACursorAndIds) {
  EXPECT_THAT(*IdsIn("*2\r\n:0\r\n*3\r\n$1\r\n5\r\n$1\r\n6\r\n$1\r\n7\r\n"),
              ElementsAre(5, 6, 7));
  EXPECT_THAT(*IdsIn("*2\r\n:0\r\n*0\r\n"), IsEmpty());
}

TEST(RespConnectionTest, AnythingElseIsAnError) {
  EXPECT_THAT(IdsIn("-ERR could not decode\r\n").status().message(),
              HasSubstr("could not decode"));
  for (const char* bytes :
       {":1\r\n", "$-1\r\n", "+OK\r\n", "*1\r\n$1\r\nx\r\n", "*1\r\n:1\r\n"}) {
    EXPECT_EQ(IdsIn(bytes).status().code(), absl::StatusCode::kInternal)
        << bytes;
  }
}

TEST(RespConnectionTest, WhereNobodyListensIsNoConnection) {
  const auto directory = *TemporaryDirectory::Create();
  const RespAddress address{directory->path() + "/socket"};
  EXPECT_EQ(RespConnection::Connect(address, nullptr).status().code(),
            absl::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace xom::loadtest
