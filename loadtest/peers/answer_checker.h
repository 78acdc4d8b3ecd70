#ifndef XOM_LOADTEST_PEERS_ANSWER_CHECKER_H_
#define XOM_LOADTEST_PEERS_ANSWER_CHECKER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/types/span.h"
#include "geo/point.h"
#include "loadtest/peers/peer.h"

namespace xom::loadtest {

// Two answers to one query, nearest first, by id.
struct AnswerPair {
  std::vector<int64_t> ours;
  std::vector<int64_t> theirs;
};

// Whether another store found the same nearest points as we did. Stores keep
// points more or less exactly, and points that are equally far have no order
// that all share. So this is the rule:
//
//   1. Both found equally many, and neither found one twice.
//   2. What either found has the category that was asked for.
//   3. At each rank, the true distances of the two points from the query differ
//      by no more than twice the precision of the other store: each of two
//      points may seem nearer or farther than it is.
//
// Where points lie farther apart than that, it is that the ids are the same.
//
// Immutable after construction; thread-safe.
class AnswerChecker {
 public:
  // REQUIRES: valid places.
  explicit AnswerChecker(absl::Span<const PeerPoint> points);

  // FAILED_PRECONDITION saying what differs; INVALID_ARGUMENT when the query's
  // place is none.
  absl::Status Check(const PeerQuery& query, const AnswerPair& answers,
                     double precision_meters) const;

 private:
  struct Known {
    geo::Point point;
    uint64_t categories;
  };

  absl::Status CheckAlone(const PeerQuery& query,
                          absl::Span<const int64_t> ids) const;

  absl::flat_hash_map<int64_t, Known> points_;
};

}  // namespace xom::loadtest

#endif  // XOM_LOADTEST_PEERS_ANSWER_CHECKER_H_
