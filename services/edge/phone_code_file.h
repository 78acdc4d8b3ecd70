#ifndef XOM_SERVICES_EDGE_PHONE_CODE_FILE_H_
#define XOM_SERVICES_EDGE_PHONE_CODE_FILE_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "services/core/phone_code_sender.h"
#include "storage/mutex.h"

namespace xom::edge {

// Appends each code to a file, a line of JSON each, for tests and for gateways
// that read it:
//
//   {"phone_number":"+84912345678","code":"042137","expire_time":"2026-..."}
//
// The file holds secrets: it is made with mode 0600. Thread-safe.
class PhoneCodeFile final : public core::PhoneCodeSender {
 public:
  // UNAVAILABLE when the file cannot be opened for appending.
  static absl::StatusOr<std::shared_ptr<PhoneCodeFile>> Open(
      const std::string& path);

  ~PhoneCodeFile() override;

  // A line that the disk does not take is lost.
  void Send(const core::PhoneCode& code) override;

 private:
  explicit PhoneCodeFile(int descriptor) : descriptor_(descriptor) {}

  storage::Mutex mu_;  // so that lines do not mix
  const int descriptor_ XOM_GUARDED_BY(mu_);
};

}  // namespace xom::edge

#endif  // XOM_SERVICES_EDGE_PHONE_CODE_FILE_H_
