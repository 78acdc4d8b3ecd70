#include <memory>
#include <ostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "cli/commands.h"
#include "cli/measure_text.h"
#include "cli/message_text.h"
#include "cli/resource_commands.h"

namespace xom::cli {
namespace {

struct MatchFlags {
  std::string offer;
  std::string need;
  std::string page_token;
  int32_t k = 10;
};

std::string NameOf(const v1::Match& match) {
  return match.has_need() ? match.need().name() : match.offer().name();
}

void ShowMatches(const v1::FindMatchesResponse& reply, Session& session) {
  Table table({{"#", Align::kRight},
               {"SCORE", Align::kRight},
               {"DISTANCE", Align::kRight},
               {"WHY", Align::kStretch},
               {"NAME", Align::kLeft}});
  int rank = 0;
  for (const v1::Match& match : reply.matches()) {
    table.AddRow({absl::StrCat(++rank), absl::StrFormat("%.2f", match.score()),
                  DistanceText(match.distance_meters()), match.reason(),
                  NameOf(match)});
  }
  session.out() << table.Text(session.width());
}

ExitCode FindMatches(const MatchFlags& flags, Session& session) {
  if (flags.offer.empty() == flags.need.empty()) {
    return session.Usage("give --offer or --need");
  }
  v1::FindMatchesRequest request;
  if (flags.need.empty()) {
    request.set_offer(NameIn("offers", flags.offer));
  } else {
    request.set_need(NameIn("needs", flags.need));
  }
  request.set_k(flags.k);
  request.set_page_token(flags.page_token);
  v1::FindMatchesResponse reply;
  const grpc::Status status = session.Call<v1::MatchService>(
      &v1::MatchService::StubInterface::FindMatches, request, &reply);
  if (!status.ok()) return session.Fail(status);
  if (session.json()) {
    for (const v1::Match& match : reply.matches()) {
      session.out() << MessageJson(match) << "\n";
    }
  } else if (!reply.matches().empty()) {
    ShowMatches(reply, session);
  }
  if (reply.matches().empty()) session.err() << "nothing fits\n";
  if (!reply.next_page_token().empty()) {
    session.err() << "more: --page_token " << reply.next_page_token() << "\n";
  }
  return ExitCode::kOk;
}

}  // namespace

void AddMatchCommand(Command root, Session& session) {
  Command command = root.Add(
      "match", "The needs that fit an offer, or the offers that fit a need.",
      "xom match --offer 7f3k\nxom match --need 9k2p --k 5");
  auto flags = std::make_shared<MatchFlags>();
  command.Flag("--offer", "finds needs for this offer", &flags->offer);
  command.Flag("--need", "finds offers for this need", &flags->need);
  command.Flag("--k", "how many, 1 to 100 (default 10)", &flags->k);
  command.Flag("--page_token", "go on from a page before", &flags->page_token);
  command.Run([flags, &session] { return FindMatches(*flags, session); });
}

}  // namespace xom::cli
