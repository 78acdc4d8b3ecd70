#ifndef XOM_TESTS_MODEL_ENGINE_H_
#define XOM_TESTS_MODEL_ENGINE_H_

#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "services/core/engine.h"
#include "services/core/fake_clock.h"
#include "storage/ledger_testing.h"
#include "storage/local_ledger.h"
#include "tests/model_follower.h"
#include "trust/keyring.h"

namespace xom::tests {

// An engine on a ledger in a temporary folder, without a network. Changes are
// kept for years: the clock of a model leaps over days, and its watches are to
// be resumed all the same.
class EngineHost {
 public:
  EngineHost();
  ~EngineHost();

  void Restart();

  core::Engine& engine() { return *engine_; }
  storage::LocalLedger& ledger() { return *ledger_; }
  core::FakeClock& clock() { return clock_; }
  // What time brings, all of it.
  void Tick();

  // The answer to a mutation: Wait<v1::Need>([&](ReplyDone done) { ... }).
  template <typename Reply>
  static absl::StatusOr<Reply> Wait(
      const std::function<void(core::ReplyDone)>& call) {
    storage::Mailbox<absl::StatusOr<std::string>> answer;
    call([&answer](absl::StatusOr<std::string> r) { answer.Put(r); });
    const absl::StatusOr<std::string> bytes = answer.Take();
    if (!bytes.ok()) return bytes.status();
    Reply reply;
    if (!reply.ParseFromString(*bytes)) {
      return absl::DataLossError("the reply is no message");
    }
    return reply;
  }

 private:
  void Start();
  void Stop();

  storage::TemporaryDirectory directory_;
  core::FakeClock clock_;
  storage::LocalLedgerOptions options_;
  const std::shared_ptr<const trust::Keyring> keyring_ =
      std::make_shared<trust::Keyring>(trust::Keyring::Ephemeral());
  std::unique_ptr<storage::LocalLedger> ledger_;
  std::unique_ptr<core::Engine> engine_;
};

// A stream without a network: it feeds the follower with at most `credit`
// messages, then stops reading until it gets more.
template <typename FollowerType>
class EngineStream {
 public:
  static constexpr int64_t kEndless = std::numeric_limits<int64_t>::max();

  EngineStream(core::Engine* engine, FollowerType* follower,
               int64_t credit = kEndless);
  // Cuts the stream.
  ~EngineStream();

  void AddCredit(int64_t more) { sink_->AddCredit(more); }

 private:
  class Sink final : public core::WatchSink {
   public:
    Sink(core::WatchHub* hub, FollowerType* follower, int64_t credit)
        : hub_(*hub), follower_(follower), id_(hub->NewId()), credit_(credit) {}

    void Send(std::string bytes) override {
      typename FollowerType::Message message;
      if (!message.ParseFromString(bytes)) std::abort();
      storage::MutexLock lock(mu_);
      if (credit_ == 0) {
        waiting_ = std::move(message);
        return;
      }
      Deliver(message);
    }
    void End(const absl::Status& status) override {
      storage::MutexLock lock(mu_);
      if (follower_ != nullptr) follower_->End(status);
    }
    void AddCredit(int64_t more) {
      storage::MutexLock lock(mu_);
      credit_ = more == kEndless ? more : credit_ + more;
      if (credit_ == 0 || !waiting_.has_value()) return;
      Deliver(*std::exchange(waiting_, std::nullopt));
    }
    void Cut() {
      hub_.Close(id_);
      storage::MutexLock lock(mu_);
      follower_ = nullptr;
    }
    core::WatchHub::Id id() const { return id_; }

   private:
    void Deliver(const typename FollowerType::Message& message)
        XOM_REQUIRES(mu_) {
      if (credit_ != kEndless) --credit_;
      if (follower_ != nullptr) follower_->Feed(message);
      hub_.Sent(id_);
    }

    core::WatchHub& hub_;
    storage::Mutex mu_;
    FollowerType* follower_ XOM_GUARDED_BY(mu_);
    const core::WatchHub::Id id_;
    int64_t credit_ XOM_GUARDED_BY(mu_);
    std::optional<typename FollowerType::Message> waiting_ XOM_GUARDED_BY(mu_);
  };

  static absl::StatusOr<std::unique_ptr<core::Watch>> MakeWatch(
      core::Engine* engine, const v1::WatchNearestNeedsRequest& request) {
    return engine->watches().WatchNearestNeeds(request);
  }
  static absl::StatusOr<std::unique_ptr<core::Watch>> MakeWatch(
      core::Engine* engine, const v1::WatchRegionRequest& request) {
    return engine->watches().WatchRegion(request);
  }

  std::shared_ptr<Sink> sink_;
};

template <typename FollowerType>
EngineStream<FollowerType>::EngineStream(core::Engine* engine,
                                         FollowerType* follower, int64_t credit)
    : sink_(std::make_shared<Sink>(&engine->hub(), follower, credit)) {
  auto watch = MakeWatch(engine, follower->NextRequest());
  absl::Status status = watch.status();
  if (status.ok()) {
    status = engine->hub().Open(sink_->id(), *std::move(watch), sink_,
                                std::to_string(sink_->id()));
  }
  if (!status.ok()) sink_->End(status);
}

template <typename FollowerType>
EngineStream<FollowerType>::~EngineStream() {
  sink_->Cut();
}

}  // namespace xom::tests

#endif  // XOM_TESTS_MODEL_ENGINE_H_
