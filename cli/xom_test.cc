#include "cli/xom.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "cli/fake_server.h"

namespace xom::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

// Runs `xom` against a fake server and keeps what it printed.
class XomTest : public testing::Test {
 protected:
  ExitCode Run(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--server", fake_.address});
    return RunBare(std::move(arguments));
  }
  ExitCode RunBare(std::vector<std::string> arguments) {
    std::ostringstream out;
    std::ostringstream err;
    const ExitCode code = Xom(arguments, out, err);
    out_ = out.str();
    err_ = err.str();
    return code;
  }
  ExitCode CreateNeed(const std::string& id, const std::string& lat = "10") {
    return Run({"need", "create", "--category", "groceries", "--lat", lat,
                "--lng", "-106.5", "--id", id});
  }

  FakeServer fake_;
  std::string out_;
  std::string err_;
};

TEST_F(XomTest, CreateSendsWhatTheFlagsSay) {
  ASSERT_EQ(Run({"need",        "create",           "--category", "groceries",
                 "--category",  "categories/water", "--lat",      "-10.5",
                 "--lng=106.5", "--line",           "10 kg rice", "--line",
                 "2 l water",   "--urgency",        "high",       "--precision",
                 "150",         "--adults",         "2",          "--on_behalf",
                 "--phone",     "+84912345678",     "--id",       "a"}),
            ExitCode::kOk)
      << err_;
  const v1::CreateNeedRequest request = fake_.needs.asked().at(0);
  EXPECT_THAT(request.need().categories(),
              ElementsAre("categories/groceries", "categories/water"));
  EXPECT_EQ(request.need().place().location().latitude(), -10.5);
  EXPECT_EQ(request.need().lines(1).item(), "water");
  EXPECT_EQ(request.need().urgency(), v1::URGENCY_HIGH);
  EXPECT_EQ(request.need().place().location_precision(),
            v1::LOCATION_PRECISION_METERS_150);
  EXPECT_EQ(request.need().people().adults(), 2);
  EXPECT_TRUE(request.need().on_behalf_of_other());
  EXPECT_EQ(request.need().contact().phone_number(), "+84912345678");
  EXPECT_THAT(request.request_id(), SizeIs(36));
  EXPECT_THAT(out_, StartsWith("name: needs/a\n"));
}

TEST_F(XomTest, ANewNeedsAccessCodeIsToldToPeople) {
  ASSERT_EQ(CreateNeed("a"), ExitCode::kOk);
  EXPECT_THAT(out_, HasSubstr("\nAccess code: 7KQ-2MX-9AB\n"));
  EXPECT_THAT(out_, HasSubstr("not shown again"));
  ASSERT_EQ(Run({"--json", "need", "create", "--category", "groceries",
                 "--lat=10", "--lng=106", "--id", "b"}),
            ExitCode::kOk);
  EXPECT_THAT(out_, HasSubstr(R"("accessCode":"7KQ-2MX-9AB")"));
  EXPECT_THAT(out_, Not(HasSubstr("Access code:")));
}

TEST_F(XomTest, DetailsAreShownTheirLooksListedAndErased) {
  ASSERT_EQ(Run({"need", "create", "--category", "groceries", "--lat=10",
                 "--lng=106", "--phone", "+84912345678", "--id", "a"}),
            ExitCode::kOk);
  ASSERT_EQ(Run({"need", "reveal", "a"}), ExitCode::kOk) << err_;
  EXPECT_THAT(out_, HasSubstr("contact.phone_number: +84912345678\n"));
  EXPECT_THAT(out_, HasSubstr("reveal.user: users/linh\n"));
  ASSERT_EQ(Run({"need", "reveals", "a"}), ExitCode::kOk) << err_;
  EXPECT_EQ(out_, "user: users/minh\n\nuser: users/linh\n");
  ASSERT_EQ(Run({"need", "reveals", "b"}), ExitCode::kOk);
  EXPECT_EQ(out_, "");
  EXPECT_EQ(err_, "nobody looked\n");
  ASSERT_EQ(Run({"need", "erase", "a"}), ExitCode::kOk) << err_;
  EXPECT_THAT(fake_.needs.stored(), IsEmpty());
}

