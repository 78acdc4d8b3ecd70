// The commands that give claims to others, and that are about many at once.
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cli/claim_flags.h"
#include "cli/commands.h"
#include "cli/measure_text.h"
#include "cli/place_flags.h"
#include "cli/region_flags.h"
#include "cli/table.h"

namespace xom::cli {
namespace {

using Stub = v1::ClaimService::StubInterface;

// `users/an` of `an`.
std::string UserName(const std::string& text) {
  return text.empty() ? text : NameIn("users", text);
}

struct BatchFlags {
  std::string offer;
  std::optional<int32_t> max_claims;
  RegionFlags region;
  std::optional<double> max_distance_meters;
  v1::Urgency min_urgency = v1::URGENCY_UNSPECIFIED;
  LeaseFlag lease;
  std::string assignee;
  RequestIdFlag request_id;

  void AddTo(Command command) {
    command.Flag("--offer", "who helps", &offer, Presence::kRequired);
    command.Flag("--max_claims",
                 "at most so many, 1 to 100 (default: what the offer may hold)",
                 &max_claims);
    command.Flag("--max_distance_meters",
                 "only so far (default: as far as the offer serves)",
                 &max_distance_meters);
    command.Flag("--min_urgency", "low|normal|high|critical", &min_urgency);
    command.Flag("--assignee", "who goes: a member of the organization",
                 &assignee);
    region.AddTo(command);
    lease.AddTo(command, "how long they hold");
    request_id.AddTo(command);
  }
  absl::Status Fill(v1::BatchClaimRequest* request) const {
    request->set_offer(NameOf<OfferKind>(offer));
    if (max_claims.has_value()) request->set_max_claims(*max_claims);
    if (max_distance_meters.has_value()) {
      request->set_max_distance_meters(*max_distance_meters);
    }
    request->set_min_urgency(min_urgency);
    request->set_assignee(UserName(assignee));
    lease.Fill(request);
    request->set_request_id(request_id.request_id);
    if (!region.given()) return absl::OkStatus();
    return region.Fill(request->mutable_region());
  }
};

void ShowClaims(const v1::BatchClaimResponse& reply, Session& session) {
  Table table(Joined({{"STATE", Align::kLeft}}, ColumnsOf(v1::Claim())));
  for (const v1::Claim& claim : reply.claims()) {
    table.AddRow(
        Joined({StateText(claim)}, CellsOf(claim, absl::InfinitePast())));
  }
  if (reply.claims().empty()) {
    session.err() << "nothing to claim there\n";
  } else {
    session.out() << table.Text(session.width());
  }
}

void AddBatch(Command parent, Session& session) {
  Command command = parent.Add(
      "batch", "Claims all that is open of the nearest needs, at once.",
      "xom claim batch --offer 9k2p --max_claims 20\n"
      "xom claim batch --offer 9k2p --region_circle 10.7769,106.7009,2000 "
      "--min_urgency high");
  auto flags = std::make_shared<BatchFlags>();
  flags->AddTo(command);
  command.Run([flags, &session] {
    v1::BatchClaimRequest request;
    const absl::Status filled = flags->Fill(&request);
    if (!filled.ok()) return session.Usage(std::string(filled.message()));
    v1::BatchClaimResponse reply;
    const grpc::Status status =
        session.Call<v1::ClaimService>(&Stub::BatchClaim, request, &reply);
    if (!status.ok() || session.json()) return session.Show(status, reply);
    ShowClaims(reply, session);
    return ExitCode::kOk;
  });
}

void AddHandover(Command parent, Session& session) {
  struct All {
    std::string name;
    std::string offer;
    RequestIdFlag request_id;
  };
  Command command = parent.Add("handover", "Asks the holder of a claim for it.",
                               "xom claim handover 7f3k/x3m5 --offer 9k2p\n"
                               "xom claim handover 7f3k/- --offer 9k2p");
  auto flags = std::make_shared<All>();
  command.Positional("NAME",
                     "the claim: needs/X/claims/Y, or X/Y; X/-: the oldest of "
                     "the need that can be asked for",
                     &flags->name);
  command.Flag("--offer", "who asks", &flags->offer, Presence::kRequired);
  flags->request_id.AddTo(command);
  command.Run([flags, &session] {
    v1::RequestHandoverRequest request;
    request.set_name(ClaimName(flags->name));
    request.set_offer(NameOf<OfferKind>(flags->offer));
    request.set_request_id(flags->request_id.request_id);
    v1::Claim reply;
    return session.Show(
        session.Call<v1::ClaimService>(&Stub::RequestHandover, request, &reply),
        reply);
  });
}

struct AnswerFlags {
  v1::AnswerHandoverRequest::Answer answer =
      v1::AnswerHandoverRequest::ANSWER_UNSPECIFIED;

