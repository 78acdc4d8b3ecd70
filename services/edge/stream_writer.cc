#include "services/edge/stream_writer.h"

#include <cassert>
#include <cstdlib>
#include <map>
#include <string>
#include <utility>

namespace xom::edge {
namespace {

// gRPC takes a pointer, and reads.
std::multimap<std::string, std::string>* NoMetadata() {
  static auto& none = *new std::multimap<std::string, std::string>;
  return &none;
}

}  // namespace

void StreamWriter::Write(const grpc::ByteBuffer& message, void* tag) {
  Operation& operation = Begin(tag);
  // A buffer is bytes already: nothing can fail.
  if (!operation.SendMessage(message).ok()) std::abort();
  call_.PerformOps(&operation);
}

void StreamWriter::Finish(const grpc::Status& status, void* tag) {
  Operation& operation = Begin(tag);
  operation.ServerSendStatus(NoMetadata(), status);
  call_.PerformOps(&operation);
}

void StreamWriter::SendInitialMetadata(void* tag) {
  call_.PerformOps(&Begin(tag));
}

StreamWriter::Operation& StreamWriter::Begin(void* tag) {
  assert(operation_ == nullptr);
  operation_ = std::make_unique<Operation>();
  operation_->set_output_tag(tag);
  if (!std::exchange(has_begun_, true)) {
    operation_->SendInitialMetadata(NoMetadata(), /*flags=*/0);
  }
  return *operation_;
}

}  // namespace xom::edge
