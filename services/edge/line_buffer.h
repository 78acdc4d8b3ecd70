#ifndef XOM_SERVICES_EDGE_LINE_BUFFER_H_
#define XOM_SERVICES_EDGE_LINE_BUFFER_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"
#include "storage/mutex.h"

namespace xom::edge {

// Lines that wait to be written, in order, bounded in bytes. Who adds one never
// waits for who writes. Thread-safe.
class LineBuffer {
 public:
  explicit LineBuffer(size_t max_bytes) : max_bytes_(max_bytes) {}

  // `line` is whole, with its end. Where it does not fit any more, those that
  // wait are lost.
  void Add(absl::string_view line) XOM_EXCLUDES(mu_);

  // Puts what waits into `lines`, whose memory is used again.
  void TakeInto(std::string* lines) XOM_EXCLUDES(mu_);

 private:
  const size_t max_bytes_;
  storage::Mutex mu_;
  std::string lines_ XOM_GUARDED_BY(mu_);
};

}  // namespace xom::edge

#endif  // XOM_SERVICES_EDGE_LINE_BUFFER_H_
