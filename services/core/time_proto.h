#ifndef XOM_SERVICES_CORE_TIME_PROTO_H_
#define XOM_SERVICES_CORE_TIME_PROTO_H_

#include <optional>

#include "absl/time/time.h"
#include "google/protobuf/timestamp.pb.h"

namespace xom::core {

// Times are kept to the microsecond, as the change log keeps them.
google::protobuf::Timestamp ToProto(absl::Time time);

// REQUIRES: a timestamp made by ToProto or accepted by TimeIn.
absl::Time FromProto(const google::protobuf::Timestamp& timestamp);

// The time that a client sent; nullopt when it is not between the years 1 and
// 9999 or its nanos are out of range.
std::optional<absl::Time> TimeIn(const google::protobuf::Timestamp& timestamp);

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_TIME_PROTO_H_
