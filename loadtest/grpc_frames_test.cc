#include "loadtest/grpc_frames.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace xom::loadtest {
namespace {

using testing::ElementsAreArray;

constexpr char kCompressed[] = "\x01\0\0\0\x01x";

TEST(GrpcFramesTest, MessagesComeWholeHoweverTheirDataIsCut) {
  const uint64_t seed = std::random_device()();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937_64 random(seed);
  for (int round = 0; round < 200; ++round) {
    std::vector<std::string> messages(random() % 8);
    std::string data;
    for (std::string& message : messages) {
      message.assign(random() % 3 == 0 ? 0 : random() % 600,
                     static_cast<char>(random()));
      data += FrameMessage(message);
    }
    std::vector<std::string> read;
    MessageReader reader;
    for (size_t at = 0; at < data.size();) {
      const size_t count = std::min(1 + random() % 400, data.size() - at);
      ASSERT_TRUE(reader
                      .Read(absl::string_view(data).substr(at, count),
                            [&](absl::string_view message) {
                              read.emplace_back(message);
                            })
                      .ok());
      at += count;
    }
    EXPECT_THAT(read, ElementsAreArray(messages));
    EXPECT_TRUE(reader.is_between_messages());
  }
}

TEST(GrpcFramesTest, WhatIsCompressedOrTooLargeIsRefused) {
  const auto ignore = [](absl::string_view) {};
  EXPECT_TRUE(absl::IsDataLoss(
      MessageReader().Read({kCompressed, sizeof(kCompressed) - 1}, ignore)));
  EXPECT_TRUE(absl::IsDataLoss(
      MessageReader().Read({"\0\x7f\xff\xff\xff", 5}, ignore)));
  MessageReader reader;
  EXPECT_TRUE(reader.Read({"\0\x03\xff\xff\xff", 5}, ignore).ok());
  EXPECT_FALSE(reader.is_between_messages());
}

}  // namespace
}  // namespace xom::loadtest
