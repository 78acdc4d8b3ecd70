#include "trust/key_source.h"

#include "absl/strings/str_cat.h"
#include "trust/guarded_file.h"

namespace xom::trust {
namespace {

// Whoever may write the file may be anybody. Its group may be the one that
// fetches the keys.
constexpr mode_t kEverybodyWrites = 002;

// A clock that was set back does not stop the looks; two threads that read it
// in another order than they come here cause none.
bool IsDue(absl::Time now, absl::Time last, absl::Duration interval) {
  return absl::AbsDuration(now - last) >= interval;
}

absl::StatusOr<std::string> Read(const std::string& path) {
  return ReadGuardedFile({path, kMaxJwksBytes, kEverybodyWrites});
}

absl::Status AtPath(const std::string& path, const absl::Status& status) {
  return absl::Status(status.code(),
                      absl::StrCat(path, ": ", status.message()));
}

}  // namespace

KeySource::KeySource(std::string path,
                     std::function<void(absl::Status)> on_error, KeySet keys)
    : path_(std::move(path)),
      on_error_(std::move(on_error)),
      keys_(std::make_shared<const KeySet>(std::move(keys))) {}

absl::StatusOr<std::unique_ptr<KeySource>> KeySource::FromFile(
    const std::string& path, std::function<void(absl::Status)> on_error) {
  auto text = Read(path);
  if (!text.ok()) return text.status();
  auto keys = KeySet::Parse(*text);
  if (!keys.ok()) return AtPath(path, keys.status());
  auto source = std::unique_ptr<KeySource>(
      new KeySource(path, std::move(on_error), *std::move(keys)));
  source->last_text_ = *std::move(text);
  return source;
}

absl::StatusOr<std::unique_ptr<KeySource>> KeySource::FromJwks(
    absl::string_view jwks) {
  auto keys = KeySet::Parse(jwks);
  if (!keys.ok()) return keys.status();
  return std::unique_ptr<KeySource>(
      new KeySource("", nullptr, *std::move(keys)));
}

std::shared_ptr<const KeySet> KeySource::Keys(absl::Time now) {
  absl::Status fault;
  // While another thread reads, the keys that were are good enough.
  if (std::unique_lock<std::mutex> lock(look_mu_, std::try_to_lock);
      lock.owns_lock() && IsDue(now, last_look_, kLookInterval)) {
    last_look_ = now;
    fault = Look();
  }
  Report(fault);
  return Snapshot();
}

std::shared_ptr<const KeySet> KeySource::KeysAfterMiss(absl::Time now) {
  absl::Status fault;
  {
    // Waits for a thread that reads: it may bring the key.
    const std::lock_guard<std::mutex> lock(look_mu_);
    if (IsDue(now, last_missed_look_, kMissedLookInterval)) {
      last_missed_look_ = now;
      fault = Look();
    }
  }
  Report(fault);
  return Snapshot();
}

std::shared_ptr<const KeySet> KeySource::Snapshot() const {
  const std::lock_guard<std::mutex> lock(mu_);
  return keys_;
}

// Compares what the file says and not its times: those are too coarse to tell
// two writes in a row apart, and a number of an inode is used again.
absl::Status KeySource::Look() {
  if (path_.empty()) return absl::OkStatus();
  const absl::StatusOr<std::string> text = Read(path_);
  const absl::Status fault = text.ok() ? Replace(*text) : text.status();
  if (fault == last_fault_) return absl::OkStatus();
  last_fault_ = fault;
  return fault;
}

absl::Status KeySource::Replace(const std::string& text) {
  if (text == last_text_) return absl::OkStatus();
  auto keys = KeySet::Parse(text);
  if (!keys.ok()) return AtPath(path_, keys.status());
  last_text_ = text;
  auto next = std::make_shared<const KeySet>(*std::move(keys));
  const std::lock_guard<std::mutex> lock(mu_);
  keys_ = std::move(next);
  return absl::OkStatus();
}

void KeySource::Report(const absl::Status& fault) const {
  if (!fault.ok() && on_error_ != nullptr) on_error_(fault);
}

}  // namespace xom::trust
