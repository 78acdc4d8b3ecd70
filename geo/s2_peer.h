// S2ClosestPointQuery on the same items, as one who knows it would use it. What
// the index is measured against. Benchmark code.
//
// The query object and the vectors are kept. S2 has no filter, so a filtered
// query fetches what should hold enough, half as much again to be safe, and
// twice as much when it did not.
#ifndef XOM_GEO_S2_PEER_H_
#define XOM_GEO_S2_PEER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/types/span.h"
#include "geo/clustered_world.h"

namespace xom::geo {

class S2Peer {
 public:
  struct Filter {
    uint64_t any_category = 0;  // 0: none
    size_t one_in = 1;          // of how many items one passes
  };

  // The items must outlive the peer.
  explicit S2Peer(absl::Span<const WorldItem> items);
  ~S2Peer();

  void Nearest(const Point& center, size_t limit, const Filter& filter);

  // By the last call, nearest first.
  const std::vector<const WorldItem*>& found() const { return found_; }

 private:
  struct Impl;

  std::unique_ptr<Impl> impl_;
  std::vector<const WorldItem*> found_;
};

}  // namespace xom::geo

#endif  // XOM_GEO_S2_PEER_H_
