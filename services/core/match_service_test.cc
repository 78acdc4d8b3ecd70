#include "services/core/match_service.h"

#include <gtest/gtest.h>

#include <random>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/message_differencer.h"
#include "services/core/fake_clock.h"
#include "services/core/watch_testing.h"

namespace xom::core {
namespace {

using google::protobuf::util::MessageDifferencer;
using v1::FindNearestNeedsResponse;

// Of which some are open: fewer than some pages ask for, more than others.
constexpr int kNeeds = 80;

NeedSpec RandomSpec(int i, std::mt19937_64& random) {
  return {.name = absl::StrCat("n", i),
          .latitude = static_cast<double>(random() % 1'000) / 100,
          .longitude = static_cast<double>(random() % 1'000) / 100,
          .urgency = static_cast<v1::Urgency>(random() % 5),
          .state =
              random() % 4 == 0 ? v1::Need::STATE_CLOSED : v1::Need::STATE_OPEN,
          .situation = std::string(random() % 300, 's')};
}

// The reply as the generated classes make it.
FindNearestNeedsResponse Expected(const View::Reader& reader,
                                  const geo::NearestQuery& query) {
  FindNearestNeedsResponse response;
  for (const auto& neighbor : reader.needs().live().Nearest(query)) {
    v1::NearestNeed& nearest = *response.add_needs();
    *nearest.mutable_need() =
        static_cast<const NeedEntry&>(*neighbor.item).need();
    nearest.set_distance_meters(
        geo::MetersFromChordLength2(neighbor.chord_length2));
  }
  response.set_revision(reader.revision());
  return response;
}

TEST(MatchServiceTest, ReplyOfRecordsIsTheReplyOfMessages) {
  std::mt19937_64 random(storage::TestSeed());
  ViewedLedger store;
  for (int i = 0; i < kNeeds; ++i) store.Put(RandomSpec(i, random));
  const FakeClock clock(absl::FromUnixSeconds(1'700'000'000));
  const MatchService service(&store.view(), &clock);
  const int live = static_cast<int>(store.view().Read().needs().live().size());
  for (int turn = 0; turn < kNeeds; ++turn) {
    v1::FindNearestNeedsRequest request;
    const EntryPtr here = store.view().Find(absl::StrCat("needs/n", turn));
    const geo::LatLng degrees = here->point().degrees();
    request.mutable_point()->set_latitude(degrees.latitude_degrees);
    request.mutable_point()->set_longitude(degrees.longitude_degrees);
    request.set_k(static_cast<int>(1 + random() % 100));
    const auto reply = service.FindNearestNeeds(request);
    ASSERT_TRUE(reply.ok()) << reply.status();
    FindNearestNeedsResponse response;
    ASSERT_TRUE(response.ParseFromString(*reply));
    const auto expected = Expected(
        store.view().Read(),
        {.center = here->point(), .limit = static_cast<size_t>(request.k())});
    EXPECT_EQ(response.next_page_token().empty(), request.k() >= live);
    EXPECT_EQ(response.SerializeAsString(), *reply) << "in canonical order";
    response.clear_next_page_token();
    EXPECT_TRUE(MessageDifferencer::Equals(response, expected));
  }
}

TEST(MatchServiceTest, StoredNeedIsTheRecord) {
  ViewedLedger store;
  const NeedSpec spec{.name = "a", .situation = "rice"};
  store.Put(spec);
  const auto entry =
      boost::static_pointer_cast<const NeedEntry>(store.view().Find("needs/a"));
  EXPECT_TRUE(MessageDifferencer::Equals(entry->stored(), StoredNeedOf(spec)));
  EXPECT_TRUE(
      MessageDifferencer::Equals(entry->need(), StoredNeedOf(spec).need()));
}

}  // namespace
}  // namespace xom::core
