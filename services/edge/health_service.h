#ifndef XOM_SERVICES_EDGE_HEALTH_SERVICE_H_
#define XOM_SERVICES_EDGE_HEALTH_SERVICE_H_

#include <set>
#include <string>

#include "grpc/health/v1/health.grpc.pb.h"
#include "storage/mutex.h"

namespace xom::edge {

// grpc.health.v1.Health: one state for the server and all its services. Its
// errors are those that the standard names, without details. Thread-safe.
class HealthService final : public grpc::health::v1::Health::CallbackService {
 public:
  HealthService() = default;

  // What Check answers and Watch sends from now on. It begins as serving.
  void SetServing(bool serving);

  // Ends all Watch streams with UNAVAILABLE.
  void Stop();

  grpc::ServerUnaryReactor* Check(
      grpc::CallbackServerContext* context,
      const grpc::health::v1::HealthCheckRequest* request,
      grpc::health::v1::HealthCheckResponse* response) override;

  grpc::ServerWriteReactor<grpc::health::v1::HealthCheckResponse>* Watch(
      grpc::CallbackServerContext* context,
      const grpc::health::v1::HealthCheckRequest* request) override;

 private:
  class Watcher;

  grpc::health::v1::HealthCheckResponse::ServingStatus State() const
      XOM_REQUIRES(mu_);

  mutable storage::Mutex mu_;
  bool serving_ XOM_GUARDED_BY(mu_) = true;
  bool stopped_ XOM_GUARDED_BY(mu_) = false;
  std::set<Watcher*> watchers_ XOM_GUARDED_BY(mu_);
};

}  // namespace xom::edge

#endif  // XOM_SERVICES_EDGE_HEALTH_SERVICE_H_
