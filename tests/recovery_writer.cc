#include "tests/recovery_writer.h"

#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <iterator>

#include "absl/strings/str_cat.h"
#include "tests/model_socket.h"
#include "tests/test_server.h"

namespace xom::tests {
namespace {

constexpr int64_t kNumbersOfOne = 1'000'000'000;  // of one writer

std::string Situation(int64_t number) { return absl::StrCat("call ", number); }

absl::StatusOr<v1::Need> Send(v1::NeedService::Stub& stub,
                              const RecoveryWriter::Request& request) {
  grpc::ClientContext context;
  v1::Need reply;
  struct Caller {
    v1::NeedService::Stub& stub;
    grpc::ClientContext* context;
    v1::Need* reply;
    grpc::Status operator()(const v1::CreateNeedRequest& r) const {
      return stub.CreateNeed(context, r, reply);
    }
    grpc::Status operator()(const v1::UpdateNeedRequest& r) const {
      return stub.UpdateNeed(context, r, reply);
    }
    grpc::Status operator()(const v1::CloseNeedRequest& r) const {
      return stub.CloseNeed(context, r, reply);
    }
  };
  const grpc::Status status =
      std::visit(Caller{stub, &context, &reply}, request);
  if (!status.ok()) return ToAbsl(status);
  return reply;
}

absl::StatusOr<v1::Need> Get(v1::NeedService::Stub& stub,
                             const std::string& name) {
  grpc::ClientContext context;
  v1::GetNeedRequest request;
  request.set_name(name);
  v1::Need reply;
  const grpc::Status status = stub.GetNeed(&context, request, &reply);
  if (!status.ok()) return ToAbsl(status);
  return reply;
}

// As all answers but that of its creation have it.
v1::Need WithoutCode(v1::Need need) {
  need.clear_access_code();
  return need;
}

std::string Bytes(const v1::Need& need) { return need.SerializeAsString(); }

}  // namespace

RecoveryWriter::Sent RecoveryWriter::Create() {
  v1::CreateNeedRequest request;
  const int64_t number = id_ * kNumbersOfOne + ++last_number_;
  *request.mutable_need() =
      NeedAt(10.7 + 0.001 * static_cast<double>(random_() % 100),
             106.6 + 0.001 * static_cast<double>(random_() % 100));
  request.mutable_need()->set_situation(Situation(number));
  request.set_need_id(absl::StrCat("w", id_, "-", number));
  request.set_request_id(NewRequestId());
  return {absl::StrCat("needs/", request.need_id()), number, request, {}};
}

RecoveryWriter::Sent RecoveryWriter::Update(const std::string& name) {
  v1::UpdateNeedRequest request;
  const int64_t number = id_ * kNumbersOfOne + ++last_number_;
  request.mutable_need()->set_name(name);
  request.mutable_need()->set_situation(Situation(number));
  request.mutable_need()->set_urgency(v1::URGENCY_HIGH);
  request.set_request_id(NewRequestId());
  return {name, number, request, {}};
}

RecoveryWriter::Sent RecoveryWriter::Close(const std::string& name) {
  v1::CloseNeedRequest request;
  request.set_name(name);
  request.set_request_id(NewRequestId());
  return {name, 0, request, {}};
}

RecoveryWriter::Sent RecoveryWriter::NextCall() {
  const size_t dice = random_() % 10;
  if (needs_.empty() || dice < 4) return Create();
  const auto it = std::next(needs_.begin(),
                            static_cast<ptrdiff_t>(random_() % needs_.size()));
  if (it->second.state() != v1::Need::STATE_OPEN) return Create();
  return dice < 9 ? Update(it->first) : Close(it->first);
}

void RecoveryWriter::Acknowledge(Sent sent, v1::Need reply) {
  needs_[sent.name] = WithoutCode(reply);
  sent.reply = std::move(reply);
  acknowledged_.push_back(std::move(sent));
}

void RecoveryWriter::WriteUntilDeath(
    const std::shared_ptr<grpc::Channel>& channel,
    std::atomic<int64_t>* acknowledged) {
  const auto stub = v1::NeedService::NewStub(channel);
  for (;;) {
    Sent sent = NextCall();
    const auto reply = Send(*stub, sent.request);
    if (!reply.ok()) {
      EXPECT_EQ(reply.status().code(), absl::StatusCode::kUnavailable)
          << reply.status();
      unknown_ = std::move(sent);
      return;
    }
    Acknowledge(std::move(sent), *reply);
    ++*acknowledged;
    acknowledged->notify_all();
  }
}

void RecoveryWriter::CheckAndSettle(
    const std::shared_ptr<grpc::Channel>& channel) {
  const auto stub = v1::NeedService::NewStub(channel);
  CheckHeld(*stub);
  if (unknown_.has_value()) Settle(*stub);
  RetryAcknowledged(*stub);
}

void RecoveryWriter::CheckHeld(v1::NeedService::Stub& stub) {
  for (const auto& [name, need] : needs_) {
    if (unknown_.has_value() && unknown_->name == name) continue;
    const auto there = Get(stub, name);
    ASSERT_TRUE(there.ok()) << name << " was acknowledged: " << there.status();
    ASSERT_EQ(Bytes(*there), Bytes(need)) << name;
  }
}

void RecoveryWriter::Settle(v1::NeedService::Stub& stub) {
  const Sent sent = *std::exchange(unknown_, std::nullopt);
  const auto before = needs_.find(sent.name);
  const auto there = Get(stub, sent.name);
  // Whether the call had happened when the server died.
  const bool absent =
      before == needs_.end()
          ? !there.ok()
          : there.ok() && Bytes(*there) == Bytes(before->second);
  const auto retried = Send(stub, sent.request);
  ASSERT_TRUE(retried.ok()) << sent.name << ": " << retried.status();
  if (!absent) {
    ASSERT_TRUE(there.ok()) << sent.name << ": " << there.status();
    EXPECT_EQ(Bytes(WithoutCode(*retried)), Bytes(*there))
        << "done twice: " << sent.name;
  }
  if (sent.number != 0) {
    EXPECT_EQ(retried->situation(), Situation(sent.number));
  } else {
    EXPECT_EQ(retried->state(), v1::Need::STATE_CLOSED);
  }
  const auto after = Get(stub, sent.name);
  ASSERT_TRUE(after.ok()) << after.status();
  EXPECT_EQ(Bytes(*after), Bytes(WithoutCode(*retried)));
  Acknowledge(sent, *retried);
}

void RecoveryWriter::RetryAcknowledged(v1::NeedService::Stub& stub) {
  constexpr int kRetries = 20;
  if (acknowledged_.empty()) return;
  for (int i = 0; i < kRetries; ++i) {
    const Sent& sent = acknowledged_[random_() % acknowledged_.size()];
    const auto again = Send(stub, sent.request);
    ASSERT_TRUE(again.ok()) << sent.name << ": " << again.status();
    EXPECT_EQ(Bytes(*again), Bytes(sent.reply)) << "another answer";
  }
}

}  // namespace xom::tests
