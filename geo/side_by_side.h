// The times of two things in one run, taken in turns, so that what slows the
// machine slows both. Benchmark code.
//
//   SideBySide turns(kQueries);
//   for (auto _ : state) {
//     turns.First([&] { ... });   // one query
//     turns.Second([&] { ... });
//   }
//   state.counters["ratio"] = turns.Ratio();
#ifndef XOM_GEO_SIDE_BY_SIDE_H_
#define XOM_GEO_SIDE_BY_SIDE_H_

#include <time.h>

#include <algorithm>
#include <cstddef>
#include <vector>

namespace xom::geo {

class SideBySide {
 public:
  // How often First and Second call what they are given, at each turn.
  explicit SideBySide(size_t calls_per_turn) : calls_(calls_per_turn) {}

  template <typename Call>
  void First(const Call& call) {
    first_.push_back(Time(call));
  }
  template <typename Call>
  void Second(const Call& call) {
    second_.push_back(Time(call));
  }

  // Of one call, the median of all turns.
  double first_nanos() const { return Median(first_); }
  double second_nanos() const { return Median(second_); }

  // How many times longer the second takes.
  double Ratio() const { return second_nanos() / first_nanos(); }

 private:
  // The processor time of this thread: others may want the core as well.
  static double Now() {
    timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return 1e9 * static_cast<double>(now.tv_sec) +
           static_cast<double>(now.tv_nsec);
  }

  template <typename Call>
  double Time(const Call& call) const {
    const double start = Now();
    for (size_t i = 0; i < calls_; ++i) call();
    return (Now() - start) / static_cast<double>(calls_);
  }

  static double Median(std::vector<double> nanos) {
    if (nanos.empty()) return 0;
    const auto middle =
        nanos.begin() + static_cast<std::ptrdiff_t>(nanos.size() / 2);
    std::nth_element(nanos.begin(), middle, nanos.end());
    return *middle;
  }

  const size_t calls_;
  std::vector<double> first_;
  std::vector<double> second_;
};

}  // namespace xom::geo

#endif  // XOM_GEO_SIDE_BY_SIDE_H_
