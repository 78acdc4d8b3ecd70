#ifndef XOM_TESTS_CLAIM_HISTORY_H_
#define XOM_TESTS_CLAIM_HISTORY_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace xom::tests {

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
  // Moments on one clock of all clients; no two are equal. The answer of a call
  // without one is not looked at.
  int64_t sent = 0;
  int64_t answered = 0;

  // By line. Of a claim: what was asked for (all 0: all that is open); of a
  // confirmation: what came.
  std::vector<int> units;
  // Of a claim that was done: what it holds, by line.
  std::vector<int> held;
  // Of the others but reads: `sent` of the claim that they are about.
  int64_t claim = 0;
  // Whether they carried its fencing token. Confirmations need none.
  bool holds_token = true;
  // Of a read.
  std::vector<Line> lines;
};

// All calls about one need while time stood still: no lease ran out and no
// offer was at its capacity.
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
// Two claims of the same units are in no such order.
bool IsLinearizable(const ClaimHistory& history);

// The history as text, a line for a call, in the order of their sending.
std::string ToText(const ClaimHistory& history);

}  // namespace xom::tests

#endif  // XOM_TESTS_CLAIM_HISTORY_H_
