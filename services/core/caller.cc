#include "services/core/caller.h"

#include <algorithm>

namespace xom::core {

bool Caller::Has(v1::Role role) const {
  return user != nullptr &&
         std::count(user->roles().begin(), user->roles().end(), role) > 0;
}

v1::Membership::Rank Caller::RankIn(absl::string_view organization) const {
  if (user == nullptr || organization.empty()) {
    return v1::Membership::RANK_UNSPECIFIED;
  }
  for (const v1::Membership& membership : user->memberships()) {
    if (membership.organization() == organization) return membership.rank();
  }
  return v1::Membership::RANK_UNSPECIFIED;
}

}  // namespace xom::core
