#include "tests/model_socket.h"

#include "tests/model_api.h"
#include "tests/test_server.h"

namespace xom::tests {
namespace {

class SocketApi final : public Api {
 public:
  absl::StatusOr<v1::Need> Call(const v1::CreateNeedRequest& r) override {
    return Ask<v1::Need>(needs(), &Needs::CreateNeed, r);
  }
  absl::StatusOr<v1::Need> Call(const v1::GetNeedRequest& r) override {
    return Ask<v1::Need>(needs(), &Needs::GetNeed, r);
  }
  absl::StatusOr<v1::Need> Call(const v1::UpdateNeedRequest& r) override {
    return Ask<v1::Need>(needs(), &Needs::UpdateNeed, r);
  }
  absl::StatusOr<v1::Need> Call(const v1::CancelNeedRequest& r) override {
    return Ask<v1::Need>(needs(), &Needs::CancelNeed, r);
  }
  absl::StatusOr<v1::Need> Call(const v1::CloseNeedRequest& r) override {
    return Ask<v1::Need>(needs(), &Needs::CloseNeed, r);
  }
  absl::StatusOr<v1::Need> Call(const v1::EraseNeedRequest& r) override {
    return Ask<v1::Need>(needs(), &Needs::EraseNeed, r);
  }
  absl::StatusOr<v1::Need> Call(const v1::RenewNeedRequest& r) override {
    return Ask<v1::Need>(needs(), &Needs::RenewNeed, r);
  }
  absl::StatusOr<v1::Claim> Call(const v1::ClaimNeedRequest& r) override {
    return Ask<v1::Claim>(claims(), &Claims::ClaimNeed, r);
  }
  absl::StatusOr<v1::Claim> Call(const v1::RenewClaimRequest& r) override {
    return Ask<v1::Claim>(claims(), &Claims::RenewClaim, r);
  }
  absl::StatusOr<v1::Claim> Call(const v1::ReleaseClaimRequest& r) override {
    return Ask<v1::Claim>(claims(), &Claims::ReleaseClaim, r);
  }
  absl::StatusOr<v1::Claim> Call(const v1::MarkDeliveredRequest& r) override {
    return Ask<v1::Claim>(claims(), &Claims::MarkDelivered, r);
  }
  absl::StatusOr<v1::Claim> Call(const v1::ConfirmDeliveryRequest& r) override {
    return Ask<v1::Claim>(claims(), &Claims::ConfirmDelivery, r);
  }
  absl::StatusOr<v1::ListClaimsResponse> Call(
      const v1::ListClaimsRequest& r) override {
    return Ask<v1::ListClaimsResponse>(claims(), &Claims::ListClaims, r);
  }
  absl::StatusOr<v1::Offer> Call(const v1::CreateOfferRequest& r) override {
    return Ask<v1::Offer>(offers(), &Offers::CreateOffer, r);
  }
  absl::StatusOr<v1::Offer> Call(const v1::PauseOfferRequest& r) override {
    return Ask<v1::Offer>(offers(), &Offers::PauseOffer, r);
  }
  absl::StatusOr<v1::Offer> Call(const v1::ResumeOfferRequest& r) override {
    return Ask<v1::Offer>(offers(), &Offers::ResumeOffer, r);
  }
  absl::StatusOr<v1::Offer> Call(const v1::CloseOfferRequest& r) override {
    return Ask<v1::Offer>(offers(), &Offers::CloseOffer, r);
  }
  absl::StatusOr<v1::SupplyPoint> Call(
      const v1::CreateSupplyPointRequest& r) override {
    return Ask<v1::SupplyPoint>(points(), &Points::CreateSupplyPoint, r);
  }
  absl::StatusOr<v1::SupplyPoint> Call(
      const v1::ReportAvailabilityRequest& r) override {
    return Ask<v1::SupplyPoint>(points(), &Points::ReportAvailability, r);
  }
  absl::StatusOr<google::protobuf::Empty> Call(
      const v1::DeleteSupplyPointRequest& r) override {
    return Ask<google::protobuf::Empty>(points(), &Points::DeleteSupplyPoint,
                                        r);
  }
  absl::StatusOr<v1::ListNeedsResponse> Call(
      const v1::ListNeedsRequest& r) override {
    return Ask<v1::ListNeedsResponse>(needs(), &Needs::ListNeeds, r);
  }
  absl::StatusOr<v1::FindNearestNeedsResponse> Call(
      const v1::FindNearestNeedsRequest& r) override {
    return Ask<v1::FindNearestNeedsResponse>(matches(),
                                             &Matches::FindNearestNeeds, r);
  }
  absl::StatusOr<v1::FindNearestOffersResponse> Call(
      const v1::FindNearestOffersRequest& r) override {
    return Ask<v1::FindNearestOffersResponse>(matches(),
                                              &Matches::FindNearestOffers, r);
  }
  absl::StatusOr<v1::FindNearestSupplyPointsResponse> Call(
      const v1::FindNearestSupplyPointsRequest& r) override {
    return Ask<v1::FindNearestSupplyPointsResponse>(
        matches(), &Matches::FindNearestSupplyPoints, r);
  }

