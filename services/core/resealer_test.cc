#include "services/core/resealer.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "services/core/engine.h"
#include "services/core/fake_clock.h"
#include "services/core/limits.h"
#include "storage/ledger_testing.h"

namespace xom::core {
namespace {

constexpr char kOldLine[] = "1 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n";
constexpr char kNewLine[] = "2 BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBA=\n";
constexpr char kHashLine[] =
    "hash CCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCA=\n";

trust::Keyring Ring(const std::string& lines) {
  const auto ring = trust::Keyring::Parse(absl::StrCat(lines, kHashLine));
  EXPECT_TRUE(ring.ok()) << ring.status();
  return *ring;
}

internal::v1::StoredNeedDetails DetailsAt(const std::string& address) {
  internal::v1::StoredNeedDetails details;
  details.mutable_place()->set_address(address);
  return details;
}

class ResealerTest : public testing::Test {
 protected:
  void Put(const DetailsVault& vault, const std::string& name) {
    storage::Transaction transaction;
    transaction.commit_time = clock_.Now();
    transaction.mutations.push_back(vault.Put(name, DetailsAt(name)));
    ASSERT_TRUE(storage::CommitAndWait(*ledger_, std::move(transaction)).ok());
  }
  void NoteAll(Resealer* resealer) {
    const auto scanned =
        ledger_->Scan([&](const storage::Record& r) { resealer->Note(r); });
    ASSERT_TRUE(scanned.ok()) << scanned.status();
  }
  std::string AddressOf(const DetailsVault& vault, const std::string& name) {
    const auto details = vault.Read(name);
    EXPECT_TRUE(details.ok()) << details.status();
    return details.ok() && details->has_value() ? (*details)->place().address()
                                                : "";
  }

