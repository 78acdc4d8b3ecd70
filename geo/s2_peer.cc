#include "geo/s2_peer.h"

#include <s2/s2closest_point_query.h>
#include <s2/s2point_index.h>

namespace xom::geo {
namespace {

using Query = S2ClosestPointQuery<const WorldItem*>;

S2Point ToS2Point(const Point& point) {
  const UnitVector v = point.unit();
  return S2Point(v.x, v.y, v.z);
}

}  // namespace

struct S2Peer::Impl {
  S2PointIndex<const WorldItem*> index;
  Query query{&index};
  std::vector<Query::Result> results;
};

S2Peer::S2Peer(absl::Span<const WorldItem> items)
    : impl_(std::make_unique<Impl>()) {
  for (const WorldItem& item : items) {
    impl_->index.Add(ToS2Point(item.point()), &item);
  }
  impl_->query.ReInit();
}

S2Peer::~S2Peer() = default;

void S2Peer::Nearest(const Point& center, size_t limit, const Filter& filter) {
  Query::PointTarget target(ToS2Point(center));
  size_t fetch = limit * filter.one_in;
  if (filter.one_in > 1) fetch += fetch / 2;
  while (true) {
    impl_->query.mutable_options()->set_max_results(static_cast<int>(fetch));
    impl_->query.FindClosestPoints(&target, &impl_->results);
    found_.clear();
    for (const Query::Result& result : impl_->results) {
      if (filter.any_category != 0 &&
          (result.data()->categories & filter.any_category) == 0) {
        continue;
      }
      found_.push_back(result.data());
      if (found_.size() == limit) return;
    }
    if (impl_->results.size() < fetch) return;
    fetch *= 2;
  }
}

}  // namespace xom::geo
