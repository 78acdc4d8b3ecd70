#include "cli/failure.h"

#include <ostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/display_width.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace xom::cli {
namespace {

// Calls `visit` with each detail of type T.
template <typename T, typename Visit>
void ForEachDetail(const grpc::Status& status, Visit visit) {
  google::rpc::Status full;
  if (!full.ParseFromString(status.error_details())) return;
  for (const google::protobuf::Any& any : full.details()) {
    T detail;
    if (any.UnpackTo(&detail)) visit(detail);
  }
}

std::string Headline(const grpc::Status& status, const std::string& server) {
  if (status.error_code() == grpc::StatusCode::UNAVAILABLE &&
      ReasonOf(status).empty()) {
    return absl::StrCat("no server at ", server,
                        ": start one with ./dev run, or name another with "
                        "--server");
  }
  if (status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED) {
    return absl::StrCat("no answer from ", server,
                        " in time: try again, or wait longer with --timeout");
  }
  const size_t wrong = ViolationsOf(status).size();
  if (wrong > 0) {
    return wrong == 1 ? "a field is wrong:"
                      : absl::StrCat(wrong, " fields are wrong:");
  }
  const std::string message = OneLine(status.error_message());
  return message.empty() ? absl::StrCat("the server answered with code ",
                                        status.error_code())
                         : message;
}

// What a person does about a refusal; "" when the message says it all.
std::string WayOut(const std::string& reason) {
  if (reason == "CREDENTIALS_MISSING") {
    return "sign in with --token, --token_file or XOM_TOKEN; for a need of "
           "your own give --access_code or XOM_ACCESS_CODE";
  }
  if (reason == "TOKEN_INVALID") {
    return "get a new token from the operator (xom admin user token NAME)";
  }
  if (reason == "USER_REVOKED") return "ask the operator (xom admin user)";
  if (reason == "NOT_ALLOWED") {
    return "see who you are with xom whoami; the operator gives roles, a "
           "dispatcher takes members in";
  }
  return "";
}

}  // namespace

ExitCode ExitCodeOf(const grpc::Status& status) {
  switch (status.error_code()) {
    case grpc::StatusCode::OK:
      return ExitCode::kOk;
    case grpc::StatusCode::INVALID_ARGUMENT:
    case grpc::StatusCode::OUT_OF_RANGE:
      return ExitCode::kBadInput;
    case grpc::StatusCode::NOT_FOUND:
      return ExitCode::kNotFound;
    case grpc::StatusCode::ABORTED:
    case grpc::StatusCode::FAILED_PRECONDITION:
    case grpc::StatusCode::ALREADY_EXISTS:
      return ExitCode::kConflict;
    case grpc::StatusCode::UNAVAILABLE:
    case grpc::StatusCode::DEADLINE_EXCEEDED:
      return ExitCode::kUnreachable;
    case grpc::StatusCode::RESOURCE_EXHAUSTED:
    case grpc::StatusCode::PERMISSION_DENIED:
    case grpc::StatusCode::UNAUTHENTICATED:
      return ExitCode::kDenied;
    default:
      return ExitCode::kInternal;
  }
}

std::string ReasonOf(const grpc::Status& status) {
  std::string reason;
  ForEachDetail<google::rpc::ErrorInfo>(
      status, [&reason](const google::rpc::ErrorInfo& info) {
        reason = OneLine(info.reason());
      });
  return reason;
}

std::string MetadataOf(const grpc::Status& status, const std::string& key) {
  std::string text;
  ForEachDetail<google::rpc::ErrorInfo>(
      status, [&](const google::rpc::ErrorInfo& info) {
        const auto found = info.metadata().find(key);
        if (found != info.metadata().end()) text = OneLine(found->second);
      });
  return text;
}

std::vector<std::string> ViolationsOf(const grpc::Status& status) {
  std::vector<std::string> lines;
  ForEachDetail<google::rpc::BadRequest>(
      status, [&lines](const google::rpc::BadRequest& bad) {
        for (const auto& violation : bad.field_violations()) {
          lines.push_back(OneLine(
              absl::StrCat(violation.field(), ": ", violation.description())));
        }
      });
  return lines;
}

std::string FailureText(const grpc::Status& status) {
  const std::vector<std::string> violations = ViolationsOf(status);
  if (!violations.empty()) return absl::StrJoin(violations, "; ");
  return OneLine(status.error_message());
}

void PrintFailure(const grpc::Status& status, const std::string& server,
                  std::ostream& err) {
  err << "xom: " << Headline(status, server) << "\n";
  for (const std::string& line : ViolationsOf(status)) {
    err << "  " << line << "\n";
  }
  const std::string reason = ReasonOf(status);
  if (!reason.empty()) err << "  reason: " << reason << "\n";
  const std::string way_out = WayOut(reason);
  if (!way_out.empty()) err << "  " << way_out << "\n";
  const std::string next = MetadataOf(status, "next_need");
  if (!next.empty()) err << "  help here instead: " << next << "\n";
}

}  // namespace xom::cli
