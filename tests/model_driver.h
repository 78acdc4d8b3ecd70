#ifndef XOM_TESTS_MODEL_DRIVER_H_
#define XOM_TESTS_MODEL_DRIVER_H_

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "tests/model_api.h"
#include "tests/model_random.h"
#include "tests/model_world.h"

namespace xom::tests {

// Does random things to a server and to the model, and holds the one to the
// other. What differs fails the test.
class ModelDriver {
 public:
  // The api outlives the driver.
  ModelDriver(Api* api, ModelRandom random);

  // One random operation; its answer must be the model's.
  void Step();

  // One random mutation, while time stands still.
  void Mutate();

  // A random change of claims, or time that goes on and may end some.
  void StepClaims();

  // Creates so many.
  void CreateNeeds(int count);
  void CreateOffers(int count);

  // Searches and lists with random filters, page by page.
  void CheckQueries();

  // Every open watch, once it is as far as the store.
  void CheckWatches();

  // Opens so many watches of each kind.
  void OpenWatches(size_t count);

  // Cuts one watch; it goes on at the next CheckWatches.
  void CutOne();

  void Restart();

  // Lets time go on, quarter minute by quarter minute, until `there` says that
  // what it waits for is as far as the revision it is given. Watches that have
  // nothing to say are proved silent by their heartbeats.
  void Settle(const std::function<bool(int64_t revision)>& there);

  // What a follower holds, once it is settled. `plain`: the region before it
  // became GeoJSON.
  void Check(const NearestFollower& follower);
  void Check(const RegionFollower& follower, const v1::Region& plain);

  // How many needs time has erased whose public point was the true one. A watch
  // that is resumed across such an erasure may begin afresh.
  int64_t exact_erasures() const { return exact_erasures_; }

  const World& world() const { return world_; }
  // How many changes of claims were done.
  int claim_changes() const { return claim_changes_; }
  ModelRandom& random() { return random_; }

 private:
  struct NearestWatched {
    explicit NearestWatched(v1::WatchNearestNeedsRequest request)
        : follower(std::move(request)) {}
    NearestFollower follower;
    std::unique_ptr<Api::Stream> stream;
  };
  struct RegionWatched {
    RegionWatched(v1::WatchRegionRequest request, v1::Region shape)
        : plain(std::move(shape)), follower(std::move(request)) {}
    v1::Region plain;  // the region before it became GeoJSON
    RegionFollower follower;
    std::unique_ptr<Api::Stream> stream;
  };

  absl::Time now() const { return api_.clock().Now(); }
  // Lets time go on; the server looks at it, or does not yet.
  void Advance(absl::Duration by);
  void Pass(absl::Duration by);
  // Lets the server look at the time, and takes over what it then did.
  void Look();

  void CreateNeed();
  void UpdateNeed();
  void RenewNeed();
  void EraseNeed();
  template <typename Request>
  void EndNeed(v1::Need::State state);
  void ChangeClaims();
  void MakeClaim();
  void RenewClaim();
  void ReleaseClaim();
  void DeliverClaim();
  void ConfirmClaim();
  void CreateOffer();
  void MoveOffer();
  void CreatePoint();
  void ReportPoint();
  void DeletePoint();
  void CutOrReplaceWatch();

  // The need that a mutation is about: any, perhaps ended, perhaps none.
  std::string AnyNeed();
  std::string AnyOffer();
  // An etag to send: none, the right one, or (*wrong) another.
  std::string EtagFor(const std::string& etag, bool* wrong);
  // What the model says of a change to the need: OK, or the error's code.
  absl::StatusCode Expected(const std::string& name, bool wrong_etag) const;
  // Takes the reply over once it is what the model expects.
  void Take(const absl::StatusOr<v1::Need>& reply, v1::Need expected);

  // A claim to ask about, mostly in that state; nullptr: there is none.
  v1::Claim* AnyClaim(v1::Claim::State state);
  int ActiveClaims(const std::string& offer) const;
  absl::StatusCode ExpectedOfClaim(const v1::ClaimNeedRequest& request) const;
  void TakeNewClaim(const v1::ClaimNeedRequest& request,
                    const std::vector<v1::LineCoverage>& coverage,
                    const v1::Claim& reply);
  // The claim shall be `expected` when it may be changed so.
  template <typename Request>
  void ChangeClaim(Request request, const v1::Claim& expected, bool may);
  // Takes over the need, whose claims changed.
  void TakeClaimed(const std::string& name);

  void CheckNeedSearch();
  void CheckOfferSearch();
  void CheckPointSearch();
  void CheckNeedList();
  void CheckClaimList();
  v1::Region AskedRegion(const v1::Region& plain);
  void OpenNearest();
  void OpenRegion();

  Api& api_;
  ModelRandom random_;
  World world_;
  // Needs that time changed since the server looked at it.
  std::set<std::string> late_;
  int64_t ids_ = 0;
  int claim_changes_ = 0;
  // Needs whose public point was the true one at some time.
  std::set<std::string> ever_exact_;
  int64_t exact_erasures_ = 0;
  std::vector<std::unique_ptr<NearestWatched>> nearest_;
  std::vector<std::unique_ptr<RegionWatched>> regions_;
};

}  // namespace xom::tests

#endif  // XOM_TESTS_MODEL_DRIVER_H_
