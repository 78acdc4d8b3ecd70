// What NeedService refuses, field by field.

#include <gmock/gmock.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "tests/api_client.h"
#include "tests/refused_fields.h"

namespace xom::tests {
namespace {

class NeedErrorsTest : public ApiTest {
 protected:
  void ExpectAllRefused(const google::protobuf::Message& valid,
                        const std::vector<WrongField>& rows) {
    ExpectRefused(client_, &server_.server().ledger(), valid, rows);
  }

  int64_t Now() { return absl::ToUnixSeconds(server_.clock().Now()); }

  std::vector<WrongField> WrongExpireTimes(const std::string& path,
                                           const std::string& open,
                                           const std::string& close) {
    const int64_t month = absl::ToInt64Seconds(absl::Hours(30 * 24));
    std::vector<WrongField> rows;
    for (const std::string& time :
         {absl::StrCat("seconds: ", Now()),
          absl::StrCat("seconds: ", Now() - 1), std::string(),
          absl::StrCat("seconds: ", Now() + month + 1),
          absl::StrCat("seconds: ", Now() + 60, " nanos: -1"),
          absl::StrCat("seconds: ", Now() + 60, " nanos: 1000000000"),
          std::string("seconds: 253402300800"),
          std::string("seconds: 9223372036854775807"),
          std::string("seconds: -9223372036854775808")}) {
      rows.push_back(
          {absl::StrCat(open, "expire_time { ", time, " }", close), path});
    }
    return rows;
  }

