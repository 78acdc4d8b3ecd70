// An attacker without credentials asks whatever there is to ask about a need
// whose place is coarse. Two servers hold the same world but for where in its
// cell the need truly is; no answer tells one from the other. So the best
// position that anybody can work out is that of the cell.
#include <gmock/gmock.h>
#include <google/rpc/status.pb.h>
#include <grpcpp/grpcpp.h>

#include <random>
#include <set>

#include "absl/random/random.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "geo/public_point.h"
#include "services/core/limits.h"
#include "tests/api_client.h"
#include "trust/keyring.h"

namespace xom::tests {
namespace {

constexpr int kRounds = 30;
constexpr int kProbes = 40;
constexpr double kMetersPerDegree = 111'195;

edge::ServerOptions Options() {
  // One keyring, so that access codes are alike too.
  static const auto& keyring = *new std::shared_ptr<trust::Keyring>(
      std::make_shared<trust::Keyring>(trust::Keyring::Ephemeral()));
  edge::ServerOptions options;
  options.engine.keyring = keyring;
  return options;
}

struct At {
  double latitude;
  double longitude;
};

// What an error says; its details come in any order.
std::string ErrorText(const grpc::Status& status) {
  google::rpc::Status full;
  EXPECT_TRUE(full.ParseFromString(status.error_details()));
  std::multiset<std::string> details;
  for (const auto& detail : full.details()) {
    details.insert(detail.ShortDebugString());
  }
  return absl::StrCat(static_cast<int>(status.error_code()), " ",
                      status.error_message(), " ", absl::StrJoin(details, " "));
}

class ProbingTest : public testing::Test {
 protected:
  // Up to so many metres away in each direction.
  At Near(const At& center, double meters) {
    const double degrees = meters / kMetersPerDegree;
    return {center.latitude + absl::Uniform(random_, -degrees, degrees),
            center.longitude + absl::Uniform(random_, -degrees, degrees)};
  }

