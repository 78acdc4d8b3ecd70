#include <memory>
#include <ostream>

#include "absl/strings/str_cat.h"
#include "cli/claim_flags.h"
#include "cli/commands.h"
#include "cli/measure_text.h"
#include "cli/resource_commands.h"
#include "xom/v1/claim_service.grpc.pb.h"

namespace xom::cli {
namespace {

using Stub = v1::ClaimService::StubInterface;

struct RenewFlags : LeaseFlag {
  void AddTo(Command command) {
    LeaseFlag::AddTo(command, "how long it holds from now");
  }
};

struct ReleaseFlags {
  v1::Claim::ReleaseReason reason = v1::Claim::RELEASE_REASON_UNSPECIFIED;

  void AddTo(Command command) {
    command.Flag("--reason",
                 "cannot_come|out_of_stock|no_answer|not_as_described|other",
                 &reason);
  }
  void Fill(v1::ReleaseClaimRequest* request) const {
    request->set_reason(reason);
  }
};

struct NoFlags {
  void AddTo(Command) {}
  template <typename Request>
  void Fill(Request*) const {}
};

// For people: until when the promise holds, and what to say later.
void ShowNext(const v1::Claim& claim, Session& session) {
  const std::string until =
      absl::FormatTime("%Y-%m-%d %H:%M %Ez", TimeOf(claim.lease_expire_time()),
                       absl::LocalTimeZone());
  const std::string which = absl::StrCat(claim.name(), " --fencing_token ",
                                         claim.fencing_token(), "\n");
  session.out() << "\nIt is yours until " << until << ". Next:\n"
                << "  when it is there:    xom claim deliver " << which
                << "  to have it longer:   xom claim renew " << which
                << "  to give it back:     xom claim release " << which;
}

struct MakeFlags {
  std::string need;
  std::string offer;
  std::vector<v1::ClaimedLine> take;
  LeaseFlag lease;
  RequestIdFlag request_id;

