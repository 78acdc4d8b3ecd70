// What claims and time make of a need, worked out plainly from what the protos
// promise: the model's own words, not the server's.
#ifndef XOM_TESTS_MODEL_CLAIMS_H_
#define XOM_TESTS_MODEL_CLAIMS_H_

#include <vector>

#include "absl/time/time.h"
#include "xom/v1/claim.pb.h"
#include "xom/v1/need.pb.h"

namespace xom::tests {

using Claims = std::vector<v1::Claim>;  // of one need, all there ever were

// Of each line; of the one of a need without lines.
std::vector<v1::LineCoverage> CoverageOf(const v1::Need& need,
                                         const Claims& claims);

bool HasEnded(const v1::Need& need);

// Makes the need what its claims make of it: its coverage and state.
void FollowClaims(absl::Time now, const Claims& claims, v1::Need* need);

// Leases run out, deliveries are taken as received, the need expires. Whether
// something changed.
bool LetTimePass(absl::Time now, Claims* claims, v1::Need* need);

// A person ends the need in that state, CLOSED or CANCELLED.
void EndNeed(v1::Need::State state, absl::Time now, Claims* claims,
             v1::Need* need);

// Ends a claim in that state; what came of it is all or nothing.
void EndClaim(v1::Claim::State state, absl::Time now, v1::Claim* claim);
void ConfirmClaim(v1::Claim::Outcome outcome, absl::Time now, v1::Claim* claim);

// How long a claim holds a need of that urgency when nobody says.
absl::Duration DefaultLease(v1::Urgency urgency);

}  // namespace xom::tests

#endif  // XOM_TESTS_MODEL_CLAIMS_H_
