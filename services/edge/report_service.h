#ifndef XOM_SERVICES_EDGE_REPORT_SERVICE_H_
#define XOM_SERVICES_EDGE_REPORT_SERVICE_H_

#include <grpcpp/impl/service_type.h>

#include <memory>

#include "services/core/report_service.h"
#include "services/edge/gate.h"

namespace xom::edge {

// xom.v1.ReportService on the wire. Both outlive it.
std::unique_ptr<grpc::Service> MakeReportService(core::ReportService* core,
                                                 const Gate* gate);

}  // namespace xom::edge

#endif  // XOM_SERVICES_EDGE_REPORT_SERVICE_H_
