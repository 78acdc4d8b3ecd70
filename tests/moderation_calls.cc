#include "tests/moderation_calls.h"

#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <future>

#include "absl/strings/str_cat.h"
#include "services/core/rate_limits.h"
#include "services/core/time_proto.h"

namespace xom::tests {
namespace {

std::string NewCodeFile() {
  static std::atomic<int> count{0};
  return absl::StrCat(testing::TempDir(), "/xom_codes_", getpid(), "_",
                      ++count);
}

edge::ServerOptions OptionsWith(core::CallLimits::Settings limits) {
  edge::ServerOptions options;
  options.engine.authorization.access = core::Access::kAccounts;
  for (const core::NamedLimit& named : core::NamedLimits()) {
    limits.try_emplace(std::string(named.name), std::nullopt);
  }
  options.engine.limits = std::move(limits);
  options.phone_code_file = NewCodeFile();
  return options;
}

}  // namespace

ModerationTest::ModerationTest(core::CallLimits::Settings limits)
    : ApiTest(OptionsWith(std::move(limits))) {
  AddUser("mod", "roles: ROLE_MODERATOR");
  AddUser("ward", "roles: ROLE_OFFICIAL");
}

ModerationTest::~ModerationTest() {
  std::filesystem::remove(server_.options().phone_code_file);
}

void ModerationTest::AddUser(const std::string& id, const std::string& text,
                             absl::Duration age) {
  internal::v1::StoredUser stored;
  v1::User& user = *stored.mutable_user();
  MergeText(text, &user);
  user.set_name(absl::StrCat("users/", id));
  user.set_state(v1::User::STATE_ACTIVE);
  *user.mutable_create_time() = core::ToProto(server_.clock().Now() - age);
  storage::Transaction transaction;
  transaction.mutations.push_back({user.name(), 0, stored.SerializeAsString()});
  transaction.commit_time = server_.clock().Now();
  std::promise<absl::Status> done;
  server_.server().ledger().Commit(
      std::move(transaction),
      [&done](const absl::StatusOr<storage::CommitResult>& result) {
        done.set_value(result.status());
      });
  ASSERT_TRUE(done.get_future().get().ok());
}

ApiClient ModerationTest::As(const std::string& id) const {
  return client_.WithToken(server_.TokenOf(id));
}

ApiClient ModerationTest::WithCode(const v1::Need& need) const {
  return client_.WithMetadata({{"xom-access-code", need.access_code()}});
}

v1::Need ModerationTest::CreateNeedAs(const ApiClient& client,
                                      const std::string& id,
                                      const std::string& text) const {
  v1::CreateNeedRequest request;
  *request.mutable_need() = NeedAt(10, 106);
  MergeText(text, request.mutable_need());
  request.set_need_id(id);
  return client.Must<v1::Need>(request);
}

v1::CreateReportRequest ModerationTest::ReportOf(const std::string& subject,
                                                 const std::string& text) {
  auto request = FromText<v1::CreateReportRequest>(
      "report { reason: REPORT_REASON_JOKE }");
  request.mutable_report()->set_subject(subject);
  MergeText(text, &request);
  return request;
}

void ModerationTest::ReportMany(const std::string& subject,
                                const std::string& kind, int count) {
  static std::atomic<int> total{0};
  for (int i = 0; i < count; ++i) {
    const std::string id = absl::StrCat("reporter", ++total);
    AddUser(id, kind);
    As(id).Must<v1::Report>(ReportOf(subject));
  }
}

void ModerationTest::Hide(const std::string& subject) {
  As("ward").Must<v1::Report>(ReportOf(subject));
}

v1::ModerationCase ModerationTest::CaseOf(const std::string& subject) {
  const auto list = As("mod").Must<v1::ListModerationCasesResponse>(
      v1::ListModerationCasesRequest());
  for (const v1::ModerationCase& found : list.moderation_cases()) {
    if (found.subject() == subject) return found;
  }
  ADD_FAILURE() << "no case of " << subject;
  return {};
}

v1::ModerationCase ModerationTest::Decide(const std::string& subject,
                                          const std::string& decision) {
  auto request = FromText<v1::DecideModerationCaseRequest>(
      absl::StrCat("note: 'looked at it' decision: ", decision));
  request.set_name(CaseOf(subject).name());
  return As("mod").Must<v1::ModerationCase>(request);
}

std::string ModerationTest::WhyHidden(const ApiClient& client,
                                      const std::string& need) {
  v1::GetNeedRequest request;
  request.set_name(need);
  return ReasonOf(client.Call(request));
}

std::vector<std::string> ModerationTest::Nearest(
    const std::string& text) const {
  std::vector<std::string> names;
  const auto found =
      Must<v1::FindNearestNeedsResponse>(FromText<v1::FindNearestNeedsRequest>(
          "point { latitude: 10 longitude: 106 } k: 100 " + text));
  for (const auto& near : found.needs()) names.push_back(near.need().name());
  return names;
}

std::vector<std::string> ModerationTest::Listed(const std::string& text) const {
  std::vector<std::string> names;
  const auto found =
      Must<v1::ListNeedsResponse>(FromText<v1::ListNeedsRequest>(text));
  for (const v1::Need& need : found.needs()) names.push_back(need.name());
  return names;
}

std::string ModerationTest::LastCode() const {
  std::ifstream file(server_.options().phone_code_file);
  std::string line;
  std::string last;
  while (std::getline(file, line)) last = line;
  const std::string before = R"("code":")";
  const size_t at = last.find(before);
  return at == std::string::npos ? "" : last.substr(at + before.size(), 6);
}

std::string OtherCode(const std::string& code) {
  return code == "000000" ? "000001" : "000000";
}

}  // namespace xom::tests
