#ifndef XOM_SERVICES_CORE_REPORT_SERVICE_H_
#define XOM_SERVICES_CORE_REPORT_SERVICE_H_

#include "services/core/caller.h"
#include "services/core/view.h"
#include "services/core/writer.h"
#include "trust/keyring.h"
#include "xom/v1/report_service.pb.h"

namespace xom::core {

// The calls of xom.v1.ReportService, as its proto describes them. A report and
// the hiding that it may cause are one write. Thread-safe.
class ReportService {
 public:
  // All outlive the service and every call in flight.
  ReportService(const View* view, Writer* writer, const trust::Keyring* keyring)
      : view_(*view), writer_(*writer), keyring_(*keyring) {}

  // Answers a serialized Report.
  void Create(const v1::CreateReportRequest& request, const Caller& caller,
              ReplyDone done);

 private:
  absl::StatusOr<Write> Decide(const v1::CreateReportRequest& request,
                               const Caller& caller, absl::Time now) const;

  const View& view_;
  Writer& writer_;
  const trust::Keyring& keyring_;
};

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_REPORT_SERVICE_H_
