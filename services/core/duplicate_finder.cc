#include "services/core/duplicate_finder.h"

#include <algorithm>
#include <bitset>
#include <utility>

#include "absl/strings/str_cat.h"
#include "geo/cell_index.h"
#include "services/core/claim_decisions.h"
#include "services/core/duplicate_score.h"
#include "services/core/limits.h"
#include "services/core/text_likeness.h"
#include "services/core/time_proto.h"

namespace xom::core {
namespace {

using v1::DuplicateCandidate;

std::string TextOf(const v1::Need& need) {
  std::string text = need.situation();
  for (const v1::Line& line : need.lines()) {
    absl::StrAppend(&text, " ", line.item());
  }
  return FoldText(text);
}

double OverlapOf(uint64_t a, uint64_t b) {
  const auto all = std::bitset<64>(a | b).count();
  if (all == 0) return 0;
  return static_cast<double>(std::bitset<64>(a & b).count()) /
         static_cast<double>(all);
}

bool Contains(const std::vector<std::string>& names, absl::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool IsLikely(const DuplicateCandidate& candidate) {
  return candidate.score() >= kLikelyDuplicate;
}

}  // namespace

struct DuplicateFinder::Traits {
  std::string name;
  geo::Point point;
  uint64_t categories = 0;
  std::string text;  // folded
  absl::Time create_time;
};

DuplicateFinder::Traits DuplicateFinder::TraitsOf(const NeedEntry& need) {
  return {std::string(need.name()), need.point(), need.categories,
          TextOf(need.need()), absl::FromUnixMicros(need.create_time_micros)};
}

std::vector<NeedPtr> DuplicateFinder::Around(
    const Traits& traits, const std::vector<std::string>& same_phone) const {
  std::vector<NeedPtr> needs;
  const auto add = [&](const EntryPtr& entry) {
    if (entry == nullptr || entry->name() == traits.name) return;
    auto need = boost::static_pointer_cast<const NeedEntry>(entry);
    if (!need->has_ended()) needs.push_back(std::move(need));
  };
  const geo::NearestQuery query{.center = traits.point,
                                .limit = kMaxDuplicatesCompared,
                                .max_distance_meters = kMaxDuplicateMeters};
  const View::Reader reader = view_.Read();
  for (const std::string& name : same_phone) add(reader.needs().Find(name));
  for (const auto& neighbor : reader.needs().live().Nearest(query)) {
    if (Contains(same_phone, neighbor.item->name())) continue;
    add(Share(*neighbor.item));
  }
  return needs;
}

DuplicateCandidate DuplicateFinder::Compare(
    const Traits& traits, const NeedEntry& other,
    const std::vector<std::string>& same_phone) {
  const Traits theirs = TraitsOf(other);
  const double meters = geo::MetersFromChordLength2(
      geo::ChordLength2(traits.point, theirs.point));
  const DuplicateEvidence evidence{
      .same_phone = Contains(same_phone, other.name()),
      .distance_meters = meters,
      .category_overlap = OverlapOf(traits.categories, theirs.categories),
      .text_likeness = LikenessOf(traits.text, theirs.text),
      .age_difference = traits.create_time - theirs.create_time};
  DuplicateCandidate candidate;
  *candidate.mutable_need() = other.need();
  candidate.set_score(DuplicateScore(evidence));
  candidate.set_same_phone_number(evidence.same_phone);
  candidate.set_distance_meters(meters);
  candidate.set_text_likeness(evidence.text_likeness);
  return candidate;
}

absl::StatusOr<std::vector<DuplicateCandidate>> DuplicateFinder::FindAll(
    const NeedEntry& need) const {
  const auto details = vault_.Read(std::string(need.name()));
  if (!details.ok()) return details.status();
  const auto same_phone = phones_.NeedsOf(
      details->has_value() ? (*details)->contact().phone_number() : "");
  if (!same_phone.ok()) return same_phone.status();
  const Traits traits = TraitsOf(need);
  std::vector<DuplicateCandidate> found;
  for (const NeedPtr& other : Around(traits, *same_phone)) {
    DuplicateCandidate candidate = Compare(traits, *other, *same_phone);
    if (candidate.same_phone_number() || IsLikely(candidate)) {
      found.push_back(std::move(candidate));
    }
  }
  std::stable_sort(
      found.begin(), found.end(),
      [](const auto& a, const auto& b) { return a.score() > b.score(); });
  if (found.size() > kMaxDuplicateCandidates) {
    found.resize(kMaxDuplicateCandidates);
  }
  return found;
}

absl::StatusOr<std::vector<std::string>> DuplicateFinder::FindOwn(
    const NeedRecord& record, const Caller& caller) const {
  std::vector<std::string> names;
  if (caller.user == nullptr && caller.access_code.empty()) return names;
  const auto same_phone =
      phones_.NeedsOf(record.details.contact().phone_number());
  if (!same_phone.ok()) return same_phone.status();
  const v1::Need& need = record.stored.need();
  const auto& location = need.public_location();
  const Traits traits{
      need.name(),
      *geo::Point::FromDegrees({location.latitude(), location.longitude()}),
      *view_.categories()->BitsOf(need.categories()), TextOf(need),
      FromProto(need.create_time())};
  for (const NeedPtr& other : Around(traits, *same_phone)) {
    // First whose it is: it costs less than to compare texts.
    std::string name(other->name());
    if ((authorizer_.WhoIs(caller, name) & kRequester) == 0) continue;
    if (IsLikely(Compare(traits, *other, *same_phone))) {
      names.push_back(std::move(name));
    }
    if (names.size() == kMaxDuplicateCandidates) break;
  }
  return names;
}

}  // namespace xom::core
