// What OfferService and SupplyPointService refuse, field by field.

#include "absl/strings/str_cat.h"
#include "tests/api_client.h"
#include "tests/refused_fields.h"

namespace xom::tests {
namespace {

class OfferErrorsTest : public ApiTest {
 protected:
  void ExpectAllRefused(const google::protobuf::Message& valid,
                        const std::vector<WrongField>& rows) {
    ExpectRefused(client_, &server_.server().ledger(), valid, rows);
  }
};

using SupplyPointErrorsTest = OfferErrorsTest;

// What is wrong in an offer, whether it is created or updated.
std::vector<WrongField> WrongOffers() {
  const std::string radius = "offer.service_radius_meters";
  return Joined(
      {WrongLines("offer.lines"),
       WrongPlaces("offer.place"),
       WrongContacts("offer.contact"),
       WrongHours("offer.hours"),
       WrongTexts("offer.display_name", 100),
       WrongTexts("offer.description", 2'000),
       {{"offer { categories: 'categories/none' }", "offer.categories[1]"},
        {"offer { categories: 'categories/groceries' }", "offer.categories[1]"},
        {"offer { place { location_precision: LOCATION_PRECISION_METERS_300 } "
         "}",
         "offer.place.location_precision"},
        {"offer { service_radius_meters: -0.1 }", radius},
        {"offer { service_radius_meters: 20100001 }", radius},
        {"offer { service_radius_meters: nan }", radius},
        {"offer { service_radius_meters: inf }", radius},
        {"offer { capacity: -1 }", "offer.capacity"},
        {"offer { capacity: 10001 }", "offer.capacity"},
        {"offer { helper_kind: 3 }", "offer.helper_kind"},
        {"offer { helper_kind: HELPER_KIND_ORGANIZATION }",
         "offer.display_name"},
        {"offer { language_codes: 'vi' language_codes: '' }",
         "offer.language_codes[1]"},
        {"offer { language_codes: 'vi' language_codes: 'vi' }",
         "offer.language_codes[1]"},
        {"offer { language_codes: 'vi_VN!' }", "offer.language_codes[0]"},
        {"offer { language_codes: ['aa', 'ab', 'ae', 'af', 'ak', 'am', 'an', "
         "'ar', 'as', 'av', 'ay', 'az', 'ba', 'be', 'bg', 'bi', 'bm'] }",
         "offer.language_codes"}}});
}

TEST_F(OfferErrorsTest, CreateNamesEachWrongField) {
  v1::CreateOfferRequest request;
  *request.mutable_offer() = OfferAt(10.77, 106.70);
  ExpectAllRefused(request, WrongOffers());
  ExpectAllRefused(request, {{"offer_id: 'A'", "offer_id"},
                             {"request_id: 'x'", "request_id"}});
  EXPECT_EQ(FieldsOf(Call(v1::CreateOfferRequest())),
            "offer.categories,offer.place");
}

TEST_F(OfferErrorsTest, UpdateNamesEachWrongField) {
  server_.CreateOffer(OfferAt(10.77, 106.70), "van");
  v1::UpdateOfferRequest request;
  *request.mutable_offer() = OfferAt(10.77, 106.70);
  request.mutable_offer()->set_name("offers/van");
  ExpectAllRefused(request, WrongOffers());
  ExpectAllRefused(request, WrongTargets("offer."));
  ExpectAllRefused(request, {{"update_mask { paths: 'x' }", "update_mask"},
                             {"update_mask { paths: '' }", "update_mask"}});
}

TEST_F(OfferErrorsTest, MovesNameEachWrongField) {
  server_.CreateOffer(OfferAt(10.77, 106.70), "van");
  ExpectAllRefused(FromText<v1::PauseOfferRequest>("name: 'offers/van'"),
                   WrongTargets(""));
  ExpectAllRefused(FromText<v1::ResumeOfferRequest>("name: 'offers/van'"),
                   WrongTargets(""));
  ExpectAllRefused(FromText<v1::CloseOfferRequest>("name: 'offers/van'"),
                   WrongTargets(""));
  ExpectAllRefused(FromText<v1::GetOfferRequest>("name: 'offers/van'"),
                   {{"name: ''", "name"}, {"name: 'needs/van'", "name"}});
}

TEST_F(OfferErrorsTest, ListNamesEachWrongField) {
  ExpectAllRefused(v1::ListOffersRequest(),
                   Joined({WrongRegions("region"),
                           {{"page_size: -1", "page_size"},
                            {"categories: 'x'", "categories[0]"},
                            {"states: STATE_UNSPECIFIED", "states[0]"},
                            {"states: STATE_PAUSED states: 4", "states[1]"}}}));
}

std::vector<WrongField> WrongSupplyPoints() {
  const std::string phone = "supply_point.phone_number";
  return Joined(
      {WrongLines("supply_point.stock_lines"),
       WrongPlaces("supply_point.place"),
       WrongHours("supply_point.hours"),
       WrongTexts("supply_point.display_name", 100),
       WrongTexts("supply_point.description", 2'000),
       {{"supply_point { categories: 'x' }", "supply_point.categories[1]"},
        {"supply_point { place { location_precision: "
         "LOCATION_PRECISION_METERS_150 } }",
         "supply_point.place.location_precision"},
        {"supply_point { charge: 3 }", "supply_point.charge"},
        {"supply_point { charge: -1 }", "supply_point.charge"},
        {"supply_point { phone_number: '1' }", phone},
        {"supply_point { phone_number: '+1' }", phone},
        {"supply_point { phone_number: '028 3829 5723' }", phone}}});
}

TEST_F(SupplyPointErrorsTest, CreateNamesEachWrongField) {
  v1::CreateSupplyPointRequest request;
  *request.mutable_supply_point() = SupplyPointAt(10.77, 106.70);
  ExpectAllRefused(request, WrongSupplyPoints());
  ExpectAllRefused(
      request,
      {{"supply_point { availability: 5 }", "supply_point.availability"},
       {"supply_point { availability: -1 }", "supply_point.availability"},
       {"supply_point_id: 'a-'", "supply_point_id"},
       {"request_id: 'x'", "request_id"}});
  EXPECT_EQ(FieldsOf(Call(v1::CreateSupplyPointRequest())),
            "supply_point.display_name,supply_point.categories,"
            "supply_point.place");
}

TEST_F(SupplyPointErrorsTest, UpdateNamesEachWrongField) {
  server_.CreateSupplyPoint(SupplyPointAt(10.77, 106.70), "shop");
  v1::UpdateSupplyPointRequest request;
  *request.mutable_supply_point() = SupplyPointAt(10.77, 106.70);
  request.mutable_supply_point()->set_name("supplyPoints/shop");
  ExpectAllRefused(request, WrongSupplyPoints());
  ExpectAllRefused(request, WrongTargets("supply_point."));
  ExpectAllRefused(request, {{"update_mask { paths: 'x' }", "update_mask"},
                             {"update_mask { paths: '.' }", "update_mask"}});
}

TEST_F(SupplyPointErrorsTest, OtherMethodsNameEachWrongField) {
  server_.CreateSupplyPoint(SupplyPointAt(10.77, 106.70), "shop");
  const std::string name = "name: 'supplyPoints/shop'";
  ExpectAllRefused(FromText<v1::GetSupplyPointRequest>(name),
                   {{"name: ''", "name"}, {"name: 'offers/shop'", "name"}});
  ExpectAllRefused(
      FromText<v1::ReportAvailabilityRequest>(
          absl::StrCat(name, " availability: AVAILABILITY_PAUSED")),
      Joined({WrongTargets(""),
              WrongLines("stock_lines"),
              {{"availability: AVAILABILITY_UNSPECIFIED", "availability"},
               {"availability: 5", "availability"}}}));
  ExpectAllRefused(v1::ListSupplyPointsRequest(),
                   Joined({WrongRegions("region"),
                           {{"page_size: -1", "page_size"},
                            {"categories: 'x'", "categories[0]"}}}));
  ExpectAllRefused(
      FromText<v1::DeleteSupplyPointRequest>("name: 'supplyPoints/none'"),
      WrongTargets(""));
}

}  // namespace
}  // namespace xom::tests