  // Two points that the public sees as one.
  std::pair<At, At> TwoOfACell() {
    const auto shown = [](const At& at) {
      return geo::PublicPoint(
          *geo::Point::FromDegrees({at.latitude, at.longitude}),
          geo::Precision::k300Meters);
    };
    const At one = Near({10.77, 106.70}, 20'000);
    At other = one;
    for (int i = 0; i < 1'000; ++i) {
      const At candidate = Near(one, 300);
      if (shown(candidate) == shown(one)) other = candidate;
    }
    EXPECT_TRUE(shown(one) == shown(other));
    return {one, other};
  }

  static void PostTo(TestServer& server, const std::string& id, const At& at,
                     v1::LocationPrecision precision) {
    v1::Need need = NeedAt(at.latitude, at.longitude);
    need.mutable_place()->set_location_precision(precision);
    need.mutable_place()->set_address(PointText(at));
    need.set_situation("a flood");
    server.CreateNeed(need, id);
  }
  void Post(const std::string& id, const std::pair<At, At>& places,
            v1::LocationPrecision precision) {
    PostTo(one_, id, places.first, precision);
    PostTo(other_, id, places.second, precision);
  }

  // Moves the need within its cell.
  static void MoveTo(TestServer& server, const std::string& id, const At& at) {
    v1::UpdateNeedRequest update;
    update.mutable_need()->set_name("needs/" + id);
    *update.mutable_need()->mutable_place() =
        NeedAt(at.latitude, at.longitude).place();
    update.mutable_need()->mutable_place()->set_location_precision(
        v1::LOCATION_PRECISION_METERS_300);
    ApiClient(server).Must<v1::Need>(update);
  }

  // Whether both servers answer alike.
  bool Alike(const google::protobuf::Message& request) {
    const std::string bytes = request.SerializeAsString();
    const std::string method = MethodOf(request);
    const WireAnswer a = one_client_.CallBytes(method, bytes);
    const WireAnswer b = other_client_.CallBytes(method, bytes);
    answered_ += a.status.ok();
    const std::string a_error = ErrorText(a.status);
    const std::string b_error = ErrorText(b.status);
    const bool alike = a.reply == b.reply && a_error == b_error;
    if (!alike) {
      told_by_ = absl::StrCat(method, " { ", request.ShortDebugString(),
                              " }: ", absl::CHexEscape(a.reply), a_error,
                              " and ", absl::CHexEscape(b.reply), b_error);
    }
    return alike;
  }

  // Adds what the watch tells until it is as far as the store.
  template <typename Message, typename Reader>
  static void ReadOn(TestServer& server, const std::unique_ptr<Reader>& reader,
                     std::vector<std::string>* seen) {
    // A heartbeat, so that there is something to read whether or not the watch
    // sees what changed.
    server.clock().Advance(core::kHeartbeatInterval);
    server.Tick();
    const storage::Revision revision = server.server().ledger().revision();
    Message message;
    do {
      ASSERT_TRUE(reader->Read(&message));
      for (const auto& event : message.events()) {
        seen->push_back(event.SerializeAsString());
      }
    } while (message.revision() < revision);
  }

  // What two watches around `at` tell of a need that is posted and moved.
  std::vector<std::string> Watched(TestServer& server, const At& at,
                                   const std::string& id,
                                   const std::pair<At, At>& way) {
    const auto nearest = FromText<v1::WatchNearestNeedsRequest>(absl::StrCat(
        "point { ", PointText(at), " } k: 1 max_distance_meters: 300"));
    v1::WatchRegionRequest region;
    *region.mutable_region() = Circle(at, 250);
    grpc::ClientContext contexts[2];
    const auto list = server.watches().WatchNearestNeeds(&contexts[0], nearest);
    const auto set = server.watches().WatchRegion(&contexts[1], region);
    std::vector<std::string> seen;
    const auto read_on = [&] {
      ReadOn<v1::WatchNearestNeedsResponse>(server, list, &seen);
      ReadOn<v1::WatchRegionResponse>(server, set, &seen);
    };
    read_on();
    PostTo(server, id, way.first, v1::LOCATION_PRECISION_METERS_300);
    read_on();
    MoveTo(server, id, way.second);
    read_on();
    for (auto& context : contexts) context.TryCancel();
    return seen;
  }

  static std::string PointText(const At& at) {
    return absl::StrFormat("latitude: %.9f longitude: %.9f", at.latitude,
                           at.longitude);
  }

  v1::Region Circle(const At& at, double meters) {
    return FromText<v1::Region>(
        absl::StrCat("circle { center { ", PointText(at),
                     " } radius_meters: ", meters, " }"));
  }
  v1::Region Box(const At& at, double degrees) {
    return FromText<v1::Region>(absl::StrCat(
        "box { south_west { ", PointText(at), " } north_east { ",
        PointText({at.latitude + degrees, at.longitude + degrees}), " } }"));
  }
  v1::Region Triangle(const At& at, double degrees) {
    return FromText<v1::Region>(absl::StrCat(
        "polygon { rings { vertices { ", PointText(at), " } vertices { ",
        PointText({at.latitude, at.longitude + degrees}), " } vertices { ",
        PointText({at.latitude + degrees, at.longitude}), " } } }"));
  }

  v1::ListNeedsRequest Listing(const v1::Region& region) {
    v1::ListNeedsRequest request;
    *request.mutable_region() = region;
    return request;
  }
  v1::FindNearestNeedsRequest Nearest(const At& at) {
    auto request = FromText<v1::FindNearestNeedsRequest>(
        absl::StrCat("point { ", PointText(at), " }"));
    request.set_k(absl::Uniform(random_, 1, 20));
    if (absl::Bernoulli(random_, 0.5)) {
      request.set_max_distance_meters(absl::Uniform(random_, 0.0, 400.0));
    }
    return request;
  }
  // A need of the attacker's own beside the other, whose rank tells distances.
  v1::CreateNeedRequest OwnPost(const At& at) {
    v1::CreateNeedRequest request;
    *request.mutable_need() = NeedAt(at.latitude, at.longitude);
    request.mutable_need()->set_situation("a flood");
    request.set_need_id(absl::StrCat("own", ++own_));
    request.set_request_id(NewRequestId());
    return request;
  }
  v1::CreateOfferRequest OwnOffer(const At& at) {
    v1::CreateOfferRequest request;
    *request.mutable_offer() = OfferAt(at.latitude, at.longitude);
    request.mutable_offer()->set_capacity(1'000);
    request.mutable_offer()->set_service_radius_meters(
        absl::Uniform(random_, 1.0, 400.0));
    request.set_offer_id(absl::StrCat("own", ++own_));
    request.set_request_id(NewRequestId());
    return request;
  }
  v1::FindMatchesRequest Matching() {
    v1::FindMatchesRequest request;
    request.set_offer(absl::StrCat("offers/own", own_));
    request.set_k(50);
    return request;
  }

  // One of the ways to ask, chosen at random.
  bool Probe(const std::string& target, const At& around) {
    const At at = Near(around, 350);
    const double size = absl::Uniform(random_, 1.0, 400.0);
    switch (absl::Uniform(random_, 0, 7)) {
      case 0:
        return Alike(Listing(Circle(at, size)));
      case 1:
        return Alike(Listing(Box(at, size / kMetersPerDegree)));
      case 2:
        return Alike(Listing(Triangle(at, size / kMetersPerDegree)));
      case 3:
        return Alike(OwnPost(at)) && Alike(Nearest(at));
      case 4:
        return Alike(OwnOffer(at)) && Alike(Matching());
      case 5:
        return Alike(
            FromText<v1::GetNeedRequest>(absl::StrCat("name: '", target, "'")));
      default:
        return Alike(Nearest(at));
    }
  }

  // Whether some probe told one server from the other.
  bool Told(const std::string& target, const At& around) {
    for (int i = 0; i < kProbes; ++i) {
      if (!Probe(target, around)) return true;
    }
    return false;
  }

  std::mt19937_64 random_{TestSeed()};
  TestServer one_{Options()};
  TestServer other_{Options()};
  ApiClient one_client_{one_};
  ApiClient other_client_{other_};
  std::string told_by_;  // the last call whose answers were unlike
  int own_ = 0;
  int answered_ = 0;
};

TEST_F(ProbingTest, NoSearchTellsWhereInItsCellANeedIs) {
  SCOPED_TRACE(SeedTrace());
  for (int i = 0; i < kRounds; ++i) {
    const std::string id = absl::StrCat("t", i);
    const auto places = TwoOfACell();
    Post(id, places, v1::LOCATION_PRECISION_METERS_300);
    ASSERT_FALSE(Told("needs/" + id, places.first))
        << "round " << i << ", by " << told_by_;
  }
  EXPECT_GT(answered_, kRounds * kProbes * 9 / 10);
}

// The attack is worth something: it finds out what is not hidden.
TEST_F(ProbingTest, TheSameSearchesTellWhereAnExactNeedIs) {
  SCOPED_TRACE(SeedTrace());
  int told = 0;
  for (int i = 0; i < 5; ++i) {
    const std::string id = absl::StrCat("t", i);
    const auto places = TwoOfACell();
    Post(id, places, v1::LOCATION_PRECISION_EXACT);
    told += Told("needs/" + id, places.first);
  }
  EXPECT_EQ(told, 5);
}

TEST_F(ProbingTest, NoWatchTellsWhereInItsCellANeedIsOrMoves) {
  SCOPED_TRACE(SeedTrace());
  size_t told = 0;
  for (int i = 0; i < kRounds; ++i) {
    const std::string id = absl::StrCat("t", i);
    const auto places = TwoOfACell();
    const At at = Near(places.first, 200);
    const auto one = Watched(one_, at, id, places);
    const auto other = Watched(other_, at, id, {places.second, places.first});
    ASSERT_EQ(one, other) << "round " << i;
    told += one.size();
  }
  EXPECT_GT(told, 0u) << "some watches saw the need";
}

}  // namespace
}  // namespace xom::tests