TEST_F(XomTest, JsonIsOneObjectALineAndNothingElse) {
  ASSERT_EQ(CreateNeed("a"), ExitCode::kOk);
  ASSERT_EQ(CreateNeed("b"), ExitCode::kOk);
  ASSERT_EQ(CreateNeed("c"), ExitCode::kOk);
  ASSERT_EQ(Run({"--json", "need", "list", "--limit", "0"}), ExitCode::kOk);
  EXPECT_THAT(out_, StartsWith(R"({"name":"needs/a",)"));
  EXPECT_EQ(std::count(out_.begin(), out_.end(), '\n'), 3);
}

TEST_F(XomTest, ListStopsAtTheLimitAndGoesOverEmptyPages) {
  for (const char* id : {"a", "b", "c"})
    ASSERT_EQ(CreateNeed(id), ExitCode::kOk);
  ASSERT_EQ(Run({"need", "list", "--limit", "1"}), ExitCode::kOk);
  EXPECT_THAT(out_, HasSubstr("needs/a"));
  EXPECT_THAT(out_, Not(HasSubstr("needs/b")));
}

TEST_F(XomTest, UpdateMasksTheGivenFieldsAlone) {
  ASSERT_EQ(Run({"need", "update", "a", "--urgency", "low", "--situation", "",
                 "--children", "3", "--etag", "e"}),
            ExitCode::kOk);
  const v1::UpdateNeedRequest request = fake_.needs.updated();
  EXPECT_THAT(request.update_mask().paths(),
              ElementsAre("urgency", "situation", "people.children"));
  EXPECT_EQ(request.need().name(), "needs/a");
  EXPECT_EQ(request.need().etag(), "e");
  EXPECT_FALSE(request.need().has_place());
}

TEST_F(XomTest, UpdateOfNothingIsAWrongUsage) {
  EXPECT_EQ(Run({"need", "update", "a"}), ExitCode::kUsage);
  EXPECT_EQ(Run({"need", "update", "a", "--lat", "1"}), ExitCode::kUsage);
  EXPECT_THAT(err_, HasSubstr("together"));
}

TEST_F(XomTest, RefusalNamesTheFieldAndTheReason) {
  EXPECT_EQ(CreateNeed("a", "91"), ExitCode::kBadInput);
  EXPECT_THAT(err_, HasSubstr("need.place.location.latitude: must be"));
  EXPECT_THAT(err_, HasSubstr("reason: FIELD_INVALID"));
  EXPECT_THAT(out_, IsEmpty());
}

TEST_F(XomTest, ExitCodesTellWhatWentWrong) {
  EXPECT_EQ(Run({"need", "get", "nobody"}), ExitCode::kNotFound);
  ASSERT_EQ(CreateNeed("a"), ExitCode::kOk);
  EXPECT_EQ(CreateNeed("a"), ExitCode::kConflict);
  fake_.needs.FailNext(1, {grpc::StatusCode::RESOURCE_EXHAUSTED, "full"});
  EXPECT_EQ(CreateNeed("b"), ExitCode::kDenied);
  fake_.needs.FailNext(1, {grpc::StatusCode::INTERNAL, "bug"});
  EXPECT_EQ(CreateNeed("b"), ExitCode::kInternal);
}

TEST_F(XomTest, ALostReplyIsAskedAgainWithTheSameRequestId) {
  fake_.needs.LoseNextReply();
  ASSERT_EQ(CreateNeed("a"), ExitCode::kOk) << err_;
  const auto asked = fake_.needs.asked();
  ASSERT_THAT(asked, SizeIs(2));
  EXPECT_EQ(asked[0].request_id(), asked[1].request_id());
}

