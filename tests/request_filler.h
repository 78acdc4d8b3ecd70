#ifndef XOM_TESTS_REQUEST_FILLER_H_
#define XOM_TESTS_REQUEST_FILLER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "tests/api_client.h"

namespace xom::tests {

// What reports say.
inline constexpr char kReportComment[] = "report-comment";

// What a filled request is about.
struct Filling {
  std::string subject;  // stands in name, parent and the like
  std::string offer;
  int64_t fencing_token = 0;
  v1::Need need;       // stands where a Need is asked for
  bool wrong = false;  // with mistakes in many fields
};

// A request of the method with something in each field that it has, found by
// the fields' names and types: also of methods that did not exist when this was
// written.
std::unique_ptr<google::protobuf::Message> FilledRequest(
    const google::protobuf::MethodDescriptor& method, const Filling& filling);

// Each method of the policy, service by service.
void ForEachMethod(
    const std::function<void(const google::protobuf::MethodDescriptor&)>& call);

// Such as `/xom.v1.NeedService/GetNeed`.
std::string PathOf(const google::protobuf::MethodDescriptor& method);

}  // namespace xom::tests

#endif  // XOM_TESTS_REQUEST_FILLER_H_
