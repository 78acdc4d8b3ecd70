#include "storage/record_pipe.h"

#include <utility>

namespace xom::storage {

void RawBatch::Add(absl::string_view key, absl::string_view value) {
  if (bytes_.empty()) bytes_.reserve(RecordPipe::kBatchBytes);
  bytes_.insert(bytes_.end(), key.begin(), key.end());
  bytes_.insert(bytes_.end(), value.begin(), value.end());
  sizes_.push_back(
      {static_cast<uint32_t>(key.size()), static_cast<uint32_t>(value.size())});
}

bool RecordPipe::Put(RawBatch batch) {
  MutexLock lock(mu_);
  while (batches_.size() == kMaxBatches && !stopped_) changed_.Wait(mu_);
  if (stopped_) return false;
  batches_.push_back(std::move(batch));
  changed_.NotifyAll();
  return true;
}

void RecordPipe::End() {
  MutexLock lock(mu_);
  ended_ = true;
  changed_.NotifyAll();
}

bool RecordPipe::Take(RawBatch* batch) {
  MutexLock lock(mu_);
  while (batches_.empty() && !ended_) changed_.Wait(mu_);
  if (batches_.empty()) return false;
  *batch = std::move(batches_.front());
  batches_.pop_front();
  changed_.NotifyAll();
  return true;
}

void RecordPipe::Stop() {
  MutexLock lock(mu_);
  stopped_ = true;
  changed_.NotifyAll();
}

}  // namespace xom::storage
