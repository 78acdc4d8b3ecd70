#include "services/core/writer.h"

#include <gtest/gtest.h>

#include <atomic>

#include "services/core/error.h"
#include "services/core/fake_clock.h"
#include "services/core/limits.h"
#include "services/core/resource_name.h"
#include "services/core/view.h"
#include "storage/ledger_testing.h"

namespace xom::core {
namespace {

constexpr char kId[] = "7d9f3c1e-8a4b-4c2d-9e6f-0123456789ab";

class WriterTest : public testing::Test {
 protected:
  absl::StatusOr<std::string> Run(RequestKey key, Writer::Decide decide) {
    storage::Mailbox<absl::StatusOr<std::string>> answer;
    writer_.Run(std::move(key), std::move(decide),
                [&answer](absl::StatusOr<std::string> r) { answer.Put(r); });
    return answer.Take();
  }

  // Puts `value` under k, which is at `revision`.
  static Write PutAt(storage::Revision revision, const std::string& value) {
    Write write;
    write.preconditions = {{"k", revision}};
    write.mutations = {{"k", 0, value}};
    write.reply = "wrote " + value;
    return write;
  }
  storage::Revision RevisionOfK() {
    const auto record = ledger_->Get("k");
    return record->has_value() ? (*record)->mod_revision : 0;
  }
  static Reason ReasonIn(const absl::Status& status) {
    EXPECT_NE(ReasonOf(status), nullptr) << status;
    return ReasonOf(status) == nullptr ? Reason::kInternal
                                       : ReasonOf(status)->reason;
  }

  // The ledger and the writer go by one clock.
  storage::LocalLedgerOptions Options() {
    storage::LocalLedgerOptions options = storage::TestOptions(directory_);
    options.now = [this] { return clock_.Now(); };
    return options;
  }

