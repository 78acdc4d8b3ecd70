#ifndef XOM_SERVICES_EDGE_TICKER_H_
#define XOM_SERVICES_EDGE_TICKER_H_

#include <chrono>
#include <functional>
#include <thread>

#include "storage/mutex.h"

namespace xom::edge {

// A thread that calls a function again and again.
class Ticker {
 public:
  Ticker(std::chrono::milliseconds interval, std::function<void()> tick);
  // As Stop.
  ~Ticker();

  // Waits for the call that runs; none follows.
  void Stop();

 private:
  void Run();

  const std::chrono::milliseconds interval_;
  const std::function<void()> tick_;
  storage::Mutex mu_;
  storage::CondVar wake_;
  bool stop_ XOM_GUARDED_BY(mu_) = false;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace xom::edge

#endif  // XOM_SERVICES_EDGE_TICKER_H_
