#include "services/edge/call_log.h"

#include <spdlog/async.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <string>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "services/core/error.h"

namespace xom::edge {
namespace {

// Lines that may wait for stderr; when it does not take them the oldest are
// dropped: no call ever waits for the log.
constexpr size_t kMaxWaitingLines = 8'192;

std::shared_ptr<spdlog::logger> MakeLogger(
    std::shared_ptr<spdlog::details::thread_pool> thread) {
  auto logger = std::make_shared<spdlog::async_logger>(
      "xomd", std::make_shared<spdlog::sinks::stderr_sink_mt>(),
      std::move(thread), spdlog::async_overflow_policy::overrun_oldest);
  logger->set_pattern(R"({"time":"%Y-%m-%dT%H:%M:%S.%fZ",%v})",
                      spdlog::pattern_time_type::utc);
  return logger;
}

// Of a defect, what it was; of all else nothing: errors tell what people sent.
std::string CauseField(const absl::Status& status) {
  const std::string cause = core::CauseOf(status);
  if (cause.empty()) return "";
  return absl::StrCat(R"(,"cause":")", absl::Utf8SafeCEscape(cause), R"(")");
}

}  // namespace

CallLog::CallLog(Verbosity verbosity)
    : verbosity_(verbosity),
      thread_(
          std::make_shared<spdlog::details::thread_pool>(kMaxWaitingLines, 1)),
      logger_(MakeLogger(thread_)) {}

CallLog::~CallLog() = default;

void CallLog::Call(absl::string_view method, const absl::Status& status,
                   absl::Duration took, int64_t messages) {
  if (verbosity_ != Verbosity::kCalls) return;
  const core::ReasonEntry* reason = core::ReasonOf(status);
  logger_->info(
      absl::StrCat(R"("event":"call","method":")", method, R"(","code":")",
                   absl::StatusCodeToString(status.code()), R"(","reason":")",
                   reason == nullptr ? "" : reason->name, R"(","micros":)",
                   absl::ToInt64Microseconds(took), R"(,"messages":)", messages,
                   CauseField(status)));
}

void CallLog::Event(absl::string_view event, absl::string_view text) {
  if (verbosity_ == Verbosity::kSilent) return;
  logger_->info(absl::StrCat(R"("event":")", event, R"(","text":")",
                             absl::Utf8SafeCEscape(text), R"(")"));
  logger_->flush();
}

}  // namespace xom::edge
