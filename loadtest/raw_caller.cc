#include "loadtest/raw_caller.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>
#include <future>

#include "absl/time/clock.h"

namespace xom::loadtest {
namespace {

constexpr absl::Duration kOverduePeriod = absl::Seconds(1);

}  // namespace

// Keeps the one reply until the end.
class RawCaller::UnaryCall final : public GrpcCall {
 public:
  UnaryCall(RawCaller* caller, Done done)
      : caller_(*caller), done_(std::move(done)) {}

  void OnMessage(absl::string_view message) override {
    reply_.assign(message.data(), message.size());
  }
  void OnEnd(const absl::Status& status) override {
    caller_.NoteEnd(status);
    done_(status, reply_);
  }

 private:
  RawCaller& caller_;
  const Done done_;
  std::string reply_;
};

RawCaller::RawCaller(std::string address, int connections)
    : address_(std::move(address)),
      woken_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)),
      turns_(static_cast<size_t>(connections)),
      thread_([this] { Run(); }) {}

RawCaller::~RawCaller() {
  {
    std::lock_guard<std::mutex> lock(mu_);
    stopping_ = true;
  }
  Wake();
  thread_.join();
  const absl::Status cancelled = absl::CancelledError("the caller is gone");
  for (const Queued& queued : queue_) queued.call->OnEnd(cancelled);
  for (const auto& connection : connections_) connection->EndAll(cancelled);
  close(woken_);
}

void RawCaller::Start(std::string method, std::string request, Done done) {
  Queue({std::move(method), std::move(request), kCallTimeout},
        std::make_unique<UnaryCall>(this, std::move(done)));
}

void RawCaller::StartStream(std::string method, std::string request,
                            std::unique_ptr<GrpcCall> call) {
  Queue({std::move(method), std::move(request)}, std::move(call));
}

absl::StatusOr<std::string> RawCaller::Call(std::string method,
                                            std::string request) {
  std::promise<absl::StatusOr<std::string>> answer;
  Start(std::move(method), std::move(request),
        [&answer](const absl::Status& status, absl::string_view reply) {
          if (status.ok()) {
            answer.set_value(std::string(reply));
          } else {
            answer.set_value(status);
          }
        });
  return answer.get_future().get();
}

absl::Status RawCaller::first_error() const {
  std::lock_guard<std::mutex> lock(mu_);
  return first_error_;
}

void RawCaller::NoteEnd(const absl::Status& status) {
  if (status.ok()) return;
  std::lock_guard<std::mutex> lock(mu_);
  first_error_.Update(status);
}

void RawCaller::Queue(GrpcRequest request, std::unique_ptr<GrpcCall> call) {
  bool first = false;
  {
    std::lock_guard<std::mutex> lock(mu_);
    first = queue_.empty();
    queue_.push_back({std::move(request), std::move(call)});
  }
  // Its own thread looks at the queue before it waits.
  if (first && std::this_thread::get_id() != thread_.get_id()) Wake();
}

// Fails only when it was woken four billion times and did not look.
void RawCaller::Wake() {
  const uint64_t one = 1;
  (void)!write(woken_, &one, sizeof(one));
}

void RawCaller::Run() {
  std::vector<Queued> queued;
  absl::Time overdue = absl::Now() + kOverduePeriod;
  while (Take(&queued)) {
    for (Queued& one : queued) Begin(std::move(one));
    queued.clear();
    SendAll();
    DropLeft();
    PollAndReceive();
    if (const absl::Time now = absl::Now(); now > overdue) {
      for (const auto& connection : connections_) connection->EndOverdue(now);
      overdue = now + kOverduePeriod;
    }
    DropLeft();
  }
}

// False: it is time to stop.
bool RawCaller::Take(std::vector<Queued>* queued) {
  std::lock_guard<std::mutex> lock(mu_);
  if (stopping_) return false;
  queue_.swap(*queued);
  return true;
}

bool RawCaller::HasQueued() {
  std::lock_guard<std::mutex> lock(mu_);
  return !queue_.empty();
}

void RawCaller::Begin(Queued queued) {
  const auto connection = ConnectionInTurn();
  if (!connection.ok()) return queued.call->OnEnd(connection.status());
  (*connection)->Start(std::move(queued.request), std::move(queued.call));
}

absl::StatusOr<Http2Connection*> RawCaller::ConnectionInTurn() {
  Http2Connection*& turn = turns_[next_++ % turns_.size()];
  if (turn != nullptr && !turn->is_leaving()) return turn;
  auto opened = Http2Connection::Open(address_);
  if (!opened.ok()) return opened.status();
  turn = opened->get();
  connections_.push_back(*std::move(opened));
  return turn;
}

void RawCaller::SendAll() {
  for (const auto& connection : connections_) {
    const absl::Status sent = connection->Send();
    if (!sent.ok()) connection->EndAll(sent);
  }
}

void RawCaller::PollAndReceive() {
  std::vector<pollfd> polled = {{woken_, POLLIN, 0}};
  for (const auto& connection : connections_) {
    const int events = POLLIN | (connection->is_blocked() ? POLLOUT : 0);
    polled.push_back({connection->socket(), static_cast<int16_t>(events), 0});
  }
  const auto longest = absl::ToInt64Milliseconds(kOverduePeriod);
  poll(polled.data(), polled.size(),
       HasQueued() ? 0 : static_cast<int>(longest));
  uint64_t times = 0;
  if (polled[0].revents != 0) (void)!read(woken_, &times, sizeof(times));
  for (size_t i = 0; i < connections_.size(); ++i) {
    if ((polled[i + 1].revents & ~POLLOUT) == 0) continue;
    const absl::Status received = connections_[i]->Receive();
    if (!received.ok()) connections_[i]->EndAll(received);
  }
}

// Lets go of connections that are done.
void RawCaller::DropLeft() {
  const auto left = [](const Http2Connection& connection) {
    return connection.is_leaving() && !connection.has_calls();
  };
  for (Http2Connection*& turn : turns_) {
    if (turn != nullptr && left(*turn)) turn = nullptr;
  }
  std::erase_if(connections_,
                [&](const auto& connection) { return left(*connection); });
}

}  // namespace xom::loadtest
