#include "loadtest/requests.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "xom/v1/claim_service.pb.h"
#include "xom/v1/offer_service.pb.h"

namespace xom::loadtest {
namespace {

// A UUID made of two numbers, so that no request of a run has that of another.
std::string RequestId(uint32_t kind, int64_t number) {
  return absl::StrFormat("%08x-0000-4000-8000-%012x", kind, number);
}

v1::CreateOfferRequest HelperRequest(const LockdownCity& city, int64_t number) {
  v1::CreateOfferRequest request;
  request.set_offer_id(absl::StrCat("helper-", number));
  v1::Offer& offer = *request.mutable_offer();
  offer.set_display_name("helper");
  for (const char* category :
       {"necessities", "groceries", "medical-advice", "school-supplies"}) {
    offer.add_categories(absl::StrCat("categories/", category));
  }
  offer.set_capacity(100);
  *offer.mutable_place()->mutable_location() =
      city.Need(kFirstAsker + number).place().location();
  return request;
}

}  // namespace

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

std::vector<std::string> CreateHelperRequests(const LockdownCity& city,
                                              int64_t first, int64_t count) {
  std::vector<std::string> requests;
  for (int64_t i = first; i < first + count; ++i) {
    requests.push_back(HelperRequest(city, i).SerializeAsString());
  }
  return requests;
}

std::string ClaimRequest(const LockdownCity& city, int64_t need, int64_t helper,
                         int64_t number) {
  constexpr uint32_t kKind = 2;
  v1::ClaimNeedRequest request;
  request.set_name(absl::StrCat("needs/", city.NeedId(need)));
  request.set_offer(absl::StrCat("offers/helper-", helper));
  request.set_request_id(RequestId(kKind, number));
  return request.SerializeAsString();
}

v1::FindNearestNeedsRequest NearestRequest(
    const LockdownCity& city, int64_t number,
    const std::vector<std::string>& categories) {
  v1::FindNearestNeedsRequest request;
  *request.mutable_point() = city.Need(kFirstAsker + number).place().location();
  request.set_k(kNearest);
  request.mutable_categories()->Add(categories.begin(), categories.end());
  return request;
}

std::vector<std::string> NearestRequests(
    const LockdownCity& city, int64_t count,
    const std::vector<std::string>& categories) {
  std::vector<std::string> requests;
  requests.reserve(static_cast<size_t>(count));
  for (int64_t i = 0; i < count; ++i) {
    requests.push_back(NearestRequest(city, i, categories).SerializeAsString());
  }
  return requests;
}

}  // namespace xom::loadtest
