#ifndef XOM_CLI_MEASURE_TEXT_H_
#define XOM_CLI_MEASURE_TEXT_H_

#include <cstdint>
#include <string>

#include "absl/time/time.h"
#include "google/protobuf/timestamp.pb.h"

// Measures as people read them.

namespace xom::cli {

// "0 m", "320 m", "1.2 km", "34 km".
std::string DistanceText(double meters);

// "now", "5 min ago", "2 h ago", "3 d ago". What lies ahead is "now".
std::string AgeText(absl::Duration age);

// "2,474".
std::string CountText(int64_t count);

// "1.9 s", "2 min 5 s".
std::string ElapsedText(absl::Duration elapsed);

absl::Time TimeOf(const google::protobuf::Timestamp& timestamp);
google::protobuf::Timestamp TimestampOf(absl::Time time);

}  // namespace xom::cli

#endif  // XOM_CLI_MEASURE_TEXT_H_
