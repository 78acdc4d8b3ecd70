#ifndef XOM_LOADTEST_STREAM_HOLDER_H_
#define XOM_LOADTEST_STREAM_HOLDER_H_

#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <thread>
#include <vector>

#include "echo_service.pb.h"

namespace xom::loadtest {

// Server streams that stay open until their client goes. Each begins with an
// empty message, and then says what it is told to; a thread of their own sends
// it. Thread-safe; outlives its streams.
class StreamHolder {
 public:
  StreamHolder();
  ~StreamHolder();
  StreamHolder(const StreamHolder&) = delete;
  StreamHolder& operator=(const StreamHolder&) = delete;

  // The next stream, for gRPC; streams are numbered from 0 on.
  grpc::ServerWriteReactor<grpc::ByteBuffer>* Open();

  // Sends the request's message to the streams that it names and that are open.
  // Does not wait.
  void Send(ShowRequest request);

 private:
  class Stream;

  void Run();
  void SendNow(const ShowRequest& request);
  void Forget(size_t stream);

  std::mutex mu_;
  std::vector<Stream*> streams_;  // nullptr: gone; guarded by mu_

  std::mutex waiting_mu_;
  std::condition_variable changed_;
  std::vector<ShowRequest> waiting_;  // guarded by waiting_mu_
  bool ending_ = false;               // guarded by waiting_mu_
  std::thread thread_;
};

}  // namespace xom::loadtest

#endif  // XOM_LOADTEST_STREAM_HOLDER_H_
