#include "services/core/watch_testing.h"

#include <gtest/gtest.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "services/core/category_decisions.h"
#include "services/core/time_proto.h"

namespace xom::core {
namespace {

const absl::Time kCreated = absl::FromUnixSeconds(1'600'000'000);

storage::Mutation MutationOf(const NeedSpec& spec) {
  const auto point = geo::Point::FromDegrees({spec.latitude, spec.longitude});
  return {absl::StrCat("needs/", spec.name), point->leaf_cell(),
          StoredNeedOf(spec).SerializeAsString()};
}

}  // namespace

internal::v1::StoredNeed StoredNeedOf(const NeedSpec& spec) {
  internal::v1::StoredNeed stored;
  v1::Need& need = *stored.mutable_need();
  need.set_name(absl::StrCat("needs/", spec.name));
  need.add_categories("categories/groceries");
  need.set_urgency(spec.urgency);
  need.set_state(spec.state);
  need.set_situation(spec.situation);
  need.mutable_public_location()->set_latitude(spec.latitude);
  need.mutable_public_location()->set_longitude(spec.longitude);
  for (auto* time : {need.mutable_create_time(), need.mutable_update_time(),
                     need.mutable_verify_time()}) {
    *time = ToProto(kCreated);
  }
  *need.mutable_expire_time() = ToProto(spec.expire_time);
  if (spec.state != v1::Need::STATE_OPEN) {
    *need.mutable_end_time() = ToProto(kCreated);
  }
  return stored;
}

EntryPtr EntryOf(const NeedSpec& spec, storage::Revision revision) {
  CategoryTable table;
  for (auto& category : BuiltInCategories(kCreated)) {
    table = table.With({category, 1});
  }
  auto entry =
      MakeEntry(absl::StrCat("needs/", spec.name),
                StoredNeedOf(spec).SerializeAsString(), revision, table);
  EXPECT_TRUE(entry.ok()) << entry.status();
  return *entry;
}

ViewedLedger::ViewedLedger(storage::LocalLedgerOptions options) {
  const auto small = storage::TestOptions(directory_);
  options.directory = small.directory;
  options.free_bytes = small.free_bytes;
  ledger_ = storage::OpenOrDie(options);
  const absl::Status followed =
      ledger_->Follow(0, [this](absl::Span<const storage::Change> changes) {
        auto transitions = view_.Apply(changes);
        EXPECT_TRUE(transitions.ok()) << transitions.status();
        last_ = *std::move(transitions);
      });
  EXPECT_TRUE(followed.ok()) << followed;
  storage::Transaction categories;
  categories.commit_time = kCreated;
  for (auto& category : BuiltInCategories(kCreated)) {
    categories.mutations.push_back(
        {category.category().name(), 0, category.SerializeAsString()});
  }
  Commit(std::move(categories));
}

std::vector<Transition> ViewedLedger::Commit(storage::Transaction transaction) {
  const auto result = storage::CommitAndWait(*ledger_, std::move(transaction));
  EXPECT_TRUE(result.ok()) << result.status();
  return last_;
}

std::vector<Transition> ViewedLedger::Put(const NeedSpec& spec) {
  return PutAll({spec});
}

std::vector<Transition> ViewedLedger::PutAll(
    const std::vector<NeedSpec>& specs) {
  storage::Transaction transaction;
  transaction.commit_time = kCreated;
  for (const NeedSpec& spec : specs) {
    transaction.mutations.push_back(MutationOf(spec));
  }
  return Commit(std::move(transaction));
}

std::vector<Transition> ViewedLedger::Delete(const std::string& name) {
  storage::Transaction transaction;
  transaction.commit_time = kCreated;
  transaction.mutations.push_back({absl::StrCat("needs/", name), 0, {}});
  return Commit(std::move(transaction));
}

}  // namespace xom::core
