#include "services/core/watch_world.h"

#include <cstdlib>
#include <utility>

#include "absl/strings/str_cat.h"
#include "xom/v1/watch_service.pb.h"

namespace xom::core {
namespace {

constexpr size_t kNeedsPerSite = 24;
constexpr size_t kNeedsPerCommit = 1'000;

class CountingSink final : public WatchSink {
 public:
  // `last`: where to put what was sent last; nullptr: nowhere.
  CountingSink(WatchHub* hub, WatchHub::Id id, Counter* counter,
               std::string* last = nullptr)
      : hub_(*hub), id_(id), counter_(*counter), last_(last) {}
  void Send(std::string message) override {
    if (last_ != nullptr) *last_ = std::move(message);
    hub_.Sent(id_);
    counter_.Add();
  }
  void End(const absl::Status&) override {}

 private:
  WatchHub& hub_;
  const WatchHub::Id id_;
  Counter& counter_;
  std::string* const last_;
};

// Places 2 km from each other, each with needs within 200 m of it.
NeedSpec NeedAt(size_t site, const std::string& name, size_t step) {
  return {.name = name,
          .latitude = 10 + 0.02 * static_cast<double>(site / 300) +
                      0.0001 * static_cast<double>(step % 5),
          .longitude = 106 + 0.02 * static_cast<double>(site % 300) +
                       0.0001 * static_cast<double>(step / 5),
          .situation = "Nhà có hai cụ già và một em bé, hết gạo từ hôm qua."};
}

std::string NameOf(size_t site, size_t i) {
  return absl::StrCat("0b7e4a52-6c1d-4f3b-", absl::Hex(i, absl::kZeroPad4), "-",
                      absl::Hex(site, absl::kZeroPad12));
}

}  // namespace

WatchWorld::WatchWorld(size_t sites) : sites_(sites) {
  std::vector<NeedSpec> needs;
  for (size_t site = 0; site < sites; ++site) {
    for (size_t i = 0; i < kNeedsPerSite; ++i) {
      needs.push_back(NeedAt(site, NameOf(site, i), i));
    }
    if (needs.size() + kNeedsPerSite > kNeedsPerCommit || site + 1 == sites) {
      store_.PutAll(needs);
      needs.clear();
    }
  }
}

void WatchWorld::OpenWatches(WatchKind kind, size_t per_site) {
  for (size_t site = 0; site < sites_; ++site) {
    for (size_t i = 0; i < per_site; ++i) Open(kind, site);
  }
  sent_.Await(static_cast<int64_t>(per_site * sites_));
}

WatchHub::Id WatchWorld::Open(WatchKind kind, size_t site,
                              const std::string& token, std::string* last) {
  const WatchHub::Id id = hub_.NewId();
  auto watch = MakeWatch(kind, site, token);
  if (!watch.ok()) std::abort();
  const absl::Status status =
      hub_.Open(id, *std::move(watch),
                std::make_shared<CountingSink>(&hub_, id, &sent_, last),
                absl::StrCat("ipv4:10.0.0.1:", 20'000 + id % 100));
  if (!status.ok()) std::abort();
  return id;
}

std::vector<Transition> WatchWorld::Post(size_t sites) {
  std::vector<NeedSpec> needs;
  for (size_t i = 0; i < sites; ++i) {
    needs.push_back(NeedAt(i * 7'919 % sites_, NameOf(posts_++, 99), 0));
  }
  posted_ = needs;
  return store_.PutAll(needs);
}

std::vector<Transition> WatchWorld::TakeBack() {
  for (NeedSpec& need : posted_) need.state = v1::Need::STATE_CANCELLED;
  return store_.PutAll(posted_);
}

void WatchWorld::Publish(std::vector<Transition> transitions) {
  hub_.Publish(store_.revision(), std::move(transitions));
}

absl::StatusOr<std::unique_ptr<Watch>> WatchWorld::MakeWatch(
    WatchKind kind, size_t site, const std::string& token) {
  const NeedSpec at = NeedAt(site, "", 0);
  if (kind == kCircle) {
    v1::WatchRegionRequest request;
    auto& circle = *request.mutable_region()->mutable_circle();
    circle.mutable_center()->set_latitude(at.latitude);
    circle.mutable_center()->set_longitude(at.longitude);
    circle.set_radius_meters(500);
    request.set_resume_token(token);
    return service_.WatchRegion(request);
  }
  if (kind == kBox) {
    v1::WatchRegionRequest request;
    auto& box = *request.mutable_region()->mutable_box();
    box.mutable_south_west()->set_latitude(at.latitude - 0.005);
    box.mutable_south_west()->set_longitude(at.longitude - 0.005);
    box.mutable_north_east()->set_latitude(at.latitude + 0.005);
    box.mutable_north_east()->set_longitude(at.longitude + 0.005);
    request.set_resume_token(token);
    return service_.WatchRegion(request);
  }
  v1::WatchNearestNeedsRequest request;
  request.mutable_point()->set_latitude(at.latitude);
  request.mutable_point()->set_longitude(at.longitude);
  request.set_k(kind == kNearest10 ? 10 : 20);
  request.set_resume_token(token);
  return service_.WatchNearestNeeds(request);
}

}  // namespace xom::core
