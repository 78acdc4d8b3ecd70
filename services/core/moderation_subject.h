#ifndef XOM_SERVICES_CORE_MODERATION_SUBJECT_H_
#define XOM_SERVICES_CORE_MODERATION_SUBJECT_H_

#include <string>

#include "absl/time/time.h"
#include "services/core/view.h"
#include "services/core/writer.h"

namespace xom::core {

// Whether the view has what a case is about. REQUIRES: IsModerationSubject.
bool SubjectExists(const View& view, const std::string& subject);

// Adds to `write` that the subject is hidden from now on, or seen again.
// Nothing when it is so already, or is gone.
void AddHiding(const View& view, const std::string& subject, bool hidden,
               absl::Time now, Write* write);

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_MODERATION_SUBJECT_H_
