#ifndef XOM_SERVICES_CORE_REGISTRY_PAGE_H_
#define XOM_SERVICES_CORE_REGISTRY_PAGE_H_

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "services/core/error.h"
#include "services/core/fingerprint.h"
#include "services/core/limits.h"
#include "services/core/listing.h"
#include "services/core/registry.h"
#include "services/core/token.h"

namespace xom::core {

// A page of a registry, in the order of names.
template <typename Stored>
struct RegistryPage {
  std::vector<const Stored*> items;  // valid while the Reader lives
  std::string next_page_token;       // empty: the last page
};

// The page that is asked for, of what `accept(stored)` takes. INVALID_ARGUMENT
// for a bad page_size or page_token. Looks at no more than kMaxScannedPerPage.
template <typename Stored, typename Accept>
absl::StatusOr<RegistryPage<Stored>> ListRegistry(
    const Registry<Stored>& registry, const PageRequest& request,
    Accept accept) {
  using internal::v1::PageToken;
  if (request.page_size < 0) {
    return FieldError("page_size", "must not be negative");
  }
  const auto limit = static_cast<size_t>(
      request.page_size == 0 ? kDefaultPageSize
                             : std::min(request.page_size, kMaxPageSize));
  const auto after = DecodePageToken(
      request.page_token, request.filter_fingerprint, PageToken::kByName);
  if (!after.ok()) return after.status();
  RegistryPage<Stored> page;
  size_t scanned = 0;
  size_t bytes = 0;
  std::string last;
  const auto& entries = registry.by_name();
  for (auto it = entries.upper_bound(after->by_name().name());
       it != entries.end(); ++it) {
    if (page.items.size() == limit || scanned == kMaxScannedPerPage ||
        bytes > kMaxPageBytes) {
      PageToken next;
      next.set_filter_fingerprint(request.filter_fingerprint);
      next.mutable_by_name()->set_name(std::move(last));
      page.next_page_token = EncodeToken(next);
      break;
    }
    ++scanned;
    last = it->first;
    if (!accept(it->second->stored)) continue;
    page.items.push_back(&it->second->stored);
    bytes += it->second->stored.ByteSizeLong();
  }
  return page;
}

// What a page token of this request must have been made for.
template <typename Request>
uint64_t PageFingerprint(Request request) {
  request.clear_page_token();
  request.clear_page_size();
  return Fingerprint64(Request::descriptor()->full_name(), request);
}

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_REGISTRY_PAGE_H_
