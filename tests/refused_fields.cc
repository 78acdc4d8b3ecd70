#include "tests/refused_fields.h"

#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace xom::tests {
namespace {

// The text of a field inside others: At("need.place", "x: 1") is
// "need { place { x: 1 } }".
std::string At(const std::string& path, const std::string& inner) {
  const std::vector<std::string> fields = absl::StrSplit(path, '.');
  return absl::StrCat(absl::StrJoin(fields, " { "), " { ", inner,
                      Times(static_cast<int>(fields.size()), " }"));
}

struct Inner {
  std::string text;   // inside the message
  std::string field;  // below it; "" is the message itself
};

std::vector<WrongField> Under(const std::string& path,
                              const std::vector<Inner>& rows) {
  std::vector<WrongField> wrong;
  for (const Inner& row : rows) {
    const bool joined = row.field.empty() || row.field[0] == '[';
    wrong.push_back(
        {At(path, row.text), absl::StrCat(path, joined ? "" : ".", row.field)});
  }
  return wrong;
}

void ExpectRefusedOnce(const ApiClient& client, storage::Ledger* ledger,
                       const google::protobuf::Message& request,
                       const std::string& field) {
  const storage::Revision before = ledger->revision();
  const grpc::Status status = client.Call(request);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(FieldsOf(status), field) << status.error_message();
  EXPECT_EQ(ReasonOf(status), "FIELD_INVALID");
  EXPECT_EQ(CountErrorInfos(status), 1);
  EXPECT_EQ(ledger->revision(), before);
}

}  // namespace

void ExpectRefused(const ApiClient& client, storage::Ledger* ledger,
                   const google::protobuf::Message& valid,
                   const std::vector<WrongField>& rows) {
  const grpc::Status taken = client.Call(valid);
  EXPECT_NE(taken.error_code(), grpc::StatusCode::INVALID_ARGUMENT)
      << taken.error_message() << " of a valid " << valid.GetTypeName();
  const std::string everything = Everything(client);
  for (const WrongField& row : rows) {
    SCOPED_TRACE(
        absl::StrCat(valid.GetTypeName(), " with ", row.text.substr(0, 200)));
    const std::unique_ptr<google::protobuf::Message> request(valid.New());
    request->CopyFrom(valid);
    MergeText(row.text, request.get());
    ExpectRefusedOnce(client, ledger, *request, row.field);
  }
  EXPECT_EQ(Everything(client), everything);
}

std::string Times(int n, const std::string& text) {
  std::string all;
  for (int i = 0; i < n; ++i) all += text;
  return all;
}

std::vector<WrongField> Joined(
    std::initializer_list<std::vector<WrongField>> lists) {
  std::vector<WrongField> all;
  for (const auto& list : lists) {
    all.insert(all.end(), list.begin(), list.end());
  }
  return all;
}

std::vector<WrongField> WrongLines(const std::string& path) {
  const std::vector<std::string> fields = absl::StrSplit(path, '.');
  const std::string outer =
      absl::StrJoin(fields.begin(), fields.end() - 1, ".");
  const std::string name = fields.back();
  std::vector<WrongField> wrong;
  const auto add = [&](const std::string& text, const std::string& below) {
    wrong.push_back(
        {outer.empty() ? text : At(outer, text), absl::StrCat(path, below)});
  };
  const auto line = [&](const std::string& inner, const std::string& field) {
    add(absl::StrCat(name, " { ", inner, " }"), absl::StrCat("[0].", field));
  };
  line("quantity: 1", "item");
  line(absl::StrCat("item: '", Times(101, "ă"), "'"), "item");
  line("item: 'ri\\001ce'", "item");
  line("item: 'rice' quantity: -1", "quantity");
  line("item: 'rice' quantity: 1000001", "quantity");
  line(absl::StrCat("item: 'rice' unit: '", Times(21, "ă"), "'"), "unit");
  line("item: 'rice' unit: '\\177'", "unit");
  add(Times(51, absl::StrCat(name, " { item: 'rice' } ")), "");
  add(absl::StrCat(name, " { item: 'rice' } ", name, " { }"), "[1].item");
  return wrong;
}

