#ifndef XOM_LOADTEST_COMPARISON_H_
#define XOM_LOADTEST_COMPARISON_H_

#include <functional>
#include <string>
#include <vector>

#include "loadtest/report.h"

namespace xom::loadtest {

// Two things measured in turn, so that what else the machine does meets both.
struct Comparison {
  std::vector<double> values;
  std::vector<double> references;

  double value() const { return Median(values); }
  double reference() const { return Median(references); }
  std::vector<double> Ratios() const;
  double Ratio() const { return Median(Ratios()); }

  // With value, ratio and the ratio of each repetition.
  Figure ToFigure(std::string name, std::string unit,
                  std::string against) const;
};

// Measures both `repetitions` times. Which comes first alternates.
Comparison Compare(int repetitions, const std::function<double()>& value,
                   const std::function<double()>& reference);

}  // namespace xom::loadtest

#endif  // XOM_LOADTEST_COMPARISON_H_
