#include "services/edge/line_buffer.h"

namespace xom::edge {

using storage::MutexLock;

void LineBuffer::Add(absl::string_view line) {
  MutexLock lock(mu_);
  if (lines_.size() + line.size() > max_bytes_) lines_.clear();
  lines_.append(line.data(), line.size());
}

void LineBuffer::TakeInto(std::string* lines) {
  lines->clear();
  MutexLock lock(mu_);
  lines_.swap(*lines);
}

}  // namespace xom::edge