TEST_F(XomTest, WrongFlagsAreNamedWithoutACall) {
  EXPECT_EQ(Run({"need", "create", "--category", "x", "--lat", "north", "--lng",
                 "1"}),
            ExitCode::kUsage);
  EXPECT_THAT(err_, HasSubstr("--lat"));
  EXPECT_EQ(Run({"need", "frobnicate"}), ExitCode::kUsage);
  EXPECT_THAT(err_, HasSubstr("frobnicate"));
  EXPECT_EQ(Run({"need", "create"}), ExitCode::kUsage);
  EXPECT_EQ(Run({"need", "list", "--region_box", "1,2,3"}), ExitCode::kUsage);
  EXPECT_EQ(Run({"need", "get", "\xFF"}), ExitCode::kUsage);
  EXPECT_THAT(fake_.needs.asked(), IsEmpty());
}

TEST_F(XomTest, HelpAndVersionAreFine) {
  EXPECT_EQ(RunBare({"--help"}), ExitCode::kOk);
  EXPECT_THAT(out_, HasSubstr("Exit codes"));
  EXPECT_EQ(RunBare({"need", "create", "--help"}), ExitCode::kOk);
  EXPECT_THAT(out_, HasSubstr("Examples:"));
  EXPECT_EQ(RunBare({"--version"}), ExitCode::kOk);
  EXPECT_THAT(out_, StartsWith("xom "));
}

TEST_F(XomTest, ExportGivesWhatImportReadsBack) {
  ASSERT_EQ(Run({"need", "create", "--category", "groceries", "--lat", "10",
                 "--lng", "-106.5", "--id", "a", "--situation",
                 "=HYPERLINK(\"x\")", "--line", "10 kg rice"}),
            ExitCode::kOk);
  ASSERT_EQ(Run({"export", "needs"}), ExitCode::kOk) << err_;
  EXPECT_THAT(out_, HasSubstr("a,10.0000000,-106.5000000,groceries,10 kg rice,"
                              "\"'=HYPERLINK(\"\"x\"\")\""));
  const std::string file =
      absl::StrCat(testing::TempDir(), "/xom_export_", getpid(), ".csv");
  std::ofstream(file) << out_;
  ASSERT_EQ(
      Run({"import", "needs", file, "--id_column", "id", "--category_column",
           "category", "--line_column", "line", "--id_prefix", "again"}),
      ExitCode::kOk)
      << err_;
  EXPECT_EQ(fake_.needs.stored().at("again-a").need().lines(0).quantity(), 10);
  std::filesystem::remove(file);
}

TEST_F(XomTest, ExportAsGeoJsonPutsTheLongitudeFirst) {
  ASSERT_EQ(CreateNeed("a"), ExitCode::kOk);
  ASSERT_EQ(Run({"export", "needs", "--format=geojson"}), ExitCode::kOk);
  EXPECT_THAT(out_, HasSubstr(R"("coordinates":[-106.5000000,10.0000000])"));
  EXPECT_THAT(out_, StartsWith(R"({"type":"FeatureCollection","features":[)"));
}

// --- claim ---

TEST_F(XomTest, AClaimSendsItsLinesAndSaysWhatIsNext) {
  ASSERT_EQ(Run({"claim", "make", "a", "--offer", "b", "--take", "2=5",
                 "--take", "1=1", "--lease", "4h"}),
            ExitCode::kOk)
      << err_;
  const v1::ClaimNeedRequest request = fake_.claims.made().at("needs/a");
  EXPECT_EQ(request.offer(), "offers/b");
  ASSERT_EQ(request.lines_size(), 2);
  EXPECT_EQ(request.lines(0).line_index(), 1);
  EXPECT_EQ(request.lines(0).quantity(), 5);
  EXPECT_EQ(request.lines(1).line_index(), 0);
  EXPECT_EQ(request.lease_duration().seconds(), 4 * 3600);
  EXPECT_THAT(request.request_id(), SizeIs(36));
  EXPECT_THAT(out_, StartsWith("name: needs/a/claims/c\n"));
  EXPECT_THAT(
      out_,
      HasSubstr("xom claim deliver needs/a/claims/c --fencing_token 7\n"));
}

