#ifndef XOM_LOADTEST_STREAM_HOLDER_H_
#define XOM_LOADTEST_STREAM_HOLDER_H_

#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

#include <cstddef>
#include <mutex>
#include <string>
#include <vector>

namespace xom::loadtest {

// Server streams that stay open until their client goes. Each begins with an
// empty message, and then says what it is told to. Thread-safe; outlives its
// streams.
class StreamHolder {
 public:
  // The next stream, for gRPC; streams are numbered from 0 on.
  grpc::ServerWriteReactor<grpc::ByteBuffer>* Open();

  // Sends the message once those before it are out; to nobody when the stream
  // is not open.
  void Send(size_t stream, const std::string& message);

 private:
  class Stream;

  void Forget(size_t stream);

  std::mutex mu_;
  std::vector<Stream*> streams_;  // nullptr: gone; guarded by mu_
};

}  // namespace xom::loadtest

#endif  // XOM_LOADTEST_STREAM_HOLDER_H_
