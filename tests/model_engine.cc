#include "tests/model_engine.h"

#include <gtest/gtest.h>

#include "tests/model_api.h"

namespace xom::tests {
namespace {

class EngineApi final : public Api {
 public:
  explicit EngineApi(EngineHost* host) : host_(*host) {}

  absl::StatusOr<v1::Need> Call(const v1::CreateNeedRequest& r) override {
    return Write<v1::Need>(needs(), &core::NeedService::Create, r);
  }
  absl::StatusOr<v1::Need> Call(const v1::GetNeedRequest& r) override {
    return needs().Get(r);
  }
  absl::StatusOr<v1::Need> Call(const v1::UpdateNeedRequest& r) override {
    return Write<v1::Need>(needs(), &core::NeedService::Update, r);
  }
  absl::StatusOr<v1::Need> Call(const v1::CancelNeedRequest& r) override {
    return Write<v1::Need>(needs(), &core::NeedService::Cancel, r);
  }
  absl::StatusOr<v1::Need> Call(const v1::CloseNeedRequest& r) override {
    return Write<v1::Need>(needs(), &core::NeedService::Close, r);
  }
  absl::StatusOr<v1::Need> Call(const v1::EraseNeedRequest& r) override {
    return Write<v1::Need>(needs(), &core::NeedService::Erase, r);
  }
  absl::StatusOr<v1::Need> Call(const v1::RenewNeedRequest& r) override {
    return Write<v1::Need>(needs(), &core::NeedService::Renew, r);
  }
  absl::StatusOr<v1::Claim> Call(const v1::ClaimNeedRequest& r) override {
    return Write<v1::Claim>(claims(), &core::ClaimService::Claim, r);
  }
  absl::StatusOr<v1::Claim> Call(const v1::RenewClaimRequest& r) override {
    return Write<v1::Claim>(claims(), &core::ClaimService::Renew, r);
  }
  absl::StatusOr<v1::Claim> Call(const v1::ReleaseClaimRequest& r) override {
    return Write<v1::Claim>(claims(), &core::ClaimService::Release, r);
  }
  absl::StatusOr<v1::Claim> Call(const v1::MarkDeliveredRequest& r) override {
    return Write<v1::Claim>(claims(), &core::ClaimService::MarkDelivered, r);
  }
  absl::StatusOr<v1::Claim> Call(const v1::ConfirmDeliveryRequest& r) override {
    return Write<v1::Claim>(claims(), &core::ClaimService::Confirm, r);
  }
  absl::StatusOr<v1::ListClaimsResponse> Call(
      const v1::ListClaimsRequest& r) override {
    return claims().List(r, core::Caller());
  }
  absl::StatusOr<v1::Offer> Call(const v1::CreateOfferRequest& r) override {
    return Write<v1::Offer>(offers(), &core::OfferService::Create, r);
  }
  absl::StatusOr<v1::Offer> Call(const v1::PauseOfferRequest& r) override {
    return Write<v1::Offer>(offers(), &core::OfferService::Pause, r);
  }
  absl::StatusOr<v1::Offer> Call(const v1::ResumeOfferRequest& r) override {
    return Write<v1::Offer>(offers(), &core::OfferService::Resume, r);
  }
  absl::StatusOr<v1::Offer> Call(const v1::CloseOfferRequest& r) override {
    return Write<v1::Offer>(offers(), &core::OfferService::Close, r);
  }
  absl::StatusOr<v1::SupplyPoint> Call(
      const v1::CreateSupplyPointRequest& r) override {
    return Write<v1::SupplyPoint>(points(), &core::SupplyPointService::Create,
                                  r);
  }
  absl::StatusOr<v1::SupplyPoint> Call(
      const v1::ReportAvailabilityRequest& r) override {
    return Write<v1::SupplyPoint>(points(), &core::SupplyPointService::Report,
                                  r);
  }
  absl::StatusOr<google::protobuf::Empty> Call(
      const v1::DeleteSupplyPointRequest& r) override {
    return Write<google::protobuf::Empty>(points(),
                                          &core::SupplyPointService::Delete, r);
  }
  absl::StatusOr<v1::ListNeedsResponse> Call(
      const v1::ListNeedsRequest& r) override {
    return needs().List(r);
  }
  absl::StatusOr<v1::FindNearestNeedsResponse> Call(
      const v1::FindNearestNeedsRequest& r) override {
    const auto reply = host_.engine().matches().FindNearestNeeds(r);
    if (!reply.ok()) return reply.status();
    v1::FindNearestNeedsResponse response;
    if (!response.ParseFromString(*reply)) {
      return absl::InternalError("the reply is no FindNearestNeedsResponse");
    }
    return response;
  }
  absl::StatusOr<v1::FindNearestOffersResponse> Call(
      const v1::FindNearestOffersRequest& r) override {
    return host_.engine().matches().FindNearestOffers(r);
  }
  absl::StatusOr<v1::FindNearestSupplyPointsResponse> Call(
      const v1::FindNearestSupplyPointsRequest& r) override {
    return host_.engine().matches().FindNearestSupplyPoints(r);
  }

