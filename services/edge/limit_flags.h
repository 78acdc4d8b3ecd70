#ifndef XOM_SERVICES_EDGE_LIMIT_FLAGS_H_
#define XOM_SERVICES_EDGE_LIMIT_FLAGS_H_

#include <map>
#include <string>

#include "services/core/call_limits.h"

namespace CLI {
class App;
}  // namespace CLI

namespace xom::edge {

// The flags that say how often one may call: one for each of
// core::NamedLimits(), by its name.
class LimitFlags {
 public:
  // Adds them. This outlives the parsing.
  void AddTo(CLI::App* app);

  // What differs from the defaults.
  core::CallLimits::Settings settings() const;

 private:
  // By the name of the limit, what was said of it.
  std::map<std::string, std::string> limits_;
};

}  // namespace xom::edge

#endif  // XOM_SERVICES_EDGE_LIMIT_FLAGS_H_
