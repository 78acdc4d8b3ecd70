#include "tests/api_client.h"

#include <google/rpc/error_details.pb.h>
#include <google/rpc/status.pb.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <chrono>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/text_format.h"

namespace xom::tests {
namespace {

using google::protobuf::DescriptorPool;
using google::protobuf::MethodDescriptor;

constexpr const char* kServices[] = {
    "xom.v1.NeedService",         "xom.v1.OfferService",
    "xom.v1.SupplyPointService",  "xom.v1.CategoryService",
    "xom.v1.MatchService",        "xom.v1.WatchService",
    "xom.v1.ClaimService",        "xom.v1.UserService",
    "xom.v1.OrganizationService", "xom.v1.ModerationService",
    "xom.v1.ReportService",       "xom.v1.VerificationService"};

std::string BytesOf(const grpc::ByteBuffer& buffer) {
  grpc::Slice slice;
  if (!buffer.DumpToSingleSlice(&slice).ok()) return "";
  return std::string(slice.begin(), slice.end());
}

// The details of that type, in order.
template <typename Detail>
std::vector<Detail> DetailsOf(const grpc::Status& status) {
  google::rpc::Status details;
  EXPECT_TRUE(details.ParseFromString(status.error_details()));
  std::vector<Detail> found;
  for (const auto& any : details.details()) {
    Detail detail;
    if (any.UnpackTo(&detail)) found.push_back(detail);
  }
  return found;
}

template <typename Response, typename Request>
std::string ListText(const ApiClient& client) {
  Request request;
  request.set_page_size(1'000);
  return client.Must<Response>(request).DebugString();
}

}  // namespace

std::string MethodOf(const google::protobuf::Message& request) {
  for (const char* name : kServices) {
    const auto* service =
        DescriptorPool::generated_pool()->FindServiceByName(name);
    for (int i = 0; i < service->method_count(); ++i) {
      const MethodDescriptor* method = service->method(i);
      if (method->input_type() == request.GetDescriptor()) {
        return absl::StrCat("/", name, "/", method->name());
      }
    }
  }
  ADD_FAILURE() << "no method takes a " << request.GetTypeName();
  return "";
}

WireAnswer ApiClient::CallBytes(const std::string& method,
                                const std::string& request) const {
  grpc::GenericStub stub(channel_);
  grpc::ClientContext context;
  for (const auto& [name, value] : metadata_) context.AddMetadata(name, value);
  // Long enough for a slow machine: only a call that hangs runs into it.
  context.set_deadline(std::chrono::system_clock::now() +
                       std::chrono::seconds(60));
  grpc::Slice slice(request);
  grpc::ByteBuffer sent(&slice, 1);
  grpc::CompletionQueue queue;
  auto call = stub.PrepareUnaryCall(&context, method, sent, &queue);
  call->StartCall();
  WireAnswer answer;
  grpc::ByteBuffer received;
  call->Finish(&received, &answer.status, nullptr);
  void* tag = nullptr;
  bool ok = false;
  EXPECT_TRUE(queue.Next(&tag, &ok) && ok);
  if (answer.status.ok()) answer.reply = BytesOf(received);
  return answer;
}

grpc::Status ApiClient::Call(const google::protobuf::Message& request) const {
  return CallBytes(MethodOf(request), request.SerializeAsString()).status;
}

void MergeText(const std::string& text, google::protobuf::Message* message) {
  ASSERT_TRUE(google::protobuf::TextFormat::MergeFromString(text, message))
      << "not a " << message->GetTypeName() << ": " << text;
}

int CountErrorInfos(const grpc::Status& status) {
  return static_cast<int>(DetailsOf<google::rpc::ErrorInfo>(status).size());
}

std::string MetadataOf(const grpc::Status& status, const std::string& key) {
  for (const auto& info : DetailsOf<google::rpc::ErrorInfo>(status)) {
    const auto found = info.metadata().find(key);
    if (found != info.metadata().end()) return found->second;
  }
  return "";
}

std::string ResourceOf(const grpc::Status& status) {
  for (const auto& info : DetailsOf<google::rpc::ResourceInfo>(status)) {
    return info.resource_name();
  }
  return "";
}

int64_t RetrySecondsOf(const grpc::Status& status) {
  for (const auto& info : DetailsOf<google::rpc::RetryInfo>(status)) {
    return info.retry_delay().seconds();
  }
  return 0;
}

std::string Everything(const ApiClient& client) {
  return absl::StrCat(
      ListText<v1::ListNeedsResponse, v1::ListNeedsRequest>(client),
      ListText<v1::ListOffersResponse, v1::ListOffersRequest>(client),
      ListText<v1::ListSupplyPointsResponse, v1::ListSupplyPointsRequest>(
          client),
      ListText<v1::ListCategoriesResponse, v1::ListCategoriesRequest>(client));
}

}  // namespace xom::tests