  storage::TemporaryDirectory directory_;
  FakeClock clock_{absl::FromUnixSeconds(1'600'000'000)};
  std::unique_ptr<storage::LocalLedger> ledger_ = storage::OpenOrDie(Options());
  Writer writer_{ledger_.get(), &clock_};
};

TEST_F(WriterTest, LostRaceIsDecidedAnew) {
  int decisions = 0;
  const auto reply = Run({}, [&](absl::Time) -> absl::StatusOr<Write> {
    // The first two read too early.
    return PutAt(++decisions < 3 ? 99 : RevisionOfK(), "v");
  });
  ASSERT_TRUE(reply.ok()) << reply.status();
  EXPECT_EQ(*reply, "wrote v");
  EXPECT_EQ(decisions, 3);
  EXPECT_EQ(ledger_->revision(), 1);
}

TEST_F(WriterTest, WhatIsWrittenWhileItDecidesIsNotOverwritten) {
  const std::string key = ClaimantKey("offers/x");
  View view;
  ASSERT_TRUE(ledger_
                  ->Follow(0,
                           [&view](auto changes) {
                             EXPECT_TRUE(view.Apply(changes).ok());
                           })
                  .ok());
  Writer believing(ledger_.get(), &clock_, nullptr, &view);
  int decisions = 0;
  storage::Mailbox<absl::StatusOr<std::string>> answer;
  believing.Run(
      {},
      [&](absl::Time) -> absl::StatusOr<Write> {
        const auto read = ledger_->Get(key);
        if (++decisions == 1) {
          EXPECT_TRUE(
              storage::CommitAndWait(*ledger_, storage::Put(key, "1")).ok());
        }
        Write write;
        write.preconditions = {
            {key, read->has_value() ? (*read)->mod_revision : 0}};
        write.mutations = {{key, 0, "2"}};
        return write;
      },
      [&answer](absl::StatusOr<std::string> r) { answer.Put(r); });
  EXPECT_TRUE(answer.Take().ok());
  EXPECT_EQ(decisions, 2);
  ledger_->Close();
}

TEST_F(WriterTest, WhatIsKeptOfARequestIsAKeyedHash) {
  const trust::Keyring keyring = trust::Keyring::Ephemeral();
  Writer keyed(ledger_.get(), &clock_, &keyring);
  const auto run = [&](const std::string& fingerprint) {
    storage::Mailbox<absl::StatusOr<std::string>> answer;
    keyed.Run(
        {kId, fingerprint},
        [&](absl::Time) { return PutAt(RevisionOfK(), "v"); },
        [&answer](absl::StatusOr<std::string> r) { answer.Put(r); });
    return answer.Take();
  };
  ASSERT_TRUE(run("digest of a body").ok());
  storage::Mailbox<std::string> kept;
  ledger_->FindRequest(kId, [&](const auto& found) {
    kept.Put(found.ok() && found->has_value() ? (*found)->fingerprint : "");
  });
  EXPECT_EQ(kept.Take(), keyring.KeyedHash("request", "digest of a body"));
  EXPECT_TRUE(run("digest of a body").ok()) << "a retry";
  EXPECT_EQ(ReasonIn(run("another").status()), Reason::kRequestIdReused);
}

TEST_F(WriterTest, RaceThatIsAlwaysLostIsAConflict) {
  int decisions = 0;
  const auto reply = Run({}, [&](absl::Time) -> absl::StatusOr<Write> {
    ++decisions;
    return PutAt(99, "v");
  });
  EXPECT_EQ(ReasonIn(reply.status()), Reason::kWriteConflict);
  EXPECT_EQ(decisions, kMaxWriteAttempts);
  EXPECT_EQ(ledger_->revision(), 0);
}

TEST_F(WriterTest, SameRequestGetsTheFirstAnswerAndChangesNothing) {
  const auto put = [&](const std::string& value) {
    return [this, value](absl::Time) -> absl::StatusOr<Write> {
      return PutAt(RevisionOfK(), value);
    };
  };
  ASSERT_EQ(*Run({kId, "body"}, put("first")), "wrote first");
  EXPECT_EQ(*Run({kId, "body"}, put("second")), "wrote first");
  EXPECT_EQ(ledger_->revision(), 1);
  EXPECT_EQ((*ledger_->Get("k"))->value, "first");
  EXPECT_EQ(ReasonIn(Run({kId, "other body"}, put("third")).status()),
            Reason::kRequestIdReused);
  EXPECT_EQ(ledger_->revision(), 1);
}

TEST_F(WriterTest, RefusedRetryOfADoneCallGetsTheFirstAnswer) {
  ASSERT_TRUE(Run({kId, "body"}, [](absl::Time) -> absl::StatusOr<Write> {
                return PutAt(0, "v");
              }).ok());
  const auto refuse = [](absl::Time) -> absl::StatusOr<Write> {
    return ExistsError("k");
  };
  EXPECT_EQ(*Run({kId, "body"}, refuse), "wrote v");
  EXPECT_EQ(ReasonIn(Run({kId, "other body"}, refuse).status()),
            Reason::kRequestIdReused);
  EXPECT_EQ(ReasonIn(Run({}, refuse).status()), Reason::kResourceExists);
}

TEST_F(WriterTest, ValidateOnlyAnswersAndWritesNothing) {
  const auto reply =
      Run({kId, "body"}, [](absl::Time) -> absl::StatusOr<Write> {
        Write write = PutAt(0, "v");
        write.validate_only = true;
        return write;
      });
  EXPECT_EQ(*reply, "wrote v");
  EXPECT_EQ(ledger_->revision(), 0);
}

TEST_F(WriterTest, ChangeCarriesTheTimeOfItsDecision) {
  absl::Time decided;
  ASSERT_TRUE(Run({}, [&](absl::Time now) -> absl::StatusOr<Write> {
                decided = now;
                clock_.Advance(absl::Hours(1));
                return PutAt(0, "v");
              }).ok());
  const auto changes = storage::AllChanges(*ledger_);
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(changes[0].commit_time, decided);
}

TEST_F(WriterTest, ManyWritersOfOneRecordLoseNoWrite) {
  constexpr int kCalls = 200;
  std::atomic<int> done = 0;
  std::atomic<int> refused = 0;
  storage::Mailbox<bool> all;
  for (int i = 0; i < kCalls; ++i) {
    writer_.Run(
        {},
        [this](absl::Time) -> absl::StatusOr<Write> {
          const auto record = ledger_->Get("k");
          if (!record.ok()) return record.status();
          const std::string old =
              record->has_value() ? (*record)->value : std::string();
          return PutAt(record->has_value() ? (*record)->mod_revision : 0,
                       old + "x");
        },
        [&](const absl::StatusOr<std::string>& reply) {
          refused += !reply.ok();
          if (++done == kCalls) all.Put(true);
        });
  }
  (void)all.Take();
  EXPECT_EQ((*ledger_->Get("k"))->value.size(),
            static_cast<size_t>(kCalls - refused));
}

}  // namespace
}  // namespace xom::core
