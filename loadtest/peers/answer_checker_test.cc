#include "loadtest/peers/answer_checker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace xom::loadtest {
namespace {

using testing::HasSubstr;

constexpr double kPrecisionMeters = 0.5;

// A point on the meridian of the query, so many metres north of it.
PeerPoint North(int64_t id, double meters) {
  PeerPoint point;
  point.id = id;
  point.place.latitude_degrees =
      meters / geo::kEarthRadiusMeters * 180 / 3.14159265358979323846;
  point.categories = 1 << 3;
  return point;
}

class AnswerCheckerTest : public testing::Test {
 protected:
  AnswerCheckerTest()
      : checker_({North(1, 10), North(2, 20), North(3, 20.9), North(4, 22),
                  North(5, 30), OfAnotherCategory(6)}) {
    query_.category = 3;
  }

  static PeerPoint OfAnotherCategory(int64_t id) {
    PeerPoint point = North(id, 10);
    point.categories = 1 << 2;
    return point;
  }

  absl::Status Check(std::vector<int64_t> ours,
                     std::vector<int64_t> theirs) const {
    return checker_.Check(query_, {std::move(ours), std::move(theirs)},
                          kPrecisionMeters);
  }

  AnswerChecker checker_;
  PeerQuery query_;
};

TEST_F(AnswerCheckerTest, TheSameAnswersAgree) {
  EXPECT_TRUE(Check({1, 2, 3}, {1, 2, 3}).ok());
  EXPECT_TRUE(Check({}, {}).ok());
}

TEST_F(AnswerCheckerTest, PointsWithinThePrecisionMayChangePlaces) {
  EXPECT_TRUE(Check({1, 2, 3}, {1, 3, 2}).ok());
  EXPECT_TRUE(Check({1, 2}, {1, 3}).ok());
}

TEST_F(AnswerCheckerTest, PointsFartherApartMayNot) {
  const absl::Status s = Check({1, 2, 3}, {1, 4, 3});
  EXPECT_EQ(s.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(s.message(), HasSubstr("at rank 2: we found 2 at 20 m"));
  EXPECT_FALSE(Check({1, 2, 5}, {2, 1, 5}).ok()) << "though the ids are same";
  EXPECT_FALSE(Check({1, 4}, {1, 2}).ok()) << "though theirs is nearer";
}

TEST_F(AnswerCheckerTest, AsManyMustBeFound) {
  EXPECT_THAT(Check({1, 2}, {1}).message(),
              HasSubstr("we found 2 points, the other 1"));
  EXPECT_FALSE(Check({1}, {1, 2}).ok());
}

TEST_F(AnswerCheckerTest, NoPointIsFoundTwice) {
  EXPECT_THAT(Check({1, 2, 3}, {1, 2, 2}).message(),
              HasSubstr("at rank 3: 2 comes twice"));
  EXPECT_FALSE(Check({1, 2, 2}, {1, 2, 3}).ok());
}

TEST_F(AnswerCheckerTest, EachHasTheCategory) {
  EXPECT_THAT(Check({1}, {6}).message(), HasSubstr("6 lacks the category"));
  EXPECT_FALSE(Check({6}, {1}).ok());
}

TEST_F(AnswerCheckerTest, EachIsAPoint) {
  EXPECT_THAT(Check({1}, {77}).message(), HasSubstr("77 is no point"));
}

TEST_F(AnswerCheckerTest, TheQueryHasAPlace) {
  query_.place.latitude_degrees = 91;
  EXPECT_EQ(Check({1}, {1}).code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace xom::loadtest
