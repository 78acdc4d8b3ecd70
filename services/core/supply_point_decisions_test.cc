#include "services/core/supply_point_decisions.h"

#include <gtest/gtest.h>

#include "services/core/category_decisions.h"
#include "services/core/time_proto.h"

namespace xom::core {
namespace {

using internal::v1::StoredSupplyPoint;
using v1::SupplyPoint;

const absl::Time kNow = absl::FromUnixSeconds(1'629'684'000);

CategoryTable Categories() {
  CategoryTable table;
  for (const auto& stored : BuiltInCategories(kNow)) {
    table = table.With({stored, 1});
  }
  return table;
}

StoredSupplyPoint Created(SupplyPoint::Availability availability) {
  v1::CreateSupplyPointRequest request;
  SupplyPoint& point = *request.mutable_supply_point();
  point.set_display_name("Shop");
  point.add_categories("categories/groceries");
  point.mutable_place()->mutable_location();
  point.set_availability(availability);
  point.add_stock_lines()->set_item("rice");
  const auto stored =
      CreateSupplyPoint(request, "supplyPoints/x", Categories(), kNow);
  EXPECT_TRUE(stored.ok()) << stored.status();
  return *stored;
}

TEST(SupplyPointDecisionsTest, ItIsOpenUnlessSaidOtherwise) {
  EXPECT_EQ(Created(SupplyPoint::AVAILABILITY_UNSPECIFIED)
                .supply_point()
                .availability(),
            SupplyPoint::AVAILABILITY_OPEN);
  EXPECT_EQ(
      Created(SupplyPoint::AVAILABILITY_PAUSED).supply_point().availability(),
      SupplyPoint::AVAILABILITY_PAUSED);
}

TEST(SupplyPointDecisionsTest, OnlyAReportChangesTheAvailability) {
  const StoredSupplyPoint before = Created(SupplyPoint::AVAILABILITY_OPEN);
  v1::UpdateSupplyPointRequest update;
  update.mutable_supply_point()->set_availability(
      SupplyPoint::AVAILABILITY_CLOSED);
  update.mutable_update_mask()->add_paths("availability");
  const auto updated =
      UpdateSupplyPoint(before, update, Categories(), kNow + absl::Hours(1));
  ASSERT_TRUE(updated.ok());
  EXPECT_EQ(updated->supply_point().availability(),
            SupplyPoint::AVAILABILITY_OPEN);
  v1::ReportAvailabilityRequest report;
  report.set_availability(SupplyPoint::AVAILABILITY_CLOSED);
  const auto reported =
      ReportAvailability(before, report, kNow + absl::Hours(1));
  ASSERT_TRUE(reported.ok());
  EXPECT_EQ(reported->supply_point().availability(),
            SupplyPoint::AVAILABILITY_CLOSED);
  EXPECT_EQ(FromProto(reported->supply_point().availability_time()),
            kNow + absl::Hours(1));
}

TEST(SupplyPointDecisionsTest, AReportWithoutStockKeepsIt) {
  const StoredSupplyPoint before = Created(SupplyPoint::AVAILABILITY_OPEN);
  v1::ReportAvailabilityRequest report;
  report.set_availability(SupplyPoint::AVAILABILITY_CROWDED);
  EXPECT_EQ(ReportAvailability(before, report, kNow)
                ->supply_point()
                .stock_lines(0)
                .item(),
            "rice");
  report.add_stock_lines()->set_item("eggs");
  const auto replaced = ReportAvailability(before, report, kNow);
  ASSERT_EQ(replaced->supply_point().stock_lines_size(), 1);
  EXPECT_EQ(replaced->supply_point().stock_lines(0).item(), "eggs");
  report.set_etag(before.supply_point().etag() + "0");
  EXPECT_EQ(ReportAvailability(before, report, kNow).status().code(),
            absl::StatusCode::kAborted);
}

}  // namespace
}  // namespace xom::core
