#ifndef XOM_CLI_RESOURCE_KIND_H_
#define XOM_CLI_RESOURCE_KIND_H_

#include <functional>
#include <string>
#include <utility>

#include "cli/resource_name.h"
#include "xom/v1/category_service.grpc.pb.h"
#include "xom/v1/match_service.grpc.pb.h"
#include "xom/v1/need_service.grpc.pb.h"
#include "xom/v1/offer_service.grpc.pb.h"
#include "xom/v1/supply_point_service.grpc.pb.h"

// What needs, offers and supply points have in common on the wire, so that get,
// list, import and export are written once. A command is a template over one of
// these kinds.

namespace xom::cli {

struct NeedKind {
  using Service = v1::NeedService;
  using Resource = v1::Need;
  using CreateRequest = v1::CreateNeedRequest;
  using GetRequest = v1::GetNeedRequest;
  using ListRequest = v1::ListNeedsRequest;
  using ListResponse = v1::ListNeedsResponse;
  using UpdateRequest = v1::UpdateNeedRequest;
  static constexpr char kCollection[] = "needs";
  static constexpr char kSingular[] = "need";
  static constexpr auto kCreate = &Service::StubInterface::CreateNeed;
  static constexpr auto kGet = &Service::StubInterface::GetNeed;
  static constexpr auto kList = &Service::StubInterface::ListNeeds;
  static constexpr auto kUpdate = &Service::StubInterface::UpdateNeed;
  static const auto& Items(const ListResponse& page) { return page.needs(); }
  static Resource& In(CreateRequest& request) {
    return *request.mutable_need();
  }
  static Resource& In(UpdateRequest& request) {
    return *request.mutable_need();
  }
  static void SetId(const std::string& id, CreateRequest& request) {
    request.set_need_id(id);
  }
  static void CreateAsync(Service::StubInterface& stub,
                          grpc::ClientContext* context,
                          const CreateRequest* request, Resource* reply,
                          std::function<void(grpc::Status)> done) {
    stub.async()->CreateNeed(context, request, reply, std::move(done));
  }
};

struct OfferKind {
  using Service = v1::OfferService;
  using Resource = v1::Offer;
  using CreateRequest = v1::CreateOfferRequest;
  using GetRequest = v1::GetOfferRequest;
  using ListRequest = v1::ListOffersRequest;
  using ListResponse = v1::ListOffersResponse;
  using UpdateRequest = v1::UpdateOfferRequest;
  static constexpr char kCollection[] = "offers";
  static constexpr char kSingular[] = "offer";
  static constexpr auto kCreate = &Service::StubInterface::CreateOffer;
  static constexpr auto kGet = &Service::StubInterface::GetOffer;
  static constexpr auto kList = &Service::StubInterface::ListOffers;
  static constexpr auto kUpdate = &Service::StubInterface::UpdateOffer;
  static const auto& Items(const ListResponse& page) { return page.offers(); }
  static Resource& In(CreateRequest& request) {
    return *request.mutable_offer();
  }
  static Resource& In(UpdateRequest& request) {
    return *request.mutable_offer();
  }
  static void SetId(const std::string& id, CreateRequest& request) {
    request.set_offer_id(id);
  }
  static void CreateAsync(Service::StubInterface& stub,
                          grpc::ClientContext* context,
                          const CreateRequest* request, Resource* reply,
                          std::function<void(grpc::Status)> done) {
    stub.async()->CreateOffer(context, request, reply, std::move(done));
  }
};

struct PointKind {
  using Service = v1::SupplyPointService;
  using Resource = v1::SupplyPoint;
  using CreateRequest = v1::CreateSupplyPointRequest;
  using GetRequest = v1::GetSupplyPointRequest;
  using ListRequest = v1::ListSupplyPointsRequest;
  using ListResponse = v1::ListSupplyPointsResponse;
  using UpdateRequest = v1::UpdateSupplyPointRequest;
  static constexpr char kCollection[] = "supplyPoints";
  static constexpr char kSingular[] = "point";
  static constexpr auto kCreate = &Service::StubInterface::CreateSupplyPoint;
  static constexpr auto kGet = &Service::StubInterface::GetSupplyPoint;
  static constexpr auto kList = &Service::StubInterface::ListSupplyPoints;
  static constexpr auto kUpdate = &Service::StubInterface::UpdateSupplyPoint;
  static const auto& Items(const ListResponse& page) {
    return page.supply_points();
  }
  static Resource& In(CreateRequest& request) {
    return *request.mutable_supply_point();
  }
  static Resource& In(UpdateRequest& request) {
    return *request.mutable_supply_point();
  }
  static void SetId(const std::string& id, CreateRequest& request) {
    request.set_supply_point_id(id);
  }
  static void CreateAsync(Service::StubInterface& stub,
                          grpc::ClientContext* context,
                          const CreateRequest* request, Resource* reply,
                          std::function<void(grpc::Status)> done) {
    stub.async()->CreateSupplyPoint(context, request, reply, std::move(done));
  }
};

template <typename Kind>
std::string NameOf(const std::string& text) {
  return NameIn(Kind::kCollection, text);
}

}  // namespace xom::cli

#endif  // XOM_CLI_RESOURCE_KIND_H_
