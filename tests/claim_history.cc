#include "tests/claim_history.h"

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace xom::tests {
namespace {

using Kind = ClaimCall::Kind;
using Result = ClaimCall::Result;

constexpr int kMaxRenewals = 3;
constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

// What a server says to a call; kStaleOrRefused when the token is wrong and the
// state too, so that it may say either.
enum class Verdict { kDone, kRefused, kStale, kStaleOrRefused };

// A need with its claims as a server without concurrency has them.
class NeedModel {
 public:
  explicit NeedModel(std::vector<int> asked) : asked_(std::move(asked)) {}

  // Does the call when it is to be done, and then says kDone.
  Verdict Apply(const ClaimCall& call) {
    if (call.kind == Kind::kRead) return Verdict::kDone;
    if (call.kind == Kind::kClaim) return ApplyClaim(call);
    const auto found = claims_.find(call.claim);
    // Only who knows a claim can ask for it: it is there, or the order is none.
    if (found == claims_.end()) return Verdict::kRefused;
    return call.kind == Kind::kConfirm ? ApplyConfirm(call, &found->second)
                                       : ApplyHeld(call, &found->second);
  }

  // What the claim that was sent then holds; nothing when there is none.
  std::vector<int> HeldBy(int64_t claim) const {
    const auto found = claims_.find(claim);
    return found == claims_.end() ? std::vector<int>() : found->second.held;
  }

  std::vector<ClaimCall::Line> Lines() const {
    std::vector<ClaimCall::Line> lines(asked_.size());
    for (size_t i = 0; i < asked_.size(); ++i) lines[i].open = asked_[i];
    for (const auto& [sent, claim] : claims_) {
      for (size_t i = 0; i < asked_.size(); ++i) Count(claim, i, &lines[i]);
    }
    return lines;
  }

  // Equal for equal needs only.
  std::string Key() const {
    std::string key;
    for (const auto& [sent, claim] : claims_) {
      absl::StrAppend(&key, sent, ":", static_cast<int>(claim.state), ",",
                      claim.renewals, ",", absl::StrJoin(claim.held, "."), ",",
                      absl::StrJoin(claim.received, "."), ";");
    }
    return key;
  }

 private:
  enum class State { kActive, kReleased, kDelivered, kConfirmed };
  struct Claim {
    State state = State::kActive;
    int renewals = 0;
    std::vector<int> held;
    std::vector<int> received;
  };

  static void Count(const Claim& claim, size_t i, ClaimCall::Line* line) {
    switch (claim.state) {
      case State::kActive:
        line->promised += claim.held[i];
        line->open -= claim.held[i];
        break;
      case State::kDelivered:
        line->delivered += claim.held[i];
        line->open -= claim.held[i];
        break;
      case State::kConfirmed:
        line->confirmed += claim.received[i];
        line->open -= claim.received[i];
        break;
      case State::kReleased:
        break;
    }
  }

  Verdict ApplyClaim(const ClaimCall& call) {
    const std::vector<ClaimCall::Line> lines = Lines();
    std::vector<int> open;
    for (const ClaimCall::Line& line : lines) open.push_back(line.open);
    const auto none = [](int units) { return units == 0; };
    if (std::all_of(open.begin(), open.end(), none)) return Verdict::kRefused;
    const bool all = std::all_of(call.units.begin(), call.units.end(), none);
    const std::vector<int>& held = all ? open : call.units;
    for (size_t i = 0; i < held.size(); ++i) {
      if (held[i] > open[i]) return Verdict::kRefused;
    }
    claims_[call.sent].held = held;
    return Verdict::kDone;
  }

  static Verdict ApplyHeld(const ClaimCall& call, Claim* claim) {
    const bool refused =
        claim->state != State::kActive ||
        (call.kind == Kind::kRenew && claim->renewals == kMaxRenewals);
    if (!call.holds_token) {
      return refused ? Verdict::kStaleOrRefused : Verdict::kStale;
    }
    if (refused) return Verdict::kRefused;
    if (call.kind == Kind::kRenew) ++claim->renewals;
    if (call.kind == Kind::kRelease) claim->state = State::kReleased;
    if (call.kind == Kind::kDeliver) claim->state = State::kDelivered;
    return Verdict::kDone;
  }

  static Verdict ApplyConfirm(const ClaimCall& call, Claim* claim) {
    if (claim->state != State::kDelivered) return Verdict::kRefused;
    claim->state = State::kConfirmed;
    claim->received = call.units;
    return Verdict::kDone;
  }

  std::vector<int> asked_;
  std::map<int64_t, Claim> claims_;  // by when they were sent
};

// Whether the client may have got that answer when the server's verdict is
// that; `after` is the need after the call.
bool Explains(Verdict verdict, const ClaimCall& call, const NeedModel& after) {
  switch (call.result) {
    case Result::kUnknown:
      return true;
    case Result::kRefused:
      return verdict == Verdict::kRefused ||
             verdict == Verdict::kStaleOrRefused;
    case Result::kStale:
      return verdict == Verdict::kStale || verdict == Verdict::kStaleOrRefused;
    case Result::kDone:
      break;
  }
  if (verdict != Verdict::kDone) return false;
  if (call.kind == Kind::kRead) return call.lines == after.Lines();
  if (call.kind == Kind::kClaim) return call.held == after.HeldBy(call.sent);
  return true;
}

class Search {
 public:
  explicit Search(const ClaimHistory& history) : calls_(history.calls) {}

  // Whether the calls that are not in `done` can follow on `need`.
  bool CanFinish(uint64_t done, const NeedModel& need) {
    if (IsFinished(done)) return true;
    if (!seen_.insert({done, need.Key()}).second) return false;
    const std::vector<size_t> next = Next(done);
    // A call that changes nothing and is explained now may as well happen now.
    for (const size_t i : next) {
      if (calls_[i].result == Result::kUnknown || Changes(i)) continue;
      const auto after = Take(i, need);
      if (after.has_value()) return CanFinish(done | Bit(i), *after);
    }
    return std::any_of(next.begin(), next.end(), [&](size_t i) {
      const auto after = Take(i, need);
      return after.has_value() && CanFinish(done | Bit(i), *after);
    });
  }

 private:
  static uint64_t Bit(size_t i) { return uint64_t{1} << i; }

  int64_t EndOf(size_t i) const {
    return calls_[i].result == Result::kUnknown ? kNever : calls_[i].answered;
  }
  bool Changes(size_t i) const {
    return calls_[i].kind != Kind::kRead && calls_[i].result == Result::kDone;
  }

  // A call without an answer need not have happened.
  bool IsFinished(uint64_t done) const {
    for (size_t i = 0; i < calls_.size(); ++i) {
      if ((done & Bit(i)) == 0 && EndOf(i) != kNever) return false;
    }
    return true;
  }

  // The calls that can be next: sent before any other was answered.
  std::vector<size_t> Next(uint64_t done) const {
    int64_t first_end = kNever;
    for (size_t i = 0; i < calls_.size(); ++i) {
      if ((done & Bit(i)) == 0) first_end = std::min(first_end, EndOf(i));
    }
    std::vector<size_t> next;
    for (size_t i = 0; i < calls_.size(); ++i) {
      if ((done & Bit(i)) == 0 && calls_[i].sent < first_end) next.push_back(i);
    }
    return next;
  }

  // The need after the call, when that explains its answer.
  std::optional<NeedModel> Take(size_t i, const NeedModel& need) const {
    NeedModel after = need;
    const Verdict verdict = after.Apply(calls_[i]);
    if (!Explains(verdict, calls_[i], after)) return std::nullopt;
    return after;
  }

  const std::vector<ClaimCall>& calls_;
  std::set<std::pair<uint64_t, std::string>> seen_;
};

const char* NameOf(Kind kind) {
  constexpr const char* kNames[] = {"claim",   "renew",   "release",
                                    "deliver", "confirm", "read"};
  return kNames[static_cast<size_t>(kind)];
}

const char* NameOf(Result result) {
  constexpr const char* kNames[] = {"done", "refused", "stale", "unknown"};
  return kNames[static_cast<size_t>(result)];
}

std::string ToText(const ClaimCall& call) {
  std::string text =
      absl::StrCat(call.sent, "-", call.answered, " ", NameOf(call.kind));
  if (call.claim != 0) absl::StrAppend(&text, " of ", call.claim);
  if (!call.units.empty()) {
    absl::StrAppend(&text, " [", absl::StrJoin(call.units, " "), "]");
  }
  if (!call.holds_token) absl::StrAppend(&text, " with another token");
  absl::StrAppend(&text, ": ", NameOf(call.result));
  if (!call.held.empty()) {
    absl::StrAppend(&text, " [", absl::StrJoin(call.held, " "), "]");
  }
  for (const ClaimCall::Line& line : call.lines) {
    absl::StrAppend(&text, " ", line.promised, "+", line.delivered, "+",
                    line.confirmed, "+", line.open);
  }
  return text;
}

}  // namespace

bool IsLinearizable(const ClaimHistory& history) {
  if (history.calls.size() > kMaxClaimCalls) return false;
  return Search(history).CanFinish(0, NeedModel(history.asked));
}

std::string ToText(const ClaimHistory& history) {
  std::vector<ClaimCall> calls = history.calls;
  std::sort(
      calls.begin(), calls.end(),
      [](const ClaimCall& a, const ClaimCall& b) { return a.sent < b.sent; });
  std::string text =
      absl::StrCat("asked [", absl::StrJoin(history.asked, " "), "]\n");
  for (const ClaimCall& call : calls) {
    absl::StrAppend(&text, ToText(call), "\n");
  }
  return text;
}

}  // namespace xom::tests
