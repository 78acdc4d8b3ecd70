#ifndef XOM_SERVICES_CORE_NEED_SERVICE_H_
#define XOM_SERVICES_CORE_NEED_SERVICE_H_

#include <string>

#include "absl/status/statusor.h"
#include "services/core/caller.h"
#include "services/core/details_vault.h"
#include "services/core/duplicate_finder.h"
#include "services/core/entry.h"
#include "services/core/need_eraser.h"
#include "services/core/phone_index.h"
#include "services/core/resource_calls.h"
#include "services/core/view.h"
#include "services/core/writer.h"
#include "trust/keyring.h"
#include "xom/internal/v1/stored.pb.h"
#include "xom/v1/need_service.pb.h"

namespace xom::core {

// What a need's service needs for what is private.
struct NeedPrivacy {
  const DetailsVault* vault;
  const trust::Keyring* keyring;
  const PhoneIndex* phones;
  const DuplicateFinder* duplicates;
};

// The calls of xom.v1.NeedService, as its proto describes them, but for those
// that look at details (reveal_service.h). Reads answer at
// once from the view; mutations answer a serialized Need through `done`.
// Thread-safe.
class NeedService {
 public:
  // All outlive the service and every call in flight.
  NeedService(const View* view, Writer* writer, const NeedPrivacy& privacy)
      : view_(*view),
        vault_(*privacy.vault),
        keyring_(*privacy.keyring),
        phones_(*privacy.phones),
        duplicates_(*privacy.duplicates),
        eraser_(privacy.vault, privacy.phones),
        calls_(view, writer, kNeeds) {}

  absl::StatusOr<v1::Need> Get(const v1::GetNeedRequest& request) const;
  absl::StatusOr<v1::ListNeedsResponse> List(
      const v1::ListNeedsRequest& request) const;

  void Create(const v1::CreateNeedRequest& request, const Caller& caller,
              ReplyDone done);
  void Update(const v1::UpdateNeedRequest& request, const Caller& caller,
              ReplyDone done);
  void Cancel(const v1::CancelNeedRequest& request, const Caller& caller,
              ReplyDone done);
  void Renew(const v1::RenewNeedRequest& request, const Caller& caller,
             ReplyDone done);
  void Close(const v1::CloseNeedRequest& request, const Caller& caller,
             ReplyDone done);
  void Erase(const v1::EraseNeedRequest& request, const Caller& caller,
             ReplyDone done);

 private:
  // Who creates a need, what it shall be called, and its access code.
  struct Creator {
    const Caller& caller;
    const std::string& name;
    const std::string& code;
  };

  template <v1::Need::State state, typename Request>
  void End(const Request& request, const Caller& caller, ReplyDone done);

  absl::StatusOr<Write> DecideCreate(const v1::CreateNeedRequest& request,
                                     const Creator& creator,
                                     absl::Time now) const;
  absl::StatusOr<Write> DecideUpdate(const NeedEntry& entry,
                                     const v1::UpdateNeedRequest& request,
                                     absl::Time now) const;

  const View& view_;
  const DetailsVault& vault_;
  const trust::Keyring& keyring_;
  const PhoneIndex& phones_;
  const DuplicateFinder& duplicates_;
  const NeedEraser eraser_;
  ResourceCalls<NeedEntry> calls_;
};

// The write of what a need shall be, from what it was; nullptr: it was not.
Write WriteNeed(const internal::v1::StoredNeed& stored,
                const NeedEntry* before);

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_NEED_SERVICE_H_
