#include "cli/fake_server.h"

#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "grpcpp/security/server_credentials.h"
#include "grpcpp/server_builder.h"

namespace xom::cli {
namespace {

// FAILED_PRECONDITION for that reason.
grpc::Status Refused(const std::string& reason,
                     const std::map<std::string, std::string>& metadata) {
  google::rpc::ErrorInfo info;
  info.set_reason(reason);
  info.mutable_metadata()->insert(metadata.begin(), metadata.end());
  google::rpc::Status full;
  full.set_code(grpc::StatusCode::FAILED_PRECONDITION);
  full.add_details()->PackFrom(info);
  return {grpc::StatusCode::FAILED_PRECONDITION, "refused",
          full.SerializeAsString()};
}

}  // namespace

grpc::Status BadField(const std::string& field,
                      const std::string& description) {
  google::rpc::ErrorInfo info;
  info.set_reason("FIELD_INVALID");
  google::rpc::BadRequest bad;
  auto* violation = bad.add_field_violations();
  violation->set_field(field);
  violation->set_description(description);
  google::rpc::Status full;
  full.set_code(grpc::StatusCode::INVALID_ARGUMENT);
  full.set_message("1 field is wrong");
  full.add_details()->PackFrom(info);
  full.add_details()->PackFrom(bad);
  return {grpc::StatusCode::INVALID_ARGUMENT, full.message(),
          full.SerializeAsString()};
}

grpc::Status FakeNeeds::CreateNeed(grpc::ServerContext*,
                                   const v1::CreateNeedRequest* request,
                                   v1::Need* reply) {
  std::lock_guard<std::mutex> lock(mu_);
  asked_.push_back(*request);
  if (fail_times_ > 0) {
    --fail_times_;
    return failure_;
  }
  if (request->need().place().location().latitude() > 90) {
    return BadField("need.place.location.latitude", "must be -90 to 90");
  }
  const auto found = stored_.find(request->need_id());
  if (found != stored_.end() &&
      found->second.request_id() != request->request_id()) {
    return {grpc::StatusCode::ALREADY_EXISTS, "taken"};
  }
  *reply = request->need();
  reply->set_name(absl::StrCat("needs/", request->need_id()));
  if (!request->validate_only()) {
    stored_[request->need_id()] = *request;
    reply->set_access_code("7KQ-2MX-9AB");
  }
  if (std::exchange(lose_reply_, false)) {
    return {grpc::StatusCode::UNAVAILABLE, "lost"};
  }
  return grpc::Status::OK;
}

grpc::Status FakeNeeds::GetNeed(grpc::ServerContext* context,
                                const v1::GetNeedRequest* request,
                                v1::Need* reply) {
  std::lock_guard<std::mutex> lock(mu_);
  headers_.clear();
  for (const auto& [name, value] : context->client_metadata()) {
    headers_[std::string(name.data(), name.size())] =
        std::string(value.data(), value.size());
  }
  if (fail_times_ > 0) {
    --fail_times_;
    return failure_;
  }
  const auto found = stored_.find(request->name().substr(6));
  if (found == stored_.end()) {
    return {grpc::StatusCode::NOT_FOUND, request->name() + " is not there"};
  }
  *reply = found->second.need();
  reply->set_name(request->name());
  return grpc::Status::OK;
}

grpc::Status FakeNeeds::ListNeeds(grpc::ServerContext*,
                                  const v1::ListNeedsRequest* request,
                                  v1::ListNeedsResponse* reply) {
  std::lock_guard<std::mutex> lock(mu_);
  if (request->page_token().empty()) {
    reply->set_next_page_token("-");
    return grpc::Status::OK;
  }
  auto next = request->page_token() == "-"
                  ? stored_.begin()
                  : stored_.lower_bound(request->page_token());
  for (int i = 0; i < 2 && next != stored_.end(); ++i, ++next) {
    v1::Need* need = reply->add_needs();
    *need = next->second.need();
    need->set_name(absl::StrCat("needs/", next->first));
    *need->mutable_public_location() = need->place().location();
    need->clear_place();
  }
  if (next != stored_.end()) reply->set_next_page_token(next->first);
  return grpc::Status::OK;
}

grpc::Status FakeNeeds::UpdateNeed(grpc::ServerContext*,
                                   const v1::UpdateNeedRequest* request,
                                   v1::Need* reply) {
  std::lock_guard<std::mutex> lock(mu_);
  updated_ = *request;
  *reply = request->need();
  return grpc::Status::OK;
}

grpc::Status FakeNeeds::RevealNeed(grpc::ServerContext*,
                                   const v1::RevealNeedRequest* request,
                                   v1::NeedDetails* reply) {
  std::lock_guard<std::mutex> lock(mu_);
  const v1::Need& need = stored_[request->name().substr(6)].need();
  *reply->mutable_place() = need.place();
  *reply->mutable_contact() = need.contact();
  reply->mutable_reveal()->set_user("users/linh");
  return grpc::Status::OK;
}

grpc::Status FakeNeeds::ListReveals(grpc::ServerContext*,
                                    const v1::ListRevealsRequest* request,
                                    v1::ListRevealsResponse* reply) {
  if (request->parent() != "needs/a") return grpc::Status::OK;
  const bool first = request->page_token().empty();
  reply->add_reveals()->set_user(first ? "users/minh" : "users/linh");
  if (first) reply->set_next_page_token("-");
  return grpc::Status::OK;
}

grpc::Status FakeNeeds::EraseNeed(grpc::ServerContext*,
                                  const v1::EraseNeedRequest* request,
                                  v1::Need* reply) {
  std::lock_guard<std::mutex> lock(mu_);
  stored_.erase(request->name().substr(6));
  reply->set_name(request->name());
  reply->set_state(v1::Need::STATE_CANCELLED);
  return grpc::Status::OK;
}

void FakeNeeds::FailNext(int times, grpc::Status status) {
  std::lock_guard<std::mutex> lock(mu_);
  fail_times_ = times;
  failure_ = std::move(status);
}

void FakeNeeds::LoseNextReply() {
  std::lock_guard<std::mutex> lock(mu_);
  lose_reply_ = true;
}

void FakeNeeds::Promise(const std::string& id, int32_t promised) {
  std::lock_guard<std::mutex> lock(mu_);
  v1::LineCoverage* line = stored_[id].mutable_need()->add_coverage();
  line->set_asked(10);
  line->set_promised(promised);
  line->set_open(10 - promised);
}

std::map<std::string, v1::CreateNeedRequest> FakeNeeds::stored() {
  std::lock_guard<std::mutex> lock(mu_);
  return stored_;
}

std::vector<v1::CreateNeedRequest> FakeNeeds::asked() {
  std::lock_guard<std::mutex> lock(mu_);
  return asked_;
}

std::map<std::string, std::string> FakeNeeds::headers() {
  std::lock_guard<std::mutex> lock(mu_);
  return headers_;
}

v1::UpdateNeedRequest FakeNeeds::updated() {
  std::lock_guard<std::mutex> lock(mu_);
  return updated_;
}

grpc::Status FakeClaims::ClaimNeed(grpc::ServerContext*,
                                   const v1::ClaimNeedRequest* request,
                                   v1::Claim* reply) {
  std::lock_guard<std::mutex> lock(mu_);
  if (!made_.emplace(request->name(), *request).second) {
    return Refused("ALREADY_CLAIMED", {{"next_need", "needs/next"}});
  }
  reply->set_name(request->name() + "/claims/c");
  reply->set_fencing_token(7);
  return grpc::Status::OK;
}

grpc::Status FakeClaims::GetClaim(grpc::ServerContext*,
                                  const v1::GetClaimRequest* request,
                                  v1::Claim* reply) {
  reply->set_name(request->name());
  reply->set_fencing_token(7);
  return grpc::Status::OK;
}

grpc::Status FakeClaims::ListClaims(grpc::ServerContext*,
                                    const v1::ListClaimsRequest* request,
                                    v1::ListClaimsResponse* reply) {
  std::lock_guard<std::mutex> lock(mu_);
  listed_ = *request;
  v1::Claim* claim = reply->add_claims();
  claim->set_name("needs/a/claims/c");
  claim->set_offer(request->offer());
  claim->set_state(v1::Claim::STATE_RELEASED);
  claim->set_release_reason(v1::Claim::RELEASE_REASON_OUT_OF_STOCK);
  claim->add_lines()->set_quantity(5);
  return grpc::Status::OK;
}

grpc::Status FakeClaims::ReleaseClaim(grpc::ServerContext*,
                                      const v1::ReleaseClaimRequest* request,
                                      v1::Claim* reply) {
  std::lock_guard<std::mutex> lock(mu_);
  released_ = *request;
  reply->set_name(request->name());
  return grpc::Status::OK;
}

grpc::Status FakeClaims::ConfirmDelivery(
    grpc::ServerContext*, const v1::ConfirmDeliveryRequest* request,
    v1::Claim* reply) {
  std::lock_guard<std::mutex> lock(mu_);
  confirmed_ = *request;
  reply->set_name(request->name());
  return grpc::Status::OK;
}

std::map<std::string, v1::ClaimNeedRequest> FakeClaims::made() {
  std::lock_guard<std::mutex> lock(mu_);
  return made_;
}

v1::ListClaimsRequest FakeClaims::listed() {
  std::lock_guard<std::mutex> lock(mu_);
  return listed_;
}

v1::ReleaseClaimRequest FakeClaims::released() {
  std::lock_guard<std::mutex> lock(mu_);
  return released_;
}

v1::ConfirmDeliveryRequest FakeClaims::confirmed() {
  std::lock_guard<std::mutex> lock(mu_);
  return confirmed_;
}

grpc::Status FakeWatches::WatchNearestNeeds(
    grpc::ServerContext*, const v1::WatchNearestNeedsRequest* request,
    grpc::ServerWriter<v1::WatchNearestNeedsResponse>* writer) {
  Script script;
  {
    std::lock_guard<std::mutex> lock(mu_);
    tokens_.push_back(request->resume_token());
    if (scripts_.empty()) {
      return {grpc::StatusCode::INTERNAL, "no script is left"};
    }
    script = std::move(scripts_.front());
    scripts_.pop_front();
  }
  for (const auto& message : script.messages) writer->Write(message);
  return script.end;
}

void FakeWatches::Add(Script script) {
  std::lock_guard<std::mutex> lock(mu_);
  scripts_.push_back(std::move(script));
}

std::vector<std::string> FakeWatches::tokens() {
  std::lock_guard<std::mutex> lock(mu_);
  return tokens_;
}

FakeServer::FakeServer() {
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(),
                           &port);
  builder.RegisterService(&claims);
  builder.RegisterService(&needs);
  builder.RegisterService(&watches);
  server = builder.BuildAndStart();
  address = absl::StrCat("127.0.0.1:", port);
}

FakeServer::~FakeServer() { server->Shutdown(); }

}  // namespace xom::cli
