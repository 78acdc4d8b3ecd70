#ifndef XOM_TESTS_MODERATION_CALLS_H_
#define XOM_TESTS_MODERATION_CALLS_H_

#include <string>
#include <vector>

#include "tests/api_client.h"
#include "xom/v1/moderation_service.pb.h"
#include "xom/v1/report_service.pb.h"
#include "xom/v1/user.pb.h"
#include "xom/v1/verification_service.pb.h"

namespace xom::tests {

// A server with accounts, whose users are what a test says, and shorthands for
// tests of reports, moderation and verification. All go through the socket, and
// those that answer with a resource fail the test when the call does.
class ModerationTest : public ApiTest {
 protected:
  // With these limits only; by default none.
  explicit ModerationTest(core::CallLimits::Settings limits = {});
  ~ModerationTest() override;

  // Writes the record of `users/{id}`, made so long ago; `text` says the rest.
  void AddUser(const std::string& id, const std::string& text = "",
               absl::Duration age = absl::Hours(24 * 365));

  // Signed in; as nobody, with a need's access code.
  ApiClient As(const std::string& id) const;
  ApiClient WithCode(const v1::Need& need) const;

  // `needs/{id}` at 10, 106 of who calls.
  v1::Need CreateNeedAs(const ApiClient& client, const std::string& id,
                        const std::string& text = "") const;

  static v1::CreateReportRequest ReportOf(const std::string& subject,
                                          const std::string& text = "");
  // Reports by that many users of one kind, made for it.
  void ReportMany(const std::string& subject, const std::string& kind,
                  int count);
  // Has an official report it, which is enough to hide it.
  void Hide(const std::string& subject);

  // As moderators see it; there is one of that subject.
  v1::ModerationCase CaseOf(const std::string& subject);
  v1::ModerationCase Decide(const std::string& subject,
                            const std::string& decision);

  // The reason why somebody may not read the need; "" when they may.
  static std::string WhyHidden(const ApiClient& client,
                               const std::string& need);
  // The needs that everybody finds from 10, 106, nearest first, and lists.
  std::vector<std::string> Nearest(const std::string& text = "") const;
  std::vector<std::string> Listed(const std::string& text = "") const;

  // The code that was sent last.
  std::string LastCode() const;

 private:
  int officials_ = 0;
};

// Two codes of six digits that differ.
std::string OtherCode(const std::string& code);

}  // namespace xom::tests

#endif  // XOM_TESTS_MODERATION_CALLS_H_
