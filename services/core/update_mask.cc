#include "services/core/update_mask.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/util/field_mask_util.h"

namespace xom::core {
namespace {

using google::protobuf::FieldMask;
using google::protobuf::Message;
using google::protobuf::util::FieldMaskUtil;

constexpr int kMaxPaths = 100;

absl::string_view TopLevel(absl::string_view path) {
  return path.substr(0, path.find('.'));
}

// protobuf skips empty parts, so that `a..b` would be `a.b`, and `` all.
bool HasEmptyPart(absl::string_view path) {
  return path.empty() || path.front() == '.' || path.back() == '.' ||
         absl::StrContains(path, "..");
}

bool IsSet(const Message& message, absl::string_view field) {
  const auto* descriptor =
      message.GetDescriptor()->FindFieldByName(std::string(field));
  const auto* reflection = message.GetReflection();
  return descriptor->is_repeated()
             ? reflection->FieldSize(message, descriptor) > 0
             : reflection->HasField(message, descriptor);
}

void CheckPaths(const Message& patch, const FieldMask& mask,
                Violations* violations) {
  if (mask.paths_size() > kMaxPaths) {
    violations->Add("update_mask",
                    absl::StrCat("must have at most ", kMaxPaths, " paths"));
    return;
  }
  for (const std::string& path : mask.paths()) {
    if (path == "*" && mask.paths_size() == 1) continue;
    if (HasEmptyPart(path) || !FieldMaskUtil::GetFieldDescriptors(
                                  patch.GetDescriptor(), path, nullptr)) {
      violations->Add("update_mask",
                      absl::StrCat("has a path that is no field of ",
                                   patch.GetDescriptor()->full_name(), ": ",
                                   absl::CHexEscape(path.substr(0, 100))));
    }
  }
}

void Merge(const Message& from, const FieldMask& fields, Message* to) {
  FieldMaskUtil::MergeOptions replace;
  replace.set_replace_message_fields(true);
  replace.set_replace_repeated_fields(true);
  FieldMaskUtil::MergeMessageTo(from, fields, replace, to);
}

}  // namespace

FieldMask ApplyUpdate(const Message& patch, const FieldMask& mask,
                      absl::Span<const absl::string_view> mutable_fields,
                      Message* resource, Violations* violations) {
  FieldMask applied;
  CheckPaths(patch, mask, violations);
  if (!violations->empty()) return applied;
  const bool all = mask.paths_size() == 1 && mask.paths(0) == "*";
  if (all || mask.paths().empty()) {
    for (const absl::string_view field : mutable_fields) {
      if (all || IsSet(patch, field)) applied.add_paths(std::string(field));
    }
  } else {
    for (const std::string& path : mask.paths()) {
      if (std::count(mutable_fields.begin(), mutable_fields.end(),
                     TopLevel(path)) > 0) {
        applied.add_paths(path);
      }
    }
  }
  Merge(patch, applied, resource);
  return applied;
}

void CopyFields(const Message& sent,
                absl::Span<const absl::string_view> mutable_fields,
                Message* resource) {
  resource->CopyFrom(sent);
  const auto* reflection = resource->GetReflection();
  std::vector<const google::protobuf::FieldDescriptor*> set;
  reflection->ListFields(*resource, &set);
  for (const auto* field : set) {
    if (std::count(mutable_fields.begin(), mutable_fields.end(),
                   field->name()) == 0) {
      reflection->ClearField(resource, field);
    }
  }
}

bool Updates(const FieldMask& applied, absl::string_view field) {
  return std::any_of(
      applied.paths().begin(), applied.paths().end(),
      [field](const std::string& path) { return TopLevel(path) == field; });
}

}  // namespace xom::core
