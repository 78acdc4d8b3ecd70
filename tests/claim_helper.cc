#include "tests/claim_helper.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <type_traits>

#include "absl/strings/str_cat.h"
#include "tests/test_server.h"

namespace xom::tests {
namespace {

using grpc::StatusCode;
using Kind = ClaimCall::Kind;
using Result = ClaimCall::Result;

std::chrono::system_clock::time_point After(std::chrono::microseconds time) {
  return std::chrono::system_clock::now() + time;
}

// What the status says of the call; nothing when it surely did not happen and
// says nothing of the need.
std::optional<Result> ResultOf(const grpc::Status& status) {
  switch (status.error_code()) {
    case StatusCode::OK:
      return Result::kDone;
    case StatusCode::FAILED_PRECONDITION:
      return Result::kRefused;
    case StatusCode::UNAVAILABLE:
    case StatusCode::DEADLINE_EXCEEDED:
    case StatusCode::CANCELLED:
      return Result::kUnknown;
    case StatusCode::RESOURCE_EXHAUSTED:
      return std::nullopt;
    default:
      break;
  }
  const std::string reason = ReasonOf(status);
  if (reason == "WRITE_CONFLICT") return std::nullopt;
  EXPECT_EQ(reason, "FENCING_TOKEN_STALE") << status.error_message();
  return Result::kStale;
}

std::vector<int> UnitsOf(const v1::Claim& claim, size_t lines) {
  std::vector<int> units(lines, 0);
  for (const v1::ClaimedLine& line : claim.lines()) {
    const auto i = static_cast<size_t>(line.line_index());
    EXPECT_LT(i, lines);
    if (i < lines) units[i] += line.quantity();
  }
  return units;
}

int64_t LeaseEndOf(const v1::Claim& claim) {
  return claim.lease_expire_time().seconds() * 1'000'000 +
         claim.lease_expire_time().nanos() / 1'000;
}

struct Sender {
  v1::ClaimService::Stub& stub;
  grpc::ClientContext* context;
  v1::Claim* reply;
  grpc::Status operator()(const v1::ClaimNeedRequest& r) const {
    return stub.ClaimNeed(context, r, reply);
  }
  grpc::Status operator()(const v1::RenewClaimRequest& r) const {
    return stub.RenewClaim(context, r, reply);
  }
  grpc::Status operator()(const v1::ReleaseClaimRequest& r) const {
    return stub.ReleaseClaim(context, r, reply);
  }
  grpc::Status operator()(const v1::MarkDeliveredRequest& r) const {
    return stub.MarkDelivered(context, r, reply);
  }
  grpc::Status operator()(const v1::ConfirmDeliveryRequest& r) const {
    return stub.ConfirmDelivery(context, r, reply);
  }
};

// A call that can be repeated.
template <typename Request>
auto Repeatable(Request request) {
  request.set_request_id(NewRequestId());
  return [request](v1::ClaimService::Stub& stub, grpc::ClientContext* context,
                   v1::Claim* reply) {
    return Sender{stub, context, reply}(request);
  };
}

}  // namespace

int64_t Moments::Next() {
  int64_t last = last_;
  int64_t next = 0;
  do {
    next = std::max(last + 1, absl::ToUnixMicros(clock_.Now()));
  } while (!last_.compare_exchange_weak(last, next));
  return next;
}

bool RecordedNeed::Reserve(size_t spare) {
  storage::MutexLock lock(mu_);
  if (reserved_ + spare >= kMaxClaimCalls) return false;
  ++reserved_;
  return true;
}

void RecordedNeed::Record(ClaimCall call) {
  storage::MutexLock lock(mu_);
  history_.calls.push_back(std::move(call));
}

void RecordedNeed::Know(KnownClaim claim) {
  storage::MutexLock lock(mu_);
  known_.push_back(std::move(claim));
}

std::optional<KnownClaim> RecordedNeed::Pick(uint64_t dice) const {
  storage::MutexLock lock(mu_);
  if (known_.empty()) return std::nullopt;
  // Mostly a recent one: the others have ended.
  constexpr size_t kRecent = 5;
  const size_t among =
      dice / 8 % 4 == 0 ? known_.size() : std::min(known_.size(), kRecent);
  return known_[known_.size() - 1 - dice % among];
}

std::vector<KnownClaim> RecordedNeed::known() const {
  storage::MutexLock lock(mu_);
  return known_;
}

ClaimHistory RecordedNeed::history() const {
  storage::MutexLock lock(mu_);
  return history_;
}

std::vector<ClaimCall::Line> LinesOf(const v1::Need& need, size_t count) {
  std::vector<ClaimCall::Line> lines(count);
  if (need.coverage().empty()) {
    for (size_t i = 0; i < count; ++i) {
      lines[i].open = need.lines(static_cast<int>(i)).quantity();
    }
    return lines;
  }
  EXPECT_EQ(need.coverage_size(), static_cast<int>(count));
  for (size_t i = 0; i < count; ++i) {
    const v1::LineCoverage& line = need.coverage(static_cast<int>(i));
    EXPECT_GE(line.open(), 0) << "more was promised than was asked";
    EXPECT_EQ(line.asked(), line.promised() + line.delivered() +
                                line.confirmed() + line.open());
    lines[i] = {line.promised(), line.delivered(), line.confirmed(),
                line.open()};
  }
  return lines;
}

void RandomHelper::Connect(const std::shared_ptr<grpc::Channel>& channel) {
  claims_ = v1::ClaimService::NewStub(channel);
  needs_ = v1::NeedService::NewStub(channel);
}

bool RandomHelper::DoSomething(RecordedNeed* need) {
  const auto known = need->Pick(random_());
  const uint64_t dice = random_() % 16;
  if (!known.has_value() || dice < 6) return ClaimSome(need);
  if (dice < 8) {
    return Hold<v1::RenewClaimRequest>(need, *known, Kind::kRenew);
  }
  if (dice < 11) {
    return Hold<v1::ReleaseClaimRequest>(need, *known, Kind::kRelease);
  }
  if (dice < 14) {
    return Hold<v1::MarkDeliveredRequest>(need, *known, Kind::kDeliver);
  }
  return Confirm(need, *known);
}

void RandomHelper::ReadNeed(RecordedNeed* need) {
  ClaimCall call = Begin(Kind::kRead);
  grpc::ClientContext context;
  v1::GetNeedRequest request;
  request.set_name(need->name());
  v1::Need reply;
  const grpc::Status status = needs_->GetNeed(&context, request, &reply);
  call.answered = moments_.Next();
  ASSERT_TRUE(status.ok()) << status.error_message();
  call.lines = LinesOf(reply, need->line_count());
  need->Record(std::move(call));
}

void RandomHelper::Settle() {
  if (!unanswered_.has_value()) return;
  Sent sent = *std::exchange(unanswered_, std::nullopt);
  if (random_() % 2 == 0) return sent.need->Record(std::move(sent.call));
  EXPECT_TRUE(Finish(std::move(sent))) << "the server is gone again";
}

void RandomHelper::RetryAcknowledged(int count) {
  // A server forgets a request id after a day.
  constexpr size_t kRecent = 50;
  const size_t among = std::min(acknowledged_.size(), kRecent);
  for (int i = 0; i < count && among > 0; ++i) {
    const Sent& sent =
        acknowledged_[acknowledged_.size() - 1 - random_() % among];
    grpc::ClientContext context;
    v1::Claim reply;
    const grpc::Status status = sent.send(*claims_, &context, &reply);
    ASSERT_TRUE(status.ok()) << status.error_message();
    EXPECT_EQ(reply.SerializeAsString(), sent.reply)
        << "another answer: " << reply.ShortDebugString();
  }
}

ClaimCall RandomHelper::Begin(Kind kind) {
  ClaimCall call;
  call.kind = kind;
  call.sent = moments_.Next();
  return call;
}

template <typename Request>
void RandomHelper::AskForLease(Request* request, ClaimCall* call) {
  if (options_.lease == absl::ZeroDuration()) return;
  const auto times = static_cast<int64_t>(1 + random_() % 4);
  request->mutable_lease_duration()->set_seconds(
      times * absl::ToInt64Seconds(options_.lease));
  call->lease_end =
      call->sent + times * absl::ToInt64Microseconds(options_.lease);
}

// What becomes of a call that its client gives up nobody knows.
void RandomHelper::SetDeadline(grpc::ClientContext* context) {
  const bool early = options_.hurried && random_() % 12 == 0;
  context->set_deadline(
      early ? After(std::chrono::microseconds(200 + random_() % 1'800))
            : After(std::chrono::seconds(60)));
}

// Sends it and records what came of it. False when no server answered.
bool RandomHelper::Finish(Sent sent) {
  grpc::ClientContext context;
  SetDeadline(&context);
  v1::Claim reply;
  const grpc::Status status = sent.send(*claims_, &context, &reply);
  ClaimCall& call = sent.call;
  call.answered = moments_.Next();
  const std::optional<Result> result = ResultOf(status);
  if (!result.has_value()) return true;
  call.result = *result;
  if (*result == Result::kDone && call.lease_end != kNoMoment) {
    call.lease_end = LeaseEndOf(reply);
  }
  if (status.error_code() == StatusCode::UNAVAILABLE) {
    unanswered_ = std::move(sent);
    return false;
  }
  if (*result == Result::kDone) {
    if (call.kind == Kind::kClaim) {
      call.held = UnitsOf(reply, sent.need->line_count());
      call.token = reply.fencing_token();
      sent.need->Know({call.sent, reply});
    }
    sent.reply = reply.SerializeAsString();
    acknowledged_.push_back(sent);
  }
  sent.need->Record(std::move(call));
  return true;
}

// All that is open, or a few units of some lines.
bool RandomHelper::ClaimSome(RecordedNeed* need) {
  v1::ClaimNeedRequest request;
  request.set_name(need->name());
  request.set_offer(absl::StrCat("offers/o", random_() % kRandomOffers));
  std::vector<int> units(need->line_count(), 0);
  for (size_t i = 0; random_() % 5 != 0 && i < units.size(); ++i) {
    units[i] = static_cast<int>(random_() % 4);
    if (units[i] == 0) continue;
    v1::ClaimedLine* line = request.add_lines();
    line->set_line_index(static_cast<int>(i));
    line->set_quantity(units[i]);
  }
  ClaimCall call = Begin(Kind::kClaim);
  AskForLease(&request, &call);
  call.units = std::move(units);
  return Finish({need, std::move(call), Repeatable(request), ""});
}

template <typename Request>
bool RandomHelper::Hold(RecordedNeed* need, const KnownClaim& known,
                        Kind kind) {
  const bool holds_token = random_() % 10 != 0;
  Request request;
  request.set_name(known.claim.name());
  request.set_fencing_token(known.claim.fencing_token() +
                            (holds_token ? 0 : 1));
  ClaimCall call = Begin(kind);
  if constexpr (std::is_same_v<Request, v1::RenewClaimRequest>) {
    AskForLease(&request, &call);
  }
  call.claim = known.sent;
  call.holds_token = holds_token;
  return Finish({need, std::move(call), Repeatable(request), ""});
}

bool RandomHelper::Confirm(RecordedNeed* need, const KnownClaim& known) {
  v1::ConfirmDeliveryRequest request;
  request.set_name(known.claim.name());
  std::vector<int> came = UnitsOf(known.claim, need->line_count());
  switch (random_() % 3) {
    case 0:
      request.set_outcome(v1::Claim::OUTCOME_RECEIVED);
      break;
    case 1:
      request.set_outcome(v1::Claim::OUTCOME_NOT_RECEIVED);
      came.assign(came.size(), 0);
      break;
    default:
      request.set_outcome(v1::Claim::OUTCOME_PARTLY_RECEIVED);
      came = ReceivePart(known.claim, std::move(came), &request);
  }
  ClaimCall call = Begin(Kind::kConfirm);
  call.claim = known.sent;
  call.units = std::move(came);
  return Finish({need, std::move(call), Repeatable(request), ""});
}

std::vector<int> RandomHelper::ReceivePart(
    const v1::Claim& claim, std::vector<int> came,
    v1::ConfirmDeliveryRequest* request) {
  for (const v1::ClaimedLine& held : claim.lines()) {
    v1::ReceivedLine* line = request->add_received();
    line->set_line_index(held.line_index());
    line->set_quantity(static_cast<int>(
        random_() % (static_cast<uint64_t>(held.quantity()) + 1)));
    came[static_cast<size_t>(held.line_index())] = line->quantity();
  }
  return came;
}

}  // namespace xom::tests
