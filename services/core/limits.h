// The bounds on what a client may ask and cost. The protos state the same
// numbers; README lists those that people meet. Those on polygons are in geo/,
// those on the store in storage/, those on connections in
// services/edge/server_options.h.
#ifndef XOM_SERVICES_CORE_LIMITS_H_
#define XOM_SERVICES_CORE_LIMITS_H_

#include <cstddef>
#include <cstdint>

#include "absl/time/time.h"

namespace xom::core {

// Texts, in characters (Unicode code points).
inline constexpr size_t kMaxNameCharacters = 100;  // display names, items
inline constexpr size_t kMaxUnitCharacters = 20;
inline constexpr size_t kMaxTextCharacters = 2'000;  // situation, description
inline constexpr size_t kMaxAddressCharacters = 500;
inline constexpr size_t kMaxChannelCharacters = 200;
inline constexpr size_t kMaxLanguageTagBytes = 35;  // RFC 5646, 4.4.1
inline constexpr size_t kMaxTokenBytes = 1'024;
inline constexpr size_t kMaxEtagBytes = 64;

// Lists and counts.
inline constexpr int kMaxCategories = 64;  // of a server: bits of a set
inline constexpr int kMaxCategoriesPerResource = 16;
inline constexpr int kMaxDisplayLanguages = 32;
inline constexpr int kMaxLines = 50;
inline constexpr int kMaxQuantity = 1'000'000;
inline constexpr int kMaxPeople = 10'000;  // of each kind
inline constexpr int kMaxCapacity = 10'000;
inline constexpr int kMaxLanguages = 16;
inline constexpr int kMaxWeeklySpans = 42;
inline constexpr int kMaxSpecialDays = 100;
inline constexpr int kMaxSpansPerDay = 6;

inline constexpr int kMaxMemberships = 16;  // of a user, in organizations

// Distances in metres.
inline constexpr double kMaxAccuracyMeters = 100'000;
inline constexpr double kMaxServiceRadiusMeters = 20'100'000;

// Time.
inline constexpr absl::Duration kDefaultNeedLifetime = absl::Hours(7 * 24);
inline constexpr absl::Duration kMaxNeedLifetime = absl::Hours(30 * 24);
// What has ended stays readable for so long, then it is deleted.
inline constexpr absl::Duration kEndedRetention = absl::Hours(30 * 24);
// What is personal of a need is erased so long after its end.
inline constexpr absl::Duration kDetailsRetention = absl::Hours(7 * 24);
static_assert(kDetailsRetention < kEndedRetention);
inline constexpr absl::Duration kNextChangeHorizon = absl::Hours(14 * 24);

// Claims.
inline constexpr absl::Duration kMinClaimLease = absl::Minutes(1);
inline constexpr absl::Duration kMaxClaimLease = absl::Hours(48);
inline constexpr int kMaxClaimRenewals = 3;
// A delivery that nobody answers counts as received after so long.
inline constexpr absl::Duration kConfirmWithin = absl::Hours(72);
// Who asks for a claim has it when its holder does not answer for so long, or
// for a quarter of what is left of the lease.
inline constexpr absl::Duration kMaxHandoverWait = absl::Hours(2);
// How often a claim is asked for, by whoever holds it.
inline constexpr int kMaxClaimHandovers = 3;
// Of a need; those that ended with nothing received make room for new ones.
inline constexpr int kMaxClaimsPerNeed = 100;
// Of a helper, at once: a new one, and the best.
inline constexpr int kNewHelperClaims = 3;
inline constexpr int kMaxClaimsPerHelper = 50;
// A helper's last so many claims say how many more they may hold.
inline constexpr int kTrackRecordClaims = 100;
// Made by one BatchClaim, and how much their needs may take in its write: well
// below storage::kMaxTransactionBytes.
inline constexpr int kMaxBatchClaims = 100;
inline constexpr size_t kMaxBatchBytes = 3 << 20;
// Open needs that a BatchClaim looks at in a region.
inline constexpr size_t kMaxBatchScanned = 20'000;
// Rounds that take long (geo::PlanRound) and wait for their turn.
inline constexpr size_t kMaxWaitingRounds = 16;

// Looks at the details of needs.
// A helper may still look so long after the delivery.
inline constexpr absl::Duration kRevealAfterDelivery = absl::Hours(6);
// A helper may look at the details of so many needs in any kRevealDay, unless
// the operator says otherwise: as many as one may hold claims.
inline constexpr int kMaxRevealsPerDay = kMaxClaimsPerHelper;
inline constexpr absl::Duration kRevealDay = absl::Hours(24);
// Of a need; the last so many are kept.
inline constexpr int kMaxKeptReveals = 1'000;

// How far the need may be that a refused claim names instead.
inline constexpr double kMaxNextNeedMeters = 50'000;

// Moderation.
inline constexpr int kMaxCaseReporters = 100;  // since the last decision
inline constexpr int kMaxCaseEvents = 200;

// Duplicates.
inline constexpr double kMaxDuplicateMeters = 1'000;
// Of the live needs around, the nearest so many are compared.
inline constexpr size_t kMaxDuplicatesCompared = 500;
inline constexpr size_t kMaxDuplicateCandidates = 20;
inline constexpr int kMaxMergedAtOnce = 20;
inline constexpr int kMaxMergedIntoNeed = 100;
inline constexpr int kMaxNeedsPerPhone = 100;

// Codes to phones.
inline constexpr absl::Duration kPhoneCodeLifetime = absl::Minutes(10);
inline constexpr int kMaxPhoneCodeAttempts = 5;

// Queries.
inline constexpr int kMaxNearest = 100;
inline constexpr int kDefaultPageSize = 50;
inline constexpr int kMaxPageSize = 1'000;
// A list page looks at no more than so many resources, however few pass.
inline constexpr size_t kMaxScannedPerPage = 20'000;
// A page ends when it holds so much: stock clients take 4 MiB.
inline constexpr size_t kMaxPageBytes = 1 << 20;
// An answer of neighbours or matches ends, with a token, when it holds so much.
inline constexpr size_t kMaxAnswerBytes = 3 << 20;
// FindMatches ranks the nearest so many that fit.
inline constexpr size_t kMaxMatchCandidates = 1'000;

// Watches.
inline constexpr int kMaxWatchedKinds = 3;
// Unless the operator says otherwise. Of a server: with gRPC's stream each
// takes some 20 KiB, together 400 MiB.
inline constexpr size_t kMaxWatches = 20'000;
// Of a connection: below the 128 streams that it has, so that unary calls still
// pass.
inline constexpr size_t kMaxWatchesPerConnection = 100;
// Seldom: each costs a message. Below the five minutes after which Envoy takes
// a silent stream for dead; a proxy may be told to wait.
inline constexpr absl::Duration kHeartbeatInterval = absl::Minutes(4);
// A watch that is behind by more changed resources than this skips to a fresh
// snapshot.
inline constexpr size_t kMaxChangesBehind = 10'000;
inline constexpr size_t kMaxEventsPerMessage = 200;
inline constexpr size_t kMaxEventBytesPerMessage = 512 << 10;
// A resumed watch that is behind by more changes than this begins afresh.
inline constexpr size_t kMaxReplayedChanges = 2'000;
// When the hub is behind by more than this, all watches skip to fresh
// snapshots.
inline constexpr size_t kMaxPendingTransitions = 10'000;

// Writes.
// When other writers of the same resource were faster. One of them wins each
// time, so that as many can queue for one resource.
inline constexpr int kMaxWriteAttempts = 100;
inline constexpr size_t kMaxDuePerRun = 1'000;
inline constexpr size_t kMaxResealedPerRun = 100;
inline constexpr absl::Duration kRetryDelay = absl::Seconds(1);
inline constexpr absl::Duration kDiskLowRetryDelay = absl::Seconds(30);
// What an error says of wrong fields: clients take 8 KiB of it.
inline constexpr size_t kMaxViolations = 50;
inline constexpr size_t kMaxViolationBytes = 2 << 10;

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_LIMITS_H_