TEST_F(XomTest, WhoIsLateIsToldWhereElseToHelp) {
  ASSERT_EQ(Run({"--json", "claim", "make", "a", "--offer", "b"}),
            ExitCode::kOk);
  EXPECT_THAT(out_, Not(HasSubstr("Next")));
  EXPECT_EQ(Run({"claim", "make", "a", "--offer", "b"}), ExitCode::kConflict);
  EXPECT_THAT(err_, HasSubstr("reason: ALREADY_CLAIMED\n"
                              "  help here instead: needs/next\n"));
}

TEST_F(XomTest, AClaimThatCannotBeReadIsAWrongUsage) {
  for (const char* take : {"5", "0=5", "1=-5", "1=5=5", "x=1", "="}) {
    EXPECT_EQ(Run({"claim", "make", "a", "--offer", "b", "--take", take}),
              ExitCode::kUsage)
        << take;
    EXPECT_THAT(err_, HasSubstr("--take"));
  }
  EXPECT_EQ(Run({"claim", "make", "a"}), ExitCode::kUsage);
  EXPECT_THAT(fake_.claims.made(), IsEmpty());
}

TEST_F(XomTest, AClaimGivesItsOwnTokenWhereNoneIsSaid) {
  for (const char* name : {"a/c", "a/claims/c", "needs/a/claims/c"}) {
    ASSERT_EQ(Run({"claim", "release", name, "--reason", "out_of_stock"}),
              ExitCode::kOk)
        << err_;
    EXPECT_EQ(fake_.claims.released().name(), "needs/a/claims/c");
    EXPECT_EQ(fake_.claims.released().fencing_token(), 7);
  }
  EXPECT_EQ(fake_.claims.released().reason(),
            v1::Claim::RELEASE_REASON_OUT_OF_STOCK);
  ASSERT_EQ(Run({"claim", "release", "a/c", "--fencing_token", "6"}),
            ExitCode::kOk);
  EXPECT_EQ(fake_.claims.released().fencing_token(), 6);
}

TEST_F(XomTest, ConfirmSaysWhatCame) {
  ASSERT_EQ(Run({"claim", "confirm", "a/c", "--outcome", "partly_received",
                 "--received", "1=0"}),
            ExitCode::kOk)
      << err_;
  const v1::ConfirmDeliveryRequest request = fake_.claims.confirmed();
  EXPECT_EQ(request.outcome(), v1::Claim::OUTCOME_PARTLY_RECEIVED);
  ASSERT_EQ(request.received_size(), 1);
  EXPECT_EQ(request.received(0).quantity(), 0);
}

TEST_F(XomTest, ClaimsAreListedOverAllNeeds) {
  ASSERT_EQ(Run({"claim", "list", "--offer", "b", "--state", "released"}),
            ExitCode::kOk)
      << err_;
  EXPECT_EQ(fake_.claims.listed().parent(), "needs/-");
  EXPECT_THAT(fake_.claims.listed().states(),
              ElementsAre(v1::Claim::STATE_RELEASED));
  EXPECT_THAT(out_, HasSubstr("released         out_of_stock  5 of line 1  "
                              "offers/b  needs/a/claims/c"));
}

TEST_F(XomTest, AListSaysWhatIsPromised) {
  ASSERT_EQ(
      Run({"need", "create", "--category", "groceries", "--lat", "10", "--lng",
           "106", "--line", "10 kg rice", "--line", "2 l water", "--id", "a"}),
      ExitCode::kOk);
  fake_.needs.Promise("a", 6);
  ASSERT_EQ(Run({"need", "list"}), ExitCode::kOk);
  EXPECT_THAT(out_, HasSubstr("10 kg rice (6 promised), 2 l water"));
  ASSERT_EQ(Run({"need", "get", "a"}), ExitCode::kOk);
  EXPECT_THAT(out_, HasSubstr("coverage: 10 asked, 6 promised, 4 open\n"));
}

