#ifndef XOM_SERVICES_CORE_VERIFICATION_SERVICE_H_
#define XOM_SERVICES_CORE_VERIFICATION_SERVICE_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "services/core/caller.h"
#include "services/core/details_vault.h"
#include "services/core/phone_code_sender.h"
#include "services/core/phone_index.h"
#include "services/core/rate_limiter.h"
#include "services/core/view.h"
#include "services/core/writer.h"
#include "trust/keyring.h"
#include "xom/v1/verification_service.pb.h"

namespace xom::core {

// The calls of xom.v1.VerificationService, as its proto describes them. A code
// is never stored, only a keyed hash of it. Thread-safe.
class VerificationService {
 public:
  // What it reads and what it keeps secrets with. `sender` is nullptr when
  // there is nothing to send with.
  struct Parts {
    const storage::Ledger* ledger;
    const DetailsVault* vault;
    const PhoneIndex* phones;
    const trust::Keyring* keyring;
    std::shared_ptr<PhoneCodeSender> sender;
  };

  // All outlive the service and every call in flight.
  VerificationService(const View* view, Writer* writer, Parts parts);

  // One phone is sent kPhoneCodeLimit codes, whoever asks: else
  // RESOURCE_EXHAUSTED, RATE_LIMITED.
  void SendPhoneCode(const v1::SendPhoneCodeRequest& request, ReplyDone done);
  void CheckPhoneCode(const v1::CheckPhoneCodeRequest& request, ReplyDone done);
  // PERMISSION_DENIED, NOT_ALLOWED too for who vouches for themselves.
  void Vouch(const v1::VouchRequest& request, const Caller& caller,
             ReplyDone done);

 private:
  // The number of the subject in E.164. NOT_FOUND; NO_PHONE_NUMBER.
  absl::StatusOr<std::string> NumberOf(
      const v1::SendPhoneCodeRequest& request) const;
  absl::StatusOr<Write> DecideCheck(const v1::CheckPhoneCodeRequest& request,
                                    absl::Time now) const;
  absl::StatusOr<Write> DecideVouch(const v1::VouchRequest& request,
                                    const Caller& caller, absl::Time now) const;
  // Adds to `write` that the subject stands at least on that step, which its
  // checked phone, when not empty, is kept with. The step it stands on then.
  struct Step {
    v1::Verification verification;
    std::string phone_hash = {};
  };
  absl::StatusOr<v1::Verification> AddRaise(const std::string& subject,
                                            const Step& step, absl::Time now,
                                            Write* write) const;

  const View& view_;
  Writer& writer_;
  const Parts parts_;
  RateLimiter sent_to_phone_;
};

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_VERIFICATION_SERVICE_H_
