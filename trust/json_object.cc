#include "trust/json_object.h"

#include <set>
#include <vector>

#include "absl/strings/str_cat.h"

namespace xom::trust {
namespace {

using Json = nlohmann::json;

// Follows the parser. nlohmann-json itself keeps the last of two members.
class ShapeCheck {
 public:
  void On(Json::parse_event_t event, const Json& parsed) {
    using Event = Json::parse_event_t;
    if (event == Event::object_start || event == Event::array_start) {
      open_.emplace_back();
      too_deep_ |= open_.size() > kMaxJsonDepth;
    } else if (event == Event::object_end || event == Event::array_end) {
      open_.pop_back();
    } else if (event == Event::key) {
      const bool is_new =
          open_.back().insert(parsed.get_ref<const std::string&>()).second;
      twice_ |= !is_new;
    }
  }

  bool too_deep() const { return too_deep_; }
  bool twice() const { return twice_; }

 private:
  // The names of the members so far of each value that is not closed yet.
  std::vector<std::set<std::string>> open_;
  bool too_deep_ = false;
  bool twice_ = false;
};

}  // namespace

absl::StatusOr<Json> ParseJsonObject(absl::string_view text) {
  ShapeCheck shape;
  const auto follow = [&](int, Json::parse_event_t event, Json& parsed) {
    shape.On(event, parsed);
    return true;
  };
  Json json = Json::parse(text.begin(), text.end(), follow,
                          /*allow_exceptions=*/false);
  if (shape.too_deep()) {
    return absl::InvalidArgumentError(
        absl::StrCat("JSON is nested deeper than ", kMaxJsonDepth, " levels"));
  }
  if (shape.twice()) {
    return absl::InvalidArgumentError("JSON has two members of one name");
  }
  if (json.is_discarded()) return absl::InvalidArgumentError("is not JSON");
  if (!json.is_object()) {
    return absl::InvalidArgumentError("is not a JSON object");
  }
  return json;
}

const std::string* FindText(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found == object.end() ? nullptr : found->get_ptr<const std::string*>();
}

}  // namespace xom::trust
