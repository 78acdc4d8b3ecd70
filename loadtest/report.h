#ifndef XOM_LOADTEST_REPORT_H_
#define XOM_LOADTEST_REPORT_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace xom::loadtest {

// What is measured several times: the median counts, all are told.
double Median(std::vector<double> samples);

// What a figure should be.
struct Goal {
  enum class Kind { kAtLeast, kAtMost };
  Kind kind;
  double bound;

  static Goal AtLeast(double bound) { return {Kind::kAtLeast, bound}; }
  static Goal AtMost(double bound) { return {Kind::kAtMost, bound}; }
  bool IsMet(double measured) const;
  std::string Text() const;  // ">= 0.85"
};

// One line of the table.
struct Figure {
  std::string name;  // "nearest.throughput"
  double value = 0;
  std::string unit;  // "calls/s"
  // What was measured beside it in the same run, and the value divided by that.
  std::string against = "";
  std::optional<double> ratio = std::nullopt;
  // Of the ratio when there is one, else of the value.
  std::optional<Goal> goal = std::nullopt;
  // The repetitions of what the goal is about, of which it is the median.
  std::vector<double> samples = {};

  double measured() const { return ratio.value_or(value); }
  // nullopt: without a goal.
  std::optional<bool> IsMet() const;
};

// What was measured several times, and against nothing: the median.
Figure MedianOf(std::string name, std::string unit,
                std::vector<double> samples);

// Points of a plot.
struct Series {
  std::string name;    // "index.growth"
  std::string x_unit;  // "points"
  std::string unit;    // "us"
  std::vector<std::pair<double, double>> points;
};

// What a run of the load test found, with what it ran on.
class Report {
 public:
  // What stands above the figures: the machine, the build, the data. Shown in
  // the order of the calls.
  void Describe(const std::string& name, const std::string& text);

  void Add(Figure figure) { figures_.push_back(std::move(figure)); }
  // The points come behind those of a series of the same name.
  void Add(Series series);

  const std::vector<Figure>& figures() const { return figures_; }

  // One object, one figure an object in it: see docs/performance.md.
  std::string Json() const;
  // For people.
  std::string Table() const;

 private:
  std::vector<std::pair<std::string, std::string>> descriptions_;
  std::vector<Figure> figures_;
  std::vector<Series> series_;
};

}  // namespace xom::loadtest

#endif  // XOM_LOADTEST_REPORT_H_
