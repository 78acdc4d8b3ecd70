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
  Edge(core::CategoryService* core, const Gate* gate)
      : core_(*core), gate_(gate) {}

  grpc::ServerUnaryReactor* ListCategories(
      grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
      grpc::ByteBuffer* response) override {
    return Read<v1::ListCategoriesRequest, v1::ListCategoriesResponse>(
        {gate_, "CategoryService/ListCategories", context, request, response},
        [this](const v1::ListCategoriesRequest& r, const core::Caller&) {
          return core_.List(r);
        });
  }

  grpc::ServerUnaryReactor* CreateCategory(
      grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
      grpc::ByteBuffer* response) override {
    return Write<v1::CreateCategoryRequest>(
        {gate_, "CategoryService/CreateCategory", context, request, response},
        [this](const v1::CreateCategoryRequest& r, const core::Caller& caller,
               core::ReplyDone done) {
          core_.Create(r, caller, std::move(done));
        });
  }

  grpc::ServerUnaryReactor* UpdateCategory(
      grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
      grpc::ByteBuffer* response) override {
    return Write<v1::UpdateCategoryRequest>(
        {gate_, "CategoryService/UpdateCategory", context, request, response},
        [this](const v1::UpdateCategoryRequest& r, const core::Caller& caller,
               core::ReplyDone done) {
          core_.Update(r, caller, std::move(done));
        });
  }

 private:
  core::CategoryService& core_;
  const Gate* const gate_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeCategoryService(core::CategoryService* core,
                                                   const Gate* gate) {
  return std::make_unique<Edge>(core, gate);
}

}  // namespace xom::edge
