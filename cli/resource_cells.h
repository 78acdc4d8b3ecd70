#ifndef XOM_CLI_RESOURCE_CELLS_H_
#define XOM_CLI_RESOURCE_CELLS_H_

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "cli/table.h"
#include "xom/v1/claim.pb.h"
#include "xom/v1/need.pb.h"
#include "xom/v1/offer.pb.h"
#include "xom/v1/supply_point.pb.h"

// Resources as rows of a table (table.h). `Columns` go with the `Cells` of the
// same resource; what a command adds, such as a distance, stands before them.

namespace xom::cli {

using Cells = std::vector<std::string>;

std::vector<Column> ColumnsOf(const v1::Need&);
Cells CellsOf(const v1::Need& need, absl::Time now);

std::vector<Column> ColumnsOf(const v1::Offer&);
Cells CellsOf(const v1::Offer& offer, absl::Time now);

std::vector<Column> ColumnsOf(const v1::Claim&);
Cells CellsOf(const v1::Claim& claim, absl::Time now);

std::vector<Column> ColumnsOf(const v1::SupplyPoint&);
Cells CellsOf(const v1::SupplyPoint& point, absl::Time now);

// Its state as a word: "open", "paused"; of a point its availability.
std::string StateText(const v1::Need& need);
std::string StateText(const v1::Offer& offer);
std::string StateText(const v1::Claim& claim);
std::string StateText(const v1::SupplyPoint& point);

// `cells` with `before` in front.
template <typename T>
std::vector<T> Joined(std::vector<T> before, const std::vector<T>& cells) {
  before.insert(before.end(), cells.begin(), cells.end());
  return before;
}

}  // namespace xom::cli

#endif  // XOM_CLI_RESOURCE_CELLS_H_
