// What is left of a need when what is personal of it is erased: functions
// without I/O, as in need_decisions.h.
//
// Erased are: situation, texts of the lines, who waits, for whom it was posted,
// the language, which helpers it is limited to, and the details, which stand in
// a record of their own. The public point becomes the centre of its cell of
// 2,400 metres. What stays: the name, categories, urgency, times, state and
// claims with their quantities, so that what was done can be counted.
#ifndef XOM_SERVICES_CORE_NEED_ERASURE_H_
#define XOM_SERVICES_CORE_NEED_ERASURE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "storage/transaction.h"
#include "xom/internal/v1/stored.pb.h"
#include "xom/v1/need.pb.h"

namespace xom::core {

// As a person asks, with the etag they may have sent. A need that has not ended
// is cancelled, with its claims; claims of one that was merged end too. One
// that was erased stays as it is. ABORTED.
absl::StatusOr<internal::v1::StoredNeed> EraseNeed(
    const internal::v1::StoredNeed& before, const std::string& etag,
    absl::Time now);

// As time asks, when the need has ended kDetailsRetention ago.
internal::v1::StoredNeed WipeNeed(const internal::v1::StoredNeed& ended,
                                  absl::Time now);

// What becomes of what was: of the need's records in the change log and of the
// needs in answers kept for retries.
//
// A resumed watch works out from the log what its client held, so a record in
// it keeps what searches and watches go by: state, categories, urgency, times,
// language and the public point, which was public. Only a point that was EXACT,
// hence the true place, is made coarse there too; see MovedByErasure.
storage::Erasure ErasureOf(const std::string& need, absl::Time now);

// Whether this is an open need of the log whose point is not where watches saw
// it.
bool MovedByErasure(const v1::Need& need);

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_NEED_ERASURE_H_
