#include "loadtest/plain_committer.h"

#include "absl/strings/str_cat.h"
#include "storage/plain_store.h"
#include "storage/sample_needs.h"

namespace xom::loadtest {

PlainCommitter::PlainCommitter(std::string directory)
    : directory_(std::move(directory)), thread_([this] { Run(); }) {}

PlainCommitter::~PlainCommitter() {
  {
    std::lock_guard<std::mutex> lock(mu_);
    ending_ = true;
    changed_.notify_one();
  }
  thread_.join();
}

void PlainCommitter::Commit(std::function<void()> done) {
  std::call_once(opened_, [this] {
    store_ = std::make_unique<storage::PlainStore>(directory_);
    for (uint64_t i = 0; i < kSamples; ++i) {
      samples_.push_back(
          storage::PairsOf(storage::SampleNeed(storage::kSampleSeed, i)));
    }
  });
  const uint64_t number = next_++;
  Pairs pairs = samples_[number % kSamples];
  for (auto& pair : pairs) absl::StrAppend(&pair.first, number);
  std::lock_guard<std::mutex> lock(mu_);
  pairs_.push_back(std::move(pairs));
  done_.push_back(std::move(done));
  if (done_.size() == 1) changed_.notify_one();
}

void PlainCommitter::Run() {
  while (true) {
    std::vector<Pairs> pairs;
    std::vector<std::function<void()>> done;
    {
      std::unique_lock<std::mutex> lock(mu_);
      changed_.wait(lock, [this] { return ending_ || !done_.empty(); });
      if (done_.empty()) return;
      pairs.swap(pairs_);
      done.swap(done_);
    }
    store_->WriteBatches(pairs, pairs.size());
    for (const auto& tell : done) tell();
  }
}

}  // namespace xom::loadtest