  void AddTo(Command command) {
    command.Positional("NEED", "the need", &need);
    command.Flag("--offer", "who helps", &offer, Presence::kRequired);
    command.Flag("--take",
                 "INDEX=QUANTITY: 2=5 is 5 of the second line; again for more "
                 "(default: all that is open)",
                 &take);
    lease.AddTo(command, "how long it holds");
    request_id.AddTo(command);
  }
  v1::ClaimNeedRequest Request() const {
    v1::ClaimNeedRequest request;
    request.set_name(NameOf<NeedKind>(need));
    request.set_offer(NameOf<OfferKind>(offer));
    request.mutable_lines()->Assign(take.begin(), take.end());
    lease.Fill(&request);
    request.set_request_id(request_id.request_id);
    return request;
  }
};

void AddMake(Command parent, Session& session) {
  Command command =
      parent.Add("make", "Promises to meet a need, or a part of it.",
                 "xom claim make 7f3k --offer 9k2p\n"
                 "xom claim make 7f3k --offer 9k2p --take 1=5 --take 3=2 "
                 "--lease 4h");
  auto flags = std::make_shared<MakeFlags>();
  flags->AddTo(command);
  command.Run([flags, &session] {
    v1::Claim reply;
    const ExitCode code =
        session.Show(session.Call<v1::ClaimService>(&Stub::ClaimNeed,
                                                    flags->Request(), &reply),
                     reply);
    if (code == ExitCode::kOk && !session.json()) ShowNext(reply, session);
    return code;
  });
}

void AddGetClaim(Command parent, Session& session) {
  Command command =
      parent.Add("get", "Shows a claim.", "xom claim get 7f3k/x3m5");
  auto name = std::make_shared<std::string>();
  AddClaimName(command, name.get());
  command.Run([name, &session] {
    v1::GetClaimRequest request;
    request.set_name(ClaimName(*name));
    v1::Claim reply;
    return session.Show(
        session.Call<v1::ClaimService>(&Stub::GetClaim, request, &reply),
        reply);
  });
}

void AddListClaims(Command parent, Session& session) {
  struct All {
    std::string offer;
    std::string need;
    std::vector<v1::Claim::State> states;
    int32_t limit = 50;
  };
  Command command =
      parent.Add("list", "Lists the claims of an offer, of a need, or of both.",
                 "xom claim list --offer 9k2p --state active\n"
                 "xom claim list --need 7f3k");
  auto flags = std::make_shared<All>();
  command.Flag("--offer", "whose claims", &flags->offer);
  command.Flag("--need", "only of this need", &flags->need);
  command.Flag("--state",
               absl::StrCat("only this state: ",
                            EnumWords(*v1::Claim::State_descriptor()),
                            "; again for more"),
               &flags->states);
  command.Flag("--limit", "at most so many, 0: all (default 50)",
               &flags->limit);
  command.Run([flags, &session] {
    v1::ListClaimsRequest request;
    if (flags->need.empty() && flags->offer.empty()) {
      return session.Usage("claims of what? --offer, --need or both");
    }
    request.set_parent(
        NameOf<NeedKind>(flags->need.empty() ? "-" : flags->need));
    if (!flags->offer.empty()) {
      request.set_offer(NameOf<OfferKind>(flags->offer));
    }
    for (const auto state : flags->states) request.add_states(state);
    if (flags->limit < 0) return session.Usage("--limit: must be 0 or more");
    return List<ClaimKind>(request, flags->limit, session);
  });
}

void AddConfirm(Command parent, Session& session) {
  struct All {
    std::string name;
    v1::Claim::Outcome outcome = v1::Claim::OUTCOME_UNSPECIFIED;
    std::vector<v1::ClaimedLine> received;
    RequestIdFlag request_id;
  };
  Command command = parent.Add(
      "confirm", "Says, as who asked, what came of a delivery.",
      "xom claim confirm 7f3k/x3m5 --outcome received\n"
      "xom claim confirm 7f3k/x3m5 --outcome partly_received --received 1=3");
  auto flags = std::make_shared<All>();
  AddClaimName(command, &flags->name);
  command.Flag("--outcome", EnumWords(*v1::Claim::Outcome_descriptor()),
               &flags->outcome, Presence::kRequired);
  command.Flag("--received",
               "INDEX=QUANTITY, with partly_received: 2=5 is 5 of the second "
               "line; again for more",
               &flags->received);
  flags->request_id.AddTo(command);
  command.Run([flags, &session] {
    v1::ConfirmDeliveryRequest request;
    request.set_name(ClaimName(flags->name));
    request.set_outcome(flags->outcome);
    for (const v1::ClaimedLine& line : flags->received) {
      v1::ReceivedLine* received = request.add_received();
      received->set_line_index(line.line_index());
      received->set_quantity(line.quantity());
    }
    request.set_request_id(flags->request_id.request_id);
    v1::Claim reply;
    return session.Show(
        session.Call<v1::ClaimService>(&Stub::ConfirmDelivery, request, &reply),
        reply);
  });
}

}  // namespace

void AddClaimCommands(Command root, Session& session) {
  Command claim =
      root.Add("claim", "Who brings what: promise, bring, confirm.");
  AddMake(claim, session);
  AddGetClaim(claim, session);
  AddListClaims(claim, session);
  AddHeld<v1::RenewClaimRequest, RenewFlags>(
      claim.Add("renew", "Puts off the end of an active claim.",
                "xom claim renew 7f3k/x3m5 --lease 4h"),
      session, &Stub::RenewClaim);
  AddHeld<v1::ReleaseClaimRequest, ReleaseFlags>(
      claim.Add("release", "Gives an active claim back.",
                "xom claim release 7f3k/x3m5 --reason cannot_come"),
      session, &Stub::ReleaseClaim);
  AddHeld<v1::MarkDeliveredRequest, NoFlags>(
      claim.Add("deliver", "Says that all of an active claim was delivered.",
                "xom claim deliver 7f3k/x3m5"),
      session, &Stub::MarkDelivered);
  AddConfirm(claim, session);
  AddClaimTransferCommands(claim, session);
  AddHeld<v1::RevealClaimRequest, NoFlags, v1::NeedDetails>(
      claim.Add("reveal",
                "Shows the true place and the contact of the need, to the "
                "claim's holder, until 6 hours after the delivery. Who asked "
                "sees each look.",
                "xom claim reveal 7f3k/x3m5"),
      session, &Stub::RevealClaim);
}

}  // namespace xom::cli