  storage::TemporaryDirectory directory_;
  FakeClock clock_{absl::FromUnixSeconds(1'900'000'000)};
  std::unique_ptr<storage::LocalLedger> ledger_ =
      storage::OpenOrDie(storage::TestOptions(directory_));
  Writer writer_{ledger_.get(), &clock_};

  const trust::Keyring old_ring_ = Ring(kOldLine);
  const trust::Keyring both_ring_ = Ring(absl::StrCat(kOldLine, kNewLine));
  const trust::Keyring new_ring_ = Ring(kNewLine);
  const DetailsVault old_{ledger_.get(), &old_ring_};
  const DetailsVault both_{ledger_.get(), &both_ring_};
  const DetailsVault new_{ledger_.get(), &new_ring_};
  Resealer resealer_{{ledger_.get(), &writer_, &both_, &both_ring_}};
};

TEST_F(ResealerTest, OldKeyCanBeDroppedWhenNothingIsLeft) {
  const size_t count = 2 * kMaxResealedPerRun + 7;
  for (size_t i = 0; i < count; ++i) Put(old_, absl::StrCat("needs/n", i));
  Put(old_, "offers/van");
  Put(both_, "needs/fresh");
  EXPECT_FALSE(new_.Read("needs/n0").ok());
  NoteAll(&resealer_);
  EXPECT_EQ(resealer_.left(), count + 1);
  EXPECT_EQ(resealer_.RunOnce(), count + 1 - kMaxResealedPerRun);
  EXPECT_EQ(resealer_.RunOnce(), 8u);
  EXPECT_EQ(resealer_.RunOnce(), 0u);
  EXPECT_EQ(resealer_.unreadable(), 0u);
  for (size_t i = 0; i < count; ++i) {
    const std::string name = absl::StrCat("needs/n", i);
    ASSERT_EQ(AddressOf(new_, name), name);
  }
  EXPECT_EQ(AddressOf(new_, "offers/van"), "offers/van");
  EXPECT_EQ(AddressOf(new_, "needs/fresh"), "needs/fresh");
  Resealer again({ledger_.get(), &writer_, &new_, &new_ring_});
  NoteAll(&again);
  EXPECT_EQ(again.left(), 0u);
}

TEST_F(ResealerTest, EngineFindsTheRecordsAsItLoads) {
  Put(old_, "needs/a");
  Put(both_, "needs/b");
  const auto engine =
      Engine::Start(ledger_.get(), &clock_,
                    {.keyring = std::make_shared<trust::Keyring>(both_ring_)});
  ASSERT_TRUE(engine.ok()) << engine.status();
  EXPECT_EQ((*engine)->resealer().left(), 1u);
  EXPECT_EQ((*engine)->ResealSome(), 0u);
  ledger_->Close();
  EXPECT_EQ(AddressOf(new_, "needs/a"), "needs/a");
  EXPECT_EQ(AddressOf(new_, "needs/b"), "needs/b");
}

// Before, the store refuses to start without the old key; nothing is lost.
TEST_F(ResealerTest, AStoreStartsWithoutTheOldKeyOnceAllIsSealedAnew) {
  const auto start = [this](const trust::Keyring& ring) {
    return Engine::Start(ledger_.get(), &clock_,
                         {.keyring = std::make_shared<trust::Keyring>(ring)});
  };
  const auto reopen = [this] {
    ledger_ = nullptr;
    ledger_ = storage::OpenOrDie(storage::TestOptions(directory_));
  };
  ASSERT_TRUE(start(old_ring_).ok());
  reopen();
  Put(old_, "needs/a");
  EXPECT_TRUE(absl::IsFailedPrecondition(start(new_ring_).status()));
  {
    const auto engine = start(both_ring_);
    ASSERT_TRUE(engine.ok()) << engine.status();
    EXPECT_EQ((*engine)->resealer().left(), 2u);
    EXPECT_EQ((*engine)->ResealSome(), 1u);
    EXPECT_EQ((*engine)->ResealSome(), 0u);
    ledger_->Close();
  }
  reopen();
  const auto engine = start(new_ring_);
  EXPECT_TRUE(engine.ok()) << engine.status();
  EXPECT_EQ((*engine)->resealer().left(), 0u);
  ledger_->Close();
}

TEST_F(ResealerTest, ResealedRecordIsStillSecret) {
  Put(old_, "needs/a");
  NoteAll(&resealer_);
  EXPECT_EQ(resealer_.RunOnce(), 0u);
  const auto changes = ledger_->ReadChanges(0, 10);
  ASSERT_TRUE(changes.ok());
  ASSERT_EQ(changes->size(), 2u);
  for (const auto& change : *changes) {
    EXPECT_TRUE(change.records[0].secret);
    EXPECT_FALSE(change.records[0].after.has_value());
  }
}

TEST_F(ResealerTest, WhatWasErasedOrWrittenMeanwhileStaysSo) {
  Put(old_, "needs/a");
  Put(old_, "needs/b");
  NoteAll(&resealer_);
  storage::Transaction erase;
  erase.commit_time = clock_.Now();
  erase.mutations.push_back(both_.Erase("needs/a"));
  ASSERT_TRUE(storage::CommitAndWait(*ledger_, std::move(erase)).ok());
  Put(both_, "needs/b");
  const storage::Revision before = ledger_->revision();
  EXPECT_EQ(resealer_.RunOnce(), 0u);
  EXPECT_EQ(ledger_->revision(), before);
  EXPECT_EQ(AddressOf(both_, "needs/a"), "");
}

TEST_F(ResealerTest, RecordOfALostKeyIsCountedAndNotTriedForEver) {
  const trust::Keyring lost =
      Ring("9 DDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDA=\n");
  Put(DetailsVault(ledger_.get(), &lost), "needs/a");
  Put(old_, "needs/b");
  NoteAll(&resealer_);
  EXPECT_EQ(resealer_.left(), 2u);
  EXPECT_EQ(resealer_.RunOnce(), 0u);
  EXPECT_EQ(resealer_.unreadable(), 1u);
  EXPECT_EQ(AddressOf(new_, "needs/b"), "needs/b");
}

}  // namespace
}  // namespace xom::core