  // What is wrong in a need, whether it is created or updated.
  std::vector<WrongField> WrongNeeds() {
    std::vector<WrongField> rows = Joined(
        {WrongLines("need.lines"),
         WrongTexts("need.situation", 2'000),
         WrongPlaces("need.place"),
         WrongContacts("need.contact"),
         WrongExpireTimes("need.expire_time", "need { ", " }"),
         {{"need { categories: 'categories/none' }", "need.categories[1]"},
          {"need { categories: 'groceries' }", "need.categories[1]"},
          {"need { categories: '' }", "need.categories[1]"},
          {"need { categories: 'categories/groceries' }", "need.categories[1]"},
          {"need { urgency: 5 }", "need.urgency"},
          {"need { urgency: -1 }", "need.urgency"},
          {"need { language_code: 'Vietnamese!' }", "need.language_code"},
          {"need { language_code: '-' }", "need.language_code"},
          {"need { language_code: 'vi\\000' }", "need.language_code"},
          {absl::StrCat("need { language_code: 'vi", Times(20, "-x"), "' }"),
           "need.language_code"}}});
    for (const std::string kind :
         {"adults", "children", "elderly", "pregnant", "disabled", "ill"}) {
      for (const std::string count : {"-1", "10001", "-2147483648"}) {
        rows.push_back(
            {absl::StrCat("need { people { ", kind, ": ", count, " } }"),
             absl::StrCat("need.people.", kind)});
      }
    }
    return rows;
  }
};

TEST_F(NeedErrorsTest, CreateNamesEachWrongField) {
  v1::CreateNeedRequest request;
  *request.mutable_need() = NeedAt(10.77, 106.70);
  request.set_validate_only(true);
  ExpectAllRefused(request, WrongNeeds());
  request.set_validate_only(false);
  ExpectAllRefused(request, WrongNeeds());
  const std::string request_id = "request_id";
  ExpectAllRefused(
      request,
      {{"need_id: 'A'", "need_id"},
       {"need_id: '-a'", "need_id"},
       {"need_id: 'a-'", "need_id"},
       {"need_id: '1a'", "need_id"},
       {"need_id: 'a/b'", "need_id"},
       {absl::StrCat("need_id: '", Times(64, "a"), "'"), "need_id"},
       {"request_id: 'x'", request_id},
       {"request_id: '7f9c24e8-3b12-4fef-91d0-1c5a3d6b8e2g'", request_id}});
}

TEST_F(NeedErrorsTest, CreateAsksForAPlaceAndACategory) {
  const grpc::Status status =
      Call(FromText<v1::CreateNeedRequest>("need { urgency: URGENCY_HIGH }"));
  EXPECT_EQ(FieldsOf(status), "need.categories,need.place");
  v1::CreateNeedRequest request;
  *request.mutable_need() = NeedAt(10.77, 106.70);
  request.mutable_need()->mutable_place()->clear_location();
  EXPECT_EQ(FieldsOf(Call(request)), "need.place.location");
  EXPECT_EQ(revision(), 1);
}

TEST_F(NeedErrorsTest, ANeedHasAtMostSixteenCategories) {
  v1::CreateNeedRequest request;
  *request.mutable_need() = NeedAt(10.77, 106.70);
  for (int i = 0; i < 16; ++i) {
    const std::string id = absl::StrCat("kind-", i);
    Must<v1::Category>(FromText<v1::CreateCategoryRequest>(absl::StrCat(
        "category_id: '", id,
        "' category { display_names { key: 'en' value: 'Kind' } }")));
    if (i < 15) {
      request.mutable_need()->add_categories(absl::StrCat("categories/", id));
    }
  }
  ExpectAllRefused(request, {{"need { categories: 'categories/kind-15' }",
                              "need.categories"}});
}

TEST_F(NeedErrorsTest, UpdateNamesEachWrongField) {
  const v1::Need need = server_.CreateNeed(NeedAt(10.77, 106.70), "rice");
  v1::UpdateNeedRequest request;
  *request.mutable_need() = NeedAt(10.77, 106.70);
  request.mutable_need()->set_name(need.name());
  ExpectAllRefused(request, WrongNeeds());
  ExpectAllRefused(request, WrongTargets("need."));
  ExpectAllRefused(
      request,
      {{"update_mask { paths: 'nothing' }", "update_mask"},
       {"update_mask { paths: '' }", "update_mask"},
       {"update_mask { paths: 'situation.' }", "update_mask"},
       {"update_mask { paths: '.situation' }", "update_mask"},
       {"update_mask { paths: 'place..address' }", "update_mask"},
       {"update_mask { paths: 'place.nothing' }", "update_mask"},
       {"update_mask { paths: 'lines.item' }", "update_mask"},
       {"update_mask { paths: '*' paths: 'situation' }", "update_mask"},
       {absl::StrCat("update_mask { ", Times(101, "paths: 'situation' "), "}"),
        "update_mask"},
       // What the public sees would tell the true place.
       {"update_mask { paths: 'place.location_precision' }", "update_mask"},
       {"update_mask { paths: 'place.location.latitude' }", "update_mask"},
       {"update_mask { paths: 'place.location.longitude' }", "update_mask"}});
}

TEST_F(NeedErrorsTest, AnUpdateCannotTakeAwayWhatIsRequired) {
  server_.CreateNeed(NeedAt(10.77, 106.70), "rice");
  const struct {
    const char* paths;
    const char* fields;
  } kRows[] = {
      {"paths: 'categories'", "need.categories"},
      {"paths: 'place'", "need.place"},
      {"paths: 'place.location'", "need.place.location"},
      {"paths: '*'", "need.categories,need.place"},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(
        FieldsOf(Call(FromText<v1::UpdateNeedRequest>(absl::StrCat(
            "need { name: 'needs/rice' } update_mask { ", row.paths, " }")))),
        row.fields)
        << row.paths;
  }
  EXPECT_EQ(revision(), 2);
}

TEST_F(NeedErrorsTest, OtherMutationsNameEachWrongField) {
  server_.CreateNeed(NeedAt(10.77, 106.70), "a");
  server_.CreateNeed(NeedAt(10.77, 106.70), "b");
  server_.CreateNeed(NeedAt(10.77, 106.70), "c");
  ExpectAllRefused(FromText<v1::CancelNeedRequest>("name: 'needs/a'"),
                   WrongTargets(""));
  ExpectAllRefused(FromText<v1::CloseNeedRequest>("name: 'needs/b'"),
                   WrongTargets(""));
  ExpectAllRefused(
      FromText<v1::RenewNeedRequest>("name: 'needs/c'"),
      Joined({WrongTargets(""), WrongExpireTimes("expire_time", "", "")}));
}

TEST_F(NeedErrorsTest, GetRefusesWhatIsNoName) {
  server_.CreateNeed(NeedAt(10.77, 106.70), "rice");
  ExpectAllRefused(FromText<v1::GetNeedRequest>("name: 'needs/rice'"),
                   {{"name: ''", "name"},
                    {"name: 'needs/'", "name"},
                    {"name: 'offers/rice'", "name"},
                    {"name: 'needs/Rice'", "name"}});
}

TEST_F(NeedErrorsTest, ListNamesEachWrongField) {
  ExpectAllRefused(
      v1::ListNeedsRequest(),
      Joined({WrongRegions("region"),
              {{"page_size: -1", "page_size"},
               {"page_size: -2147483648", "page_size"},
               {"categories: 'categories/none'", "categories[0]"},
               {"categories: 'categories/groceries' categories: ''",
                "categories[1]"},
               {Times(65, "categories: 'categories/groceries' "), "categories"},
               {"states: STATE_UNSPECIFIED", "states[0]"},
               {"states: STATE_OPEN states: 9", "states[1]"},
               {"min_urgency: 5", "min_urgency"},
               {"min_urgency: -1", "min_urgency"}}}));
}

TEST_F(NeedErrorsTest, ErrorsNameAllWrongFieldsAtOnceButNotEndlessly) {
  v1::CreateNeedRequest request;
  *request.mutable_need() = NeedAt(91, 106.70);
  request.mutable_need()->mutable_people()->set_adults(-1);
  request.set_request_id("x");
  EXPECT_EQ(FieldsOf(Call(request)),
            "request_id,need.people.adults,need.place.location");
  for (int i = 0; i < 50; ++i) {
    v1::Line* line = request.mutable_need()->add_lines();
    line->set_quantity(-1);
    line->set_unit(Times(21, "x"));
  }
  const grpc::Status status = Call(request);
  const std::string fields = FieldsOf(status);
  const auto named = std::count(fields.begin(), fields.end(), ',') + 1;
  EXPECT_GT(named, 10);
  EXPECT_LE(named, 50);
  EXPECT_THAT(status.error_message(), testing::HasSubstr("(and 152 more)"));
  // Clients take 8 KiB of headers.
  EXPECT_LT(status.error_details().size(), 6'000u);
}

TEST_F(NeedErrorsTest, LimitsOfTextsCountCharactersAndAreReachable) {
  v1::Need need = NeedAt(10.77, 106.70);
  need.set_situation(Times(2'000, "🍚"));
  need.mutable_place()->set_address(Times(500, "ă"));
  need.mutable_contact()->set_display_name(Times(100, "ă"));
  need.mutable_contact()->set_other_channel(Times(200, "ă"));
  for (int i = 0; i < 50; ++i) {
    v1::Line* line = need.add_lines();
    line->set_item(Times(100, "ă"));
    line->set_quantity(1'000'000);
    line->set_unit(Times(20, "ă"));
  }
  need.mutable_people()->set_adults(10'000);
  EXPECT_EQ(server_.CreateNeed(need).situation(), need.situation());
}

}  // namespace
}  // namespace xom::tests
