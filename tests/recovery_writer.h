#ifndef XOM_TESTS_RECOVERY_WRITER_H_
#define XOM_TESTS_RECOVERY_WRITER_H_

#include <grpcpp/channel.h>

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "xom/v1/need_service.grpc.pb.h"

namespace xom::tests {

// One client that writes needs of its own, one call after the other, and
// remembers what it was told. Each call carries a number of its own in the
// need's situation, so that its trace can be found anywhere.
//
// For one thread at a time.
class RecoveryWriter {
 public:
  using Request = std::variant<v1::CreateNeedRequest, v1::UpdateNeedRequest,
                               v1::CloseNeedRequest>;
  struct Sent {
    std::string name;
    int64_t number = 0;  // in the situation; 0: the call has none
    Request request;
    v1::Need reply;  // when it was acknowledged
  };

  RecoveryWriter(int id, uint64_t seed) : id_(id), random_(seed) {}

  // Writes until a call fails; counts what is acknowledged.
  void WriteUntilDeath(const std::shared_ptr<grpc::Channel>& channel,
                       std::atomic<int64_t>* acknowledged);

  // After a restart: what was acknowledged is there; the call of unknown
  // outcome is there or not, whole, and sending it again does it once; sending
  // acknowledged calls again gives the first answers and changes nothing.
  // Failures are the test's.
  void CheckAndSettle(const std::shared_ptr<grpc::Channel>& channel);

  // All that was acknowledged, in order.
  const std::vector<Sent>& acknowledged() const { return acknowledged_; }

 private:
  Sent NextCall();
  Sent Create();
  Sent Update(const std::string& name);
  Sent Close(const std::string& name);
  void Acknowledge(Sent sent, v1::Need reply);
  void CheckHeld(v1::NeedService::Stub& stub);
  void Settle(v1::NeedService::Stub& stub);
  void RetryAcknowledged(v1::NeedService::Stub& stub);

  const int id_;
  std::mt19937_64 random_;
  int64_t last_number_ = 0;
  // As last acknowledged.
  std::map<std::string, v1::Need> needs_;
  std::vector<Sent> acknowledged_;
  std::optional<Sent> unknown_;
};

}  // namespace xom::tests

#endif  // XOM_TESTS_RECOVERY_WRITER_H_
