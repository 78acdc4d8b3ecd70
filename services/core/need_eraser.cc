#include "services/core/need_eraser.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "services/core/need_erasure.h"
#include "services/core/need_service.h"
#include "services/core/resource_name.h"
#include "services/core/reveal_service.h"

namespace xom::core {

absl::Status NeedEraser::Take(const NeedEntry& need, absl::Time now,
                              Write* write) const {
  const std::string name(need.name());
  write->mutations.push_back(vault_.Erase(name));
  write->mutations.push_back(
      {absl::StrCat(kPhoneChecks, name), 0, std::nullopt});
  write->erasures.push_back(ErasureOf(name, now));
  const auto details = vault_.Read(name);
  // What does not open any more goes all the same.
  if (absl::IsInternal(details.status())) return absl::OkStatus();
  if (!details.ok()) return details.status();
  if (!details->has_value()) return absl::OkStatus();
  return phones_.Add(name, {(*details)->contact().phone_number(), ""}, write);
}

absl::StatusOr<Write> NeedEraser::Erase(const NeedEntry& need,
                                        const internal::v1::StoredNeed& erased,
                                        absl::Time now) const {
  Write write = WriteNeed(erased, &need);
  if (absl::Status s = Take(need, now, &write); !s.ok()) return s;
  return write;
}

absl::StatusOr<Write> NeedEraser::Delete(const NeedEntry& need,
                                         absl::Time now) const {
  const std::string name(need.name());
  Write write;
  write.preconditions.push_back({name, need.mod_revision});
  write.mutations.push_back({name, 0, std::nullopt});
  write.mutations.push_back({RevealsKey(name), 0, std::nullopt});
  if (absl::Status s = Take(need, now, &write); !s.ok()) return s;
  return write;
}

}  // namespace xom::core
