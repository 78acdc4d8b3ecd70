#include "services/edge/ticker.h"

#include <utility>

namespace xom::edge {

using storage::MutexLock;

Ticker::Ticker(std::chrono::milliseconds interval, std::function<void()> tick)
    : interval_(interval), tick_(std::move(tick)), thread_([this] { Run(); }) {}

Ticker::~Ticker() { Stop(); }

void Ticker::Stop() {
  {
    MutexLock lock(mu_);
    stop_ = true;
    lock.NotifyOneAfter(wake_);
  }
  if (thread_.joinable()) thread_.join();
}

void Ticker::Run() {
  for (;;) {
    {
      MutexLock lock(mu_);
      if (!stop_) wake_.WaitFor(mu_, interval_);
      if (stop_) return;
    }
    tick_();
  }
}

}  // namespace xom::edge
