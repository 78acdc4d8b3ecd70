#ifndef XOM_CLI_BACKOFF_H_
#define XOM_CLI_BACKOFF_H_

#include "absl/time/time.h"

namespace xom::cli {

// The waits between tries: each about twice the one before, up to a bound, and
// by chance up to a quarter shorter, so that clients that lost a server at one
// moment do not come back at one moment.
class Backoff {
 public:
  static constexpr absl::Duration kFirst = absl::Milliseconds(100);
  static constexpr absl::Duration kLongest = absl::Seconds(5);

  // How long to wait before the next try.
  absl::Duration Next();

  // After a success.
  void Reset() { next_ = kFirst; }

 private:
  absl::Duration next_ = kFirst;
};

}  // namespace xom::cli

#endif  // XOM_CLI_BACKOFF_H_
