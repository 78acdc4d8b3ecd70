#include "cli/table.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <numeric>

#include "cli/display_width.h"

namespace xom::cli {
namespace {

constexpr int kGap = 2;
constexpr int kNarrowestStretch = 10;

winsize TerminalSize() {
  winsize size = {};
  if (!isatty(STDOUT_FILENO) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) {
    return winsize{};
  }
  return size;
}

}  // namespace

Table::Table(std::vector<Column> columns) : columns_(std::move(columns)) {
  std::vector<std::string> titles;
  for (const Column& column : columns_) titles.push_back(column.title);
  AddRow(std::move(titles));
}

void Table::AddRow(std::vector<std::string> cells) {
  assert(cells.size() == columns_.size());
  for (std::string& cell : cells) cell = OneLine(cell);
  rows_.push_back(std::move(cells));
}

std::vector<int> Table::Widths(int width) const {
  std::vector<int> widths(columns_.size(), 0);
  for (const std::vector<std::string>& row : rows_) {
    for (size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], DisplayWidth(row[i]));
    }
  }
  const int total = std::accumulate(widths.begin(), widths.end(), 0) +
                    kGap * (static_cast<int>(widths.size()) - 1);
  if (width == 0 || total <= width) return widths;
  for (size_t i = 0; i < columns_.size(); ++i) {
    if (columns_[i].align != Align::kStretch) continue;
    const int narrowest = std::min(widths[i], kNarrowestStretch);
    widths[i] = std::max(narrowest, widths[i] - (total - width));
  }
  return widths;
}

std::string Table::Text(int width) const {
  const std::vector<int> widths = Widths(width);
  std::string text;
  for (const std::vector<std::string>& row : rows_) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i) {
      const std::string cell = Truncate(row[i], widths[i]);
      const std::string padding(
          static_cast<size_t>(widths[i] - DisplayWidth(cell)), ' ');
      line += i == 0 ? "" : std::string(kGap, ' ');
      line +=
          columns_[i].align == Align::kRight ? padding + cell : cell + padding;
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

int TerminalWidth() { return TerminalSize().ws_col; }
int TerminalHeight() { return TerminalSize().ws_row; }

}  // namespace xom::cli
