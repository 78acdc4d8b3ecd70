#ifndef XOM_LOADTEST_REQUESTS_H_
#define XOM_LOADTEST_REQUESTS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "loadtest/lockdown_city.h"
#include "xom/v1/match_service.pb.h"

// What the workloads send, made beforehand: a client that builds messages while
// it measures takes the server's cores.

namespace xom::loadtest {

inline constexpr char kCreateNeed[] = "/xom.v1.NeedService/CreateNeed";
inline constexpr char kCreateOffer[] = "/xom.v1.OfferService/CreateOffer";
inline constexpr char kClaimNeed[] = "/xom.v1.ClaimService/ClaimNeed";
inline constexpr char kFindNearestNeeds[] =
    "/xom.v1.MatchService/FindNearestNeeds";
inline constexpr char kWatchNearestNeeds[] =
    "/xom.v1.WatchService/WatchNearestNeeds";
inline constexpr char kWatchRegion[] = "/xom.v1.WatchService/WatchRegion";

// CreateNeed of the needs [first, first + count), each with a request_id.
std::vector<std::string> CreateNeedRequests(const LockdownCity& city,
                                            int64_t first, int64_t count);

// CreateOffer of the helpers [first, first + count), each of whom helps with
// anything, a hundred times.
std::vector<std::string> CreateHelperRequests(const LockdownCity& city,
                                              int64_t first, int64_t count);

// ClaimNeed of all of a need by a helper. `number`: of this claim and no other.
std::string ClaimRequest(const LockdownCity& city, int64_t need, int64_t helper,
                         int64_t number);

// Where people ask from: the places of needs that were never posted, numbers
// from kFirstAsker on.
inline constexpr int64_t kFirstAsker = int64_t{1} << 40;
// A search of the kNearest from there, of those categories or, when there are
// none, of all.
inline constexpr int kNearest = 10;
v1::FindNearestNeedsRequest NearestRequest(
    const LockdownCity& city, int64_t number,
    const std::vector<std::string>& categories);
std::vector<std::string> NearestRequests(
    const LockdownCity& city, int64_t count,
    const std::vector<std::string>& categories);

}  // namespace xom::loadtest

#endif  // XOM_LOADTEST_REQUESTS_H_
