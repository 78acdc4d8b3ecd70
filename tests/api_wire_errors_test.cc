// Requests that are not messages, not text or too large, as raw bytes.

#include <gmock/gmock.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "tests/api_client.h"

namespace xom::tests {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr char kCreateNeed[] = "/xom.v1.NeedService/CreateNeed";
constexpr size_t kMaxMessageBytes = 256 * 1024;

class WireErrorsTest : public ApiTest {
 protected:
  std::string ValidBytes() {
    v1::CreateNeedRequest request;
    *request.mutable_need() = NeedAt(10.77, 106.70);
    return request.SerializeAsString();
  }
};

// `bytes` made longer, to `size`, by a field that nobody knows.
std::string Padded(std::string bytes, size_t size) {
  // Field 1000, length-delimited, and a length of three bytes.
  const size_t rest = size - bytes.size() - 5;
  bytes += "\xC2\x3E";
  bytes += static_cast<char>(0x80 | (rest & 0x7F));
  bytes += static_cast<char>(0x80 | ((rest >> 7) & 0x7F));
  bytes += static_cast<char>(rest >> 14);
  return bytes + std::string(rest, 'x');
}

// The text QQQQ in each of them becomes bytes that are not UTF-8.
TEST_F(WireErrorsTest, TextThatIsNotUtf8IsNamed) {
  const struct {
    std::unique_ptr<google::protobuf::Message> request;
    const char* text;
    const char* field;
  } kRows[] = {
      {std::make_unique<v1::CreateNeedRequest>(), "need_id: 'QQQQ'", "need_id"},
      {std::make_unique<v1::CreateNeedRequest>(),
       "need { situation: 'a QQQQ b' }", "need.situation"},
      {std::make_unique<v1::CreateNeedRequest>(),
       "need { lines { item: 'rice' } lines { item: 'QQQQ' } }",
       "need.lines[1].item"},
      {std::make_unique<v1::CreateNeedRequest>(),
       "need { contact { display_name: 'QQQQ' } }",
       "need.contact.display_name"},
      {std::make_unique<v1::CreateNeedRequest>(),
       "need { categories: 'x' categories: 'QQQQ' }", "need.categories[1]"},
      {std::make_unique<v1::UpdateNeedRequest>(),
       "update_mask { paths: 'QQQQ' }", "update_mask.paths[0]"},
      {std::make_unique<v1::CreateOfferRequest>(),
       "offer { hours { time_zone: 'QQQQ' } }", "offer.hours.time_zone"},
      {std::make_unique<v1::CreateCategoryRequest>(),
       "category { display_names { key: 'vi' value: 'QQQQ' } }",
       "category.display_names[0].value"},
      {std::make_unique<v1::CreateSupplyPointRequest>(),
       "supply_point { place { address: 'QQQQ' } }",
       "supply_point.place.address"},
      {std::make_unique<v1::ListNeedsRequest>(), "region { geo_json: 'QQQQ' }",
       "region.geo_json"},
      {std::make_unique<v1::FindMatchesRequest>(), "need: 'QQQQ'", "need"},
      {std::make_unique<v1::WatchRegionRequest>(), "resume_token: 'QQQQ'",
       "resume_token"},
  };
  // Cut short, an overlong form, a surrogate, beyond Unicode.
  for (const std::string bad :
       {"abc\xC4", "\xC0\x80zz", "\xED\xA0\x80z", "\xF4\x90\x80\x80"}) {
    for (const auto& row : kRows) {
      MergeText(row.text, row.request.get());
      const std::string bytes = absl::StrReplaceAll(
          row.request->SerializeAsString(), {{"QQQQ", bad}});
      const grpc::Status status =
          client_.CallBytes(MethodOf(*row.request), bytes).status;
      EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
      EXPECT_EQ(ReasonOf(status), "MESSAGE_MALFORMED");
      EXPECT_EQ(CountErrorInfos(status), 1);
      EXPECT_EQ(FieldsOf(status), row.field);
      row.request->Clear();
    }
  }
  EXPECT_EQ(revision(), 1);
}

TEST_F(WireErrorsTest, BytesThatAreNoMessageAreRefused) {
  for (const std::string& bytes :
       {std::string("\xFF\xFF\xFF"), std::string("\x0A\x7F"),
        std::string("\x0A\x05"
                    "abc"),
        ValidBytes().substr(0, 9), std::string(1, '\0')}) {
    const grpc::Status status = client_.CallBytes(kCreateNeed, bytes).status;
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
    EXPECT_EQ(ReasonOf(status), "MESSAGE_MALFORMED");
    EXPECT_EQ(CountErrorInfos(status), 1);
  }
  EXPECT_EQ(revision(), 1);
}

TEST_F(WireErrorsTest, AnEmptyRequestIsAMessage) {
  EXPECT_TRUE(
      client_.CallBytes("/xom.v1.NeedService/ListNeeds", "").status.ok());
  EXPECT_EQ(FieldsOf(client_.CallBytes(kCreateNeed, "").status),
            "need.categories,need.place");
}

TEST_F(WireErrorsTest, ARequestIsAtMost256KiB) {
  EXPECT_TRUE(
      client_.CallBytes(kCreateNeed, Padded(ValidBytes(), kMaxMessageBytes))
          .status.ok());
  const storage::Revision before = revision();
  EXPECT_EQ(
      client_.CallBytes(kCreateNeed, Padded(ValidBytes(), kMaxMessageBytes + 1))
          .status.error_code(),
      grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(revision(), before);
}

// Otherwise anybody could keep there, and show to all, what no limit bounds.
TEST_F(WireErrorsTest, FieldsThatNobodyKnowsAreNotStored) {
  const auto request = FromText<v1::CreateNeedRequest>(
      "need_id: 'x' need { categories: 'categories/groceries' "
      "place { location { latitude: 10 longitude: 106 } } "
      "people { adults: 1 } }");
  v1::CreateNeedRequest hiding = request;
  const auto hide = [](google::protobuf::Message* message) {
    message->GetReflection()->MutableUnknownFields(message)->AddLengthDelimited(
        1000, "smuggled");
  };
  hide(hiding.mutable_need());
  hide(hiding.mutable_need()->mutable_people());
  const WireAnswer created =
      client_.CallBytes(kCreateNeed, hiding.SerializeAsString());
  EXPECT_TRUE(created.status.ok());
  EXPECT_THAT(created.reply, Not(HasSubstr("smuggled")));
  const auto get = FromText<v1::GetNeedRequest>("name: 'needs/x'");
  EXPECT_THAT(client_.CallBytes(MethodOf(get), get.SerializeAsString()).reply,
              Not(HasSubstr("smuggled")));
}

TEST_F(WireErrorsTest, AMethodThatIsNotThereIsUnimplemented) {
  EXPECT_EQ(
      client_.CallBytes("/xom.v1.NeedService/BurnNeed", "").status.error_code(),
      grpc::StatusCode::UNIMPLEMENTED);
}

}  // namespace
}  // namespace xom::tests
