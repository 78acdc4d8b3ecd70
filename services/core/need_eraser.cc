#include "services/core/need_eraser.h"

#include <optional>

#include "services/core/need_erasure.h"
#include "services/core/need_service.h"
#include "services/core/reveal_service.h"

namespace xom::core {

Write NeedEraser::Erase(const NeedEntry& need,
                        const internal::v1::StoredNeed& erased,
                        absl::Time now) const {
  Write write = WriteNeed(erased, need.mod_revision);
  write.mutations.push_back(vault_.Erase(need.name));
  write.erasures.push_back(ErasureOf(need.name, now));
  return write;
}

Write NeedEraser::Delete(const NeedEntry& need, absl::Time now) const {
  Write write;
  write.preconditions.push_back({need.name, need.mod_revision});
  write.mutations.push_back({need.name, 0, std::nullopt});
  write.mutations.push_back(vault_.Erase(need.name));
  write.mutations.push_back({RevealsKey(need.name), 0, std::nullopt});
  write.erasures.push_back(ErasureOf(need.name, now));
  return write;
}

}  // namespace xom::core
