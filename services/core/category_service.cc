#include "services/core/category_service.h"

#include <algorithm>
#include <string>
#include <utility>

#include "services/core/category_decisions.h"
#include "services/core/category_table.h"
#include "services/core/limits.h"
#include "services/core/resource_calls.h"
#include "services/core/token.h"

namespace xom::core {
namespace {

using internal::v1::PageToken;
using internal::v1::StoredCategory;

// All that is to page through is the list as it is: nothing must stay the same.
constexpr uint64_t kListFingerprint = 1;

absl::StatusOr<Write> WriteCategory(
    const absl::StatusOr<StoredCategory>& stored,
    storage::Revision mod_revision) {
  if (!stored.ok()) return stored.status();
  Write write =
      WriteRecord(stored->category().name(), 0, *stored, mod_revision);
  write.reply = stored->category().SerializeAsString();
  return write;
}

// Two creates at once would give two names the same bit. So each writes the
// last category again as it is, which only one of them can do.
void TakeTurn(const CategoryTable& table, Write* write) {
  if (table.entries().empty()) return;
  const CategoryTable::Entry& last = table.entries().back();
  const std::string& name = last.stored.category().name();
  write->preconditions.push_back({name, last.mod_revision});
  write->mutations.push_back({name, 0, last.stored.SerializeAsString()});
}

}  // namespace

absl::StatusOr<v1::ListCategoriesResponse> CategoryService::List(
    const v1::ListCategoriesRequest& request) const {
  if (request.page_size() < 0) {
    return FieldError("page_size", "must not be negative");
  }
  auto token = DecodePageToken(request.page_token(), kListFingerprint,
                               PageToken::kByName);
  if (!token.ok()) return token.status();
  const auto categories = view_.categories();
  const auto& entries = categories->entries();
  size_t begin = 0;
  if (const auto* last = categories->Find(token->by_name().name())) {
    begin = static_cast<size_t>(last - entries.data()) + 1;
  }
  const auto limit = static_cast<size_t>(
      request.page_size() == 0 ? kMaxCategories : request.page_size());
  const size_t end = std::min(entries.size(), begin + limit);
  v1::ListCategoriesResponse response;
  for (size_t i = begin; i < end; ++i) {
    *response.add_categories() = entries[i].stored.category();
  }
  if (end < entries.size()) {
    PageToken next;
    next.set_filter_fingerprint(kListFingerprint);
    next.mutable_by_name()->set_name(entries[end - 1].stored.category().name());
    response.set_next_page_token(EncodeToken(next));
  }
  return response;
}

void CategoryService::Create(const v1::CreateCategoryRequest& request,
                             const Caller& caller, ReplyDone done) {
  writer_.Run(
      KeyOf(request, caller),
      [this, request](absl::Time now) -> absl::StatusOr<Write> {
        const auto table = view_.categories();
        auto write = WriteCategory(CreateCategory(request, *table, now), 0);
        if (write.ok()) TakeTurn(*table, &*write);
        return write;
      },
      std::move(done));
}

void CategoryService::Update(const v1::UpdateCategoryRequest& request,
                             const Caller& caller, ReplyDone done) {
  writer_.Run(
      KeyOf(request, caller),
      [this, request](absl::Time now) -> absl::StatusOr<Write> {
        Violations violations;
        CheckName("category.name", request.category().name(), kCategories,
                  &violations);
        CheckEtag("category.etag", request.category().etag(), &violations);
        CheckRequestId(request.request_id(), &violations);
        if (!violations.empty()) return violations.ToStatus();
        const auto table = view_.categories();
        const auto* entry = table->Find(request.category().name());
        if (entry == nullptr) return NotFoundError(request.category().name());
        return WriteCategory(UpdateCategory(entry->stored, request, now),
                             entry->mod_revision);
      },
      std::move(done));
}

}  // namespace xom::core
