#ifndef XOM_CLI_MESSAGE_TEXT_H_
#define XOM_CLI_MESSAGE_TEXT_H_

#include <string>

#include "google/protobuf/message.h"

namespace xom::cli {

// A message for people, a field to a line:
//
//   name: needs/7f3k
//   categories: groceries
//   lines: 10 kg rice
//   urgency: high
//   public_location: 10.7769, 106.7009
//   create_time: 2026-02-17 09:30:00 +07
//
// It goes by the descriptor, so that a field that the API gets shows without a
// change here. Fields that are not set are left out; text is made OneLine.
std::string MessageText(const google::protobuf::Message& message);

// A message as proto3 JSON on one line, without a line break at the end.
std::string MessageJson(const google::protobuf::Message& message);

}  // namespace xom::cli

#endif  // XOM_CLI_MESSAGE_TEXT_H_