  std::unique_ptr<Stream> Open(NearestFollower* follower) override {
    return std::make_unique<OpenStream<NearestFollower>>(&host_, follower);
  }
  std::unique_ptr<Stream> Open(RegionFollower* follower) override {
    return std::make_unique<OpenStream<RegionFollower>>(&host_, follower);
  }

  core::FakeClock& clock() override { return host_.clock(); }
  void Tick() override { host_.Tick(); }
  int64_t revision() override { return host_.ledger().revision(); }
  void Restart() override { host_.Restart(); }

 private:
  template <typename FollowerType>
  struct OpenStream final : Stream {
    OpenStream(EngineHost* host, FollowerType* follower)
        : stream(&host->engine(), follower) {}
    EngineStream<FollowerType> stream;
  };

  core::NeedService& needs() { return host_.engine().needs(); }
  core::ClaimService& claims() { return host_.engine().claims(); }
  core::OfferService& offers() { return host_.engine().offers(); }
  core::SupplyPointService& points() { return host_.engine().supply_points(); }

  template <typename Reply, typename Service, typename Request>
  absl::StatusOr<Reply> Write(Service& service,
                              void (Service::*method)(const Request&,
                                                      const core::Caller&,
                                                      core::ReplyDone),
                              const Request& request) {
    return EngineHost::Wait<Reply>([&](core::ReplyDone done) {
      (service.*method)(request, core::Caller(), std::move(done));
    });
  }

  EngineHost& host_;
};

}  // namespace

EngineHost::EngineHost()
    // A Monday, 09:00 in Ho Chi Minh City.
    : clock_(absl::FromUnixSeconds(1'629'684'000)),
      options_(storage::TestOptions(directory_)) {
  options_.change_retention = absl::Hours(24 * 365 * 10);
  options_.now = [this] { return clock_.Now(); };
  Start();
}

EngineHost::~EngineHost() { Stop(); }

void EngineHost::Start() {
  ledger_ = storage::OpenOrDie(options_);
  auto engine =
      core::Engine::Start(ledger_.get(), &clock_, {.keyring = keyring_});
  if (!engine.ok()) std::abort();
  engine_ = *std::move(engine);
}

void EngineHost::Stop() {
  engine_->hub().Stop();
  ledger_->Close();
  engine_ = nullptr;
  ledger_ = nullptr;
}

void EngineHost::Restart() {
  Stop();
  Start();
}

void EngineHost::Tick() {
  engine_->SendHeartbeats();
  while (engine_->RunDue() > 0) {
  }
}

std::unique_ptr<Api> NewEngineApi(EngineHost* host) {
  return std::make_unique<EngineApi>(host);
}

}  // namespace xom::tests
