#ifndef XOM_SERVICES_CORE_CATEGORY_SERVICE_H_
#define XOM_SERVICES_CORE_CATEGORY_SERVICE_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/core/caller.h"
#include "services/core/view.h"
#include "services/core/writer.h"
#include "xom/v1/category_service.pb.h"

namespace xom::core {

// The calls of xom.v1.CategoryService, as its proto describes them. Reads
// answer at once from the view; mutations answer a serialized Category through
// `done`. Thread-safe.
class CategoryService {
 public:
  // Both outlive the service and every call in flight.
  CategoryService(const View* view, Writer* writer)
      : view_(*view), writer_(*writer) {}

  absl::StatusOr<v1::ListCategoriesResponse> List(
      const v1::ListCategoriesRequest& request) const;

  void Create(const v1::CreateCategoryRequest& request, const Caller& caller,
              ReplyDone done);
  void Update(const v1::UpdateCategoryRequest& request, const Caller& caller,
              ReplyDone done);

 private:
  const View& view_;
  Writer& writer_;
};

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_CATEGORY_SERVICE_H_
