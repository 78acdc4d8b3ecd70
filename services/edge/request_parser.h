#ifndef XOM_SERVICES_EDGE_REQUEST_PARSER_H_
#define XOM_SERVICES_EDGE_REQUEST_PARSER_H_

#include <grpcpp/support/byte_buffer.h>

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"

namespace xom::edge {

// Reads a request from the wire. INVALID_ARGUMENT, MESSAGE_MALFORMED when it is
// not a message of that type; when a text in it is not UTF-8, the violation
// names the field. (Left to itself, gRPC would answer such a request without
// any of this.)
absl::Status ParseRequest(const grpc::ByteBuffer& buffer,
                          google::protobuf::Message* request);

// The message as the wire has it. Serialized bytes are taken over, not copied.
grpc::ByteBuffer ToByteBuffer(const google::protobuf::Message& message);
grpc::ByteBuffer ToByteBuffer(std::string serialized);

}  // namespace xom::edge

#endif  // XOM_SERVICES_EDGE_REQUEST_PARSER_H_
