#include "services/edge/match_service.h"

#include "services/edge/unary_call.h"
#include "xom/v1/match_service.grpc.pb.h"

namespace xom::edge {
namespace {

using Service = v1::MatchService;

using With1 = Service::WithRawCallbackMethod_FindNearestNeeds<Service::Service>;
using With2 = Service::WithRawCallbackMethod_FindNearestOffers<With1>;
using With3 = Service::WithRawCallbackMethod_FindNearestSupplyPoints<With2>;
using WithAll = Service::WithRawCallbackMethod_FindMatches<With3>;

class Edge final : public WithAll {
 public:
  Edge(core::MatchService* core, CallLog* log) : core_(*core), log_(log) {}

  grpc::ServerUnaryReactor* FindNearestNeeds(
      grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
      grpc::ByteBuffer* response) override {
    return Read<v1::FindNearestNeedsRequest, v1::FindNearestNeedsResponse>(
        {log_, "MatchService/FindNearestNeeds", context, request, response},
        [this](const v1::FindNearestNeedsRequest& r) {
          return core_.FindNearestNeeds(r);
        });
  }

  grpc::ServerUnaryReactor* FindNearestOffers(
      grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
      grpc::ByteBuffer* response) override {
    return Read<v1::FindNearestOffersRequest, v1::FindNearestOffersResponse>(
        {log_, "MatchService/FindNearestOffers", context, request, response},
        [this](const v1::FindNearestOffersRequest& r) {
          return core_.FindNearestOffers(r);
        });
  }

  grpc::ServerUnaryReactor* FindNearestSupplyPoints(
      grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
      grpc::ByteBuffer* response) override {
    return Read<v1::FindNearestSupplyPointsRequest,
                v1::FindNearestSupplyPointsResponse>(
        {log_, "MatchService/FindNearestSupplyPoints", context, request,
         response},
        [this](const v1::FindNearestSupplyPointsRequest& r) {
          return core_.FindNearestSupplyPoints(r);
        });
  }

  grpc::ServerUnaryReactor* FindMatches(grpc::CallbackServerContext* context,
                                        const grpc::ByteBuffer* request,
                                        grpc::ByteBuffer* response) override {
    return Read<v1::FindMatchesRequest, v1::FindMatchesResponse>(
        {log_, "MatchService/FindMatches", context, request, response},
        [this](const v1::FindMatchesRequest& r) {
          return core_.FindMatches(r);
        });
  }

 private:
  core::MatchService& core_;
  CallLog* const log_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeMatchService(core::MatchService* core,
                                                CallLog* log) {
  return std::make_unique<Edge>(core, log);
}

}  // namespace xom::edge
