#ifndef XOM_CLI_SESSION_H_
#define XOM_CLI_SESSION_H_

#include <functional>
#include <iosfwd>
#include <memory>
#include <string>

#include "absl/time/time.h"
#include "cli/exit_code.h"
#include "cli/flag_value.h"
#include "google/protobuf/message.h"
#include "grpcpp/channel.h"
#include "grpcpp/client_context.h"
#include "grpcpp/support/status.h"

namespace xom::cli {

// The flags of all commands.
struct GlobalFlags {
  std::string server = "127.0.0.1:7580";
  bool json = false;
  absl::Duration timeout = absl::Seconds(10);
  // Who calls: a token, or the file that it stands in; the code of a need.
  HeaderText token;
  FileText token_file;
  HeaderText access_code;
  // Whether to speak TLS; any of the files says so too. Without `tls_ca` those
  // are trusted whom the machine trusts.
  bool tls = false;
  FileText tls_ca;
  FileText tls_certificate;
  FileText tls_client_key;
};

// How a pointer to a unary method of a service's stub looks.
template <typename Service, typename Request, typename Response>
using Method = grpc::Status (Service::StubInterface::*)(grpc::ClientContext*,
                                                        const Request&,
                                                        Response*);

// One run of the program: the server that it talks to, where it prints and how.
// Flags and streams must outlive it. Not thread-safe, but for the channel.
class Session {
 public:
  Session(const GlobalFlags* flags, std::ostream* out, std::ostream* err)
      : flags_(*flags), out_(*out), err_(*err) {}

  bool json() const { return flags_.json; }
  const std::string& server() const { return flags_.server; }
  absl::Duration timeout() const { return flags_.timeout; }
  // The columns of the terminal that out() is; 0 when it is none.
  int width() const;
  std::ostream& out() { return out_; }
  std::ostream& err() { return err_; }

  // Opened at the first use, so that no thread of gRPC starts before then. Each
  // call over it carries the credentials. Calls end with UNAVAILABLE when the
  // server has answered nothing, not even a ping, for 45 seconds.
  const std::shared_ptr<grpc::Channel>& channel();

  // Calls `method` and, while the server is UNAVAILABLE, a few times again, all
  // within timeout(). A mutation carries a request_id, so that this is safe.
  //
  //   session.Call<v1::NeedService>(&v1::NeedService::StubInterface::GetNeed,
  //                                 request, &need);
  template <typename Service, typename Request, typename Response>
  grpc::Status Call(Method<Service, Request, Response> method,
                    const Request& request, Response* response) {
    const auto stub = Service::NewStub(channel());
    return Retry([&](grpc::ClientContext* context) {
      return (stub.get()->*method)(context, request, response);
    });
  }

  // Prints the message for people or as JSON, or the failure; kOk or its code.
  ExitCode Show(const grpc::Status& status,
                const google::protobuf::Message& message);

  // Prints the failure; its code.
  ExitCode Fail(const grpc::Status& status);

  // Prints what is wrong with the flags; kUsage.
  ExitCode Usage(const std::string& what);

 private:
  using OneTry = std::function<grpc::Status(grpc::ClientContext*)>;
  grpc::Status Retry(const OneTry& one_try);

  const GlobalFlags& flags_;
  std::ostream& out_;
  std::ostream& err_;
  std::shared_ptr<grpc::Channel> channel_;
};

}  // namespace xom::cli

#endif  // XOM_CLI_SESSION_H_
