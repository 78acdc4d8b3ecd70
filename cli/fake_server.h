#ifndef XOM_CLI_FAKE_SERVER_H_
#define XOM_CLI_FAKE_SERVER_H_

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "grpcpp/server.h"
#include "xom/v1/claim_service.grpc.pb.h"
#include "xom/v1/need_service.grpc.pb.h"
#include "xom/v1/watch_service.grpc.pb.h"

namespace xom::cli {

// The least of a server that tests of the client need, in this process: needs
// in a map, watches from a script. Thread-safe.
class FakeNeeds : public v1::NeedService::Service {
 public:
  // Refuses latitudes over 90 with a field violation, a taken id, and, so often
  // as FailNext said, everything; so does GetNeed.
  grpc::Status CreateNeed(grpc::ServerContext* context,
                          const v1::CreateNeedRequest* request,
                          v1::Need* reply) override;
  grpc::Status GetNeed(grpc::ServerContext* context,
                       const v1::GetNeedRequest* request,
                       v1::Need* reply) override;
  // Pages of two, in the order of names, with an empty one in front.
  grpc::Status ListNeeds(grpc::ServerContext* context,
                         const v1::ListNeedsRequest* request,
                         v1::ListNeedsResponse* reply) override;
  grpc::Status UpdateNeed(grpc::ServerContext* context,
                          const v1::UpdateNeedRequest* request,
                          v1::Need* reply) override;

  grpc::Status RevealNeed(grpc::ServerContext* context,
                          const v1::RevealNeedRequest* request,
                          v1::NeedDetails* reply) override;
  // Of needs/a two looks, in a page each.
  grpc::Status ListReveals(grpc::ServerContext* context,
                           const v1::ListRevealsRequest* request,
                           v1::ListRevealsResponse* reply) override;
  grpc::Status EraseNeed(grpc::ServerContext* context,
                         const v1::EraseNeedRequest* request,
                         v1::Need* reply) override;

  void FailNext(int times, grpc::Status status);
  // Stores the next need, but answers UNAVAILABLE: a reply lost on its way.
  void LoseNextReply();
  // From now on so many of 10 of the first line are promised.
  void Promise(const std::string& id, int32_t promised);

  std::map<std::string, v1::CreateNeedRequest> stored();
  std::vector<v1::CreateNeedRequest> asked();
  v1::UpdateNeedRequest updated();
  // Those of the last GetNeed.
  std::map<std::string, std::string> headers();

 private:
  std::mutex mu_;
  std::map<std::string, std::string> headers_;
  std::map<std::string, v1::CreateNeedRequest> stored_;
  std::vector<v1::CreateNeedRequest> asked_;
  v1::UpdateNeedRequest updated_;
  int fail_times_ = 0;
  grpc::Status failure_;
  bool lose_reply_ = false;
};

// Every need can be claimed once, as claim `c` with token 7. Thread-safe.
class FakeClaims : public v1::ClaimService::Service {
 public:
  // The second claim of a need is refused; needs/next is free.
  grpc::Status ClaimNeed(grpc::ServerContext* context,
                         const v1::ClaimNeedRequest* request,
                         v1::Claim* reply) override;
  grpc::Status GetClaim(grpc::ServerContext* context,
                        const v1::GetClaimRequest* request,
                        v1::Claim* reply) override;
  // One claim in a page.
  grpc::Status ListClaims(grpc::ServerContext* context,
                          const v1::ListClaimsRequest* request,
                          v1::ListClaimsResponse* reply) override;
  grpc::Status ReleaseClaim(grpc::ServerContext* context,
                            const v1::ReleaseClaimRequest* request,
                            v1::Claim* reply) override;
  grpc::Status ConfirmDelivery(grpc::ServerContext* context,
                               const v1::ConfirmDeliveryRequest* request,
                               v1::Claim* reply) override;

  // By the name of the need.
  std::map<std::string, v1::ClaimNeedRequest> made();
  v1::ListClaimsRequest listed();
  v1::ReleaseClaimRequest released();
  v1::ConfirmDeliveryRequest confirmed();

 private:
  std::mutex mu_;
  std::map<std::string, v1::ClaimNeedRequest> made_;
  v1::ListClaimsRequest listed_;
  v1::ReleaseClaimRequest released_;
  v1::ConfirmDeliveryRequest confirmed_;
};

// Each watch that is opened takes the next script: its messages, then its end.
class FakeWatches : public v1::WatchService::Service {
 public:
  struct Script {
    std::vector<v1::WatchNearestNeedsResponse> messages;
    grpc::Status end;
  };

  grpc::Status WatchNearestNeeds(
      grpc::ServerContext* context, const v1::WatchNearestNeedsRequest* request,
      grpc::ServerWriter<v1::WatchNearestNeedsResponse>* writer) override;

  void Add(Script script);
  // The resume tokens that streams were opened with.
  std::vector<std::string> tokens();

 private:
  std::mutex mu_;
  std::deque<Script> scripts_;
  std::vector<std::string> tokens_;
};

// All of them, on a port of its own of 127.0.0.1.
struct FakeServer {
  FakeServer();
  ~FakeServer();

  FakeClaims claims;
  FakeNeeds needs;
  FakeWatches watches;
  std::string address;
  std::unique_ptr<grpc::Server> server;
};

// A status with a BadRequest and an ErrorInfo, as Xóm sends them.
grpc::Status BadField(const std::string& field, const std::string& description);

}  // namespace xom::cli

#endif  // XOM_CLI_FAKE_SERVER_H_