  void AddTo(Command command) {
    command.Flag("--answer", "give|keep", &answer, Presence::kRequired);
  }
  void Fill(v1::AnswerHandoverRequest* request) const {
    request->set_answer(answer);
  }
};

void AddReassign(Command parent, Session& session) {
  struct All {
    std::string name;
    std::string assignee;
    RequestIdFlag request_id;
  };
  Command command = parent.Add(
      "reassign", "Gives a claim of an organization to another member.",
      "xom claim reassign 7f3k/x3m5 --assignee an\n"
      "xom claim reassign 7f3k/x3m5");
  auto flags = std::make_shared<All>();
  AddClaimName(command, &flags->name);
  command.Flag("--assignee",
               "who goes from now on (default: nobody in particular)",
               &flags->assignee);
  flags->request_id.AddTo(command);
  command.Run([flags, &session] {
    v1::ReassignClaimRequest request;
    request.set_name(ClaimName(flags->name));
    request.set_assignee(UserName(flags->assignee));
    request.set_request_id(flags->request_id.request_id);
    v1::Claim reply;
    return session.Show(
        session.Call<v1::ClaimService>(&Stub::ReassignClaim, request, &reply),
        reply);
  });
}

void ShowRound(const v1::PlanRoundResponse& round, Session& session) {
  if (round.stops().empty()) {
    session.err() << "no active claims to visit\n";
    return;
  }
  Table table({{"STOP", Align::kRight},
               {"LEG", Align::kRight},
               {"UNTIL", Align::kLeft},
               {"CLAIM", Align::kLeft}});
  int count = 0;
  for (const auto& stop : round.stops()) {
    table.AddRow({absl::StrCat(++count), DistanceText(stop.leg_meters()),
                  absl::FormatTime("%a %H:%M", TimeOf(stop.lease_expire_time()),
                                   absl::LocalTimeZone()),
                  stop.claim()});
  }
  session.out() << table.Text(session.width()) << "\n"
                << DistanceText(round.total_meters())
                << " in all as the crow flies; no way is shorter than "
                << DistanceText(round.lower_bound_meters()) << "\n";
  if (round.truncated()) {
    session.out() << "The offer has more claims: these end first.\n";
  }
}

void AddRound(Command parent, Session& session) {
  struct All {
    std::string offer;
    LocationFlags start;
    bool return_to_start = false;
    std::string assignee;
  };
  Command command =
      parent.Add("round", "In which order to visit the claims of an offer.",
                 "xom claim round --offer 9k2p\n"
                 "xom claim round --offer 9k2p --lat 10.77 --lng 106.70 "
                 "--return_to_start");
  auto flags = std::make_shared<All>();
  command.Flag("--offer", "whose claims", &flags->offer, Presence::kRequired);
  flags->start.AddTo(command, Presence::kOptional);
  command.Switch("--return_to_start", "the way leads back",
                 &flags->return_to_start);
  command.Flag("--assignee", "only claims of this user", &flags->assignee);
  command.Run([flags, &session] {
    v1::PlanRoundRequest request;
    request.set_offer(NameOf<OfferKind>(flags->offer));
    if (flags->start.lat.has_value()) {
      *request.mutable_start() = flags->start.point();
    }
    request.set_return_to_start(flags->return_to_start);
    request.set_assignee(UserName(flags->assignee));
    v1::PlanRoundResponse reply;
    const grpc::Status status =
        session.Call<v1::ClaimService>(&Stub::PlanRound, request, &reply);
    if (!status.ok() || session.json()) return session.Show(status, reply);
    ShowRound(reply, session);
    return ExitCode::kOk;
  });
}

}  // namespace

void AddClaimTransferCommands(Command claim, Session& session) {
  AddBatch(claim, session);
  AddHandover(claim, session);
  AddHeld<v1::AnswerHandoverRequest, AnswerFlags>(
      claim.Add("answer", "Gives a claim to who asks for it, or keeps it.",
                "xom claim answer 7f3k/x3m5 --answer give"),
      session, &Stub::AnswerHandover);
  AddReassign(claim, session);
  AddRound(claim, session);
}

}  // namespace xom::cli
