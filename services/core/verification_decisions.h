// How needs and users climb the ladder of verification: functions without I/O.
#ifndef XOM_SERVICES_CORE_VERIFICATION_DECISIONS_H_
#define XOM_SERVICES_CORE_VERIFICATION_DECISIONS_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/core/error.h"
#include "services/core/resource_check.h"
#include "trust/keyring.h"
#include "xom/internal/v1/stored.pb.h"
#include "xom/v1/verification_service.pb.h"

namespace xom::core {

// Six digits, each of them as likely as any other, that nobody can guess.
std::string NewPhoneCode();

// `needs/{need}` or `users/{user}`.
void CheckVerifiable(const std::string& name, Violations* violations);

// INVALID_ARGUMENT.
absl::Status CheckVouchRequest(const v1::VouchRequest& request);

// A code that was sent to a phone for a subject.
struct SentCode {
  absl::string_view subject;
  absl::string_view phone_hash;
  absl::string_view code;
};
internal::v1::StoredPhoneCheck NewPhoneCheck(const trust::Keyring& keyring,
                                             const SentCode& sent,
                                             absl::Time now);

// What comes of a code that came back.
struct CodeTrial {
  bool right = false;
  // The check as it shall be, with the wrong code counted; nullopt: the trial
  // changes nothing of it, or it was right and is used up.
  std::optional<internal::v1::StoredPhoneCheck> counted = {};
};
// The trial of a code for a subject. It is wrong after the check expired, after
// kMaxPhoneCodeAttempts wrong ones, and when the phone is another now.
CodeTrial TryPhoneCode(const trust::Keyring& keyring,
                       const internal::v1::StoredPhoneCheck& check,
                       const SentCode& returned, absl::Time now);

// Raises the verification of a need or a user; a lower step than it has changes
// nothing. Whether anything changed.
template <typename Resource>
bool Raise(v1::Verification verification, absl::Time now, Resource* resource) {
  if (resource->verification() >= verification) return false;
  resource->set_verification(verification);
  Stamp(now, resource);
  return true;
}

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_VERIFICATION_DECISIONS_H_
