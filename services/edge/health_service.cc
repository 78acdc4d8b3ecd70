#include "services/edge/health_service.h"

#include <algorithm>
#include <optional>

#include "absl/strings/string_view.h"

namespace xom::edge {
namespace {

using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;

constexpr absl::string_view kServices[] = {
    "",
    "grpc.health.v1.Health",
    "xom.v1.CategoryService",
    "xom.v1.MatchService",
    "xom.v1.NeedService",
    "xom.v1.OfferService",
    "xom.v1.SupplyPointService",
    "xom.v1.WatchService",
};

bool IsKnown(absl::string_view service) {
  return std::count(std::begin(kServices), std::end(kServices), service) > 0;
}

}  // namespace

using storage::MutexLock;

// One Watch stream: sends the latest state whenever it differs from the last
// sent. All but the reactions run under the service's lock.
class HealthService::Watcher final
    : public grpc::ServerWriteReactor<HealthCheckResponse> {
 public:
  Watcher(HealthService* service, bool known)
      : service_(*service), known_(known) {}

  void Update(HealthCheckResponse::ServingStatus state) {
    wanted_ = known_ ? state : HealthCheckResponse::SERVICE_UNKNOWN;
    Advance();
  }

  // Ends the stream once its last state is out.
  void End(const grpc::Status& status) {
    if (!closing_.has_value()) closing_ = status;
    Advance();
  }

  void OnWriteDone(bool ok) override {
    MutexLock lock(service_.mu_);
    in_flight_ = false;
    if (!ok) wanted_ = message_.status();
    Advance();
  }

  void OnCancel() override {
    MutexLock lock(service_.mu_);
    wanted_ = message_.status();
    End(grpc::Status::CANCELLED);
  }

  void OnDone() override {
    {
      MutexLock lock(service_.mu_);
      service_.watchers_.erase(this);
    }
    delete this;
  }

 private:
  void Advance() {
    if (in_flight_ || ended_) return;
    if (message_.status() != wanted_) {
      in_flight_ = true;
      message_.set_status(wanted_);
      StartWrite(&message_);
    } else if (closing_.has_value()) {
      ended_ = true;
      Finish(*closing_);
    }
  }

  HealthService& service_;
  const bool known_;
  HealthCheckResponse::ServingStatus wanted_ = HealthCheckResponse::UNKNOWN;
  HealthCheckResponse message_;  // the last sent; UNKNOWN: none
  bool in_flight_ = false;
  std::optional<grpc::Status> closing_;
  bool ended_ = false;
};

HealthCheckResponse::ServingStatus HealthService::State() const {
  return serving_ ? HealthCheckResponse::SERVING
                  : HealthCheckResponse::NOT_SERVING;
}

void HealthService::SetServing(bool serving) {
  MutexLock lock(mu_);
  serving_ = serving;
  for (Watcher* watcher : watchers_) watcher->Update(State());
}

void HealthService::Stop() {
  MutexLock lock(mu_);
  stopped_ = true;
  for (Watcher* watcher : watchers_) {
    watcher->End({grpc::StatusCode::UNAVAILABLE, "the server is stopping"});
  }
}

grpc::ServerUnaryReactor* HealthService::Check(
    grpc::CallbackServerContext* context, const HealthCheckRequest* request,
    HealthCheckResponse* response) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  if (!IsKnown(request->service())) {
    reactor->Finish({grpc::StatusCode::NOT_FOUND, "unknown service"});
    return reactor;
  }
  {
    MutexLock lock(mu_);
    response->set_status(State());
  }
  reactor->Finish(grpc::Status::OK);
  return reactor;
}

grpc::ServerWriteReactor<HealthCheckResponse>* HealthService::Watch(
    grpc::CallbackServerContext*, const HealthCheckRequest* request) {
  auto* watcher = new Watcher(this, IsKnown(request->service()));
  MutexLock lock(mu_);
  watchers_.insert(watcher);
  watcher->Update(State());
  if (stopped_) {
    watcher->End({grpc::StatusCode::UNAVAILABLE, "the server is stopping"});
  }
  return watcher;
}

}  // namespace xom::edge
