#include "services/edge/line_buffer.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace xom::edge {
namespace {

std::string Take(LineBuffer& buffer) {
  std::string lines = "what was here before";
  buffer.TakeInto(&lines);
  return lines;
}

TEST(LineBufferTest, GivesEachLineOnceInOrder) {
  LineBuffer buffer(100);
  buffer.Add("one\n");
  buffer.Add("two\n");
  EXPECT_EQ(Take(buffer), "one\ntwo\n");
  EXPECT_EQ(Take(buffer), "");
  buffer.Add("three\n");
  EXPECT_EQ(Take(buffer), "three\n");
}

TEST(LineBufferTest, LosesTheOldestWhenNobodyWrites) {
  LineBuffer buffer(10);
  buffer.Add("12345678\n");
  buffer.Add("\n");
  EXPECT_EQ(Take(buffer), "12345678\n\n") << "as many bytes as it may hold";
  buffer.Add("12345678\n");
  buffer.Add("ab\n");
  EXPECT_EQ(Take(buffer), "ab\n");
}

TEST(LineBufferTest, LinesOfManyThreadsStayWhole) {
  constexpr int kThreads = 4;
  constexpr int kLines = 2'000;
  LineBuffer buffer(1 << 20);
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&buffer, i] {
      for (int n = 0; n < kLines; ++n)
        buffer.Add(absl::StrCat(i, " ", n, "\n"));
    });
  }
  std::string all;
  std::string lines;
  for (int i = 0; i < 100; ++i) {
    buffer.TakeInto(&lines);
    all += lines;
  }
  for (std::thread& thread : threads) thread.join();
  all += Take(buffer);
  std::vector<int> next(kThreads, 0);
  for (const absl::string_view line :
       absl::StrSplit(all, '\n', absl::SkipEmpty())) {
    const auto thread = static_cast<size_t>(line[0] - '0');
    ASSERT_LT(thread, next.size());
    ASSERT_EQ(line, absl::StrCat(thread, " ", next[thread]++));
  }
  for (const int n : next) EXPECT_EQ(n, kLines);
}

}  // namespace
}  // namespace xom::edge
