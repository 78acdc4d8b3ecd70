#include "services/core/update_mask.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "google/protobuf/text_format.h"
#include "xom/v1/offer.pb.h"

namespace xom::core {
namespace {

constexpr absl::string_view kMutable[] = {"categories", "place", "capacity",
                                          "service_radius_meters"};

v1::Offer FromText(const std::string& text) {
  v1::Offer offer;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &offer));
  return offer;
}

constexpr char kOffer[] =
    "name: 'offers/x' categories: 'a' categories: 'b' capacity: 4 "
    "place { location { latitude: 1 longitude: 2 } address: 'here' } "
    "service_radius_meters: 5 description: 'd'";

struct Update {
  const char* patch;
  std::vector<std::string> paths;
  const char* result;
  const char* applied;
};

// Each of kOffer.
std::vector<Update> EachUpdate() {
  return {
      // Without a mask: what is set, of what may change.
      {"", {}, kOffer, ""},
      {"name: 'offers/y' description: 'e' capacity: 9",
       {},
       "name: 'offers/x' categories: 'a' categories: 'b' capacity: 9 "
       "place { location { latitude: 1 longitude: 2 } address: 'here' } "
       "service_radius_meters: 5 description: 'd'",
       "capacity"},
      // A set message replaces, it is not merged.
      {"place { address: 'there' }",
       {},
       "name: 'offers/x' categories: 'a' categories: 'b' capacity: 4 "
       "place { address: 'there' } service_radius_meters: 5 description: 'd'",
       "place"},
      {"service_radius_meters: 0",
       {},
       "name: 'offers/x' categories: 'a' categories: 'b' capacity: 4 "
       "place { location { latitude: 1 longitude: 2 } address: 'here' } "
       "service_radius_meters: 0 description: 'd'",
       "service_radius_meters"},
      // A list replaces.
      {"categories: 'c'",
       {"categories"},
       "name: 'offers/x' categories: 'c' capacity: 4 "
       "place { location { latitude: 1 longitude: 2 } address: 'here' } "
       "service_radius_meters: 5 description: 'd'",
       "categories"},
      // A part of a message.
      {"place { address: 'there' location { latitude: 9 longitude: 9 } }",
       {"place.address", "place.location.latitude"},
       "name: 'offers/x' categories: 'a' categories: 'b' capacity: 4 "
       "place { location { latitude: 9 longitude: 2 } address: 'there' } "
       "service_radius_meters: 5 description: 'd'",
       "place.address,place.location.latitude"},
      // What is named and not set is cleared.
      {"",
       {"service_radius_meters", "capacity"},
       "name: 'offers/x' categories: 'a' categories: 'b' "
       "place { location { latitude: 1 longitude: 2 } address: 'here' } "
       "description: 'd'",
       "service_radius_meters,capacity"},
      // A star is all that may change.
      {"capacity: 9 name: 'offers/y' description: 'e'",
       {"*"},
       "name: 'offers/x' capacity: 9 description: 'd'",
       "categories,place,capacity,service_radius_meters"},
      // What may not change is ignored.
      {"name: 'offers/y' description: 'e'",
       {"name", "description"},
       kOffer,
       ""},
  };
}

TEST(UpdateMaskTest, AppliesWhatItSays) {
  for (const Update& row : EachUpdate()) {
    v1::Offer offer = FromText(kOffer);
    google::protobuf::FieldMask mask;
    for (const std::string& path : row.paths) mask.add_paths(path);
    Violations violations;
    const auto applied =
        ApplyUpdate(FromText(row.patch), mask, kMutable, &offer, &violations);
    EXPECT_TRUE(violations.empty());
    EXPECT_EQ(offer.DebugString(), FromText(row.result).DebugString())
        << row.patch;
    std::string paths;
    for (const std::string& path : applied.paths()) {
      absl::StrAppend(&paths, paths.empty() ? "" : ",", path);
    }
    EXPECT_EQ(paths, row.applied);
  }
}

TEST(UpdateMaskTest, RefusesWhatIsNoPathAndChangesNothing) {
  for (const std::string path :
       {"", ".", "x", "capacity.", ".capacity", "place..address",
        "place.nothing", "categories.x", "capacity.x", "Capacity", "**",
        "place.*", " capacity"}) {
    v1::Offer offer = FromText(kOffer);
    google::protobuf::FieldMask mask;
    mask.add_paths("categories");
    mask.add_paths(path);
    Violations violations;
    ApplyUpdate(FromText("capacity: 9"), mask, kMutable, &offer, &violations);
    EXPECT_FALSE(violations.empty()) << path;
    EXPECT_EQ(offer.DebugString(), FromText(kOffer).DebugString()) << path;
  }
}

TEST(UpdateMaskTest, AStarStandsAlone) {
  v1::Offer offer;
  google::protobuf::FieldMask mask;
  mask.add_paths("*");
  mask.add_paths("capacity");
  Violations violations;
  ApplyUpdate(offer, mask, kMutable, &offer, &violations);
  EXPECT_FALSE(violations.empty());
}

TEST(UpdateMaskTest, UpdatesKnowsTheFieldOfAPart) {
  google::protobuf::FieldMask mask;
  mask.add_paths("place.address");
  EXPECT_TRUE(Updates(mask, "place"));
  EXPECT_FALSE(Updates(mask, "address"));
  EXPECT_FALSE(Updates(mask, "pla"));
}

TEST(UpdateMaskTest, CopyTakesOnlyWhatAClientMaySet) {
  v1::Offer offer;
  CopyFields(FromText(kOffer), kMutable, &offer);
  EXPECT_EQ(offer.name(), "");
  EXPECT_EQ(offer.description(), "");
  EXPECT_EQ(offer.capacity(), 4);
  EXPECT_EQ(offer.categories_size(), 2);
  EXPECT_EQ(offer.place().address(), "here");
}

}  // namespace
}  // namespace xom::core
