// The check of histories finds what it is there to find.

#include "tests/claim_history.h"

#include <gtest/gtest.h>

namespace xom::tests {
namespace {

using Kind = ClaimCall::Kind;
using Result = ClaimCall::Result;
using Units = std::vector<int>;

struct Span {
  int64_t sent;
  int64_t answered;
};

ClaimCall Claimed(Span span, Units units, Units held) {
  ClaimCall call;
  call.sent = span.sent;
  call.answered = span.answered;
  call.units = std::move(units);
  call.held = std::move(held);
  return call;
}

ClaimCall Refused(Span span, Units units) {
  ClaimCall call = Claimed(span, std::move(units), {});
  call.result = Result::kRefused;
  return call;
}

ClaimCall Unknown(Span span, Units units) {
  ClaimCall call = Claimed(span, std::move(units), {});
  call.result = Result::kUnknown;
  return call;
}

ClaimCall About(int64_t claim, Span span, Kind kind,
                Result result = Result::kDone) {
  ClaimCall call;
  call.kind = kind;
  call.sent = span.sent;
  call.answered = span.answered;
  call.claim = claim;
  call.result = result;
  return call;
}

ClaimCall Confirmed(int64_t claim, Span span, Units received) {
  ClaimCall call = About(claim, span, Kind::kConfirm);
  call.units = std::move(received);
  return call;
}

ClaimCall Read(Span span, std::vector<ClaimCall::Line> lines) {
  ClaimCall call = About(0, span, Kind::kRead);
  call.lines = std::move(lines);
  return call;
}

bool Explained(Units asked, std::vector<ClaimCall> calls) {
  const ClaimHistory history{std::move(asked), std::move(calls)};
  SCOPED_TRACE(ToText(history));
  return IsLinearizable(history);
}

TEST(ClaimHistoryTest, NothingIsExplained) { EXPECT_TRUE(Explained({1}, {})); }

TEST(ClaimHistoryTest, TwoClaimsOfTheSameUnitsAreFound) {
  EXPECT_FALSE(
      Explained({1}, {Claimed({1, 2}, {1}, {1}), Claimed({3, 4}, {1}, {1})}));
  // Also at the same time.
  EXPECT_FALSE(
      Explained({1}, {Claimed({1, 4}, {1}, {1}), Claimed({2, 3}, {1}, {1})}));
  EXPECT_FALSE(
      Explained({5}, {Claimed({1, 4}, {3}, {3}), Claimed({2, 3}, {3}, {3})}));
  EXPECT_FALSE(
      Explained({5}, {Claimed({1, 4}, {0}, {5}), Claimed({2, 3}, {0}, {5})}));
  EXPECT_TRUE(
      Explained({6}, {Claimed({1, 4}, {3}, {3}), Claimed({2, 3}, {3}, {3})}));
}

// Between two claims of the same units somebody must have given them back.
TEST(ClaimHistoryTest, ASecondClaimIsExplainedByARelease) {
  const ClaimCall first = Claimed({1, 2}, {1}, {1});
  const ClaimCall second = Claimed({5, 8}, {1}, {1});
  EXPECT_TRUE(
      Explained({1}, {first, About(1, {3, 4}, Kind::kRelease), second}));
  EXPECT_TRUE(
      Explained({1}, {first, second, About(1, {6, 9}, Kind::kRelease)}));
  EXPECT_FALSE(
      Explained({1}, {first, second, About(1, {9, 10}, Kind::kRelease)}));
  EXPECT_TRUE(Explained(
      {1},
      {first, second, About(1, {3, 4}, Kind::kRelease, Result::kUnknown)}));
  EXPECT_FALSE(Explained(
      {1},
      {first, second, About(1, {3, 4}, Kind::kRelease, Result::kRefused)}));
}

TEST(ClaimHistoryTest, ARefusalNeedsSomebodyWhoHasIt) {
  EXPECT_FALSE(Explained({1}, {Refused({1, 2}, {1})}));
  EXPECT_TRUE(Explained({1}, {Refused({1, 2}, {2})}));
  EXPECT_TRUE(
      Explained({1}, {Refused({1, 4}, {1}), Claimed({2, 3}, {1}, {1})}));
  EXPECT_FALSE(
      Explained({1}, {Refused({1, 2}, {1}), Claimed({3, 4}, {1}, {1})}));
}

TEST(ClaimHistoryTest, ACallOfUnknownOutcomeMayHaveHappenedOrNot) {
  const ClaimCall unknown = Unknown({1, 2}, {1});
  EXPECT_TRUE(Explained({1}, {unknown}));
  EXPECT_TRUE(Explained({1}, {unknown, Refused({3, 4}, {1})}));
  EXPECT_TRUE(Explained({1}, {unknown, Claimed({3, 4}, {1}, {1})}));
  // Also later than its client gave it up.
  EXPECT_TRUE(
      Explained({2}, {unknown, Read({3, 4}, {{0, 0, 0, 2}}),
                      Read({5, 6}, {{1, 0, 0, 1}}), Refused({7, 8}, {2})}));
  // But not before it was sent, and not undone.
  EXPECT_FALSE(Explained({1}, {Refused({1, 2}, {1}), Unknown({3, 4}, {1})}));
  EXPECT_FALSE(Explained(
      {1}, {unknown, Refused({3, 4}, {1}), Claimed({5, 6}, {1}, {1})}));
}

TEST(ClaimHistoryTest, ARemainderIsWhatTheOthersLeft) {
  EXPECT_TRUE(Explained({5, 1}, {Claimed({1, 2}, {2, 0}, {2, 0}),
                                 Claimed({3, 4}, {0, 0}, {3, 1})}));
  EXPECT_FALSE(Explained({5, 1}, {Claimed({1, 2}, {2, 0}, {2, 0}),
                                  Claimed({3, 4}, {0, 0}, {4, 1})}));
}

TEST(ClaimHistoryTest, StatesOfAClaimFollowEachOther) {
  const ClaimCall claim = Claimed({1, 2}, {4}, {4});
  const ClaimCall deliver = About(1, {3, 4}, Kind::kDeliver);
  EXPECT_TRUE(Explained({4}, {claim, deliver, Confirmed(1, {5, 6}, {1}),
                              Claimed({7, 8}, {3}, {3})}));
  EXPECT_FALSE(Explained({4}, {claim, deliver, Confirmed(1, {5, 6}, {1}),
                               Claimed({7, 8}, {4}, {4})}));
  EXPECT_FALSE(Explained({4}, {claim, Confirmed(1, {5, 6}, {4})}));
  EXPECT_FALSE(
      Explained({4}, {claim, deliver, About(1, {5, 6}, Kind::kRelease)}));
  EXPECT_FALSE(
      Explained({4}, {claim, deliver, About(1, {5, 6}, Kind::kDeliver)}));
  EXPECT_FALSE(Explained({4}, {claim, deliver, Confirmed(1, {5, 6}, {4}),
                               Confirmed(1, {7, 8}, {4})}));
}

TEST(ClaimHistoryTest, AFourthRenewalIsFound) {
  std::vector<ClaimCall> calls = {Claimed({1, 2}, {1}, {1})};
  for (int64_t i = 0; i < 3; ++i) {
    calls.push_back(About(1, {3 + 2 * i, 4 + 2 * i}, Kind::kRenew));
  }
  EXPECT_TRUE(Explained({1}, calls));
  calls.push_back(About(1, {9, 10}, Kind::kRenew, Result::kRefused));
  EXPECT_TRUE(Explained({1}, calls));
  calls.back().result = Result::kDone;
  EXPECT_FALSE(Explained({1}, calls));
}

TEST(ClaimHistoryTest, AWrongTokenMustChangeNothing) {
  const ClaimCall claim = Claimed({1, 2}, {1}, {1});
  ClaimCall release = About(1, {3, 4}, Kind::kRelease, Result::kStale);
  EXPECT_FALSE(Explained({1}, {claim, release}));
  release.holds_token = false;
  EXPECT_TRUE(Explained({1}, {claim, release}));
  release.result = Result::kDone;
  EXPECT_FALSE(Explained({1}, {claim, release}));
}

TEST(ClaimHistoryTest, AReadShowsWhatWasAnsweredBefore) {
  const ClaimCall claim = Claimed({1, 2}, {2}, {2});
  EXPECT_TRUE(Explained({3}, {claim, Read({3, 4}, {{2, 0, 0, 1}})}));
  EXPECT_FALSE(Explained({3}, {claim, Read({3, 4}, {{0, 0, 0, 3}})}));
  // Two readers agree on what was first.
  const ClaimCall slow = Claimed({1, 10}, {2}, {2});
  EXPECT_TRUE(Explained(
      {3}, {slow, Read({3, 4}, {{0, 0, 0, 3}}), Read({5, 6}, {{2, 0, 0, 1}})}));
  EXPECT_FALSE(Explained(
      {3}, {slow, Read({3, 4}, {{2, 0, 0, 1}}), Read({5, 6}, {{0, 0, 0, 3}})}));
}

ClaimCall Until(int64_t lease_end, ClaimCall call) {
  call.lease_end = lease_end;
  return call;
}

TEST(ClaimHistoryTest, ALostAcknowledgedClaimIsFound) {
  const ClaimCall claim = Until(100, Claimed({1, 2}, {2}, {2}));
  EXPECT_FALSE(Explained({2}, {claim, Read({3, 4}, {{0, 0, 0, 2}})}));
  EXPECT_FALSE(Explained({2}, {claim, Claimed({3, 4}, {2}, {2})}));
  EXPECT_FALSE(Explained(
      {2}, {claim, About(1, {3, 4}, Kind::kDeliver, Result::kRefused)}));
  // Nor may it come back once it was seen to be gone.
  EXPECT_FALSE(Explained(
      {2}, {claim, About(1, {3, 4}, Kind::kRelease, Result::kUnknown),
            Read({5, 6}, {{0, 0, 0, 2}}), About(1, {7, 8}, Kind::kDeliver)}));
}

TEST(ClaimHistoryTest, MoreThanIsAskedIsFound) {
  const ClaimCall two = Claimed({1, 2}, {2}, {2});
  EXPECT_FALSE(Explained({3}, {two, Claimed({3, 4}, {2}, {2})}));
  const ClaimCall deliver = About(1, {3, 4}, Kind::kDeliver);
  const ClaimCall confirm = Confirmed(1, {5, 6}, {2});
  EXPECT_FALSE(Explained({3}, {two, deliver, Claimed({7, 8}, {2}, {2})}));
  EXPECT_FALSE(
      Explained({3}, {two, deliver, confirm, Claimed({7, 8}, {2}, {2})}));
  EXPECT_FALSE(Explained({3}, {two, Read({3, 4}, {{4, 0, 0, -1}})}));
}

// From its end on it may be written off; who claims then finds it run out.
TEST(ClaimHistoryTest, ALeaseThatRanOutBindsNobody) {
  const ClaimCall claim = Until(10, Claimed({1, 2}, {1}, {1}));
  EXPECT_FALSE(Explained({1}, {claim, Claimed({3, 9}, {1}, {1})}));
  EXPECT_TRUE(Explained({1}, {claim, Refused({3, 9}, {1})}));
  EXPECT_TRUE(Explained({1}, {claim, Claimed({11, 12}, {1}, {1})}));
  EXPECT_FALSE(Explained({1}, {claim, Refused({11, 12}, {1})}));
  // Under way at the end.
  EXPECT_TRUE(Explained({1}, {claim, Claimed({9, 12}, {1}, {1})}));
  EXPECT_TRUE(Explained({1}, {claim, Refused({9, 12}, {1})}));
  // A reader may see it longer, and a refusal writes nothing off.
  EXPECT_TRUE(Explained({1}, {claim, Read({11, 12}, {{1, 0, 0, 0}})}));
  EXPECT_TRUE(Explained({1}, {claim, Read({11, 12}, {{0, 0, 0, 1}})}));
  EXPECT_FALSE(Explained({1}, {claim, Read({3, 9}, {{0, 0, 0, 1}})}));
  EXPECT_TRUE(
      Explained({1}, {claim, Refused({11, 12}, {2}),
                      About(1, {13, 14}, Kind::kRenew, Result::kRefused),
                      Read({15, 16}, {{1, 0, 0, 0}})}));
  EXPECT_FALSE(Explained({1}, {claim, Read({11, 12}, {{0, 0, 0, 1}}),
                               Read({13, 14}, {{1, 0, 0, 0}})}));
}

TEST(ClaimHistoryTest, AStaleHolderChangesNothing) {
  const ClaimCall claim = Until(10, Claimed({1, 2}, {1}, {1}));
  const ClaimCall next = Until(99, Claimed({11, 12}, {1}, {1}));
  for (const Kind kind : {Kind::kDeliver, Kind::kRelease, Kind::kRenew}) {
    EXPECT_FALSE(Explained({1}, {claim, About(1, {13, 14}, kind)}));
    EXPECT_FALSE(Explained({1}, {claim, next, About(1, {13, 14}, kind)}));
    EXPECT_TRUE(Explained(
        {1}, {claim, next, About(1, {13, 14}, kind, Result::kRefused)}));
  }
}

TEST(ClaimHistoryTest, ARenewalPutsTheEndOff) {
  const ClaimCall claim = Until(10, Claimed({1, 2}, {1}, {1}));
  const ClaimCall renewal = Until(20, About(1, {3, 4}, Kind::kRenew));
  EXPECT_TRUE(Explained({1}, {claim, renewal, Refused({11, 12}, {1})}));
  EXPECT_FALSE(Explained({1}, {claim, renewal, Claimed({11, 12}, {1}, {1})}));
  EXPECT_TRUE(Explained({1}, {claim, renewal, Claimed({21, 22}, {1}, {1})}));
  // Nobody knows of this one.
  const ClaimCall unknown =
      Until(20, About(1, {3, 4}, Kind::kRenew, Result::kUnknown));
  EXPECT_TRUE(Explained({1}, {claim, unknown, Refused({11, 12}, {1})}));
  EXPECT_TRUE(Explained({1}, {claim, unknown, Claimed({11, 12}, {1}, {1})}));
  EXPECT_TRUE(Explained({1}, {claim, unknown, Refused({11, 12}, {1}),
                              Claimed({21, 22}, {1}, {1})}));
  EXPECT_FALSE(Explained({1}, {claim, unknown, Refused({11, 12}, {1}),
                               Claimed({13, 14}, {1}, {1})}));
}

// It is held by nobody who knows, at least until then.
TEST(ClaimHistoryTest, AClaimWithoutAnAnswerRunsOutToo) {
  const ClaimCall unknown = Until(10, Unknown({1, 2}, {1}));
  EXPECT_TRUE(Explained(
      {1}, {unknown, Refused({3, 4}, {1}), Claimed({11, 12}, {1}, {1})}));
  EXPECT_FALSE(Explained(
      {1}, {unknown, Refused({3, 4}, {1}), Claimed({7, 8}, {1}, {1})}));
}

TEST(ClaimHistoryTest, TokensThatDoNotGrowAreFound) {
  ClaimCall first = Claimed({1, 2}, {1}, {1});
  ClaimCall second = Claimed({3, 4}, {1}, {1});
  first.token = 7;
  for (const int64_t token : {6, 7}) {
    second.token = token;
    EXPECT_FALSE(Explained({2}, {first, second}));
  }
  second.token = 8;
  EXPECT_TRUE(Explained({2}, {first, second}));
}

// As many at once as the random test has, and all that it can hold.
TEST(ClaimHistoryTest, AFullHistoryIsSearchedThrough) {
  std::vector<ClaimCall> calls;
  int64_t time = 0;
  while (calls.size() + 6 <= kMaxClaimCalls) {
    for (int64_t client = 0; client < 6; ++client) {
      calls.push_back(
          Claimed({time + client + 1, time + 12 - client}, {1}, {1}));
    }
    time += 12;
  }
  const int units = static_cast<int>(calls.size());
  EXPECT_TRUE(Explained({units}, calls));
  EXPECT_FALSE(Explained({units - 1}, calls));
}

}  // namespace
}  // namespace xom::tests
