#ifndef XOM_SERVICES_CORE_WATCH_SERVICE_H_
#define XOM_SERVICES_CORE_WATCH_SERVICE_H_

#include <memory>

#include "absl/status/statusor.h"
#include "services/core/view.h"
#include "services/core/watch.h"
#include "xom/v1/watch_service.pb.h"

namespace xom::core {

// Checks the requests of xom.v1.WatchService and makes watches of them, for
// WatchHub::Open. INVALID_ARGUMENT for bad fields and tokens. Thread-safe.
class WatchService {
 public:
  // The view outlives the service.
  explicit WatchService(const View* view) : view_(*view) {}

  absl::StatusOr<std::unique_ptr<Watch>> WatchNearestNeeds(
      const v1::WatchNearestNeedsRequest& request) const;
  absl::StatusOr<std::unique_ptr<Watch>> WatchRegion(
      const v1::WatchRegionRequest& request) const;

 private:
  const View& view_;
};

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_WATCH_SERVICE_H_
