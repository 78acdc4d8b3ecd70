#include "services/edge/category_service.h"

#include "services/edge/unary_call.h"
#include "xom/v1/category_service.grpc.pb.h"

namespace xom::edge {
namespace {

using Service = v1::CategoryService;

using With1 = Service::WithRawCallbackMethod_ListCategories<Service::Service>;
using With2 = Service::WithRawCallbackMethod_CreateCategory<With1>;
using WithAll = Service::WithRawCallbackMethod_UpdateCategory<With2>;

class Edge final : public WithAll {
 public:
  Edge(core::CategoryService* core, CallLog* log) : core_(*core), log_(log) {}

  grpc::ServerUnaryReactor* ListCategories(
      grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
      grpc::ByteBuffer* response) override {
    return Read<v1::ListCategoriesRequest, v1::ListCategoriesResponse>(
        {log_, "CategoryService/ListCategories", context, request, response},
        [this](const v1::ListCategoriesRequest& r) { return core_.List(r); });
  }

  grpc::ServerUnaryReactor* CreateCategory(
      grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
      grpc::ByteBuffer* response) override {
    return Write<v1::CreateCategoryRequest>(
        {log_, "CategoryService/CreateCategory", context, request, response},
        [this](const v1::CreateCategoryRequest& r, core::ReplyDone done) {
          core_.Create(r, std::move(done));
        });
  }

  grpc::ServerUnaryReactor* UpdateCategory(
      grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
      grpc::ByteBuffer* response) override {
    return Write<v1::UpdateCategoryRequest>(
        {log_, "CategoryService/UpdateCategory", context, request, response},
        [this](const v1::UpdateCategoryRequest& r, core::ReplyDone done) {
          core_.Update(r, std::move(done));
        });
  }

 private:
  core::CategoryService& core_;
  CallLog* const log_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeCategoryService(core::CategoryService* core,
                                                   CallLog* log) {
  return std::make_unique<Edge>(core, log);
}

}  // namespace xom::edge