std::vector<WrongField> WrongPoints(const std::string& path) {
  return Under(path, {{"latitude: nan", ""},
                      {"latitude: inf", ""},
                      {"latitude: -inf", ""},
                      {"latitude: 90.000001", ""},
                      {"latitude: -90.000001", ""},
                      {"longitude: nan", ""},
                      {"longitude: inf", ""},
                      {"longitude: 180.000001", ""},
                      {"longitude: -180.000001", ""},
                      {"longitude: 1e308", ""}});
}

std::vector<WrongField> WrongPlaces(const std::string& path) {
  return Joined(
      {WrongPoints(absl::StrCat(path, ".location")),
       WrongTexts(absl::StrCat(path, ".address"), 500),
       Under(path, {{"accuracy_meters: -1", "accuracy_meters"},
                    {"accuracy_meters: nan", "accuracy_meters"},
                    {"accuracy_meters: inf", "accuracy_meters"},
                    {"accuracy_meters: 100001", "accuracy_meters"},
                    {"location_precision: 6", "location_precision"},
                    {"location_precision: -1", "location_precision"}})});
}

std::vector<WrongField> WrongContacts(const std::string& path) {
  const auto phone = [](const std::string& number) {
    return Inner{absl::StrCat("phone_number: '", number, "'"), "phone_number"};
  };
  const std::string channel = "other_channel: 'zalo'";
  return Under(
      path, {{"", ""},
             {"display_name: 'An'", ""},
             phone("+84123"),
             phone("0912345678"),
             phone("+999912345678"),
             phone("call me"),
             phone(absl::StrCat("+84912345678", Times(60, " "))),
             {absl::StrCat(channel, " display_name: '", Times(101, "ă"), "'"),
              "display_name"},
             {absl::StrCat("other_channel: '", Times(201, "ă"), "'"),
              "other_channel"},
             {"other_channel: '\\033[2J'", "other_channel"}});
}

std::vector<WrongField> WrongHours(const std::string& path) {
  const std::string zone = "time_zone: 'Asia/Ho_Chi_Minh' ";
  const auto week = [&](const std::string& span) {
    return absl::StrCat(zone, "weekly_spans { ", span, " }");
  };
  const auto special = [&](const std::string& day) {
    return absl::StrCat(zone, "special_days { ", day, " }");
  };
  const std::string span = "span { open_minute: 1 close_minute: 2 } ";
  const std::string date = "date { year: 2021 month: 9 day: 2 } ";
  const std::string day_spans = "special_days[0].spans";
  return Under(
      path,
      {{"", "time_zone"},
       {"time_zone: 'Asia/Atlantis'", "time_zone"},
       {"time_zone: '../../etc/passwd'", "time_zone"},
       {"time_zone: '/etc/localtime'", "time_zone"},
       {"time_zone: ':UTC'", "time_zone"},
       {"time_zone: 'Fixed/UTC+05:30:00'", "time_zone"},
       {"time_zone: 'Asia/Ho_Chi_Minh\\000x'", "time_zone"},
       {week(span), "weekly_spans[0].day"},
       {week(absl::StrCat("day: 8 ", span)), "weekly_spans[0].day"},
       {week("day: MONDAY span { open_minute: -1 close_minute: 9 }"),
        "weekly_spans[0].span.open_minute"},
       {week("day: MONDAY span { open_minute: 1440 close_minute: 9 }"),
        "weekly_spans[0].span.open_minute"},
       {week("day: MONDAY span { open_minute: 9 close_minute: 1441 }"),
        "weekly_spans[0].span.close_minute"},
       {week("day: MONDAY span { open_minute: 9 }"),
        "weekly_spans[0].span.close_minute"},
       {week("day: MONDAY span { open_minute: 9 close_minute: 9 }"),
        "weekly_spans[0].span.close_minute"},
       {absl::StrCat(zone,
                     Times(43, "weekly_spans { day: MONDAY " + span + "} ")),
        "weekly_spans"},
       {special(""), "special_days[0].date"},
       {special("date { month: 9 day: 2 }"), "special_days[0].date"},
       {special("date { year: 2021 month: 13 day: 2 }"),
        "special_days[0].date"},
       {special("date { year: 2021 month: 2 day: 29 }"),
        "special_days[0].date"},
       {special("date { year: 10000 month: 2 day: 2 }"),
        "special_days[0].date"},
       {absl::StrCat(zone,
                     Times(2, absl::StrCat("special_days { ", date, "}"))),
        "special_days[1].date"},
       {special(absl::StrCat(date, "spans { open_minute: 9 close_minute: 9 }")),
        absl::StrCat(day_spans, "[0].close_minute")},
       {special(absl::StrCat(
            date, Times(7, "spans { open_minute: 1 close_minute: 2 } "))),
        day_spans}});
}

