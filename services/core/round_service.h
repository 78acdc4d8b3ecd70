#ifndef XOM_SERVICES_CORE_ROUND_SERVICE_H_
#define XOM_SERVICES_CORE_ROUND_SERVICE_H_

#include <deque>
#include <functional>
#include <thread>

#include "services/core/clock.h"
#include "services/core/view.h"
#include "services/core/writer.h"
#include "storage/mutex.h"
#include "xom/v1/claim_service.pb.h"

namespace xom::core {

// PlanRound of xom.v1.ClaimService, as its proto describes it. A short round is
// planned at once. A long one takes tens of milliseconds, in which the thread
// of a call would hold up others: it waits for the one thread that plans here,
// and no more than kMaxWaitingRounds wait. Thread-safe.
class RoundService {
 public:
  // Both outlive the service.
  RoundService(const View* view, const Clock* clock);
  // Answers what waits.
  ~RoundService();

  // Answers a serialized PlanRoundResponse. INVALID_ARGUMENT; NOT_FOUND;
  // RESOURCE_EXHAUSTED/TOO_MANY_ROUNDS.
  void Plan(const v1::PlanRoundRequest& request, ReplyDone done);

 private:
  void Work();

  const View& view_;
  const Clock& clock_;

  storage::Mutex mu_;
  storage::CondVar changed_;
  bool stopping_ XOM_GUARDED_BY(mu_) = false;
  std::deque<std::function<void()>> waiting_ XOM_GUARDED_BY(mu_);

  std::thread worker_;  // last: it reads the others
};

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_ROUND_SERVICE_H_
