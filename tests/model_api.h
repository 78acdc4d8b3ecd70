#ifndef XOM_TESTS_MODEL_API_H_
#define XOM_TESTS_MODEL_API_H_

#include <cstdint>
#include <memory>

#include "absl/status/statusor.h"
#include "google/protobuf/empty.pb.h"
#include "services/core/fake_clock.h"
#include "tests/model_follower.h"
#include "xom/v1/claim_service.pb.h"
#include "xom/v1/match_service.pb.h"
#include "xom/v1/need_service.pb.h"
#include "xom/v1/offer_service.pb.h"
#include "xom/v1/supply_point_service.pb.h"

namespace xom::tests {

class EngineHost;

// A server as the model drives it: by calls of its engine (EngineApi) or
// through its socket (SocketApi). Calls wait for their answer.
class Api {
 public:
  // An open stream that feeds a follower, until it is destroyed.
  class Stream {
   public:
    virtual ~Stream() = default;
  };

  virtual ~Api() = default;

  virtual absl::StatusOr<v1::Need> Call(const v1::CreateNeedRequest&) = 0;
  virtual absl::StatusOr<v1::Need> Call(const v1::GetNeedRequest&) = 0;
  virtual absl::StatusOr<v1::Need> Call(const v1::UpdateNeedRequest&) = 0;
  virtual absl::StatusOr<v1::Need> Call(const v1::CancelNeedRequest&) = 0;
  virtual absl::StatusOr<v1::Need> Call(const v1::CloseNeedRequest&) = 0;
  virtual absl::StatusOr<v1::Need> Call(const v1::RenewNeedRequest&) = 0;
  virtual absl::StatusOr<v1::Need> Call(const v1::EraseNeedRequest&) = 0;
  virtual absl::StatusOr<v1::Claim> Call(const v1::ClaimNeedRequest&) = 0;
  virtual absl::StatusOr<v1::Claim> Call(const v1::RenewClaimRequest&) = 0;
  virtual absl::StatusOr<v1::Claim> Call(const v1::ReleaseClaimRequest&) = 0;
  virtual absl::StatusOr<v1::Claim> Call(const v1::MarkDeliveredRequest&) = 0;
  virtual absl::StatusOr<v1::Claim> Call(const v1::ConfirmDeliveryRequest&) = 0;
  virtual absl::StatusOr<v1::ListClaimsResponse> Call(
      const v1::ListClaimsRequest&) = 0;
  virtual absl::StatusOr<v1::Offer> Call(const v1::CreateOfferRequest&) = 0;
  virtual absl::StatusOr<v1::Offer> Call(const v1::PauseOfferRequest&) = 0;
  virtual absl::StatusOr<v1::Offer> Call(const v1::ResumeOfferRequest&) = 0;
  virtual absl::StatusOr<v1::Offer> Call(const v1::CloseOfferRequest&) = 0;
  virtual absl::StatusOr<v1::SupplyPoint> Call(
      const v1::CreateSupplyPointRequest&) = 0;
  virtual absl::StatusOr<v1::SupplyPoint> Call(
      const v1::ReportAvailabilityRequest&) = 0;
  virtual absl::StatusOr<google::protobuf::Empty> Call(
      const v1::DeleteSupplyPointRequest&) = 0;
  virtual absl::StatusOr<v1::ListNeedsResponse> Call(
      const v1::ListNeedsRequest&) = 0;
  virtual absl::StatusOr<v1::FindNearestNeedsResponse> Call(
      const v1::FindNearestNeedsRequest&) = 0;
  virtual absl::StatusOr<v1::FindNearestOffersResponse> Call(
      const v1::FindNearestOffersRequest&) = 0;
  virtual absl::StatusOr<v1::FindNearestSupplyPointsResponse> Call(
      const v1::FindNearestSupplyPointsRequest&) = 0;

  // Goes on from the follower's resume token, when it has one.
  virtual std::unique_ptr<Stream> Open(NearestFollower* follower) = 0;
  virtual std::unique_ptr<Stream> Open(RegionFollower* follower) = 0;

  virtual core::FakeClock& clock() = 0;
  // What time brings, all of it.
  virtual void Tick() = 0;
  virtual int64_t revision() = 0;
  // Stops the server and starts it again on the same folder.
  virtual void Restart() = 0;
};

// The host outlives the api.
std::unique_ptr<Api> NewEngineApi(EngineHost* host);
std::unique_ptr<Api> NewSocketApi();

}  // namespace xom::tests

#endif  // XOM_TESTS_MODEL_API_H_