std::vector<WrongField> WrongTexts(const std::string& path, int limit) {
  const size_t dot = path.rfind('.');
  const std::string name =
      dot == std::string::npos ? path : path.substr(dot + 1);
  const auto at = [&](const std::string& value) {
    const std::string text = absl::StrCat(name, ": '", value, "'");
    return WrongField{
        dot == std::string::npos ? text : At(path.substr(0, dot), text), path};
  };
  return {at(Times(limit + 1, "ă")), at("a\\000b"), at("\\033[2J"),
          at("\\177")};
}

std::vector<WrongField> WrongTargets(const std::string& prefix) {
  const std::string holder =
      prefix.empty() ? "" : prefix.substr(0, prefix.size() - 1);
  const auto at = [&](const std::string& field, const std::string& value) {
    const std::string text = absl::StrCat(field, ": '", value, "'");
    return WrongField{holder.empty() ? text : At(holder, text),
                      absl::StrCat(prefix, field)};
  };
  const std::string request_id = "request_id";
  return {at("name", ""),
          at("name", "needs"),
          at("name", "x"),
          at("name", "nothings/x"),
          at("name", "categories/Groceries"),
          at("name", "needs/-x"),
          at("name", "needs/x/claims/y"),
          at("name", "needs/a\\000"),
          at("name", absl::StrCat("needs/", Times(64, "a"))),
          at("etag", "not an etag"),
          at("etag", Times(65, "a")),
          {"request_id: '1'", request_id},
          {"request_id: '7f9c24e8-3b12-4fef-91d0-1c5a3d6b8e2'", request_id},
          {"request_id: '7f9c24e8-3b12-4fef-91d0-1c5a3d6b8e2g'", request_id},
          {"request_id: '7f9c24e803b12-4fef-91d0-1c5a3d6b8e20'", request_id}};
}

std::vector<WrongField> WrongRegions(const std::string& path) {
  const std::string center = "center { latitude: 10 longitude: 106 } ";
  const std::string south_west = "south_west { latitude: 10 longitude: 106 } ";
  const std::string north_east = "north_east { latitude: 11 longitude: 107 } ";
  std::vector<WrongField> rows = Under(
      path, {{"", ""},
             {"circle { radius_meters: 1 }", "circle.center"},
             {absl::StrCat("circle { ", center, "radius_meters: -1 }"),
              "circle.radius_meters"},
             {absl::StrCat("circle { ", center, "radius_meters: nan }"),
              "circle.radius_meters"},
             {absl::StrCat("circle { ", center, "radius_meters: inf }"),
              "circle.radius_meters"},
             {absl::StrCat("circle { ", center, "radius_meters: 100000001 }"),
              "circle.radius_meters"},
             {absl::StrCat("box { ", south_west, "}"), "box.north_east"},
             {absl::StrCat("box { ", north_east, "}"), "box.south_west"},
             {absl::StrCat("box { ", south_west,
                           "north_east { latitude: 9 longitude: 107 } }"),
              "box"},
             {"polygon { }", "polygon.rings"},
             {"polygon { rings { } }", "polygon.rings"},
             {"geo_json: ''", "geo_json"},
             {"geo_json: '{'", "geo_json"},
             {"geo_json: '{\"type\": \"Point\", \"coordinates\": [1, 2]}'",
              "geo_json"}});
  for (const std::string side : {"circle.center", "box.south_west"}) {
    for (WrongField& row : WrongPoints(absl::StrCat(path, ".", side))) {
      if (side == "box.south_west") {
        row.text += " " + At(path + ".box", north_east);
      }
      rows.push_back(row);
    }
  }
  return rows;
}

}  // namespace xom::tests
