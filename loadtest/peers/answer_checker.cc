#include "loadtest/peers/answer_checker.h"

#include <cmath>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"

namespace xom::loadtest {
namespace {

// "the first" is rank 1 for people.
absl::Status Differs(size_t rank, absl::string_view why) {
  return absl::FailedPreconditionError(
      absl::StrCat("at rank ", rank + 1, ": ", why));
}

}  // namespace

AnswerChecker::AnswerChecker(absl::Span<const PeerPoint> points) {
  points_.reserve(points.size());
  for (const PeerPoint& point : points) {
    points_.emplace(point.id, Known{*geo::Point::FromDegrees(point.place),
                                    point.categories});
  }
}

absl::Status AnswerChecker::Check(const PeerQuery& query,
                                  const AnswerPair& answers,
                                  double precision_meters) const {
  const auto center = geo::Point::FromDegrees(query.place);
  if (!center.ok()) return center.status();
  for (const std::vector<int64_t>* ids : {&answers.ours, &answers.theirs}) {
    if (absl::Status s = CheckAlone(query, *ids); !s.ok()) return s;
  }
  if (answers.ours.size() != answers.theirs.size()) {
    return absl::FailedPreconditionError(
        absl::StrCat("we found ", answers.ours.size(), " points, the other ",
                     answers.theirs.size()));
  }
  for (size_t rank = 0; rank < answers.ours.size(); ++rank) {
    const int64_t our_id = answers.ours[rank];
    const int64_t their_id = answers.theirs[rank];
    const double ours = geo::DistanceMeters(*center, points_.at(our_id).point);
    const double theirs =
        geo::DistanceMeters(*center, points_.at(their_id).point);
    // Written so that NaN fails.
    if (!(std::abs(ours - theirs) <= 2 * precision_meters)) {
      return Differs(
          rank, absl::StrCat("we found ", our_id, " at ", ours,
                             " m, the other ", their_id, " at ", theirs, " m"));
    }
  }
  return absl::OkStatus();
}

absl::Status AnswerChecker::CheckAlone(const PeerQuery& query,
                                       absl::Span<const int64_t> ids) const {
  absl::flat_hash_set<int64_t> seen;
  for (size_t rank = 0; rank < ids.size(); ++rank) {
    const auto known = points_.find(ids[rank]);
    if (known == points_.end()) {
      return Differs(rank, absl::StrCat(ids[rank], " is no point"));
    }
    if ((known->second.categories >> query.category & 1) == 0) {
      return Differs(rank, absl::StrCat(ids[rank], " lacks the category"));
    }
    if (!seen.insert(ids[rank]).second) {
      return Differs(rank, absl::StrCat(ids[rank], " comes twice"));
    }
  }
  return absl::OkStatus();
}

}  // namespace xom::loadtest
