#include "services/core/claim_rules.h"

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "services/core/resource_name.h"

namespace xom::core {
namespace {

// What an error repeats of a wrong part.
constexpr size_t kMaxQuotedBytes = 100;

constexpr struct {
  absl::string_view name;
  v1::Urgency urgency;
} kUrgencies[] = {{"critical", v1::URGENCY_CRITICAL},
                  {"high", v1::URGENCY_HIGH},
                  {"normal", v1::URGENCY_NORMAL},
                  {"low", v1::URGENCY_LOW}};

std::optional<v1::Urgency> UrgencyOf(absl::string_view name) {
  for (const auto& row : kUrgencies) {
    if (row.name == name) return row.urgency;
  }
  return std::nullopt;
}

absl::string_view NameOf(v1::Urgency urgency) {
  for (const auto& row : kUrgencies) {
    if (row.urgency == urgency) return row.name;
  }
  return "";
}

absl::Status PartError(absl::string_view part, absl::string_view problem) {
  return absl::InvalidArgumentError(absl::StrCat(
      "lease rule \"",
      absl::CHexEscape(std::string(part.substr(0, kMaxQuotedBytes))),
      "\": ", problem));
}

// Of "groceries/normal=6h": what stands before the sign, and the lease after
// it.
absl::StatusOr<std::pair<std::string, v1::Urgency>> ParseTarget(
    absl::string_view part) {
  const absl::string_view text =
      absl::StripTrailingAsciiWhitespace(part.substr(0, part.find('=')));
  const size_t slash = text.find('/');
  if (slash == text.npos) {
    if (const auto urgency = UrgencyOf(text)) return std::pair("", *urgency);
  }
  const absl::string_view category = text.substr(0, slash);
  if (!IsResourceId(category)) {
    return PartError(part, "neither an urgency nor the id of a category");
  }
  if (slash == text.npos) {
    return std::pair(std::string(category), v1::URGENCY_UNSPECIFIED);
  }
  const auto urgency = UrgencyOf(text.substr(slash + 1));
  if (!urgency.has_value()) {
    return PartError(part, "the urgency must be critical, high, normal or low");
  }
  return std::pair(std::string(category), *urgency);
}

absl::StatusOr<absl::Duration> ParseLease(absl::string_view part) {
  const absl::string_view text =
      absl::StripLeadingAsciiWhitespace(part.substr(part.find('=') + 1));
  absl::Duration lease;
  if (!absl::ParseDuration(text, &lease) || lease < kMinClaimLease ||
      lease > kMaxClaimLease || lease != absl::Trunc(lease, absl::Seconds(1))) {
    return PartError(part,
                     "the lease must be 1m to 48h, in whole seconds, such as "
                     "90m");
  }
  return lease;
}

}  // namespace

LeaseRules::LeaseRules()
    : leases_({{{"", v1::URGENCY_CRITICAL}, absl::Hours(1)},
               {{"", v1::URGENCY_HIGH}, absl::Hours(4)},
               {{"", v1::URGENCY_NORMAL}, absl::Hours(12)},
               {{"", v1::URGENCY_LOW}, absl::Hours(24)}}) {}

absl::StatusOr<LeaseRules> LeaseRules::Parse(absl::string_view text) {
  LeaseRules rules;
  if (absl::StripAsciiWhitespace(text).empty()) return rules;
  std::map<Key, absl::Duration> given;
  for (absl::string_view part : absl::StrSplit(text, ',')) {
    part = absl::StripAsciiWhitespace(part);
    if (!absl::StrContains(part, '=')) {
      return PartError(part, "not of the form groceries/normal=6h");
    }
    const auto key = ParseTarget(part);
    if (!key.ok()) return key.status();
    const auto lease = ParseLease(part);
    if (!lease.ok()) return lease.status();
    if (!given.emplace(*key, *lease).second) {
      return PartError(part, "a second rule for the same");
    }
    if (given.size() > kMaxLeaseRules) {
      return PartError(part,
                       absl::StrCat("more than ", kMaxLeaseRules, " rules"));
    }
  }
  given.merge(rules.leases_);
  rules.leases_ = std::move(given);
  return rules;
}

absl::Duration LeaseRules::LeaseOf(absl::string_view category,
                                   v1::Urgency urgency) const {
  for (const Key& key :
       {Key(category, urgency), Key(category, v1::URGENCY_UNSPECIFIED)}) {
    const auto it = leases_.find(key);
    if (it != leases_.end()) return it->second;
  }
  return leases_.at(Key("", urgency));
}

absl::Duration LeaseRules::DefaultLease(const v1::Need& need) const {
  const v1::Urgency urgency =
      NameOf(need.urgency()).empty() ? v1::URGENCY_NORMAL : need.urgency();
  absl::Duration lease = absl::InfiniteDuration();
  for (const std::string& category : need.categories()) {
    lease = std::min(
        lease, LeaseOf(absl::StripPrefix(category, kCategories), urgency));
  }
  return need.categories().empty() ? LeaseOf("", urgency) : lease;
}

std::string LeaseRules::ToString() const {
  std::vector<std::string> parts;
  for (const auto& [key, lease] : leases_) {
    const auto& [category, urgency] = key;
    const bool both = !category.empty() && urgency != v1::URGENCY_UNSPECIFIED;
    parts.push_back(absl::StrCat(category, both ? "/" : "", NameOf(urgency),
                                 "=", absl::FormatDuration(lease)));
  }
  return absl::StrJoin(parts, ", ");
}

int ClaimCap(const TrackRecord& record) {
  assert(record.delivered >= 0 && record.failed >= 0);
  const int64_t delivered = std::min(record.delivered, kTrackRecordClaims);
  const int64_t failed = std::min(record.failed, kTrackRecordClaims);
  // As if two had been delivered before: one failure is no verdict yet.
  const int64_t good = delivered + 2;
  const int64_t all = good + failed;
  const int64_t cap =
      (kNewHelperClaims + delivered) * good * good / (all * all);
  return static_cast<int>(std::clamp<int64_t>(cap, 1, kMaxClaimsPerHelper));
}

}  // namespace xom::core
