// What the services of resources do alike: find one, list many, create, change.
// Each service adds its checks and decisions.
#ifndef XOM_SERVICES_CORE_RESOURCE_CALLS_H_
#define XOM_SERVICES_CORE_RESOURCE_CALLS_H_

#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "google/protobuf/message.h"
#include "services/core/caller.h"
#include "services/core/category_table.h"
#include "services/core/entry.h"
#include "services/core/error.h"
#include "services/core/field_check.h"
#include "services/core/fingerprint.h"
#include "services/core/listing.h"
#include "services/core/region_check.h"
#include "services/core/resource_name.h"
#include "services/core/view.h"
#include "services/core/writer.h"

namespace xom::core {

// What makes a retry of this request, of the same caller, the same call.
template <typename Request>
RequestKey KeyOf(const Request& request, const Caller& caller) {
  return {absl::AsciiStrToLower(request.request_id()),
          Fingerprint(absl::StrCat(Request::descriptor()->full_name(), " ",
                                   caller.name()),
                      request, Request::kRequestIdFieldNumber)};
}

// The call that makes a resource, and which id it chose for it; empty: none.
struct Creation {
  RequestKey key;
  const std::string& chosen_id;
};

// What a client says of the resource to change, and the paths of it in the
// request.
struct Target {
  absl::string_view name_field;
  const std::string& name;
  absl::string_view etag_field;
  const std::string& etag;
};

// The target of a request that has name and etag at its top.
template <typename Request>
Target TargetOf(const Request& request) {
  return {"name", request.name(), "etag", request.etag()};
}

// Who changes a resource, and where the request says which.
template <typename Request>
struct Addressing {
  const Caller& caller;
  Target (*target_of)(const Request&) = TargetOf<Request>;
};

// The write of one record that stood at `mod_revision` (0: was not there).
inline Write WriteRecord(const std::string& name, uint64_t cell,
                         const google::protobuf::Message& stored,
                         storage::Revision mod_revision) {
  Write write;
  write.preconditions.push_back({name, mod_revision});
  write.mutations.push_back({name, cell, stored.SerializeAsString()});
  return write;
}

// The filter of a request that has region and categories.
template <typename Request>
ListFilter CheckListFilter(const Request& request,
                           const CategoryTable& categories,
                           Violations* violations) {
  ListFilter filter;
  if (request.has_region()) {
    filter.region = CheckRegion("region", request.region(), violations);
  }
  filter.any_category =
      CheckCategoryFilter(request.categories(), categories, violations);
  return filter;
}

// What the view holds under that name; nullptr: nothing.
template <typename EntryType>
auto FindIn(const View& view, const std::string& name) {
  if constexpr (std::is_same_v<EntryType, UserRegistry::Entry>) {
    return view.FindUser(name);
  } else if constexpr (std::is_same_v<EntryType, OrganizationRegistry::Entry>) {
    return view.FindOrganization(name);
  } else {
    return boost::static_pointer_cast<const EntryType>(view.Find(name));
  }
}

// Thread-safe. EntryType is a kind of Entry, or that of a registry, for which
// there is no List.
template <typename EntryType>
class ResourceCalls {
 public:
  // Both outlive this and every call in flight. EntryType is the kind of
  // `collection`.
  ResourceCalls(const View* view, Writer* writer, absl::string_view collection)
      : view_(*view), writer_(*writer), collection_(collection) {}

  using EntryPtr = decltype(FindIn<EntryType>(std::declval<const View&>(), ""));

  // INVALID_ARGUMENT, NOT_FOUND.
  absl::StatusOr<EntryPtr> Get(const std::string& name) const {
    Violations violations;
    CheckName("name", name, collection_, &violations);
    if (!violations.empty()) return violations.ToStatus();
    return Find(name);
  }

  // The page that the request asks for. `add` puts an entry into the response.
  template <typename Response, typename Request>
  absl::StatusOr<Response> List(const Request& request,
                                const ListFilter& filter,
                                void (*add)(const EntryType&,
                                            Response*)) const {
    Request unpaged = request;
    unpaged.clear_page_token();
    unpaged.clear_page_size();
    const uint64_t fingerprint =
        Fingerprint64(Request::descriptor()->full_name(), unpaged);
    const View::Reader reader = view_.Read();
    auto page =
        ListPage(reader.of(EntryType::kKind), filter,
                 {request.page_token(), request.page_size(), fingerprint});
    if (!page.ok()) return page.status();
    Response response;
    for (const Entry* entry : page->entries) {
      add(static_cast<const EntryType&>(*entry), &response);
    }
    response.set_next_page_token(std::move(page->next_page_token));
    return response;
  }

  // Writes what `decide(request, name, now)` wants. Without a chosen id the
  // name is random. ALREADY_EXISTS.
  template <typename Request, typename Decide>
  void Create(const Request& request, Creation creation, Decide decide,
              ReplyDone done) {
    writer_.Run(
        std::move(creation.key),
        [this, request, chosen_id = creation.chosen_id,
         decide](absl::Time now) -> absl::StatusOr<Write> {
          const std::string name = absl::StrCat(
              collection_, chosen_id.empty() ? RandomResourceId() : chosen_id);
          absl::StatusOr<Write> write = decide(request, name, now);
          if (!write.ok()) return write.status();
          if (FindIn<EntryType>(view_, name) != nullptr) {
            return ExistsError(name);
          }
          write->validate_only = request.validate_only();
          return write;
        },
        std::move(done));
  }

  // Writes what `decide(entry, request, now)` wants of what it is about.
  // INVALID_ARGUMENT, NOT_FOUND.
  template <typename Request, typename Decide>
  void Change(const Request& request, const Addressing<Request>& addressing,
              Decide decide, ReplyDone done) {
    writer_.Run(
        KeyOf(request, addressing.caller),
        [this, request, target_of = addressing.target_of,
         decide](absl::Time now) -> absl::StatusOr<Write> {
          const Target target = target_of(request);
          Violations violations;
          CheckName(target.name_field, target.name, collection_, &violations);
          CheckEtag(target.etag_field, target.etag, &violations);
          CheckRequestId(request.request_id(), &violations);
          if (!violations.empty()) return violations.ToStatus();
          auto entry = Find(target.name);
          if (!entry.ok()) return entry.status();
          return decide(**entry, request, now);
        },
        std::move(done));
  }

 private:
  absl::StatusOr<EntryPtr> Find(const std::string& name) const {
    EntryPtr entry = FindIn<EntryType>(view_, name);
    if (entry == nullptr) return NotFoundError(name);
    return entry;
  }

  const View& view_;
  Writer& writer_;
  const absl::string_view collection_;
};

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_RESOURCE_CALLS_H_
