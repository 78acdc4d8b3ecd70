#include "loadtest/peers/peer_connection.h"

#include <poll.h>

#include <cassert>
#include <deque>

#include "absl/time/clock.h"

namespace xom::loadtest {
namespace {

// Waits until one of the sockets can be read or, where that is awaited,
// written.
absl::Status WaitForSockets(std::vector<pollfd>* sockets,
                            absl::Duration bound) {
  const int n = poll(sockets->data(), sockets->size(),
                     static_cast<int>(absl::ToInt64Milliseconds(bound)));
  if (n > 0) return absl::OkStatus();
  if (n < 0) return absl::ErrnoToStatus(errno, "poll");
  return absl::DeadlineExceededError("no answer comes");
}

class ClosedRun {
 public:
  ClosedRun(const PeerConnections& connections,
            absl::Span<const PeerQuery> queries, const PeerLoad& load)
      : connections_(connections),
        queries_(queries),
        load_(load),
        measured_from_(absl::Now() + load.warm_up),
        end_(measured_from_ + load.duration),
        under_way_(connections.size()),
        sockets_(connections.size()) {
    for (size_t i = 0; i < connections.size(); ++i) {
      sockets_[i].fd = connections[i]->descriptor();
    }
    result_.took = load.duration;
  }

  absl::StatusOr<LoadResult> Run() {
    for (int i = 0; i < load_.in_flight; ++i) {
      SendNext(static_cast<size_t>(i) % connections_.size());
    }
    for (size_t i = 0; i < connections_.size(); ++i) Flush(i);
    while (status_.ok() && in_flight_ > 0) {
      status_ = WaitForSockets(&sockets_, load_.answer_bound);
      for (size_t i = 0; status_.ok() && i < sockets_.size(); ++i) {
        if (sockets_[i].revents != 0) Serve(i);
      }
    }
    if (!status_.ok()) return status_;
    return std::move(result_);
  }

 private:
  void Serve(size_t i) {
    // What has hung up says so when it is read.
    if ((sockets_[i].revents & ~POLLOUT) != 0) {
      const absl::Status received = connections_[i]->Receive(
          [this, i](absl::Span<const int64_t> ids) { End(i, !ids.empty()); });
      if (!received.ok()) status_ = received;
    }
    if (status_.ok()) Flush(i);
  }

  void End(size_t i, bool ok) {
    assert(!under_way_[i].empty());
    const absl::Time now = absl::Now();
    const absl::Time start = under_way_[i].front();
    under_way_[i].pop_front();
    --in_flight_;
    if (measured_from_ <= now && now < end_) {
      if (ok) {
        result_.latency.Record(now - start);
      } else {
        ++result_.failed;
      }
    }
    if (now < end_) SendNext(i);
  }

  void SendNext(size_t i) {
    const absl::Status sent =
        connections_[i]->Send(queries_[next_query_++ % queries_.size()]);
    if (!sent.ok()) status_ = sent;
    under_way_[i].push_back(absl::Now());
    ++in_flight_;
  }

  void Flush(size_t i) {
    const absl::StatusOr<bool> all = connections_[i]->Flush();
    if (!all.ok()) status_ = all.status();
    sockets_[i].events =
        static_cast<short>(all.ok() && *all ? POLLIN : POLLIN | POLLOUT);
  }

  const PeerConnections& connections_;
  const absl::Span<const PeerQuery> queries_;
  const PeerLoad load_;
  const absl::Time measured_from_;
  const absl::Time end_;
  std::vector<std::deque<absl::Time>> under_way_;  // starts, by connection
  std::vector<pollfd> sockets_;
  size_t next_query_ = 0;
  int in_flight_ = 0;
  LoadResult result_;
  absl::Status status_;  // the first error is the end
};

}  // namespace

absl::StatusOr<std::vector<int64_t>> Ask(PeerConnection& connection,
                                         const PeerQuery& query,
                                         absl::Duration bound) {
  if (absl::Status s = connection.Send(query); !s.ok()) return s;
  std::optional<std::vector<int64_t>> answer;
  std::vector<pollfd> sockets = {
      {.fd = connection.descriptor(), .events = 0, .revents = 0}};
  while (!answer) {
    const absl::StatusOr<bool> all = connection.Flush();
    if (!all.ok()) return all.status();
    sockets[0].events = static_cast<short>(*all ? POLLIN : POLLIN | POLLOUT);
    if (absl::Status s = WaitForSockets(&sockets, bound); !s.ok()) return s;
    if ((sockets[0].revents & ~POLLOUT) == 0) continue;
    const absl::Status received =
        connection.Receive([&answer](absl::Span<const int64_t> ids) {
          answer.emplace(ids.begin(), ids.end());
        });
    if (!received.ok()) return received;
  }
  return *std::move(answer);
}

absl::StatusOr<LoadResult> RunOver(const PeerConnections& connections,
                                   absl::Span<const PeerQuery> queries,
                                   const PeerLoad& load) {
  assert(!connections.empty() && !queries.empty());
  assert(load.in_flight >= static_cast<int>(connections.size()));
  return ClosedRun(connections, queries, load).Run();
}

}  // namespace xom::loadtest
