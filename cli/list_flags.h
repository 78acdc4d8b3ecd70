#ifndef XOM_CLI_LIST_FLAGS_H_
#define XOM_CLI_LIST_FLAGS_H_

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "cli/command_line.h"
#include "cli/region_flags.h"
#include "cli/resource_kind.h"
#include "cli/session.h"

// Which resources `list` and `export` are about, and how their pages come.

namespace xom::cli {

// --state, --min_urgency and --min_verification.
struct NeedFilter {
  std::vector<v1::Need::State> states;
  std::optional<v1::Urgency> min_urgency;
  std::optional<v1::Verification> min_verification;
  void AddTo(Command command);
  void Fill(v1::ListNeedsRequest* request) const;
};

// --state.
struct OfferFilter {
  std::vector<v1::Offer::State> states;
  void AddTo(Command command);
  void Fill(v1::ListOffersRequest* request) const;
};

// --open_now.
struct PointFilter {
  bool open_now = false;
  void AddTo(Command command);
  void Fill(v1::ListSupplyPointsRequest* request) const;
};

inline NeedFilter FilterOf(const v1::Need&) { return {}; }
inline OfferFilter FilterOf(const v1::Offer&) { return {}; }
inline PointFilter FilterOf(const v1::SupplyPoint&) { return {}; }

// --category, --region_... and the filter of the kind.
template <typename Kind>
struct ListFlags {
  std::vector<std::string> categories;
  RegionFlags region;
  decltype(FilterOf(typename Kind::Resource())) filter;

  void AddTo(Command command) {
    command.Flag("--category", "only this category; again for more",
                 &categories);
    filter.AddTo(command);
    region.AddTo(command);
  }

  absl::Status Fill(typename Kind::ListRequest* request) const {
    for (const std::string& category : categories) {
      request->add_categories(CategoryName(category));
    }
    filter.Fill(request);
    if (!region.given()) return absl::OkStatus();
    return region.Fill(request->mutable_region());
  }
};

// The most that the server gives at once.
inline constexpr int32_t kLargestPage = 1000;

// Calls `visit` with each resource of the list, page after page, until there
// are no more or there were `limit` of them (0: no limit). A page may be empty
// before the last.
template <typename Kind, typename Visit>
grpc::Status ForEach(Session& session, typename Kind::ListRequest request,
                     int64_t limit, Visit visit) {
  int64_t left = limit == 0 ? INT64_MAX : limit;
  typename Kind::ListResponse page;
  do {
    request.set_page_size(
        static_cast<int32_t>(std::min<int64_t>(left, kLargestPage)));
    page.Clear();
    const grpc::Status status =
        session.Call<typename Kind::Service>(Kind::kList, request, &page);
    if (!status.ok()) return status;
    for (const auto& item : Kind::Items(page)) {
      if (left-- > 0) visit(item);
    }
    request.set_page_token(page.next_page_token());
  } while (left > 0 && !page.next_page_token().empty());
  return grpc::Status::OK;
}

}  // namespace xom::cli

#endif  // XOM_CLI_LIST_FLAGS_H_
