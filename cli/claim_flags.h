#ifndef XOM_CLI_CLAIM_FLAGS_H_
#define XOM_CLI_CLAIM_FLAGS_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/time/time.h"
#include "cli/command_line.h"
#include "cli/resource_commands.h"
#include "cli/resource_name.h"
#include "cli/session.h"
#include "xom/v1/claim_service.grpc.pb.h"

// What the commands about claims have in common.

namespace xom::cli {

// As in resource_kind.h, as far as a claim is like the others.
struct ClaimKind {
  using Service = v1::ClaimService;
  using Resource = v1::Claim;
  using ListRequest = v1::ListClaimsRequest;
  using ListResponse = v1::ListClaimsResponse;
  static constexpr char kSingular[] = "claim";
  static constexpr auto kList = &v1::ClaimService::StubInterface::ListClaims;
  static const auto& Items(const ListResponse& page) { return page.claims(); }
};

inline void AddClaimName(Command command, std::string* name) {
  command.Positional("NAME", "the claim: needs/X/claims/Y, or X/Y", name);
}

// --lease.
struct LeaseFlag {
  std::optional<absl::Duration> lease;

  void AddTo(Command command, const std::string& what) {
    command.Flag("--lease",
                 what +
                     ": 30m, 4h (default: the more urgent the need, the "
                     "shorter; 1h to 24h)",
                 &lease);
  }
  template <typename Request>
  void Fill(Request* request) const {
    if (!lease.has_value()) return;
    absl::Duration rest;
    request->mutable_lease_duration()->set_seconds(
        absl::IDivDuration(*lease, absl::Seconds(1), &rest));
    request->mutable_lease_duration()->set_nanos(
        static_cast<int32_t>(absl::ToInt64Nanoseconds(rest)));
  }
};

// `NAME [--fencing_token N]`: what a helper says about a claim.
struct HeldFlags {
  std::string name;
  std::optional<int64_t> token;
  RequestIdFlag request_id;

  void AddTo(Command command) {
    AddClaimName(command, &name);
    command.Flag("--fencing_token",
                 "the claim's fencing_token (default: the claim is read first "
                 "and its own is taken)",
                 &token);
    request_id.AddTo(command);
  }

  // Fails when the token has to be read and cannot be.
  template <typename Request>
  grpc::Status Fill(Session& session, Request* request) const {
    request->set_name(ClaimName(name));
    request->set_request_id(request_id.request_id);
    request->set_fencing_token(token.value_or(0));
    if (token.has_value()) return grpc::Status::OK;
    v1::GetClaimRequest get;
    get.set_name(request->name());
    v1::Claim claim;
    const grpc::Status status = session.Call<v1::ClaimService>(
        &v1::ClaimService::StubInterface::GetClaim, get, &claim);
    request->set_fencing_token(claim.fencing_token());
    return status;
  }
};

// A verb of a helper; `More` are the flags that it has besides.
template <typename Request, typename More, typename Reply = v1::Claim>
void AddHeld(Command command, Session& session,
             Method<v1::ClaimService, Request, Reply> method) {
  struct All {
    HeldFlags held;
    More more;
  };
  auto flags = std::make_shared<All>();
  flags->held.AddTo(command);
  flags->more.AddTo(command);
  command.Run([flags, &session, method] {
    Request request;
    const grpc::Status filled = flags->held.Fill(session, &request);
    if (!filled.ok()) return session.Fail(filled);
    flags->more.Fill(&request);
    Reply reply;
    return session.Show(session.Call<v1::ClaimService>(method, request, &reply),
                        reply);
  });
}

}  // namespace xom::cli

#endif  // XOM_CLI_CLAIM_FLAGS_H_
