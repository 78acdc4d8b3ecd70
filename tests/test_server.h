#ifndef XOM_TESTS_TEST_SERVER_H_
#define XOM_TESTS_TEST_SERVER_H_

#include <grpcpp/channel.h>

#include <memory>
#include <string>

#include "services/core/fake_clock.h"
#include "services/edge/server.h"
#include "xom/v1/category_service.grpc.pb.h"
#include "xom/v1/claim_service.grpc.pb.h"
#include "xom/v1/match_service.grpc.pb.h"
#include "xom/v1/need_service.grpc.pb.h"
#include "xom/v1/offer_service.grpc.pb.h"
#include "xom/v1/organization_service.grpc.pb.h"
#include "xom/v1/supply_point_service.grpc.pb.h"
#include "xom/v1/user_service.grpc.pb.h"
#include "xom/v1/watch_service.grpc.pb.h"

namespace xom::tests {

// A whole server in this process, on a free port of loopback, with a store in a
// temporary folder and a clock that stands still. Its stubs go through the
// socket.
//
//   TestServer server;
//   v1::Need need = server.CreateNeed(NeedAt(10.77, 106.70));
//   server.clock().Advance(absl::Hours(24 * 8));
//   server.Tick();  // the need expires
class TestServer {
 public:
  // `options.listen`, `directory`, `clock`, `tick_interval` and `log` are set
  // here, keys and with accounts an issuer where the test has none; the rest is
  // the test's.
  explicit TestServer(
      edge::ServerOptions options = {},
      edge::CallLog::Verbosity log = edge::CallLog::Verbosity::kSilent);
  // Stops, and removes the folder.
  ~TestServer();

  // Stops the server and starts another on the same folder.
  void Restart();
  void Stop() { server_->Stop(); }

  // A token of the server's own issuer for `users/{id}`, good for 12 hours from
  // the clock's now on. Only with accounts.
  std::string TokenOf(const std::string& id) const;

  // What time brings, now.
  size_t Tick() {
    server_->engine().SendHeartbeats();
    return server_->engine().RunDue();
  }

  core::FakeClock& clock() { return clock_; }
  const core::FakeClock& clock() const { return clock_; }
  const edge::ServerOptions& options() const { return options_; }
  edge::Server& server() { return *server_; }
  std::string address() const;
  const std::string& directory() const { return directory_; }

  v1::NeedService::Stub& needs() { return *needs_; }
  v1::ClaimService::Stub& claims() { return *claims_; }
  v1::OfferService::Stub& offers() { return *offers_; }
  v1::SupplyPointService::Stub& supply_points() { return *supply_points_; }
  v1::CategoryService::Stub& categories() { return *categories_; }
  v1::MatchService::Stub& matches() { return *matches_; }
  v1::WatchService::Stub& watches() { return *watches_; }

  // A connection of its own, not shared with other channels.
  std::shared_ptr<grpc::Channel> NewChannel() const;

  // Shorthands that fail the test when the call does.
  v1::Need CreateNeed(const v1::Need& need, const std::string& id = "");
  v1::Offer CreateOffer(const v1::Offer& offer, const std::string& id = "");
  v1::SupplyPoint CreateSupplyPoint(const v1::SupplyPoint& point,
                                    const std::string& id = "");
  v1::Need CloseNeed(const std::string& name);

 private:
  void Start();

  edge::ServerOptions options_;
  core::FakeClock clock_;
  std::string directory_;
  std::unique_ptr<edge::Server> server_;
  std::unique_ptr<v1::NeedService::Stub> needs_;
  std::unique_ptr<v1::ClaimService::Stub> claims_;
  std::unique_ptr<v1::OfferService::Stub> offers_;
  std::unique_ptr<v1::SupplyPointService::Stub> supply_points_;
  std::unique_ptr<v1::CategoryService::Stub> categories_;
  std::unique_ptr<v1::MatchService::Stub> matches_;
  std::unique_ptr<v1::WatchService::Stub> watches_;
};

// A connection of its own, not shared with other channels.
std::shared_ptr<grpc::Channel> NewChannelTo(const std::string& address);

// Until it is there, for some seconds: a first connection that the busy machine
// refuses is tried again here, and is not taken for an answer of the server.
void AwaitConnection(grpc::Channel& channel);

// Valid resources to begin with: a need of groceries, an offer of them and a
// supply point, at a place. A need is public where it is (EXACT), so that tests
// can reckon with its distance.
v1::Need NeedAt(double latitude, double longitude);
v1::Offer OfferAt(double latitude, double longitude);
v1::SupplyPoint SupplyPointAt(double latitude, double longitude);

// The reason in the ErrorInfo of an error; "" when it carries none.
std::string ReasonOf(const grpc::Status& status);

// The paths in the BadRequest of an error, joined by a comma.
std::string FieldsOf(const grpc::Status& status);

// A random UUID from the test's seed, for request ids.
std::string NewRequestId();

// The seed of random tests: XOM_TEST_SEED, or a fixed one. Printed on failure
// by SCOPED_TRACE(SeedTrace()).
uint64_t TestSeed();
std::string SeedTrace();

// The folder of the shared data sets beside the project; "" when it is absent.
std::string SharedDataFolder();

}  // namespace xom::tests

#endif  // XOM_TESTS_TEST_SERVER_H_
