// What is read comes to be visited: in order, all of it, and never too much at
// once.
#include "storage/record_pipe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace xom::storage {
namespace {

using ::testing::ElementsAre;

RawBatch BatchOf(const std::vector<std::string>& keys) {
  RawBatch batch;
  for (const std::string& key : keys) batch.Add(key, absl::StrCat("of ", key));
  return batch;
}

std::vector<std::string> TextsOf(const RawBatch& batch) {
  std::vector<std::string> texts;
  EXPECT_TRUE(batch
                  .ForEach([&](const RawBatch::Pair& pair) {
                    texts.push_back(absl::StrCat(pair.key, "=", pair.value));
                    return absl::OkStatus();
                  })
                  .ok());
  return texts;
}

TEST(RecordPipeTest, ABatchKeepsItsPairsInOrder) {
  RawBatch batch = BatchOf({"b", "", "a"});
  batch.Add("empty", "");
  EXPECT_THAT(TextsOf(batch),
              ElementsAre("b=of b", "=of ", "a=of a", "empty="));
  EXPECT_EQ(batch.size(), 4u);
  EXPECT_EQ(batch.bytes(), std::string("bof bof aof aempty").size());
}

TEST(RecordPipeTest, AVisitThatFailsIsTheLast) {
  int visits = 0;
  const absl::Status status =
      BatchOf({"a", "b", "c"}).ForEach([&](const RawBatch::Pair& pair) {
        ++visits;
        return pair.key == "b" ? absl::DataLossError("b") : absl::OkStatus();
      });
  EXPECT_EQ(status, absl::DataLossError("b"));
  EXPECT_EQ(visits, 2);
}

TEST(RecordPipeTest, BatchesComeInOrderUntilTheEnd) {
  constexpr int kBatches = 20 * RecordPipe::kMaxBatches;
  RecordPipe pipe;
  std::thread writer([&] {
    for (int i = 0; i < kBatches; ++i) {
      EXPECT_TRUE(pipe.Put(BatchOf({absl::StrCat(i)})));
    }
    pipe.End();
  });
  RawBatch batch;
  for (int i = 0; i < kBatches; ++i) {
    ASSERT_TRUE(pipe.Take(&batch));
    EXPECT_THAT(TextsOf(batch), ElementsAre(absl::StrCat(i, "=of ", i)));
  }
  EXPECT_FALSE(pipe.Take(&batch));
  writer.join();
}

TEST(RecordPipeTest, AFullPipeHoldsItsWriterBack) {
  RecordPipe pipe;
  for (size_t i = 0; i < RecordPipe::kMaxBatches; ++i) {
    ASSERT_TRUE(pipe.Put(BatchOf({"in"})));
  }
  std::atomic<bool> taken = false;
  std::thread writer([&] {
    EXPECT_TRUE(pipe.Put(BatchOf({"one more"})));
    EXPECT_TRUE(taken);
  });
  RawBatch batch;
  taken = true;
  ASSERT_TRUE(pipe.Take(&batch));
  writer.join();
}

TEST(RecordPipeTest, AWriterThatWaitsIsToldThatNobodyTakes) {
  RecordPipe pipe;
  for (size_t i = 0; i < RecordPipe::kMaxBatches; ++i) {
    ASSERT_TRUE(pipe.Put(BatchOf({"in"})));
  }
  std::thread writer([&] { EXPECT_FALSE(pipe.Put(BatchOf({"late"}))); });
  pipe.Stop();
  writer.join();
  EXPECT_FALSE(pipe.Put(BatchOf({"later"})));
}

}  // namespace
}  // namespace xom::storage
