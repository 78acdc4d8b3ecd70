#ifndef XOM_TESTS_CLAIM_HISTORY_H_
#define XOM_TESTS_CLAIM_HISTORY_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace xom::tests {

// A moment that never comes.
inline constexpr int64_t kNoMoment = std::numeric_limits<int64_t>::max();

// One call about the claims of one need, as a client saw it.
struct ClaimCall {
  enum class Kind { kClaim, kRenew, kRelease, kDeliver, kConfirm, kRead };
  enum class Result {
    kDone,
    kRefused,  // FAILED_PRECONDITION
    kStale,    // ABORTED for the fencing token
    kUnknown,  // it may have happened, at any time after it was sent
  };
  // How far one line is met, as a read says it.
  struct Line {
    int promised = 0;
    int delivered = 0;
    int confirmed = 0;
    int open = 0;
    bool operator==(const Line&) const = default;
  };

  Kind kind = Kind::kClaim;
  Result result = Result::kDone;
  // Moments on one clock of all clients, the server's when leases run out; no
  // two are equal. The answer of a call without one is not looked at.
  int64_t sent = 0;
  int64_t answered = 0;

  // By line. Of a claim: what was asked for (all 0: all that is open); of a
  // confirmation: what came.
  std::vector<int> units;
  // Of a claim that was done: what it holds, by line, and its fencing token; 0:
  // not looked at.
  std::vector<int> held;
  int64_t token = 0;
  // Of a claim or a renewal: the moment when its lease runs out. Of one without
  // an answer, the earliest such moment.
  int64_t lease_end = kNoMoment;
  // Of the others but reads: `sent` of the claim that they are about.
  int64_t claim = 0;
  // Whether they carried its fencing token. Confirmations need none.
  bool holds_token = true;
  // Of a read.
  std::vector<Line> lines;
};

// All calls about one need while no offer was at its capacity and no delivery
// waited so long that it counted as received.
struct ClaimHistory {
  std::vector<int> asked;  // by line: what the need asks for
  std::vector<ClaimCall> calls;
};

// The most calls that a history may hold: they are bits of a set.
inline constexpr size_t kMaxClaimCalls = 64;

// Whether there is an order of the calls that explains every answer: each call
// happens at one instant between its sending and its answer, and the answers
// are those of a server that does one after the other. A search over all such
// orders (Wing and Gong), which remembers where it was.
//
// A lease may be written off at any time once it ran out. A call that was sent
// after that finds it run out, whether or not it was written off; one that was
// answered before does not.
//
// Two claims of the same units are in no such order, nor are fencing tokens
// that do not grow.
bool IsLinearizable(const ClaimHistory& history);

// The history as text, a line for a call, in the order of their sending.
std::string ToText(const ClaimHistory& history);

}  // namespace xom::tests

#endif  // XOM_TESTS_CLAIM_HISTORY_H_
