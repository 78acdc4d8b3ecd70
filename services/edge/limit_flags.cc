#include "services/edge/limit_flags.h"

#include "absl/strings/str_cat.h"
#include "services/core/rate_limits.h"
#include "services/edge/add_flag.h"

namespace xom::edge {
namespace {

constexpr char kDefaultLimit[] = "default";

// What is wrong with it; empty: nothing.
std::string CheckLimit(const std::string& text) {
  if (text == kDefaultLimit) return "";
  return std::string(core::ParseRateLimit(text).status().message());
}

}  // namespace

void LimitFlags::AddTo(CLI::App* app) {
  for (const core::NamedLimit& limit : core::NamedLimits()) {
    const std::string name(limit.name);
    std::string& text = limits_[name];
    text = kDefaultLimit;
    AddFlag(
        app, name, &text,
        absl::StrCat(
            limit.meaning, ", as 30/1m (thirty in a minute) or off. default: ",
            core::RateLimitText(limit.limit), " where users sign in, else off.",
            limit.scope == core::LimitScope::kNetwork
                ? " Behind a proxy turn it off: all calls come from there."
                : ""))
        ->check(CheckLimit, "LIMIT")
        ->group("Limits");
  }
}

core::CallLimits::Settings LimitFlags::settings() const {
  core::CallLimits::Settings settings;
  for (const auto& [name, text] : limits_) {
    if (text != kDefaultLimit) settings[name] = *core::ParseRateLimit(text);
  }
  return settings;
}

}  // namespace xom::edge
