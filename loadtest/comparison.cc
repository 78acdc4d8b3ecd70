#include "loadtest/comparison.h"

#include <utility>

namespace xom::loadtest {

std::vector<double> Comparison::Ratios() const {
  std::vector<double> ratios;
  for (size_t i = 0; i < values.size(); ++i) {
    ratios.push_back(values[i] / references[i]);
  }
  return ratios;
}

Figure Comparison::ToFigure(std::string name, std::string unit,
                            std::string against) const {
  return {.name = std::move(name),
          .value = value(),
          .unit = std::move(unit),
          .against = std::move(against),
          .ratio = Ratio(),
          .samples = Ratios()};
}

Comparison Compare(int repetitions, const std::function<double()>& value,
                   const std::function<double()>& reference) {
  Comparison comparison;
  for (int i = 0; i < repetitions; ++i) {
    if (i % 2 == 1) comparison.references.push_back(reference());
    comparison.values.push_back(value());
    if (i % 2 == 0) comparison.references.push_back(reference());
  }
  return comparison;
}

}  // namespace xom::loadtest
