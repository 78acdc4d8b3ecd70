#include <memory>
#include <ostream>

#include "absl/strings/str_cat.h"
#include "cli/commands.h"
#include "cli/measure_text.h"
#include "cli/message_text.h"
#include "cli/nearest_flags.h"
#include "cli/resource_commands.h"

namespace xom::cli {
namespace {

using Stub = v1::MatchService::StubInterface;

Cells NearCells(int64_t rank, double distance_meters) {
  return {absl::StrCat(rank), DistanceText(distance_meters)};
}

std::vector<Column> NearColumns(const std::vector<Column>& rest) {
  return Joined({{"#", Align::kRight}, {"DISTANCE", Align::kRight}}, rest);
}

// The word in front of a point: whether one can go there now.
std::string OpenText(const v1::NearestSupplyPoint& near) {
  if (near.open_now()) return StateText(near.supply_point());
  if (!near.has_next_change_time()) return "shut";
  return absl::FormatTime("opens %a %H:%M", TimeOf(near.next_change_time()),
                          absl::LocalTimeZone());
}

Cells RowOf(const v1::NearestNeed& near, absl::Time now) {
  return CellsOf(near.need(), now);
}
Cells RowOf(const v1::NearestOffer& near, absl::Time now) {
  return CellsOf(near.offer(), now);
}
Cells RowOf(const v1::NearestSupplyPoint& near, absl::Time now) {
  return Joined({OpenText(near)}, CellsOf(near.supply_point(), now));
}

// Prints what came back: JSON an object a line, or the table.
template <typename Nears>
ExitCode ShowNearest(const Nears& nears, const std::string& next_page_token,
                     const std::vector<Column>& columns, Session& session) {
  Table table(NearColumns(columns));
  int64_t rank = 0;
  for (const auto& near : nears) {
    if (session.json()) session.out() << MessageJson(near) << "\n";
    table.AddRow(Joined(NearCells(++rank, near.distance_meters()),
                        RowOf(near, absl::Now())));
  }
  if (!session.json() && rank > 0) {
    session.out() << table.Text(session.width());
  }
  if (rank == 0) session.err() << "nothing found\n";
  if (!next_page_token.empty()) {
    session.err() << "more: --page_token " << next_page_token << "\n";
  }
  return ExitCode::kOk;
}

void AddNeeds(Command parent, Session& session) {
  Command command = parent.Add(
      "needs", "The nearest open needs.",
      "xom nearest needs --lat 10.7769 --lng 106.7009 --k 5\n"
      "xom nearest needs --lat 10.7769 --lng 106.7009 "
      "--max_distance_meters 3000 --category groceries --min_urgency high");
  auto flags = std::make_shared<NearestNeedsFlags>();
  auto page_token = std::make_shared<std::string>();
  flags->AddTo(command);
  command.Flag("--page_token", "go on from a page before", page_token.get());
  command.Run([flags, page_token, &session] {
    v1::FindNearestNeedsRequest request;
    flags->Fill(&request);
    request.set_page_token(*page_token);
    v1::FindNearestNeedsResponse reply;
    const grpc::Status status = session.Call<v1::MatchService>(
        &Stub::FindNearestNeeds, request, &reply);
    if (!status.ok()) return session.Fail(status);
    return ShowNearest(reply.needs(), reply.next_page_token(),
                       ColumnsOf(v1::Need()), session);
  });
}

void AddOffers(Command parent, Session& session) {
  struct All {
    NearestFlags nearest;
    std::string page_token;
    std::string language;
    bool open_now = false;
    bool reaching = false;
  };
  Command command =
      parent.Add("offers", "The nearest active offers.",
                 "xom nearest offers --lat 10.7769 --lng 106.7009 --reaching");
  auto flags = std::make_shared<All>();
  flags->nearest.AddTo(command);
  command.Flag("--language", "only who speaks it, such as vi",
               &flags->language);
  command.Switch("--open_now", "only whose hours are on", &flags->open_now);
  command.Switch("--reaching", "only who comes as far as the point",
                 &flags->reaching);
  command.Flag("--page_token", "go on from a page before", &flags->page_token);
  command.Run([flags, &session] {
    v1::FindNearestOffersRequest request;
    flags->nearest.Fill(&request);
    request.set_page_token(flags->page_token);
    request.set_language_code(flags->language);
    request.set_open_now(flags->open_now);
    request.set_reaching(flags->reaching);
    v1::FindNearestOffersResponse reply;
    const grpc::Status status = session.Call<v1::MatchService>(
        &Stub::FindNearestOffers, request, &reply);
    if (!status.ok()) return session.Fail(status);
    return ShowNearest(reply.offers(), reply.next_page_token(),
                       ColumnsOf(v1::Offer()), session);
  });
}

void AddPoints(Command parent, Session& session) {
  struct All {
    NearestFlags nearest;
    std::string page_token;
    bool open_now = false;
    bool accessible = false;
    v1::SupplyPoint::Charge charge = v1::SupplyPoint::CHARGE_UNSPECIFIED;
  };
  Command command =
      parent.Add("points", "The nearest supply points.",
                 "xom nearest points --lat 21.03 --lng 105.85 --open_now");
  auto flags = std::make_shared<All>();
  flags->nearest.AddTo(command);
  command.Switch("--open_now", "only what is open now", &flags->open_now);
  command.Switch("--accessible", "only what a wheelchair can enter",
                 &flags->accessible);
  command.Flag("--charge", "only free|sold", &flags->charge);
  command.Flag("--page_token", "go on from a page before", &flags->page_token);
  command.Run([flags, &session] {
    v1::FindNearestSupplyPointsRequest request;
    flags->nearest.Fill(&request);
    request.set_page_token(flags->page_token);
    request.set_open_now(flags->open_now);
    request.set_accessible(flags->accessible);
    request.set_charge(flags->charge);
    v1::FindNearestSupplyPointsResponse reply;
    const grpc::Status status = session.Call<v1::MatchService>(
        &Stub::FindNearestSupplyPoints, request, &reply);
    if (!status.ok()) return session.Fail(status);
    return ShowNearest(
        reply.supply_points(), reply.next_page_token(),
        Joined({{"NOW", Align::kLeft}}, ColumnsOf(v1::SupplyPoint())), session);
  });
}

}  // namespace

void AddNearestCommands(Command root, Session& session) {
  Command nearest = root.Add("nearest", "What is nearest to a point.");
  AddNeeds(nearest, session);
  AddOffers(nearest, session);
  AddPoints(nearest, session);
}

}  // namespace xom::cli
