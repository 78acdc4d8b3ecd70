#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <future>
#include <iterator>
#include <set>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "cli/create_sender.h"
#include "cli/fake_server.h"
#include "cli/import_pipeline.h"
#include "cli/resource_kind.h"
#include "cli/xom.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"

namespace xom::cli {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Key;
using testing::Not;
using testing::SizeIs;

std::string ReadFile(const std::string& path) {
  std::ifstream file(path);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

class ImportTest : public testing::Test {
 protected:
  // Tests run side by side, and each has its reports.csv.
  ImportTest()
      : folder_(absl::StrCat(testing::TempDir(), "/xom_import_", getpid())) {
    std::filesystem::create_directory(folder_);
  }
  ~ImportTest() override { std::filesystem::remove_all(folder_); }

  // Imports `csv` as a file called reports.csv.
  ExitCode Import(const std::string& csv, std::vector<std::string> more = {}) {
    const std::string file = folder_ + "/reports.csv";
    std::ofstream(file, std::ios::binary) << csv;
    std::vector<std::string> arguments = {
        "import",      "needs",    file,         "--default_category",
        "necessities", "--server", fake_.address};
    arguments.insert(arguments.end(), more.begin(), more.end());
    std::ostringstream out;
    std::ostringstream err;
    const ExitCode code = Xom(arguments, out, err);
    out_ = out.str();
    err_ = err.str();
    return code;
  }

  const std::string folder_;
  FakeServer fake_;
  std::string out_;
  std::string err_;
};

TEST_F(ImportTest, MapsColumnsCategoriesAndFilters) {
  ASSERT_EQ(Import("id,lat,lng,kind,group,words\n"
                   "1,10,106,request,food,\"two\nlines\"\n"
                   "2,11,107,offer,food,x\n"
                   "3,12,108,request,roof,y\n",
                   {"--id_column", "id", "--filter", "kind=request",
                    "--category_column", "group", "--category_map",
                    "food=groceries", "--situation_column", "words",
                    "--language", "ht", "--id_prefix", "haiti-"}),
            ExitCode::kOk)
      << err_;
  const auto stored = fake_.needs.stored();
  ASSERT_THAT(stored, ElementsAre(Key("haiti-1"), Key("haiti-3")));
  const v1::Need& first = stored.at("haiti-1").need();
  EXPECT_THAT(first.categories(), ElementsAre("categories/groceries"));
  EXPECT_EQ(first.situation(), "two\nlines");
  EXPECT_EQ(first.language_code(), "ht");
  EXPECT_THAT(stored.at("haiti-3").need().categories(),
              ElementsAre("categories/necessities"));
  EXPECT_THAT(out_, HasSubstr("3 rows: 2 imported, 0 already there, 1 skipped "
                              "by filter, 0 refused, in "));
}

TEST_F(ImportTest, ASecondRunDoublesNothing) {
  // Two rows are alike and both are meant.
  const std::string csv = "lat,lng\n10,106\n11,107\n10,106\n";
  ASSERT_EQ(Import(csv), ExitCode::kOk);
  EXPECT_THAT(fake_.needs.stored(), SizeIs(3));
  EXPECT_THAT(out_, HasSubstr("3 imported, 0 already there"));
  ASSERT_EQ(Import(csv), ExitCode::kOk);
  EXPECT_THAT(fake_.needs.stored(), SizeIs(3));
  EXPECT_THAT(out_, HasSubstr("0 imported, 3 already there"));
}

TEST_F(ImportTest, RefusedRowsAreNamedCountedAndKept) {
  const std::string errors = folder_ + "/refused.csv";
  EXPECT_EQ(Import("lat,lng,words\n"
                   "10,106,fine\n"
                   "91,106,\"far, north\"\n"
                   "north,106,x\n"
                   ",106,x\n"
                   "10,106,a,b\n"
                   "10,106,\xFF\n",
                   {"--errors", errors, "--max_errors_shown", "2"}),
            ExitCode::kSomeRefused);
  EXPECT_THAT(fake_.needs.stored(), SizeIs(1));
  EXPECT_THAT(out_, HasSubstr("6 rows: 1 imported"));
  EXPECT_THAT(out_, HasSubstr("5 refused"));
  EXPECT_THAT(err_, HasSubstr("reports.csv:4: column lat: `north`"));
  EXPECT_THAT(err_, Not(HasSubstr("UTF-8")));
  EXPECT_THAT(err_, HasSubstr("--errors"));
  const std::string kept = ReadFile(errors);
  EXPECT_THAT(kept, HasSubstr("line,error,lat,lng,words\n"));
  EXPECT_THAT(kept,
              HasSubstr("3,need.place.location.latitude: must be -90 to 90,"
                        "91,106,\"far, north\"\n"));
  EXPECT_THAT(kept, HasSubstr("6,\"has 4 fields, the header 3\""));
}

TEST_F(ImportTest, DryRunStoresNothing) {
  EXPECT_EQ(Import("lat,lng\n10,106\n91,106\n", {"--dry_run"}),
            ExitCode::kSomeRefused);
  EXPECT_THAT(fake_.needs.stored(), IsEmpty());
  EXPECT_THAT(out_, HasSubstr("1 would be imported"));
}

TEST_F(ImportTest, AShortAbsenceOfTheServerIsSatOut) {
  fake_.needs.FailNext(3, {grpc::StatusCode::UNAVAILABLE, "away"});
  ASSERT_EQ(Import("lat,lng\n10,106\n11,107\n"), ExitCode::kOk) << err_;
  EXPECT_THAT(fake_.needs.stored(), SizeIs(2));
  EXPECT_THAT(out_, HasSubstr("2 imported"));
}

TEST_F(ImportTest, ALostReplyIsNotCountedAsAlreadyThere) {
  fake_.needs.LoseNextReply();
  ASSERT_EQ(Import("lat,lng\n10,106\n"), ExitCode::kOk) << err_;
  EXPECT_THAT(out_, HasSubstr("1 imported, 0 already there"));
}

TEST_F(ImportTest, ALongAbsenceEndsItWithAWayToGoOn) {
  fake_.needs.FailNext(1 << 20, {grpc::StatusCode::UNAVAILABLE, "away"});
  EXPECT_EQ(Import("lat,lng\n10,106\n", {"--patience", "0.2"}),
            ExitCode::kUnreachable);
  EXPECT_THAT(err_, HasSubstr("run the same command again"));
}

TEST_F(ImportTest, AnUnreadableFileIsAWrongUsage) {
  EXPECT_EQ(Import(""), ExitCode::kUsage);
  EXPECT_EQ(Import("latitude,lng\n1,2\n"), ExitCode::kUsage);
  EXPECT_THAT(err_, HasSubstr("no column lat in the header: it has latitude, "
                              "lng"));
  EXPECT_EQ(Import("lat,lng\n10,106\n\"11,107\n"), ExitCode::kUsage);
  EXPECT_THAT(err_, HasSubstr("line 3: a quote never closes"));
  EXPECT_THAT(out_, HasSubstr("1 imported")) << "what stands before it is in";
}

TEST_F(ImportTest, JsonSaysTheSumAlone) {
  ASSERT_EQ(Import("lat,lng\n10,106\n", {"--json"}), ExitCode::kOk);
  EXPECT_THAT(out_, HasSubstr(R"({"rows":1,"imported":1,"alreadyThere":0)"));
  EXPECT_THAT(err_, IsEmpty());
}

// --- the pipeline alone ---

ImportTask TaskOf(int64_t line) {
  ImportTask task;
  task.row.line = line;
  return task;
}

TEST(CreateSenderTest, ACallThatIsDoneHoldsTheChannelNoLonger) {
  FakeServer fake;
  const std::shared_ptr<grpc::Channel> channel =
      grpc::CreateChannel(fake.address, grpc::InsecureChannelCredentials());
  const SendTask send = CreateSender<NeedKind>(channel, absl::Seconds(10));
  const int64_t before = channel.use_count();
  ImportTask task;
  task.request = std::make_shared<v1::CreateNeedRequest>();
  std::promise<int64_t> holders;
  send(task, [&](const grpc::Status& status) {
    EXPECT_TRUE(status.ok()) << status.error_message();
    holders.set_value(channel.use_count());
  });
  EXPECT_EQ(holders.get_future().get(), before);
}

TEST(ImportPipelineTest, NeverHasMoreInFlightThanItMay) {
  std::mutex mu;
  std::vector<std::function<void(const grpc::Status&)>> held;
  int settled = 0;
  ImportPipeline pipeline(
      [&](const ImportTask&, std::function<void(const grpc::Status&)> done) {
        held.push_back(std::move(done));
        EXPECT_LE(held.size(), ImportPipeline::kMaxInFlight);
        if (held.size() < ImportPipeline::kMaxInFlight) return;
        for (const auto& one : held) one(grpc::Status::OK);
        held.clear();
      },
      [&](const ImportTask&, const grpc::Status&) { ++settled; },
      absl::Minutes(1), nullptr);
  constexpr int kTasks = 10 * ImportPipeline::kMaxInFlight;
  for (int i = 0; i < kTasks; ++i) ASSERT_TRUE(pipeline.Push(TaskOf(i)));
  EXPECT_TRUE(pipeline.Finish());
  EXPECT_EQ(settled, kTasks);
}

TEST(ImportPipelineTest, AnInterruptStopsItAfterWhatIsInFlight) {
  Interrupt interrupt;
  std::set<int64_t> settled;
  std::vector<std::function<void(const grpc::Status&)>> held;
  ImportPipeline pipeline(
      [&](const ImportTask&, std::function<void(const grpc::Status&)> done) {
        held.push_back(std::move(done));
      },
      [&](const ImportTask& task, const grpc::Status&) {
        settled.insert(task.row.line);
      },
      absl::Minutes(1), &interrupt);
  ASSERT_TRUE(pipeline.Push(TaskOf(1)));
  interrupt.Request();
  EXPECT_FALSE(pipeline.Push(TaskOf(2)));
  for (const auto& done : held) done(grpc::Status::OK);
  EXPECT_FALSE(pipeline.Finish());
  EXPECT_THAT(settled, ElementsAre(1));
}

}  // namespace
}  // namespace xom::cli
