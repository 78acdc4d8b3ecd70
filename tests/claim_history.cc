#include "tests/claim_history.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace xom::tests {
namespace {

using Kind = ClaimCall::Kind;
using Result = ClaimCall::Result;

constexpr int kMaxRenewals = 3;

// What a server says to a call; kStaleOrRefused when the token is wrong and the
// state too, so that it may say either; kNever when it gives no such answer.
enum class Verdict { kDone, kRefused, kStale, kStaleOrRefused, kNever };

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

  // Writes off the leases that surely ran out at `sure`, and those that may
  // have at `possible`.
  void Lapse(int64_t sure, int64_t possible) {
    for (auto& [sent, claim] : claims_) {
      if (claim.state == State::kActive &&
          (claim.latest_end <= sure || claim.earliest_end <= possible)) {
        claim.state = State::kReleased;
      }
    }
  }
  // The moments until `last` at which an ACTIVE claim may have run out.
  std::set<int64_t> LeaseEnds(int64_t last) const {
    std::set<int64_t> ends;
    for (const auto& [sent, claim] : claims_) {
      if (claim.state == State::kActive && claim.earliest_end != kNoMoment &&
          claim.earliest_end <= last) {
        ends.insert(claim.earliest_end);
      }
    }
    return ends;
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
    std::string key = absl::StrCat(last_token_, ";");
    for (const auto& [sent, claim] : claims_) {
      absl::StrAppend(&key, sent, ":", static_cast<int>(claim.state), ",",
                      claim.renewals, ",", claim.earliest_end, ",",
                      claim.latest_end, ",", absl::StrJoin(claim.held, "."),
                      ",", absl::StrJoin(claim.received, "."), ";");
    }
    return key;
  }

 private:
  enum class State { kActive, kReleased, kDelivered, kConfirmed };
  struct Claim {
    State state = State::kActive;
    int renewals = 0;
    // Between them its lease ends: one moment when it is known.
    int64_t earliest_end = kNoMoment;
    int64_t latest_end = kNoMoment;
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
    if (call.token != 0 && call.token <= last_token_) return Verdict::kNever;
    last_token_ = std::max(last_token_, call.token);
    Claim& claim = claims_[call.sent];
    claim.held = held;
    StartLease(call, &claim);
    return Verdict::kDone;
  }

  static void StartLease(const ClaimCall& call, Claim* claim) {
    claim->earliest_end = call.lease_end;
    claim->latest_end =
        call.result == Result::kUnknown ? kNoMoment : call.lease_end;
  }

  static Verdict ApplyHeld(const ClaimCall& call, Claim* claim) {
    const bool refused =
        claim->state != State::kActive ||
        (call.kind == Kind::kRenew && claim->renewals == kMaxRenewals);
    if (!call.holds_token) {
      return refused ? Verdict::kStaleOrRefused : Verdict::kStale;
    }
    if (refused) return Verdict::kRefused;
    if (call.kind == Kind::kRenew) {
      ++claim->renewals;
      StartLease(call, claim);
    }
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
  int64_t last_token_ = 0;
};

// Whether the client may have got that answer when the server's verdict is
// that; `after` is the need after the call.
bool Explains(Verdict verdict, const ClaimCall& call, const NeedModel& after) {
  switch (call.result) {
    case Result::kUnknown:
      return verdict == Verdict::kDone;  // what changes nothing may be left out
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
    const int64_t first_end = FirstEnd(done);
    const std::vector<size_t> next = Next(done, first_end);
    // A call that changes nothing and is explained now may as well happen now.
    for (const size_t i : next) {
      if (calls_[i].result == Result::kUnknown || Changes(i)) continue;
      if (!Take(i, need).empty()) return CanFinish(done | Bit(i), need);
    }
    for (const size_t i : next) {
      for (const NeedModel& after : Take(i, need)) {
        if (CanFinish(done | Bit(i), after)) return true;
      }
    }
    // Or leases that ran out are written off first.
    for (const int64_t end : need.LeaseEnds(first_end)) {
      NeedModel after = need;
      after.Lapse(0, end);
      if (CanFinish(done, after)) return true;
    }
    return false;
  }

 private:
  static uint64_t Bit(size_t i) { return uint64_t{1} << i; }

  int64_t EndOf(size_t i) const {
    return calls_[i].result == Result::kUnknown ? kNoMoment
                                                : calls_[i].answered;
  }
  bool Changes(size_t i) const {
    return calls_[i].kind != Kind::kRead && calls_[i].result == Result::kDone;
  }

  // A call without an answer need not have happened.
  bool IsFinished(uint64_t done) const {
    for (size_t i = 0; i < calls_.size(); ++i) {
      if ((done & Bit(i)) == 0 && EndOf(i) != kNoMoment) return false;
    }
    return true;
  }

  int64_t FirstEnd(uint64_t done) const {
    int64_t first_end = kNoMoment;
    for (size_t i = 0; i < calls_.size(); ++i) {
      if ((done & Bit(i)) == 0) first_end = std::min(first_end, EndOf(i));
    }
    return first_end;
  }

  // The calls that can be next: sent before any other was answered.
  std::vector<size_t> Next(uint64_t done, int64_t first_end) const {
    std::vector<size_t> next;
    for (size_t i = 0; i < calls_.size(); ++i) {
      if ((done & Bit(i)) == 0 && calls_[i].sent < first_end) next.push_back(i);
    }
    return next;
  }

  // What the need may be after the call, each time with the answer explained: a
  // lease that ran out while the call was under way may have been over or not.
  std::vector<NeedModel> Take(size_t i, const NeedModel& need) const {
    const ClaimCall& call = calls_[i];
    std::set<int64_t> ends;
    if (call.kind != Kind::kRead) ends = need.LeaseEnds(EndOf(i));
    ends.insert(0);
    std::vector<NeedModel> possible;
    for (const int64_t end : ends) {
      NeedModel after = need;
      if (call.kind != Kind::kRead) after.Lapse(call.sent, end);
      const Verdict verdict = after.Apply(call);
      if (Explains(verdict, call, after)) possible.push_back(std::move(after));
    }
    return possible;
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
  if (call.token != 0) absl::StrAppend(&text, " token ", call.token);
  if (call.lease_end != kNoMoment) {
    absl::StrAppend(&text, " until ", call.lease_end);
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
