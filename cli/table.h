#ifndef XOM_CLI_TABLE_H_
#define XOM_CLI_TABLE_H_

#include <string>
#include <vector>

namespace xom::cli {

// A table for people:
//
//   Table table({{"RANK", Align::kRight}, {"WHAT", Align::kStretch}});
//   table.AddRow({"1", "10 kg gạo"});
//   out << table.Text(TerminalWidth());
//
// Columns are as wide as their widest cell. Where a row would be wider than
// the terminal, the kStretch column is truncated. Cells are made OneLine.
enum class Align { kLeft, kRight, kStretch };

struct Column {
  std::string title;
  Align align = Align::kLeft;
};

class Table {
 public:
  explicit Table(std::vector<Column> columns);

  // As many cells as columns.
  void AddRow(std::vector<std::string> cells);

  // Title and rows, each on a line at most `width` columns wide as far as the
  // kStretch column can give way; a width of 0 is no limit.
  std::string Text(int width) const;

 private:
  std::vector<int> Widths(int width) const;

  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;  // the first holds the titles
};

// The columns of the terminal that stdout is; 0 when it is none.
int TerminalWidth();
// Its rows; 0 when it is none.
int TerminalHeight();

}  // namespace xom::cli

#endif  // XOM_CLI_TABLE_H_
