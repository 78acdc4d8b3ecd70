#include "loadtest/requests.h"

#include "absl/strings/str_format.h"

namespace xom::loadtest {

std::string RequestId(uint32_t kind, int64_t number) {
  return absl::StrFormat("%08x-0000-4000-8000-%012x", kind, number);
}

std::vector<std::string> CreateNeedRequests(const LockdownCity& city,
                                            int64_t first, int64_t count) {
  constexpr uint32_t kKind = 1;
  std::vector<std::string> requests;
  requests.reserve(static_cast<size_t>(count));
  for (int64_t i = first; i < first + count; ++i) {
    v1::CreateNeedRequest request = city.CreateRequest(i);
    request.set_request_id(RequestId(kKind, i));
    requests.push_back(request.SerializeAsString());
  }
  return requests;
}

v1::FindNearestNeedsRequest NearestRequest(const LockdownCity& city,
                                           int64_t number,
                                           const std::string& category) {
  v1::FindNearestNeedsRequest request;
  *request.mutable_point() = city.Need(kFirstAsker + number).place().location();
  request.set_k(kNearest);
  if (!category.empty()) request.add_categories(category);
  return request;
}

std::vector<std::string> NearestRequests(const LockdownCity& city,
                                         int64_t count,
                                         const std::string& category) {
  std::vector<std::string> requests;
  requests.reserve(static_cast<size_t>(count));
  for (int64_t i = 0; i < count; ++i) {
    requests.push_back(NearestRequest(city, i, category).SerializeAsString());
  }
  return requests;
}

}  // namespace xom::loadtest
