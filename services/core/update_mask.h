#ifndef XOM_SERVICES_CORE_UPDATE_MASK_H_
#define XOM_SERVICES_CORE_UPDATE_MASK_H_

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "google/protobuf/field_mask.pb.h"
#include "google/protobuf/message.h"
#include "services/core/error.h"

namespace xom::core {

// An update as AIP-134 has it: of `patch`, the fields that `mask` names go into
// `resource`, which is of the same type. Without paths, those that are set in
// `patch`; with `*`, all of `mutable_fields`. Other fields of the resource (its
// name, what is output only) are left alone; a path that is no field at all is
// a violation. Returns what was applied, for Updates.
google::protobuf::FieldMask ApplyUpdate(
    const google::protobuf::Message& patch,
    const google::protobuf::FieldMask& mask,
    absl::Span<const absl::string_view> mutable_fields,
    google::protobuf::Message* resource, Violations* violations);

// Makes of `resource`, which is of the same type, what a client may set of
// `sent`: `mutable_fields`, and nothing else.
void CopyFields(const google::protobuf::Message& sent,
                absl::Span<const absl::string_view> mutable_fields,
                google::protobuf::Message* resource);

// Whether the mask that ApplyUpdate returned touches the field.
bool Updates(const google::protobuf::FieldMask& applied,
             absl::string_view field);

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_UPDATE_MASK_H_
