#ifndef XOM_SERVICES_EDGE_ADD_FLAG_H_
#define XOM_SERVICES_EDGE_ADD_FLAG_H_

#include <CLI/CLI.hpp>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace xom::edge {

// A flag of xomd, which can also stand in the environment: `--listen`,
// XOM_LISTEN.
template <typename T>
CLI::Option* AddFlag(CLI::App* app, const std::string& name, T* value,
                     const std::string& help) {
  return app->add_option("--" + name, *value, help)
      ->envname("XOM_" + absl::AsciiStrToUpper(name))
      ->capture_default_str();
}

}  // namespace xom::edge

#endif  // XOM_SERVICES_EDGE_ADD_FLAG_H_
