#include "services/core/engine.h"

#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <utility>

#include "storage/mutex.h"

namespace xom::core {
namespace {

// A view that misses a change would lie for ever. The ledger is whole, so a
// restart that reads it anew is the way out.
[[noreturn]] void DieOfUnreadableChange(const absl::Status& status) {
  std::fprintf(stderr, "xomd: cannot apply a change to the view: %s\n",
               status.ToString().c_str());
  std::abort();
}

}  // namespace

Engine::Engine(storage::Ledger* ledger, const Clock* clock, Options options)
    : options_(std::move(options)),
      authenticator_(&view_, clock, options_.issuers),
      authorizer_(&view_, options_.keyring.get(), clock,
                  options_.authorization),
      writer_(ledger, clock),
      vault_(ledger, options_.keyring.get()),
      needs_(&view_, &writer_, &vault_, options_.keyring.get()),
      offers_(&view_, &writer_),
      supply_points_(&view_, &writer_, clock),
      categories_(&view_, &writer_),
      claims_(&view_, &writer_),
      matches_(&view_, clock),
      watches_(&view_),
      due_(&view_, &writer_, clock),
      hub_(&view_, ledger, clock) {}

absl::StatusOr<std::unique_ptr<Engine>> Engine::Start(storage::Ledger* ledger,
                                                      const Clock* clock,
                                                      Options options) {
  auto engine =
      std::unique_ptr<Engine>(new Engine(ledger, clock, std::move(options)));
  if (absl::Status status = engine->view_.Load(*ledger); !status.ok()) {
    return status;
  }
  const storage::Revision loaded = engine->view_.revision();
  if (absl::Status status = ledger->Follow(
          loaded, [self = engine.get()](
                      const storage::Change& change) { self->Apply(change); });
      !status.ok()) {
    return status;
  }
  if (absl::Status status = engine->AddBuiltInCategories(); !status.ok()) {
    return status;
  }
  return engine;
}

void Engine::Apply(const storage::Change& change) {
  auto transitions = view_.Apply(change);
  if (!transitions.ok()) DieOfUnreadableChange(transitions.status());
  hub_.Publish(change.revision, *std::move(transitions));
}

absl::Status Engine::AddBuiltInCategories() {
  storage::Mutex mu;
  storage::CondVar done;
  std::optional<absl::Status> result;
  categories_.AddBuiltIn([&](const absl::StatusOr<std::string>& reply) {
    storage::MutexLock lock(mu);
    result = reply.status();
    done.NotifyOne();
  });
  storage::MutexLock lock(mu);
  while (!result.has_value()) done.Wait(mu);
  return *result;
}

}  // namespace xom::core
