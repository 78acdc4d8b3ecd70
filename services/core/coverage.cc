#include "services/core/coverage.h"

#include <algorithm>

namespace xom::core {
namespace {

using internal::v1::StoredNeed;

// A line whose quantity is not said is one unit.
int32_t AskedOf(const v1::Line& line) { return std::max(line.quantity(), 1); }

std::vector<v1::LineCoverage> NothingCovered(const v1::Need& need) {
  std::vector<v1::LineCoverage> coverage(std::max(need.lines_size(), 1));
  for (v1::LineCoverage& line : coverage) line.set_asked(1);
  for (int i = 0; i < need.lines_size(); ++i) {
    coverage[static_cast<size_t>(i)].set_asked(AskedOf(need.lines(i)));
  }
  return coverage;
}

void Add(v1::Claim::State state, const v1::ClaimedLine& claimed,
         v1::LineCoverage* line) {
  switch (state) {
    case v1::Claim::STATE_ACTIVE:
      return line->set_promised(line->promised() + claimed.quantity());
    case v1::Claim::STATE_DELIVERED:
      return line->set_delivered(line->delivered() + claimed.quantity());
    case v1::Claim::STATE_CONFIRMED:
      return line->set_confirmed(line->confirmed() +
                                 claimed.received_quantity());
    default:
      return;  // it holds nothing any more
  }
}

bool IsUntouched(const v1::LineCoverage& line) {
  return line.open() == line.asked();
}
bool HasCome(const v1::LineCoverage& line) {
  return line.confirmed() == line.asked();
}

v1::Need::State StateOf(const std::vector<v1::LineCoverage>& coverage) {
  if (std::all_of(coverage.begin(), coverage.end(), HasCome)) {
    return v1::Need::STATE_CLOSED;
  }
  const bool is_open =
      std::any_of(coverage.begin(), coverage.end(),
                  [](const v1::LineCoverage& line) { return line.open() > 0; });
  return is_open ? v1::Need::STATE_OPEN : v1::Need::STATE_CLAIMED;
}

}  // namespace

std::vector<v1::LineCoverage> CoverageOf(const StoredNeed& stored) {
  std::vector<v1::LineCoverage> coverage = NothingCovered(stored.need());
  for (const v1::Claim& claim : stored.claims()) {
    for (const v1::ClaimedLine& claimed : claim.lines()) {
      const auto index = static_cast<size_t>(claimed.line_index());
      // The lines may have changed since a claim of old ones ended.
      if (index < coverage.size()) {
        Add(claim.state(), claimed, &coverage[index]);
      }
    }
  }
  for (int i = 0; i < stored.received_before_size(); ++i) {
    const auto index = static_cast<size_t>(i);
    if (index == coverage.size()) break;
    coverage[index].set_confirmed(coverage[index].confirmed() +
                                  stored.received_before(i));
  }
  for (v1::LineCoverage& line : coverage) {
    line.set_open(line.asked() - line.promised() - line.delivered() -
                  line.confirmed());
  }
  return coverage;
}

void UpdateCoverage(StoredNeed* stored) {
  const std::vector<v1::LineCoverage> coverage = CoverageOf(*stored);
  v1::Need& need = *stored->mutable_need();
  need.clear_coverage();
  if (!std::all_of(coverage.begin(), coverage.end(), IsUntouched)) {
    need.mutable_coverage()->Assign(coverage.begin(), coverage.end());
  }
  if (need.state() != v1::Need::STATE_MERGED) {
    need.set_state(StateOf(coverage));
  }
}

bool LinesAreHeld(const StoredNeed& stored) {
  return stored.need().coverage_size() > 0;
}

}  // namespace xom::core
