#include "services/core/listing.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "services/core/error.h"
#include "services/core/limits.h"
#include "services/core/token.h"

namespace xom::core {
namespace {

using internal::v1::PageToken;

bool Passes(const Entry& entry, const ListFilter& filter) {
  return !entry.hidden && (entry.live ? filter.live : filter.ended) &&
         (filter.any_category == 0 ||
          (entry.categories & filter.any_category) != 0) &&
         entry.urgency >= filter.min_urgency &&
         (filter.accept == nullptr || filter.accept(entry));
}

std::string NameToken(absl::string_view name, uint64_t fingerprint) {
  PageToken token;
  token.set_filter_fingerprint(fingerprint);
  token.mutable_by_name()->set_name(std::string(name));
  return EncodeToken(token);
}

std::string CellToken(const geo::RegionPosition& position,
                      uint64_t fingerprint) {
  PageToken token;
  token.set_filter_fingerprint(fingerprint);
  token.mutable_by_cell()->set_leaf_cell(position.leaf_cell);
  token.mutable_by_cell()->set_name(position.name);
  return EncodeToken(token);
}

Page ListByName(const Collection& collection, const ListFilter& filter,
                size_t limit, const PageToken& after, uint64_t fingerprint) {
  Page page;
  size_t scanned = 0;
  const auto& entries = collection.by_name();
  auto it = after.has_by_name()
                ? entries.upper_bound(absl::string_view(after.by_name().name()))
                : entries.begin();
  absl::string_view last;
  size_t bytes = 0;
  for (; it != entries.end(); ++it) {
    if (page.entries.size() == limit || scanned == kMaxScannedPerPage ||
        bytes > kMaxPageBytes) {
      page.next_page_token = NameToken(last, fingerprint);
      break;
    }
    ++scanned;
    last = (*it)->name();
    if (!Passes(**it, filter)) continue;
    page.entries.push_back(it->get());
    bytes += (*it)->reply_bytes;
  }
  return page;
}

bool Before(const geo::RegionPosition& a, const geo::RegionPosition& b) {
  return std::tie(a.leaf_cell, a.name) < std::tie(b.leaf_cell, b.name);
}

geo::RegionPosition PositionOf(const Entry& entry) {
  return {entry.point().leaf_cell(), std::string(entry.name())};
}

// Adds what `index` has to `found`, and pulls `horizon` in to where its answer
// ends: beyond, more of it may lie in between.
void Collect(const geo::CellIndex& index, const geo::RegionQuery& query,
             std::vector<const Entry*>* found,
             std::optional<geo::RegionPosition>* horizon) {
  geo::RegionResult result = index.InRegion(query);
  for (const geo::IndexedItem* item : result.items) {
    found->push_back(static_cast<const Entry*>(item));
  }
  if (result.next.has_value() &&
      (!horizon->has_value() || Before(*result.next, **horizon))) {
    *horizon = std::move(result.next);
  }
}

// How many of the first `limit` entries a page takes.
size_t CountThatFits(const std::vector<const Entry*>& entries, size_t limit) {
  size_t bytes = 0;
  size_t count = 0;
  while (count < std::min(limit, entries.size()) && bytes <= kMaxPageBytes) {
    bytes += entries[count++]->reply_bytes;
  }
  return count;
}

Page ListByCell(const Collection& collection, const ListFilter& filter,
                size_t limit, const PageToken& after, uint64_t fingerprint) {
  geo::RegionQuery query{.region = &*filter.region,
                         .any_category = filter.any_category,
                         .min_urgency = filter.min_urgency,
                         .limit = limit,
                         .max_scanned = kMaxScannedPerPage};
  if (after.has_by_cell()) {
    query.after = {after.by_cell().leaf_cell(), after.by_cell().name()};
  }
  query.accept = [&filter](const geo::IndexedItem& item) {
    return Passes(static_cast<const Entry&>(item), filter);
  };
  Page page;
  std::optional<geo::RegionPosition> horizon;
  if (filter.live) Collect(collection.live(), query, &page.entries, &horizon);
  const auto live = static_cast<ptrdiff_t>(page.entries.size());
  if (filter.ended) Collect(collection.ended(), query, &page.entries, &horizon);
  // Each index gives its own in their order.
  std::inplace_merge(page.entries.begin(), page.entries.begin() + live,
                     page.entries.end(), [](const Entry* a, const Entry* b) {
                       return Before(PositionOf(*a), PositionOf(*b));
                     });
  while (!page.entries.empty() && horizon.has_value() &&
         Before(*horizon, PositionOf(*page.entries.back()))) {
    page.entries.pop_back();
  }
  if (const size_t fits = CountThatFits(page.entries, limit);
      fits < page.entries.size()) {
    page.entries.resize(fits);
    horizon = PositionOf(*page.entries.back());
  }
  if (horizon.has_value()) {
    page.next_page_token = CellToken(*horizon, fingerprint);
  }
  return page;
}

}  // namespace

absl::StatusOr<Page> ListPage(const Collection& collection,
                              const ListFilter& filter,
                              const PageRequest& request) {
  if (request.page_size < 0) {
    return FieldError("page_size", "must not be negative");
  }
  const auto limit = static_cast<size_t>(
      request.page_size == 0 ? kDefaultPageSize
                             : std::min(request.page_size, kMaxPageSize));
  auto token = DecodePageToken(
      request.page_token, request.filter_fingerprint,
      filter.region.has_value() ? PageToken::kByCell : PageToken::kByName);
  if (!token.ok()) return token.status();
  const auto list = filter.region.has_value() ? ListByCell : ListByName;
  return list(collection, filter, limit, *token, request.filter_fingerprint);
}

}  // namespace xom::core
