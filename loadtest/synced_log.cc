#include "loadtest/synced_log.h"

#include <fcntl.h>
#include <unistd.h>

#include <utility>

namespace xom::loadtest {

SyncedLog::SyncedLog(const std::string& directory)
    : file_(open(directory.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600)),
      thread_([this] { Run(); }) {}

SyncedLog::~SyncedLog() {
  {
    std::lock_guard<std::mutex> lock(mu_);
    ending_ = true;
    changed_.notify_one();
  }
  thread_.join();
  if (file_ >= 0) close(file_);
}

void SyncedLog::Append(const grpc::ByteBuffer& bytes,
                       std::function<void(bool)> done) {
  std::lock_guard<std::mutex> lock(mu_);
  waiting_.push_back({bytes, std::move(done)});
  if (waiting_.size() == 1) changed_.notify_one();
}

void SyncedLog::Run() {
  while (true) {
    std::vector<Entry> entries;
    {
      std::unique_lock<std::mutex> lock(mu_);
      changed_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
      if (waiting_.empty()) return;
      entries.swap(waiting_);
    }
    const bool synced = Write(entries);
    for (const Entry& entry : entries) entry.done(synced);
  }
}

bool SyncedLog::Write(const std::vector<Entry>& entries) {
  std::string all;
  for (const Entry& entry : entries) {
    std::vector<grpc::Slice> slices;
    if (!entry.bytes.Dump(&slices).ok()) return false;
    for (const grpc::Slice& slice : slices) {
      all.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
    }
  }
  if (lseek(file_, 0, SEEK_CUR) > kMaxBytes) lseek(file_, 0, SEEK_SET);
  return write(file_, all.data(), all.size()) ==
             static_cast<ssize_t>(all.size()) &&
         fdatasync(file_) == 0;
}

}  // namespace xom::loadtest
