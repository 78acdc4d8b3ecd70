#include "cli/watch_text.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cli/display_width.h"
#include "cli/measure_text.h"
#include "cli/resource_cells.h"
#include "cli/table.h"

namespace xom::cli {
namespace {

std::string Line(const std::string& sign, const Cells& cells) {
  std::string line = sign;
  bool first = true;
  for (const std::string& cell : cells) {
    if (cell.empty()) continue;
    absl::StrAppend(&line, first ? " " : "  ", OneLine(cell));
    first = false;
  }
  return line + "\n";
}

std::string NearLine(const std::string& sign, int rank,
                     const v1::NearestNeed& near, absl::Time now) {
  return Line(sign, Joined({absl::StrCat(rank + 1),
                            DistanceText(near.distance_meters())},
                           CellsOf(near.need(), now)));
}

std::string EventText(const v1::NearestNeedEvent& event, absl::Time now) {
  switch (event.event_case()) {
    case v1::NearestNeedEvent::kEnter:
      return NearLine("+", event.enter().rank(), event.enter().nearest_need(),
                      now);
    case v1::NearestNeedEvent::kChange:
      return NearLine("~", event.change().rank(), event.change().nearest_need(),
                      now);
    case v1::NearestNeedEvent::kMove:
      return NearLine("~", event.move().to_rank(), event.move().nearest_need(),
                      now);
    case v1::NearestNeedEvent::kLeave:
      return Line(
          "-", {absl::StrCat(event.leave().rank() + 1), event.leave().name()});
    case v1::NearestNeedEvent::EVENT_NOT_SET:
      break;
  }
  return "";
}

// E is RegionEvent::Enter or RegionEvent::Change.
template <typename E>
std::string ResourceLine(const std::string& sign, const E& edit,
                         absl::Time now) {
  if (edit.has_need()) {
    return Line(sign, Joined({"need"}, CellsOf(edit.need(), now)));
  }
  if (edit.has_offer()) {
    return Line(sign, Joined({"offer", StateText(edit.offer())},
                             CellsOf(edit.offer(), now)));
  }
  return Line(sign, Joined({"point", StateText(edit.supply_point())},
                           CellsOf(edit.supply_point(), now)));
}

}  // namespace

std::string EventsText(const v1::WatchNearestNeedsResponse& message,
                       absl::Time now) {
  std::string text = message.reset() ? "= new list\n" : "";
  for (const v1::NearestNeedEvent& event : message.events()) {
    text += EventText(event, now);
  }
  return text;
}

std::string EventsText(const v1::WatchRegionResponse& message, absl::Time now) {
  std::string text = message.reset() ? "= new set\n" : "";
  for (const v1::RegionEvent& event : message.events()) {
    if (event.has_enter()) text += ResourceLine("+", event.enter(), now);
    if (event.has_change()) text += ResourceLine("~", event.change(), now);
    if (event.has_leave()) text += Line("-", {event.leave().name()});
  }
  return text;
}

std::string ListText(const NearestList& list, int width, int height,
                     absl::Time now) {
  Table table(Joined({{"#", Align::kRight}, {"DISTANCE", Align::kRight}},
                     ColumnsOf(v1::Need())));
  // The line above, the titles and the line of the cursor.
  const int rows = std::max(1, height - 3);
  const int shown = std::min(rows, static_cast<int>(list.needs().size()));
  for (int i = 0; i < shown; ++i) {
    const v1::NearestNeed& near = list.needs()[static_cast<size_t>(i)];
    table.AddRow(
        Joined({absl::StrCat(i + 1), DistanceText(near.distance_meters())},
               CellsOf(near.need(), now)));
  }
  const std::string head =
      absl::StrCat(list.needs().size(), " open needs, ",
                   list.current() ? "current" : "catching up", ", revision ",
                   list.revision(), ", ",
                   absl::FormatTime("%H:%M:%S", now, absl::LocalTimeZone()));
  return absl::StrCat(Truncate(head, width), "\n", table.Text(width));
}

std::string LiveBlock::Replace(const std::string& text) {
  // Up to the first line of the block, then clear from there on.
  const std::string back =
      lines_ == 0 ? "" : absl::StrCat("\x1b[", lines_, "F\x1b[J");
  lines_ = static_cast<int>(std::count(text.begin(), text.end(), '\n'));
  return back + text;
}

}  // namespace xom::cli
