#ifndef XOM_CLI_NEAREST_FLAGS_H_
#define XOM_CLI_NEAREST_FLAGS_H_

#include <optional>
#include <string>
#include <vector>

#include "cli/command_line.h"
#include "cli/place_flags.h"
#include "xom/v1/need.pb.h"

namespace xom::cli {

// --lat --lng --k --max_distance_meters --category: of every search for what is
// nearest.
struct NearestFlags {
  LocationFlags location;
  int32_t k = 10;
  std::optional<double> max_distance_meters;
  std::vector<std::string> categories;

  void AddTo(Command command) {
    location.AddTo(command, Presence::kRequired);
    command.Flag("--k", "how many, 1 to 100 (default 10)", &k);
    command.Flag("--max_distance_meters", "only so far", &max_distance_meters);
    command.Flag("--category", "only this category; again for more",
                 &categories);
  }

  template <typename Request>
  void Fill(Request* request) const {
    *request->mutable_point() = location.point();
    request->set_k(k);
    if (max_distance_meters.has_value()) {
      request->set_max_distance_meters(*max_distance_meters);
    }
    for (const std::string& category : categories) {
      request->add_categories(CategoryName(category));
    }
  }
};

// And --min_urgency, --min_verification, --language: what `nearest needs` and
// `watch needs` share.
struct NearestNeedsFlags {
  NearestFlags nearest;
  v1::Urgency min_urgency = v1::URGENCY_UNSPECIFIED;
  v1::Verification min_verification = v1::VERIFICATION_UNSPECIFIED;
  std::string language;

  void AddTo(Command command) {
    nearest.AddTo(command);
    command.Flag("--min_urgency", "only from low|normal|high|critical on",
                 &min_urgency);
    command.Flag("--min_verification",
                 "only from phone_checked|vouched|visited on",
                 &min_verification);
    command.Flag("--language", "only in this language, such as vi", &language);
  }

  template <typename Request>
  void Fill(Request* request) const {
    nearest.Fill(request);
    request->set_min_urgency(min_urgency);
    request->set_min_verification(min_verification);
    request->set_language_code(language);
  }
};

}  // namespace xom::cli

#endif  // XOM_CLI_NEAREST_FLAGS_H_
