#ifndef XOM_STORAGE_RECORD_PIPE_H_
#define XOM_STORAGE_RECORD_PIPE_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "absl/strings/string_view.h"
#include "storage/mutex.h"

namespace xom::storage {

// Keys and values as they stand on the disk, one behind the other in one block
// of memory, so that a batch costs what its bytes cost. Internal to storage/.
class RawBatch {
 public:
  struct Pair {
    absl::string_view key;
    absl::string_view value;
  };

  void Add(absl::string_view key, absl::string_view value);

  size_t size() const { return sizes_.size(); }
  size_t bytes() const { return bytes_.size(); }
  // Calls `visit` with each Pair, in order, until it returns an error.
  template <typename Visit>
  auto ForEach(Visit visit) const -> decltype(visit(Pair())) {
    const char* at = bytes_.data();
    for (const Sizes& sizes : sizes_) {
      auto visited =
          visit(Pair{absl::string_view(at, sizes.key),
                     absl::string_view(at + sizes.key, sizes.value)});
      if (!visited.ok()) return visited;
      at += sizes.key + sizes.value;
    }
    return {};
  }

 private:
  struct Sizes {
    uint32_t key;
    uint32_t value;
  };
  std::vector<char> bytes_;
  std::vector<Sizes> sizes_;
};

// Between a thread that reads a store and one that looks at what was read. It
// holds at most kMaxBatches, and each of the two threads one more.
//
// Thread-safe, for one thread at either end.
class RecordPipe {
 public:
  // A batch is full at so many bytes; the pair that fills it goes beyond.
  static constexpr size_t kBatchBytes = 64 << 10;
  static constexpr size_t kMaxBatches = 32;

  // Waits while the pipe is full. False: nobody takes batches any more.
  bool Put(RawBatch batch);
  // No further batch comes.
  void End();

  // Waits for the next batch. False: there is none, and none will come.
  bool Take(RawBatch* batch);
  // No further batch will be taken.
  void Stop();

 private:
  Mutex mu_;
  CondVar changed_;
  std::deque<RawBatch> batches_ XOM_GUARDED_BY(mu_);
  bool ended_ XOM_GUARDED_BY(mu_) = false;
  bool stopped_ XOM_GUARDED_BY(mu_) = false;
};

}  // namespace xom::storage

#endif  // XOM_STORAGE_RECORD_PIPE_H_
