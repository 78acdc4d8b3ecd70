// Clients that do random things to claims and write down what they saw, for
// the search of claim_history.h.
#ifndef XOM_TESTS_CLAIM_HELPER_H_
#define XOM_TESTS_CLAIM_HELPER_H_

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "services/core/clock.h"
#include "storage/mutex.h"
#include "tests/claim_history.h"
#include "xom/v1/claim_service.grpc.pb.h"
#include "xom/v1/need_service.grpc.pb.h"

namespace xom::tests {

// The moments of histories: microseconds of a clock, none given twice.
// Thread-safe.
class Moments {
 public:
  // The clock outlives it.
  explicit Moments(const core::Clock* clock) : clock_(*clock) {}
  int64_t Next();

 private:
  const core::Clock& clock_;
  std::atomic<int64_t> last_ = 0;
};

// A claim and the moment when the call that made it was sent.
struct KnownClaim {
  int64_t sent = 0;
  v1::Claim claim;
};

// One need of a random test and what its callers saw. Thread-safe.
class RecordedNeed {
 public:
  RecordedNeed(std::string name, std::vector<int> asked)
      : name_(std::move(name)), history_{std::move(asked), {}} {}

  const std::string& name() const { return name_; }
  size_t line_count() const { return history_.asked.size(); }

  // Whether the history has room for one call more, and then for `spare`.
  bool Reserve(size_t spare);
  void Record(ClaimCall call);
  void Know(KnownClaim claim);
  // One of those that are known.
  std::optional<KnownClaim> Pick(uint64_t dice) const;
  std::vector<KnownClaim> known() const;
  ClaimHistory history() const;

 private:
  const std::string name_;
  mutable storage::Mutex mu_;
  size_t reserved_ XOM_GUARDED_BY(mu_) = 0;
  ClaimHistory history_ XOM_GUARDED_BY(mu_);
  std::vector<KnownClaim> known_ XOM_GUARDED_BY(mu_);
};

// How far the need is met, by line, as it says; fails the test when it says
// what can never be.
std::vector<ClaimCall::Line> LinesOf(const v1::Need& need, size_t count);

// The offers `offers/o0`, ... that random helpers claim for.
inline constexpr size_t kRandomOffers = 5;

// One client that does random things to the claims of a few needs, and records
// what it saw. For one thread at a time.
class RandomHelper {
 public:
  struct Options {
    uint64_t seed = 0;
    // Gives up on some calls early.
    bool hurried = false;
    // Claims hold so long or up to four times as long; 0: the default, and
    // leases are taken not to run out.
    absl::Duration lease = absl::ZeroDuration();
  };

  // `moments` outlives it.
  RandomHelper(const Options& options, Moments* moments)
      : options_(options), random_(options.seed), moments_(*moments) {}

  void Connect(const std::shared_ptr<grpc::Channel>& channel);

  // One call. False when the server was not there: the call is kept for
  // Settle.
  bool DoSomething(RecordedNeed* need);

  // Always with an answer.
  void ReadNeed(RecordedNeed* need);

  // What became of the call that the server did not answer: asks again, with
  // the same request id, or never learns it.
  void Settle();

  // Sends calls that were answered again: the answers must be the first ones.
  void RetryAcknowledged(int count);

 private:
  using Send = std::function<grpc::Status(v1::ClaimService::Stub&,
                                          grpc::ClientContext*, v1::Claim*)>;
  struct Sent {
    RecordedNeed* need = nullptr;
    ClaimCall call;
    Send send;
    std::string reply;
  };

  ClaimCall Begin(ClaimCall::Kind kind);
  void SetDeadline(grpc::ClientContext* context);
  // Asks for a lease, and notes when it ends at the earliest.
  template <typename Request>
  void AskForLease(Request* request, ClaimCall* call);
  bool Finish(Sent sent);
  bool ClaimSome(RecordedNeed* need);
  template <typename Request>
  bool Hold(RecordedNeed* need, const KnownClaim& known, ClaimCall::Kind kind);
  bool Confirm(RecordedNeed* need, const KnownClaim& known);
  std::vector<int> ReceivePart(const v1::Claim& claim, std::vector<int> came,
                               v1::ConfirmDeliveryRequest* request);

  const Options options_;
  std::mt19937_64 random_;
  Moments& moments_;
  std::unique_ptr<v1::ClaimService::Stub> claims_;
  std::unique_ptr<v1::NeedService::Stub> needs_;
  std::optional<Sent> unanswered_;
  std::vector<Sent> acknowledged_;
};

}  // namespace xom::tests

#endif  // XOM_TESTS_CLAIM_HELPER_H_
