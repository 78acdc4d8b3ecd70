#include "services/core/fingerprint.h"

#include <gtest/gtest.h>

#include "xom/v1/need_service.pb.h"

namespace xom::core {
namespace {

using v1::CreateNeedRequest;

constexpr int kRequestId = CreateNeedRequest::kRequestIdFieldNumber;

// Fields before and behind the request id.
CreateNeedRequest Request() {
  CreateNeedRequest request;
  request.mutable_need()->set_situation("two children, no milk");
  request.set_need_id("chosen");
  request.set_validate_only(true);
  return request;
}

std::string Of(const CreateNeedRequest& request) {
  return Fingerprint("CreateNeed", request, kRequestId);
}

TEST(FingerprintTest, OfARequestIsTheSameWithEachRequestIdAndWithNone) {
  CreateNeedRequest request = Request();
  const std::string without = Of(request);
  EXPECT_EQ(without.size(), 32u);
  request.set_request_id("3f1c8a52-7d64-4b8e-9a10-5b2f0c6d7e81");
  EXPECT_EQ(Of(request), without);
}

TEST(FingerprintTest, ChangesWithAnyOtherFieldAndWithTheMethod) {
  const std::string before = Of(Request());
  CreateNeedRequest request = Request();
  request.set_need_id("another");
  EXPECT_NE(Of(request), before);
  request = Request();
  request.clear_validate_only();
  EXPECT_NE(Of(request), before);
  EXPECT_NE(Fingerprint("CloseNeed", Request(), kRequestId), before);
}

// What is kept of requests outlives the server that wrote it.
TEST(FingerprintTest, IsTheDigestOfMethodAndBytes) {
  CreateNeedRequest request = Request();
  const std::string bytes = request.SerializeAsString();
  request.set_request_id("3f1c8a52-7d64-4b8e-9a10-5b2f0c6d7e81");
  EXPECT_EQ(Of(request), DigestOf(std::string("CreateNeed") + '\0' + bytes));
}

}  // namespace
}  // namespace xom::core
