#include "services/core/engine.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <utility>

#include "services/core/category_decisions.h"
#include "services/core/key_check.h"
#include "services/core/user_decisions.h"
#include "storage/mutex.h"
#include "trust/own_token.h"

namespace xom::core {
namespace {

// A view that misses a change would lie for ever. The ledger is whole, so a
// restart that reads it anew is the way out.
[[noreturn]] void DieOfUnreadableChange(const absl::Status& status) {
  std::fprintf(stderr, "xomd: cannot apply a change to the view: %s\n",
               status.ToString().c_str());
  std::abort();
}

// With our own among them.
std::vector<Authenticator::Issuer> AllIssuers(const Engine::Options& options) {
  std::vector<Authenticator::Issuer> issuers = options.issuers;
  if (options.token_issuer != nullptr) {
    auto verifier = trust::TokenVerifier::FromJwks(
        options.token_issuer->PublicJwks(), trust::OwnTokenOptions());
    issuers.push_back({.verifier = *std::move(verifier), .is_ours = true});
  }
  return issuers;
}

Authorizer::Options WithGuessLimit(const Engine::Options& options) {
  Authorizer::Options authorization = options.authorization;
  const auto set = options.limits.find("network_limit_guess");
  if (set != options.limits.end()) authorization.guess_limit = set->second;
  return authorization;
}

// Whether nobody could make a user. One whose role was taken away, or who was
// revoked, does not come back by a restart.
bool NeedsOperator(const UserRegistry& users) {
  return users.Find(kFirstOperator) == nullptr &&
         std::none_of(users.by_name().begin(), users.by_name().end(),
                      [](const auto& named) {
                        const auto& roles = named.second->stored.user().roles();
                        return std::count(roles.begin(), roles.end(),
                                          v1::ROLE_OPERATOR) > 0;
                      });
}

void Add(const std::string& name, std::string value, Write* write) {
  write->preconditions.push_back({name, 0});
  write->mutations.push_back({name, 0, std::move(value)});
}

}  // namespace

Engine::Engine(storage::Ledger* ledger, const Clock* clock, Options options)
    : options_(std::move(options)),
      authenticator_(&view_, clock, AllIssuers(options_)),
      authorizer_(&view_, options_.keyring.get(), clock,
                  WithGuessLimit(options_)),
      limits_(options_.authorization.access == Access::kAccounts
                  ? CallLimits::Defaults::kOn
                  : CallLimits::Defaults::kOff,
              options_.limits, clock),
      writer_(ledger, clock, options_.keyring.get(), &view_),
      vault_(ledger, options_.keyring.get()),
      phones_(ledger, options_.keyring.get()),
      duplicates_(&view_, &vault_, &phones_, &authorizer_),
      needs_(&view_, &writer_,
             {&vault_, options_.keyring.get(), &phones_, &duplicates_}),
      offers_(&view_, &writer_, &vault_, options_.authorization.access),
      supply_points_(&view_, &writer_, clock),
      categories_(&view_, &writer_),
      claims_(&view_, &writer_, &authorizer_, options_.lease_rules),
      matches_(&view_, clock),
      moderation_(&view_, &writer_, &duplicates_),
      reports_(&view_, &writer_, options_.keyring.get()),
      verification_(&view_, &writer_,
                    {ledger, &vault_, &phones_, options_.keyring.get(),
                     options_.phone_code_sender}),
      rounds_(&view_, clock),
      reveals_({&view_, &writer_, ledger, &vault_, clock},
               options_.max_reveals_per_day),
      watches_(&view_),
      users_(&view_, &writer_, {options_.token_issuer.get(), clock}),
      organizations_(&view_, &writer_),
      due_(&view_, &writer_, &vault_, &phones_, clock),
      resealer_({ledger, &writer_, &vault_, options_.keyring.get()}),
      hub_(&view_, ledger, clock, options_.watch_limits) {}

absl::StatusOr<std::unique_ptr<Engine>> Engine::Start(storage::Ledger* ledger,
                                                      const Clock* clock,
                                                      Options options) {
  auto key_check = CheckKeys(*ledger, *options.keyring);
  if (!key_check.ok()) return key_check.status();
  auto engine =
      std::unique_ptr<Engine>(new Engine(ledger, clock, std::move(options)));
  if (absl::Status status = engine->view_.Load(
          *ledger,
          [self = engine.get()](const storage::Record& record) {
            self->resealer_.Note(record);
          });
      !status.ok()) {
    return status;
  }
  const storage::Revision loaded = engine->view_.revision();
  if (absl::Status status = ledger->Follow(
          loaded,
          [self = engine.get()](absl::Span<const storage::Change> changes) {
            self->Apply(changes);
          });
      !status.ok()) {
    return status;
  }
  if (absl::Status status = engine->Begin(*key_check); !status.ok()) {
    return status;
  }
  return engine;
}

void Engine::Apply(absl::Span<const storage::Change> changes) {
  auto transitions = view_.Apply(changes);
  if (!transitions.ok()) DieOfUnreadableChange(transitions.status());
  hub_.Publish(changes.back().revision, *std::move(transitions));
}

// In one change, so that a store has all of it or is still new.
Write Engine::Beginning(const std::optional<storage::Mutation>& key_check,
                        absl::Time now) const {
  Write write;
  if (key_check.has_value()) Add(key_check->key, *key_check->value, &write);
  const View::Reader reader = view_.Read();
  if (reader.categories().entries().empty()) {
    for (const auto& stored : BuiltInCategories(now)) {
      Add(stored.category().name(), stored.SerializeAsString(), &write);
    }
  }
  if (authorizer_.access() == Access::kAccounts &&
      NeedsOperator(reader.users())) {
    Add(std::string(kFirstOperator), FirstOperator(now).SerializeAsString(),
        &write);
  }
  write.validate_only = write.mutations.empty();
  return write;
}

absl::Status Engine::Begin(const std::optional<storage::Mutation>& key_check) {
  storage::Mutex mu;
  storage::CondVar done;
  std::optional<absl::Status> result;
  writer_.Run(
      {},
      // Nobody else writes yet: whether there is a key check was read before.
      [&](absl::Time now) -> absl::StatusOr<Write> {
        return Beginning(key_check, now);
      },
      [&](const absl::StatusOr<std::string>& reply) {
        storage::MutexLock lock(mu);
        result = reply.status();
        done.NotifyOne();
      });
  storage::MutexLock lock(mu);
  while (!result.has_value()) done.Wait(mu);
  return *result;
}

}  // namespace xom::core
