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
  Edge(core::MatchService* core, const Gate* gate)
      : core_(*core), gate_(gate) {}

  grpc::ServerUnaryReactor* FindNearestNeeds(
      grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
      grpc::ByteBuffer* response) override {
    return Read<v1::FindNearestNeedsRequest, std::string>(
        {gate_, "MatchService/FindNearestNeeds", context, request, response},
        [this](const v1::FindNearestNeedsRequest& r, const core::Caller&) {
          return core_.FindNearestNeeds(r);
        });
  }

  grpc::ServerUnaryReactor* FindNearestOffers(
      grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
      grpc::ByteBuffer* response) override {
    return Read<v1::FindNearestOffersRequest, v1::FindNearestOffersResponse>(
        {gate_, "MatchService/FindNearestOffers", context, request, response},
        [this](const v1::FindNearestOffersRequest& r, const core::Caller&) {
          return core_.FindNearestOffers(r);
        });
  }

  grpc::ServerUnaryReactor* FindNearestSupplyPoints(
      grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
      grpc::ByteBuffer* response) override {
    return Read<v1::FindNearestSupplyPointsRequest,
                v1::FindNearestSupplyPointsResponse>(
        {gate_, "MatchService/FindNearestSupplyPoints", context, request,
         response},
        [this](const v1::FindNearestSupplyPointsRequest& r,
               const core::Caller&) {
          return core_.FindNearestSupplyPoints(r);
        });
  }

  grpc::ServerUnaryReactor* FindMatches(grpc::CallbackServerContext* context,
                                        const grpc::ByteBuffer* request,
                                        grpc::ByteBuffer* response) override {
    return Read<v1::FindMatchesRequest, v1::FindMatchesResponse>(
        {gate_, "MatchService/FindMatches", context, request, response},
        [this](const v1::FindMatchesRequest& r, const core::Caller&) {
          return core_.FindMatches(r);
        });
  }

 private:
  core::MatchService& core_;
  const Gate* const gate_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeMatchService(core::MatchService* core,
                                                const Gate* gate) {
  return std::make_unique<Edge>(core, gate);
}

}  // namespace xom::edge