// --- watch ---

v1::WatchNearestNeedsResponse Message(const std::string& token) {
  v1::WatchNearestNeedsResponse message;
  message.set_resume_token(token);
  message.set_current(true);
  return message;
}

v1::WatchNearestNeedsResponse Entering(const std::string& name,
                                       const std::string& token) {
  v1::WatchNearestNeedsResponse message = Message(token);
  auto* near = message.add_events()->mutable_enter()->mutable_nearest_need();
  near->mutable_need()->set_name(name);
  near->set_distance_meters(320);
  return message;
}

class WatchTest : public XomTest {
 protected:
  ExitCode Watch(std::vector<std::string> more) {
    std::vector<std::string> arguments = {"watch", "needs", "--lat",
                                          "10",    "--lng", "106"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Run(std::move(arguments));
  }
};

TEST_F(WatchTest, UntilCurrentEndsWithTheFirstState) {
  fake_.watches.Add({{Entering("needs/a", "1")}, grpc::Status::OK});
  EXPECT_EQ(Watch({"--until_current"}), ExitCode::kOk) << err_;
  EXPECT_THAT(out_, HasSubstr("+ 1  320 m"));
  EXPECT_THAT(out_, HasSubstr("needs/a"));
}

TEST_F(WatchTest, ALostConnectionGoesOnFromTheToken) {
  v1::WatchNearestNeedsResponse first = Entering("needs/a", "one");
  first.set_current(false);
  fake_.watches.Add({{first}, {grpc::StatusCode::UNAVAILABLE, "bye"}});
  fake_.watches.Add({{Entering("needs/b", "two")}, grpc::Status::OK});
  EXPECT_EQ(Watch({"--until_current", "--json"}), ExitCode::kOk) << err_;
  EXPECT_THAT(fake_.watches.tokens(), ElementsAre("", "one"));
  EXPECT_THAT(err_, HasSubstr("lost: trying again"));
  EXPECT_THAT(out_, StartsWith("{"));
}

TEST_F(WatchTest, AnExpiredTokenStartsAnew) {
  v1::WatchNearestNeedsResponse first = Entering("needs/a", "one");
  first.set_current(false);
  fake_.watches.Add({{first}, {grpc::StatusCode::UNAVAILABLE, "bye"}});
  fake_.watches.Add({{}, {grpc::StatusCode::OUT_OF_RANGE, "too old"}});
  fake_.watches.Add({{Entering("needs/a", "nine")}, grpc::Status::OK});
  EXPECT_EQ(Watch({"--until_current"}), ExitCode::kOk) << err_;
  EXPECT_THAT(fake_.watches.tokens(), ElementsAre("", "one", ""));
}

TEST_F(WatchTest, AnEditThatDoesNotFitStartsAnew) {
  v1::WatchNearestNeedsResponse misfit = Message("one");
  misfit.add_events()->mutable_leave()->set_rank(7);
  fake_.watches.Add({{misfit}, grpc::Status::OK});
  fake_.watches.Add({{Entering("needs/a", "two")}, grpc::Status::OK});
  EXPECT_EQ(Watch({"--until_current"}), ExitCode::kOk) << err_;
  EXPECT_THAT(fake_.watches.tokens(), ElementsAre("", ""));
}

TEST_F(WatchTest, ForEndsItInTime) {
  v1::WatchNearestNeedsResponse first = Entering("needs/a", "one");
  fake_.watches.Add({{first}, {grpc::StatusCode::UNAVAILABLE, "bye"}});
  EXPECT_EQ(Watch({"--for", "0.05"}), ExitCode::kOk) << err_;
}

TEST_F(WatchTest, ARefusalEndsIt) {
  fake_.watches.Add({{}, BadField("k", "must be 1 to 100")});
  EXPECT_EQ(Watch({}), ExitCode::kBadInput);
  EXPECT_THAT(err_, HasSubstr("k: must be 1 to 100"));
}

}  // namespace
}  // namespace xom::cli
