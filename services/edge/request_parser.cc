#include "services/edge/request_parser.h"

#include <grpcpp/support/proto_buffer_reader.h>
#include <grpcpp/support/slice.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/stubs/common.h"
#include "google/protobuf/unknown_field_set.h"
#include "services/core/error.h"

namespace xom::edge {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::UnknownField;
using google::protobuf::UnknownFieldSet;

// protobuf's own bound on messages inside each other.
constexpr int kMaxDepth = 100;

// The very check of the parser, so that both agree.
bool IsUtf8(const std::string& text) {
  return google::protobuf::internal::IsStructurallyValidUTF8(text);
}

std::string PathOf(const std::string& parent, const FieldDescriptor& field,
                   int index) {
  std::string path =
      absl::StrCat(parent, parent.empty() ? "" : ".", field.name());
  if (field.is_repeated()) absl::StrAppend(&path, "[", index, "]");
  return path;
}

// The path of the first text that is not UTF-8. It reads the wire without the
// type's own parser, which says only that something is wrong.
std::optional<std::string> FindBadText(const std::string& bytes,
                                       const Descriptor& type,
                                       const std::string& parent, int depth) {
  UnknownFieldSet fields;
  if (depth == kMaxDepth || !fields.ParseFromString(bytes)) return std::nullopt;
  absl::flat_hash_map<int, int> next_index;
  for (int i = 0; i < fields.field_count(); ++i) {
    const UnknownField& value = fields.field(i);
    const FieldDescriptor* field = type.FindFieldByNumber(value.number());
    if (field == nullptr ||
        value.type() != UnknownField::TYPE_LENGTH_DELIMITED) {
      continue;
    }
    const int index = next_index[value.number()]++;
    if (field->type() == FieldDescriptor::TYPE_STRING &&
        !IsUtf8(value.length_delimited())) {
      return PathOf(parent, *field, index);
    }
    if (field->type() == FieldDescriptor::TYPE_MESSAGE) {
      auto bad = FindBadText(value.length_delimited(), *field->message_type(),
                             PathOf(parent, *field, index), depth + 1);
      if (bad.has_value()) return bad;
    }
  }
  return std::nullopt;
}

std::string BytesOf(const grpc::ByteBuffer& buffer) {
  grpc::Slice slice;
  if (!buffer.DumpToSingleSlice(&slice).ok()) return "";
  return std::string(slice.begin(), slice.end());
}

}  // namespace

absl::Status ParseRequest(const grpc::ByteBuffer& buffer,
                          google::protobuf::Message* request) {
  // The reader counts what it takes but leaves the buffer as it is.
  grpc::ByteBuffer readable = buffer;
  {
    grpc::ProtoBufferReader reader(&readable);
    // An empty request is a valid message; the reader does not like it.
    if (buffer.Length() == 0 ||
        (reader.status().ok() && request->ParseFromZeroCopyStream(&reader))) {
      // What no check knows must neither be stored nor shown to others.
      request->DiscardUnknownFields();
      return absl::OkStatus();
    }
  }
  const auto path =
      FindBadText(BytesOf(buffer), *request->GetDescriptor(), "", 0);
  if (path.has_value()) {
    return core::FieldError(*path, "must be valid UTF-8",
                            core::Reason::kMessageMalformed);
  }
  return core::MakeError(core::Reason::kMessageMalformed,
                         absl::StrCat("the request is not a ",
                                      request->GetDescriptor()->full_name()));
}

grpc::ByteBuffer ToByteBuffer(std::string serialized) {
  auto* kept = new std::string(std::move(serialized));
  const grpc::Slice slice(
      kept->data(), kept->size(),
      [](void* bytes) { delete static_cast<std::string*>(bytes); }, kept);
  return grpc::ByteBuffer(&slice, 1);
}

grpc::ByteBuffer ToByteBuffer(const google::protobuf::Message& message) {
  return ToByteBuffer(message.SerializeAsString());
}

}  // namespace xom::edge
