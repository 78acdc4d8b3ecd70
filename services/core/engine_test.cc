#include "services/core/engine.h"

#include <gtest/gtest.h>

#include "services/core/fake_clock.h"
#include "services/core/user_decisions.h"
#include "storage/ledger_testing.h"

namespace xom::core {
namespace {

// A store that engines are started on, one after the other.
class EngineTest : public testing::Test {
 protected:
  // Whether there is a first operator once an engine has started.
  bool HasFirstOperator(Access access) {
    auto ledger = storage::OpenOrDie(storage::TestOptions(directory_));
    const auto engine = Engine::Start(
        ledger.get(), &clock_,
        {.keyring = keyring_, .authorization = {.access = access}});
    EXPECT_TRUE(engine.ok()) << engine.status();
    revision_ = ledger->revision();
    const bool has = (*engine)->view().FindUser(kFirstOperator) != nullptr;
    ledger->Close();
    return has;
  }

  void AddUser(const std::string& id, const std::vector<v1::Role>& roles) {
    auto ledger = storage::OpenOrDie(storage::TestOptions(directory_));
    const auto engine =
        Engine::Start(ledger.get(), &clock_, {.keyring = keyring_});
    v1::CreateUserRequest request;
    request.set_user_id(id);
    for (const v1::Role role : roles) request.mutable_user()->add_roles(role);
    storage::Mailbox<absl::Status> answer;
    (*engine)->users().Create(
        request, Caller(), [&answer](const absl::StatusOr<std::string>& reply) {
          answer.Put(reply.status());
        });
    EXPECT_TRUE(answer.Take().ok());
    ledger->Close();
  }

  const storage::TemporaryDirectory directory_;
  const FakeClock clock_{absl::FromUnixSeconds(1'629'684'000)};
  const std::shared_ptr<const trust::Keyring> keyring_ =
      std::make_shared<trust::Keyring>(trust::Keyring::Ephemeral());
  storage::Revision revision_ = 0;
};

TEST_F(EngineTest, ANewStoreBeginsWithOneChange) {
  EXPECT_TRUE(HasFirstOperator(Access::kAccounts));
  EXPECT_EQ(revision_, 1);
  EXPECT_TRUE(HasFirstOperator(Access::kAccounts));
  EXPECT_EQ(revision_, 1) << "and a later start changes nothing";
}

TEST_F(EngineTest, AnOpenStoreGetsItsOperatorWithItsAccounts) {
  EXPECT_FALSE(HasFirstOperator(Access::kOpen));
  AddUser("mai", {v1::ROLE_MODERATOR});
  EXPECT_TRUE(HasFirstOperator(Access::kAccounts));
}

TEST_F(EngineTest, AStoreWithAnOperatorGetsNoOther) {
  AddUser("mai", {v1::ROLE_OPERATOR});
  EXPECT_FALSE(HasFirstOperator(Access::kAccounts));
}

// The ledger believes the view: see ADR 26.
TEST_F(EngineTest, ANeedInTheViewIsTheRecordOfTheLedger) {
  auto ledger = storage::OpenOrDie(storage::TestOptions(directory_));
  const auto engine =
      Engine::Start(ledger.get(), &clock_, {.keyring = keyring_});
  v1::CreateNeedRequest request;
  request.set_need_id("rice");
  v1::Need& need = *request.mutable_need();
  need.add_categories("categories/groceries");
  need.mutable_place()->mutable_location()->set_latitude(10.7712345);
  need.mutable_place()->mutable_location()->set_longitude(106.7012345);
  storage::Mailbox<absl::Status> answer;
  (*engine)->needs().Create(
      request, Caller(), [&answer](const absl::StatusOr<std::string>& reply) {
        answer.Put(reply.status());
      });
  ASSERT_TRUE(answer.Take().ok());
  const auto stored = ledger->Get("needs/rice");
  ASSERT_TRUE(stored.ok() && stored->has_value()) << stored.status();
  const EntryPtr entry = (*engine)->view().Find("needs/rice");
  const storage::Record viewed =
      static_cast<const NeedEntry&>(*entry).ToRecord();
  EXPECT_EQ(viewed.key, (*stored)->key);
  EXPECT_EQ(viewed.cell, (*stored)->cell);
  EXPECT_EQ(viewed.value, (*stored)->value);
  EXPECT_EQ(viewed.mod_revision, (*stored)->mod_revision);
  EXPECT_EQ(viewed.secret, (*stored)->secret);
  ledger->Close();
}

}  // namespace
}  // namespace xom::core
