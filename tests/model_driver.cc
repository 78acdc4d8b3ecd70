#include "tests/model_driver.h"

#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "geo/public_point.h"

namespace xom::tests {
namespace {

geo::Precision ToGeo(v1::LocationPrecision precision) {
  switch (precision) {
    case v1::LOCATION_PRECISION_EXACT:
      return geo::Precision::kExact;
    case v1::LOCATION_PRECISION_METERS_150:
      return geo::Precision::k150Meters;
    case v1::LOCATION_PRECISION_METERS_600:
      return geo::Precision::k600Meters;
    case v1::LOCATION_PRECISION_METERS_2400:
      return geo::Precision::k2400Meters;
    default:
      return geo::Precision::k300Meters;
  }
}

// What the public sees of a place.
void Show(const v1::Place& place, v1::Need* need) {
  v1::LocationPrecision precision = place.location_precision();
  if (precision == v1::LOCATION_PRECISION_UNSPECIFIED) {
    precision = v1::LOCATION_PRECISION_METERS_300;
  }
  const auto shown =
      geo::PublicPoint(*geo::Point::FromDegrees({place.location().latitude(),
                                                 place.location().longitude()}),
                       ToGeo(precision));
  need->set_location_precision(precision);
  *need->mutable_public_location() = MakeLatLng(
      shown.degrees().latitude_degrees, shown.degrees().longitude_degrees);
}

bool SameLines(const v1::Need& a, const v1::Need& b) {
  return std::equal(a.lines().begin(), a.lines().end(), b.lines().begin(),
                    b.lines().end(),
                    google::protobuf::util::MessageDifferencer::Equals);
}

// What is left of a need once what is personal of it is erased.
v1::Need Wiped(v1::Need need, absl::Time now) {
  v1::Place seen;
  *seen.mutable_location() = need.public_location();
  seen.set_location_precision(v1::LOCATION_PRECISION_METERS_2400);
  Show(seen, &need);
  need.clear_situation();
  need.clear_language_code();
  need.clear_people();
  need.clear_on_behalf_of_other();
  for (v1::Line& line : *need.mutable_lines()) {
    line.clear_item();
    line.clear_unit();
  }
  *need.mutable_erase_time() = ToTimestamp(now);
  return need;
}

template <typename Map>
auto AnyOf(const Map& map, ModelRandom* random) {
  return std::next(map.begin(),
                   static_cast<std::ptrdiff_t>(random->Below(map.size())));
}

}  // namespace

ModelDriver::ModelDriver(Api* api, ModelRandom random)
    : api_(*api), random_(std::move(random)) {}

void ModelDriver::Step() {
  const size_t dice = random_.Below(100);
  if (dice < 89) return Mutate();
  if (dice < 93) return CutOrReplaceWatch();
  // Mostly minutes; seldom enough days for needs to expire and be deleted.
  Pass(random_.OneIn(10) ? absl::Hours(random_.Uniform(24, 400))
                         : absl::Minutes(random_.Uniform(0, 60)));
  // What time did is done, whether or not the server looked.
  for (size_t early = random_.Below(4); early > 0; --early) {
    if (random_.OneIn(2)) {
      ChangeClaims();
    } else {
      Mutate();
    }
  }
  Look();
}

void ModelDriver::StepClaims() {
  if (!random_.OneIn(6)) return ChangeClaims();
  Pass(absl::Hours(random_.Uniform(0, 12)));
  ChangeClaims();
  Look();
}

void ModelDriver::Mutate() {
  if (random_.OneIn(25)) return EraseNeed();
  const size_t dice = random_.Below(119);
  if (dice < 25) return CreateNeed();
  if (dice < 45) return UpdateNeed();
  if (dice < 52) return RenewNeed();
  if (dice < 57) {
    return EndNeed<v1::CancelNeedRequest>(v1::Need::STATE_CANCELLED);
  }
  if (dice < 63) return EndNeed<v1::CloseNeedRequest>(v1::Need::STATE_CLOSED);
  if (dice < 68) return CreateOffer();
  if (dice < 75) return MoveOffer();
  if (dice < 81) return CreatePoint();
  if (dice < 86) return ReportPoint();
  if (dice < 89) return DeletePoint();
  ChangeClaims();
}

void ModelDriver::CreateNeeds(int count) {
  for (int i = 0; i < count; ++i) CreateNeed();
}

void ModelDriver::CreateOffers(int count) {
  for (int i = 0; i < count; ++i) CreateOffer();
}

void ModelDriver::Advance(absl::Duration by) {
  Pass(by);
  Look();
}

void ModelDriver::Pass(absl::Duration by) {
  api_.clock().Advance(by);
  for (auto& [name, need] : world_.needs) {
    if (LetTimePass(now(), &world_.claims[name], &need)) late_.insert(name);
  }
}

void ModelDriver::Look() {
  api_.Tick();
  while (!late_.empty()) {
    v1::GetNeedRequest request;
    request.set_name(*late_.begin());
    Take(api_.Call(request), world_.needs.at(request.name()));
    late_.erase(request.name());
  }
  const auto is_over = [this](const auto& entry) {
    return entry.second.has_end_time() &&
           ToTime(entry.second.end_time()) + absl::Hours(30 * 24) <= now();
  };
  std::erase_if(world_.needs, is_over);
  std::erase_if(world_.claims, [this](const auto& entry) {
    return !world_.needs.contains(entry.first);
  });
  std::erase_if(world_.offers, is_over);
  for (auto& [name, need] : world_.needs) {
    const bool wiped = need.has_end_time() && !need.has_erase_time() &&
                       ToTime(need.end_time()) + absl::Hours(7 * 24) <= now();
    if (!wiped) continue;
    exact_erasures_ += ever_exact_.contains(name);
    v1::GetNeedRequest request;
    request.set_name(name);
    Take(api_.Call(request), Wiped(need, now()));
  }
}

void ModelDriver::Take(const absl::StatusOr<v1::Need>& reply,
                       v1::Need expected) {
  ASSERT_TRUE(reply.ok()) << expected.name() << ": " << reply.status();
  v1::Need seen = *reply;
  const auto before = world_.needs.find(seen.name());
  if (before != world_.needs.end()) {
    EXPECT_NE(seen.etag(), before->second.etag());
    EXPECT_GT(ToTime(seen.update_time()), ToTime(before->second.update_time()));
  }
  for (v1::Need* need : {&seen, &expected}) {
    need->clear_etag();
    need->clear_update_time();
  }
  std::string difference;
  google::protobuf::util::MessageDifferencer differencer;
  differencer.ReportDifferencesToString(&difference);
  EXPECT_TRUE(differencer.Compare(expected, seen))
      << reply->name() << ", want and got: " << difference;
  world_.needs[reply->name()] = *reply;
  if (reply->location_precision() == v1::LOCATION_PRECISION_EXACT) {
    ever_exact_.insert(reply->name());
  }
  world_.claims.try_emplace(reply->name());
  late_.erase(reply->name());
}

std::string ModelDriver::AnyNeed() {
  if (!late_.empty() && random_.OneIn(2)) {
    return *std::next(late_.begin(),
                      static_cast<ptrdiff_t>(random_.Below(late_.size())));
  }
  if (world_.needs.empty() || random_.OneIn(50)) return "needs/nobody";
  return AnyOf(world_.needs, &random_)->first;
}

std::string ModelDriver::EtagFor(const std::string& etag, bool* wrong) {
  *wrong = random_.OneIn(20);
  if (*wrong) return "1234";
  return random_.OneIn(3) ? etag : "";
}

absl::StatusCode ModelDriver::Expected(const std::string& name,
                                       bool wrong_etag) const {
  const auto found = world_.needs.find(name);
  if (found == world_.needs.end()) return absl::StatusCode::kNotFound;
  if (HasEnded(found->second)) return absl::StatusCode::kFailedPrecondition;
  return wrong_etag ? absl::StatusCode::kAborted : absl::StatusCode::kOk;
}

void ModelDriver::CreateNeed() {
  v1::CreateNeedRequest request;
  *request.mutable_need() = random_.Need();
  request.set_need_id(absl::StrCat("n", ids_++));
  if (random_.OneIn(3)) {
    *request.mutable_need()->mutable_expire_time() =
        ToTimestamp(now() + absl::Minutes(random_.Uniform(1, 600)));
  }
  v1::Need expected = request.need();
  expected.clear_place();
  expected.clear_contact();
  Show(request.need().place(), &expected);
  if (expected.urgency() == v1::URGENCY_UNSPECIFIED) {
    expected.set_urgency(v1::URGENCY_NORMAL);
  }
  if (!expected.has_expire_time()) {
    *expected.mutable_expire_time() = ToTimestamp(now() + absl::Hours(7 * 24));
  }
  expected.set_name(absl::StrCat("needs/", request.need_id()));
  expected.set_state(v1::Need::STATE_OPEN);
  *expected.mutable_create_time() = ToTimestamp(now());
  *expected.mutable_verify_time() = ToTimestamp(now());
  auto reply = api_.Call(request);
  // It is in no other answer.
  if (reply.ok()) {
    EXPECT_NE(reply->access_code(), "");
    reply->clear_access_code();
  }
  Take(reply, expected);
}

void ModelDriver::UpdateNeed() {
  v1::UpdateNeedRequest request;
  v1::Need& patch = *request.mutable_need();
  const std::string name = AnyNeed();
  const v1::Need before = world_.needs[name];
  if (before.name().empty()) world_.needs.erase(name);
  bool wrong_etag = false;
  patch.set_etag(EtagFor(before.etag(), &wrong_etag));
  patch.set_name(name);
  v1::Need expected = before;
  const v1::Need news = random_.Need();
  auto& paths = *request.mutable_update_mask();
  if (random_.OneIn(2)) {
    *patch.mutable_place() = news.place();
    Show(news.place(), &expected);
    paths.add_paths("place");
  }
  if (random_.OneIn(2)) {
    *patch.mutable_categories() = news.categories();
    *expected.mutable_categories() = news.categories();
    paths.add_paths("categories");
  }
  if (random_.OneIn(2) && news.urgency() != v1::URGENCY_UNSPECIFIED) {
    patch.set_urgency(news.urgency());
    expected.set_urgency(news.urgency());
    paths.add_paths("urgency");
  }
  patch.set_situation(news.situation());
  expected.set_situation(news.situation());
  paths.add_paths("situation");
  if (random_.OneIn(4) && !news.lines().empty()) {
    *patch.mutable_lines() = news.lines();
    *expected.mutable_lines() = news.lines();
    paths.add_paths("lines");
  }
  // Without a mask, what is set is meant.
  if (random_.OneIn(2)) request.clear_update_mask();
  const auto reply = api_.Call(request);
  absl::StatusCode code = Expected(name, wrong_etag);
  if (code == absl::StatusCode::kOk && !before.coverage().empty() &&
      !SameLines(before, expected)) {
    code = absl::StatusCode::kFailedPrecondition;
  }
  if (code == absl::StatusCode::kOk) return Take(reply, expected);
  EXPECT_EQ(reply.status().code(), code) << name << reply.status();
}

void ModelDriver::RenewNeed() {
  v1::RenewNeedRequest request;
  const std::string name = AnyNeed();
  request.set_name(name);
  bool wrong_etag = false;
  const auto before = world_.needs.find(name);
  request.set_etag(EtagFor(
      before == world_.needs.end() ? "" : before->second.etag(), &wrong_etag));
  if (random_.OneIn(2)) {
    *request.mutable_expire_time() =
        ToTimestamp(now() + absl::Hours(random_.Uniform(1, 700)));
  }
  const auto reply = api_.Call(request);
  const absl::StatusCode code = Expected(name, wrong_etag);
  if (code != absl::StatusCode::kOk) {
    EXPECT_EQ(reply.status().code(), code) << name << reply.status();
    return;
  }
  v1::Need expected = before->second;
  *expected.mutable_verify_time() = ToTimestamp(now());
  // By default a week, but never less than it had.
  const absl::Time week = now() + absl::Hours(7 * 24);
  *expected.mutable_expire_time() =
      request.has_expire_time()
          ? request.expire_time()
          : ToTimestamp(std::max(week, ToTime(expected.expire_time())));
  Take(reply, expected);
}

void ModelDriver::EraseNeed() {
  const std::string name = AnyNeed();
  const auto found = world_.needs.find(name);
  // Only time erases those: watches that are resumed would begin afresh.
  if (ever_exact_.contains(name)) return;
  v1::EraseNeedRequest request;
  request.set_name(name);
  const auto reply = api_.Call(request);
  if (found == world_.needs.end()) {
    EXPECT_EQ(reply.status().code(), absl::StatusCode::kNotFound) << name;
    return;
  }
  if (found->second.has_erase_time()) {
    ASSERT_TRUE(reply.ok()) << reply.status();
    EXPECT_EQ(reply->etag(), found->second.etag()) << "erased once for all";
    return;
  }
  v1::Need expected = found->second;
  if (!HasEnded(expected)) {
    tests::EndNeed(v1::Need::STATE_CANCELLED, now(), &world_.claims[name],
                   &expected);
  }
  Take(reply, Wiped(expected, now()));
}

template <typename Request>
void ModelDriver::EndNeed(v1::Need::State state) {
  Request request;
  const std::string name = AnyNeed();
  request.set_name(name);
  const auto reply = api_.Call(request);
  const absl::StatusCode code = Expected(name, false);
  if (code != absl::StatusCode::kOk) {
    EXPECT_EQ(reply.status().code(), code) << name << reply.status();
    return;
  }
  v1::Need expected = world_.needs.at(name);
  tests::EndNeed(state, now(), &world_.claims[name], &expected);
  Take(reply, expected);
}

void ModelDriver::CreateOffer() {
  v1::CreateOfferRequest request;
  *request.mutable_offer() = random_.Offer();
  request.set_offer_id(absl::StrCat("o", ids_++));
  const auto reply = api_.Call(request);
  ASSERT_TRUE(reply.ok()) << reply.status();
  EXPECT_EQ(reply->state(), v1::Offer::STATE_ACTIVE);
  world_.offers[reply->name()] = *reply;
}

void ModelDriver::MoveOffer() {
  if (world_.offers.empty()) return;
  v1::Offer& offer = world_.offers.at(AnyOf(world_.offers, &random_)->first);
  const auto move = [&](auto request, v1::Offer::State state, bool may) {
    request.set_name(offer.name());
    const auto reply = api_.Call(request);
    EXPECT_EQ(reply.ok(), may) << offer.name() << reply.status();
    if (!reply.ok()) return;
    EXPECT_EQ(reply->state(), state);
    offer = *reply;
  };
  switch (random_.Below(3)) {
    case 0:
      return move(v1::PauseOfferRequest(), v1::Offer::STATE_PAUSED,
                  offer.state() == v1::Offer::STATE_ACTIVE);
    case 1:
      return move(v1::ResumeOfferRequest(), v1::Offer::STATE_ACTIVE,
                  offer.state() == v1::Offer::STATE_PAUSED);
    default:
      return move(v1::CloseOfferRequest(), v1::Offer::STATE_CLOSED,
                  offer.state() != v1::Offer::STATE_CLOSED);
  }
}

void ModelDriver::CreatePoint() {
  v1::CreateSupplyPointRequest request;
  *request.mutable_supply_point() = random_.SupplyPoint();
  request.set_supply_point_id(absl::StrCat("p", ids_++));
  const auto reply = api_.Call(request);
  ASSERT_TRUE(reply.ok()) << reply.status();
  world_.points[reply->name()] = *reply;
}

void ModelDriver::ReportPoint() {
  if (world_.points.empty()) return;
  v1::ReportAvailabilityRequest request;
  request.set_name(AnyOf(world_.points, &random_)->first);
  request.set_availability(
      static_cast<v1::SupplyPoint::Availability>(1 + random_.Below(4)));
  const auto reply = api_.Call(request);
  ASSERT_TRUE(reply.ok()) << reply.status();
  EXPECT_EQ(reply->availability(), request.availability());
  EXPECT_EQ(ToTime(reply->availability_time()), now());
  world_.points[reply->name()] = *reply;
}

void ModelDriver::DeletePoint() {
  if (world_.points.empty()) return;
  v1::DeleteSupplyPointRequest request;
  request.set_name(AnyOf(world_.points, &random_)->first);
  const auto reply = api_.Call(request);
  ASSERT_TRUE(reply.ok()) << reply.status();
  world_.points.erase(request.name());
}

}  // namespace xom::tests
