#include "services/core/phone_index.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "services/core/error.h"
#include "services/core/limits.h"
#include "services/core/resource_name.h"

namespace xom::core {
namespace {

void Remove(const std::string& need, internal::v1::StoredPhone* stored) {
  auto& needs = *stored->mutable_needs();
  needs.erase(std::remove(needs.begin(), needs.end(), need), needs.end());
}

}  // namespace

std::string PhoneIndex::HashOf(const std::string& phone_number) const {
  return keyring_.KeyedHash("phone", phone_number);
}

absl::StatusOr<PhoneIndex::Found> PhoneIndex::Read(
    const std::string& phone_number) const {
  Found found;
  found.key =
      absl::StrCat(kPhones, absl::BytesToHexString(HashOf(phone_number)));
  const auto record = ledger_.Get(found.key);
  if (!record.ok()) return FromLedgerError(record.status());
  if (!record->has_value()) return found;
  found.mod_revision = (*record)->mod_revision;
  if (!found.stored.ParseFromString((*record)->value)) {
    return DefectError(absl::StrCat(kPhones, ": a record holds no needs"));
  }
  return found;
}

absl::StatusOr<std::vector<std::string>> PhoneIndex::NeedsOf(
    const std::string& phone_number) const {
  if (phone_number.empty()) return std::vector<std::string>();
  const auto found = Read(phone_number);
  if (!found.ok()) return found.status();
  return std::vector<std::string>(found->stored.needs().begin(),
                                  found->stored.needs().end());
}

absl::Status PhoneIndex::Add(const std::string& need, const Move& move,
                             Write* write) const {
  if (move.before == move.after) return absl::OkStatus();
  for (const std::string* number : {&move.before, &move.after}) {
    if (number->empty()) continue;
    auto found = Read(*number);
    if (!found.ok()) return found.status();
    internal::v1::StoredPhone& stored = found->stored;
    Remove(need, &stored);
    if (number == &move.after) stored.add_needs(need);
    if (stored.needs_size() > kMaxNeedsPerPhone) {
      stored.mutable_needs()->erase(stored.needs().begin());
    }
    write->preconditions.push_back({found->key, found->mod_revision});
    write->mutations.push_back({found->key, 0,
                                stored.needs().empty()
                                    ? std::nullopt
                                    : std::optional(stored.SerializeAsString()),
                                /*secret=*/true});
  }
  return absl::OkStatus();
}

}  // namespace xom::core
