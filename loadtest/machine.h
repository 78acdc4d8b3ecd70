#ifndef XOM_LOADTEST_MACHINE_H_
#define XOM_LOADTEST_MACHINE_H_

#include "loadtest/report.h"

namespace xom::loadtest {

// Describes what the run is on: processor, cores, memory, kernel, the build,
// the version of gRPC, the time.
void DescribeMachine(Report* report);

}  // namespace xom::loadtest

#endif  // XOM_LOADTEST_MACHINE_H_
