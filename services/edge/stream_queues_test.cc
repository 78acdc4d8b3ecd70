#include "services/edge/stream_queues.h"

#include <grpcpp/alarm.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <memory>
#include <optional>

#include "services/edge/health_service.h"
#include "storage/mutex.h"

namespace xom::edge {
namespace {

// An operation that is over at once.
class Over final : public StreamEvent {
 public:
  // With the lock, as what comes later: how gRPC hands this to another thread
  // is not seen by a sanitizer.
  explicit Over(grpc::CompletionQueue* queue) {
    storage::MutexLock lock(mu_);
    alarm_.Set(queue, gpr_time_0(GPR_CLOCK_MONOTONIC), this);
  }

  void Happened(bool ok) override {
    storage::MutexLock lock(mu_);
    told_ = ok;
    changed_.NotifyAll();
  }

  // Until it was told; whether it was well.
  bool Wait() {
    storage::MutexLock lock(mu_);
    while (!told_.has_value()) changed_.Wait(mu_);
    return *told_;
  }

 private:
  storage::Mutex mu_;
  storage::CondVar changed_;
  std::optional<bool> told_ XOM_GUARDED_BY(mu_);
  grpc::Alarm alarm_;
};

class StreamQueuesTest : public testing::Test {
 protected:
  StreamQueuesTest()
      : queues_(&builder_),
        server_(builder_.RegisterService(&calls_).BuildAndStart()) {}
  ~StreamQueuesTest() override {
    server_->Shutdown();
    queues_.Stop();
  }

  // Of its calls are the threads that read for the queues.
  HealthService calls_;
  grpc::ServerBuilder builder_;
  StreamQueues queues_;
  const std::unique_ptr<grpc::Server> server_;
};

TEST_F(StreamQueuesTest, WhoAsksIsToldOfOneThatIsOver) {
  grpc::CompletionQueue* const queue = queues_.ForNextStream();
  EXPECT_FALSE(StreamQueues::TellOne(queue));
  Over over(queue);
  EXPECT_TRUE(StreamQueues::TellOne(queue));
  EXPECT_TRUE(over.Wait());
  EXPECT_FALSE(StreamQueues::TellOne(queue));
}

TEST_F(StreamQueuesTest, WhatEndsInAnyQueueIsToldWithoutBeingAskedFor) {
  queues_.Start();
  for (size_t i = 0; i < StreamQueues::kQueues; ++i) {
    EXPECT_TRUE(Over(queues_.ForNextStream()).Wait());
  }
}

// Looks are seldom when it is said. No more is said of time than that all of
// these together take less than half of what they would wait, many times what
// they do.
TEST_F(StreamQueuesTest, WhoIsWaitedForIsToldSoon) {
  using Clock = std::chrono::steady_clock;
  constexpr int kTimes = 12;
  queues_.Start();
  grpc::CompletionQueue* const queue = queues_.ForNextStream();
  Clock::duration waited{};
  for (int i = 0; i < kTimes; ++i) {
    Clock::time_point start;
    do {
      start = Clock::now();
      EXPECT_TRUE(Over(queue).Wait());
    } while (Clock::now() - start < StreamQueues::kMaxDelay / 2);
    start = Clock::now();
    Over over(queue);
    queues_.LookSoon();
    EXPECT_TRUE(over.Wait());
    waited += Clock::now() - start;
  }
  EXPECT_LT(waited, kTimes * StreamQueues::kMaxDelay / 2);
}

TEST_F(StreamQueuesTest, StoppingWaitsForTheLastStream) {
  queues_.Start();
  ASSERT_TRUE(queues_.Enter());
  server_->Shutdown();
  auto stopped = std::async(std::launch::async, [this] { queues_.Stop(); });
  EXPECT_TRUE(Over(queues_.ForNextStream()).Wait());
  queues_.Leave();
  stopped.get();
  EXPECT_FALSE(queues_.Enter());
}

TEST_F(StreamQueuesTest, WhatNeverStartedStops) {
  Over over(queues_.ForNextStream());
  server_->Shutdown();
  queues_.Stop();
  EXPECT_TRUE(over.Wait());
}

}  // namespace
}  // namespace xom::edge
