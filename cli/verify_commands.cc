#include <memory>

#include "absl/strings/str_cat.h"
#include "cli/commands.h"
#include "cli/resource_commands.h"
#include "xom/v1/verification_service.grpc.pb.h"

namespace xom::cli {
namespace {

using Stub = v1::VerificationService::StubInterface;

void AddSubject(Command command, std::string* name) {
  command.Positional("NAME", "the need, or users/X", name);
}

void AddPhone(Command parent, Session& session) {
  struct All {
    std::string name;
    std::string phone;
  };
  Command command =
      parent.Add("phone", "Has a code sent to the phone of a need or a user.",
                 "xom verify phone 7f3k\nxom verify phone users/linh --phone "
                 "+84912345678");
  auto flags = std::make_shared<All>();
  AddSubject(command, &flags->name);
  command.Flag("--phone", "of a user: the number", &flags->phone);
  command.Run([flags, &session] {
    v1::SendPhoneCodeRequest request;
    request.set_name(NameIn("needs", flags->name));
    request.set_phone_number(flags->phone);
    v1::SendPhoneCodeResponse reply;
    return session.Show(session.Call<v1::VerificationService>(
                            &Stub::SendPhoneCode, request, &reply),
                        reply);
  });
}

void AddCode(Command parent, Session& session) {
  struct All {
    std::string name;
    std::string code;
  };
  Command command =
      parent.Add("code", "Gives back the code that came to the phone.",
                 "xom verify code 7f3k 042137");
  auto flags = std::make_shared<All>();
  AddSubject(command, &flags->name);
  command.Positional("CODE", "the six digits", &flags->code);
  command.Run([flags, &session] {
    v1::CheckPhoneCodeRequest request;
    request.set_name(NameIn("needs", flags->name));
    request.set_code(flags->code);
    v1::CheckPhoneCodeResponse reply;
    return session.Show(session.Call<v1::VerificationService>(
                            &Stub::CheckPhoneCode, request, &reply),
                        reply);
  });
}

void AddVouch(Command parent, Session& session) {
  struct All {
    std::string name;
    v1::Verification verification = v1::VERIFICATION_VOUCHED;
    RequestIdFlag request_id;
  };
  Command command = parent.Add(
      "vouch", "Vouches, as an official, for a need or a user.",
      "xom verify vouch 7f3k\nxom verify vouch users/linh --as visited");
  auto flags = std::make_shared<All>();
  AddSubject(command, &flags->name);
  command.Flag("--as", "vouched|visited (default vouched)",
               &flags->verification);
  flags->request_id.AddTo(command);
  command.Run([flags, &session] {
    v1::VouchRequest request;
    request.set_name(NameIn("needs", flags->name));
    request.set_verification(flags->verification);
    request.set_request_id(flags->request_id.request_id);
    v1::VouchResponse reply;
    return session.Show(
        session.Call<v1::VerificationService>(&Stub::Vouch, request, &reply),
        reply);
  });
}

}  // namespace

void AddVerifyCommands(Command root, Session& session) {
  Command verify = root.Add(
      "verify",
      "How well a need or a helper is known: phone, vouched, visited.");
  AddPhone(verify, session);
  AddCode(verify, session);
  AddVouch(verify, session);
}

}  // namespace xom::cli
