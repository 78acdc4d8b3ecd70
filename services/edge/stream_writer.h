#ifndef XOM_SERVICES_EDGE_STREAM_WRITER_H_
#define XOM_SERVICES_EDGE_STREAM_WRITER_H_

#include <grpcpp/impl/call.h>
#include <grpcpp/impl/call_op_set.h>
#include <grpcpp/impl/service_type.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/status.h>

#include <memory>

namespace xom::edge {

// Writes the messages of one stream, as grpc::ServerAsyncWriter does. That one
// has room for each of its operations for as long as it lives, 1.4 KiB; this
// one, while one is under way: streams that stand are silent most of the time.
//
// One operation at a time. It is over when its tag has come; Done is called
// before the next. It sends no metadata, also none of the ServerContext.
//
// Thread-compatible.
class StreamWriter final
    : public grpc::internal::ServerAsyncStreamingInterface {
 public:
  StreamWriter() : call_(nullptr, nullptr, nullptr) {}

  void Write(const grpc::ByteBuffer& message, void* tag);
  void Finish(const grpc::Status& status, void* tag);
  void Done() { operation_ = nullptr; }

  // Else it goes with the first message, or with the status. REQUIRES: none of
  // them was before.
  void SendInitialMetadata(void* tag) override;

 private:
  using Operation =
      grpc::internal::CallOpSet<grpc::internal::CallOpSendInitialMetadata,
                                grpc::internal::CallOpSendMessage,
                                grpc::internal::CallOpServerSendStatus>;

  void BindCall(grpc::internal::Call* call) override { call_ = *call; }
  Operation& Begin(void* tag);

  grpc::internal::Call call_;
  std::unique_ptr<Operation> operation_;
  bool has_begun_ = false;  // the client has the initial metadata
};

}  // namespace xom::edge

#endif  // XOM_SERVICES_EDGE_STREAM_WRITER_H_
