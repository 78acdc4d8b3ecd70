#include "tests/test_server.h"

#include <gmock/gmock.h>
#include <google/rpc/error_details.pb.h>
#include <google/rpc/status.pb.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <random>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "trust/own_token.h"

namespace xom::tests {
namespace {

std::string MakeTemporaryFolder() {
  std::string path = testing::TempDir() + "/xom_XXXXXX";
  if (mkdtemp(path.data()) == nullptr) ADD_FAILURE() << "no temporary folder";
  return path;
}

// A Monday, 09:00 in Ho Chi Minh City.
absl::Time StartTime() { return absl::FromUnixSeconds(1'629'684'000); }

template <typename Detail>
std::optional<Detail> DetailOf(const grpc::Status& status) {
  google::rpc::Status details;
  if (!details.ParseFromString(status.error_details())) return std::nullopt;
  for (const auto& any : details.details()) {
    Detail detail;
    if (any.UnpackTo(&detail)) return detail;
  }
  return std::nullopt;
}

template <typename Resource>
Resource Succeed(const grpc::Status& status, Resource resource) {
  EXPECT_TRUE(status.ok()) << status.error_message();
  return resource;
}

void SetLocation(double latitude, double longitude, v1::Place* place) {
  place->mutable_location()->set_latitude(latitude);
  place->mutable_location()->set_longitude(longitude);
}

// The file is needed no longer than it takes to read it.
std::shared_ptr<const trust::TokenIssuer> MakeIssuer(const std::string& path) {
  EXPECT_TRUE(trust::TokenIssuer::CreateKey(path).ok());
  auto issuer = trust::TokenIssuer::Load(path);
  EXPECT_TRUE(issuer.ok()) << issuer.status();
  std::filesystem::remove(path);
  return *std::move(issuer);
}

}  // namespace

TestServer::TestServer(edge::ServerOptions options,
                       edge::CallLog::Verbosity log)
    : options_(std::move(options)),
      clock_(StartTime()),
      directory_(MakeTemporaryFolder()) {
  options_.log = log;
  Start();
}

TestServer::~TestServer() {
  server_ = nullptr;
  std::filesystem::remove_all(directory_);
}

void TestServer::Restart() {
  server_ = nullptr;
  Start();
}

void TestServer::Start() {
  options_.listen = "127.0.0.1:0";
  if (options_.engine.keyring == nullptr) {
    options_.engine.keyring =
        std::make_shared<trust::Keyring>(trust::Keyring::Ephemeral());
  }
  if (options_.engine.authorization.access == core::Access::kAccounts &&
      options_.engine.token_issuer == nullptr) {
    options_.engine.token_issuer = MakeIssuer(directory_ + ".issuer.pem");
  }
  options_.ledger.directory = directory_;
  options_.ledger.compress = false;  // bytes are looked for in the files
  options_.clock = &clock_;
  options_.tick_interval = absl::ZeroDuration();
  auto server = edge::Server::Start(options_);
  ASSERT_TRUE(server.ok()) << server.status();
  server_ = *std::move(server);
  const auto channel = NewChannel();
  needs_ = v1::NeedService::NewStub(channel);
  claims_ = v1::ClaimService::NewStub(channel);
  offers_ = v1::OfferService::NewStub(channel);
  supply_points_ = v1::SupplyPointService::NewStub(channel);
  categories_ = v1::CategoryService::NewStub(channel);
  matches_ = v1::MatchService::NewStub(channel);
  watches_ = v1::WatchService::NewStub(channel);
}

std::string TestServer::TokenOf(const std::string& id) const {
  return trust::IssueOwnToken(*options_.engine.token_issuer,
                              absl::StrCat("users/", id), {clock_.Now()});
}

std::string TestServer::address() const {
  return absl::StrCat("127.0.0.1:", server_->port());
}

std::shared_ptr<grpc::Channel> TestServer::NewChannel() const {
  auto channel = NewChannelTo(address());
  // One without TLS never comes about with a server that speaks it.
  if (!options_.tls.on()) AwaitConnection(*channel);
  return channel;
}

v1::Need TestServer::CreateNeed(const v1::Need& need, const std::string& id) {
  v1::CreateNeedRequest request;
  *request.mutable_need() = need;
  request.set_need_id(id);
  grpc::ClientContext context;
  v1::Need reply;
  const auto status = needs_->CreateNeed(&context, request, &reply);
  return Succeed(status, reply);
}

v1::Offer TestServer::CreateOffer(const v1::Offer& offer,
                                  const std::string& id) {
  v1::CreateOfferRequest request;
  *request.mutable_offer() = offer;
  request.set_offer_id(id);
  grpc::ClientContext context;
  v1::Offer reply;
  const auto status = offers_->CreateOffer(&context, request, &reply);
  return Succeed(status, reply);
}

v1::SupplyPoint TestServer::CreateSupplyPoint(const v1::SupplyPoint& point,
                                              const std::string& id) {
  v1::CreateSupplyPointRequest request;
  *request.mutable_supply_point() = point;
  request.set_supply_point_id(id);
  grpc::ClientContext context;
  v1::SupplyPoint reply;
  const auto status =
      supply_points_->CreateSupplyPoint(&context, request, &reply);
  return Succeed(status, reply);
}

v1::Need TestServer::CloseNeed(const std::string& name) {
  v1::CloseNeedRequest request;
  request.set_name(name);
  grpc::ClientContext context;
  v1::Need reply;
  const auto status = needs_->CloseNeed(&context, request, &reply);
  return Succeed(status, reply);
}

std::shared_ptr<grpc::Channel> NewChannelTo(const std::string& address) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(),
                                   arguments);
}

void AwaitConnection(grpc::Channel& channel) {
  channel.WaitForConnected(std::chrono::system_clock::now() +
                           std::chrono::seconds(10));
}

v1::Need NeedAt(double latitude, double longitude) {
  v1::Need need;
  need.add_categories("categories/groceries");
  SetLocation(latitude, longitude, need.mutable_place());
  need.mutable_place()->set_location_precision(v1::LOCATION_PRECISION_EXACT);
  return need;
}

v1::Offer OfferAt(double latitude, double longitude) {
  v1::Offer offer;
  offer.add_categories("categories/groceries");
  SetLocation(latitude, longitude, offer.mutable_place());
  return offer;
}

v1::SupplyPoint SupplyPointAt(double latitude, double longitude) {
  v1::SupplyPoint point;
  point.set_display_name("Shop");
  point.add_categories("categories/groceries");
  SetLocation(latitude, longitude, point.mutable_place());
  return point;
}

std::string ReasonOf(const grpc::Status& status) {
  const auto info = DetailOf<google::rpc::ErrorInfo>(status);
  return info.has_value() ? info->reason() : "";
}

std::string FieldsOf(const grpc::Status& status) {
  const auto bad = DetailOf<google::rpc::BadRequest>(status);
  if (!bad.has_value()) return "";
  return absl::StrJoin(bad->field_violations(), ",",
                       [](std::string* out, const auto& violation) {
                         out->append(violation.field());
                       });
}

uint64_t TestSeed() {
  constexpr uint64_t kDefaultSeed = 20210823;
  const char* text = std::getenv("XOM_TEST_SEED");
  uint64_t seed = kDefaultSeed;
  if (text != nullptr && !absl::SimpleAtoi(text, &seed)) {
    ADD_FAILURE() << "XOM_TEST_SEED is not a number: " << text;
  }
  return seed;
}

std::string SeedTrace() { return absl::StrCat("XOM_TEST_SEED=", TestSeed()); }

std::string NewRequestId() {
  static std::atomic<uint64_t> count{0};
  std::mt19937_64 random(TestSeed() + ++count);
  const uint64_t a = random();
  const uint64_t b = random();
  return absl::StrFormat("%08x-%04x-4%03x-a%03x-%012x", a >> 32,
                         (a >> 16) & 0xFFFF, a & 0xFFF, b >> 52,
                         b & 0xFFFFFFFFFFFF);
}

std::string SharedDataFolder() {
  const std::filesystem::path folder = "../shared/data";
  return std::filesystem::exists(folder) ? folder.string() : "";
}

}  // namespace xom::tests
