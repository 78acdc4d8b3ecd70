#ifndef XOM_CLI_IMPORT_PIPELINE_H_
#define XOM_CLI_IMPORT_PIPELINE_H_

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>

#include "absl/time/time.h"
#include "cli/backoff.h"
#include "cli/csv_reader.h"
#include "cli/interrupt.h"
#include "google/protobuf/message.h"
#include "grpcpp/support/status.h"

namespace xom::cli {

// A row on its way to the server.
struct ImportTask {
  CsvRow row;
  std::shared_ptr<const google::protobuf::Message> request;
  Backoff backoff;
};

// Starts the call of a task; `done` is called once, on any thread, also before
// this returns.
using SendTask = std::function<void(
    const ImportTask& task, std::function<void(const grpc::Status&)> done)>;

// Sends tasks with a bounded number of calls in flight, and sends again, with
// the same request, what failed because the server was away or full. A call
// that ends otherwise is settled. Rows settle in any order.
//
// Call from one thread; `settled` is called on it.
class ImportPipeline {
 public:
  static constexpr size_t kMaxInFlight = 64;

  using Settled =
      std::function<void(const ImportTask& task, const grpc::Status& status)>;

  // Gives up when for `patience` no call came through. `interrupt` makes it
  // stop; it may be null.
  ImportPipeline(SendTask send, Settled settled, absl::Duration patience,
                 Interrupt* interrupt);
  // Waits for the calls in flight.
  ~ImportPipeline();
  ImportPipeline(const ImportPipeline&) = delete;
  ImportPipeline& operator=(const ImportPipeline&) = delete;

  // Sends a task as soon as there is room. False when it has stopped: it was
  // interrupted or gave up, and the task is not sent.
  bool Push(ImportTask task);

  // Waits until all is settled. False likewise.
  bool Finish();

  // Why it gave up: the last failure. OK when it did not.
  const grpc::Status& failure() const { return failure_; }

 private:
  struct Outcome {
    ImportTask task;
    grpc::Status status;
  };

  bool Advance();
  void Send(ImportTask task);
  void Settle(Outcome outcome);
  void SendDue();
  // Waits for an outcome, a task that is due or a stop.
  void WaitForChange();
  void WaitForOutcome();
  size_t Unsettled() const { return in_flight_ + waiting_.size(); }

  const SendTask send_;
  const Settled settled_;
  const absl::Duration patience_;
  Interrupt* const interrupt_;

  // Used by the calling thread alone.
  size_t in_flight_ = 0;
  std::multimap<absl::Time, ImportTask> waiting_;  // by when to send again
  std::optional<absl::Time> away_since_;
  grpc::Status failure_;

  std::mutex mu_;
  std::condition_variable changed_;
  std::deque<Outcome> outcomes_;  // guarded by mu_
  bool stop_ = false;             // guarded by mu_
};

}  // namespace xom::cli

#endif  // XOM_CLI_IMPORT_PIPELINE_H_