  std::unique_ptr<Stream> Open(NearestFollower* follower) override {
    return std::make_unique<OpenStream<NearestFollower>>(server_, follower);
  }
  std::unique_ptr<Stream> Open(RegionFollower* follower) override {
    return std::make_unique<OpenStream<RegionFollower>>(server_, follower);
  }

  core::FakeClock& clock() override { return server_.clock(); }
  void Tick() override {
    while (server_.Tick() > 0) {
    }
  }
  int64_t revision() override { return server_.server().ledger().revision(); }
  void Restart() override { server_.Restart(); }

 private:
  using Needs = v1::NeedService::Stub;
  using Claims = v1::ClaimService::Stub;
  using Offers = v1::OfferService::Stub;
  using Points = v1::SupplyPointService::Stub;
  using Matches = v1::MatchService::Stub;

  template <typename FollowerType>
  struct OpenStream final : Stream {
    OpenStream(const TestServer& server, FollowerType* follower)
        : stream(server.NewChannel(), follower) {}
    SocketStream<FollowerType> stream;
  };

  Needs& needs() { return server_.needs(); }
  Claims& claims() { return server_.claims(); }
  Offers& offers() { return server_.offers(); }
  Points& points() { return server_.supply_points(); }
  Matches& matches() { return server_.matches(); }

  template <typename Reply, typename Stub, typename Request>
  absl::StatusOr<Reply> Ask(Stub& stub,
                            grpc::Status (Stub::*method)(grpc::ClientContext*,
                                                         const Request&,
                                                         Reply*),
                            const Request& request) {
    grpc::ClientContext context;
    Reply reply;
    const grpc::Status status = (stub.*method)(&context, request, &reply);
    if (!status.ok()) return ToAbsl(status);
    return reply;
  }

  // So that no resume token of a model grows too old.
  static edge::ServerOptions Options() {
    edge::ServerOptions options;
    options.ledger.change_retention = absl::Hours(24 * 365 * 10);
    return options;
  }

  TestServer server_{Options()};
};

}  // namespace

absl::Status ToAbsl(const grpc::Status& status) {
  return absl::Status(static_cast<absl::StatusCode>(status.error_code()),
                      status.error_message());
}

std::unique_ptr<grpc::ClientReader<v1::WatchNearestNeedsResponse>> OpenReader(
    v1::WatchService::Stub& stub, grpc::ClientContext* context,
    const v1::WatchNearestNeedsRequest& request) {
  return stub.WatchNearestNeeds(context, request);
}

std::unique_ptr<grpc::ClientReader<v1::WatchRegionResponse>> OpenReader(
    v1::WatchService::Stub& stub, grpc::ClientContext* context,
    const v1::WatchRegionRequest& request) {
  return stub.WatchRegion(context, request);
}

std::unique_ptr<Api> NewSocketApi() { return std::make_unique<SocketApi>(); }

}  // namespace xom::tests
