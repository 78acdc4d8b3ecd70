#include "services/edge/call_log.h"

#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <cstdio>
#include <mutex>
#include <string>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "services/core/error.h"

namespace xom::edge {
namespace {

// Lines that may wait for stderr; when it does not take them the oldest are
// dropped: no call ever waits for the log.
constexpr size_t kMaxWaitingBytes = 1 << 20;
// A wake-up and a write for each line cost more than the line.
constexpr std::chrono::milliseconds kWriteInterval(100);

class BufferSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit BufferSink(LineBuffer* lines) : lines_(*lines) {}

 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    lines_.Add(absl::string_view(line.data(), line.size()));
  }
  void flush_() override {}

  LineBuffer& lines_;
};

std::unique_ptr<spdlog::logger> MakeLogger(LineBuffer* lines) {
  auto logger = std::make_unique<spdlog::logger>(
      "xomd", std::make_shared<BufferSink>(lines));
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
      lines_(kMaxWaitingBytes),
      logger_(MakeLogger(&lines_)),
      writer_(kWriteInterval, [this] { Write(); }) {}

CallLog::~CallLog() { Close(); }

void CallLog::Close() {
  writer_.Stop();
  Write();
}

void CallLog::Write() {
  lines_.TakeInto(&taken_);
  std::fwrite(taken_.data(), 1, taken_.size(), stderr);
}

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
}

}  // namespace xom::edge
