#include <memory>
#include <ostream>

#include "absl/time/clock.h"
#include "cli/commands.h"
#include "cli/message_text.h"
#include "cli/nearest_flags.h"
#include "cli/region_flags.h"
#include "cli/table.h"
#include "cli/watch_loop.h"
#include "cli/watch_text.h"
#include "xom/v1/watch_service.grpc.pb.h"

namespace xom::cli {
namespace {

using Stub = v1::WatchService::StubInterface;

// --for and --until_current.
struct EndFlags {
  absl::Duration after = absl::InfiniteDuration();
  bool until_current = false;

  void AddTo(Command command) {
    command.Flag("--for", "end after so many seconds, or 10m, 2h", &after);
    command.Switch("--until_current", "end when the first state is complete",
                   &until_current);
  }
  WatchEnd end() const { return {after, until_current}; }
};

void ShowNearest(const v1::WatchNearestNeedsResponse& message,
                 const NearestList& list, LiveBlock& block, Session& session) {
  if (session.json()) {
    session.out() << MessageJson(message) << "\n";
  } else if (session.width() > 0) {
    session.out() << block.Replace(
        ListText(list, session.width(), TerminalHeight(), absl::Now()));
  } else {
    session.out() << EventsText(message, absl::Now());
  }
  session.out() << std::flush;
}

ExitCode WatchNeeds(const NearestNeedsFlags& flags, const EndFlags& end,
                    Session& session) {
  using Message = v1::WatchNearestNeedsResponse;
  Interrupt interrupt;
  v1::WatchNearestNeedsRequest request;
  flags.Fill(&request);
  const auto stub = v1::WatchService::NewStub(session.channel());
  LiveBlock block;
  WatchOf<v1::WatchNearestNeedsRequest, grpc::ClientReader<Message>, Message,
          NearestList>
      watch(
          request,
          [&stub](grpc::ClientContext* context, const auto& filled) {
            return stub->WatchNearestNeeds(context, filled);
          },
          [&](const Message& message, const NearestList& list) {
            ShowNearest(message, list, block, session);
          },
          [&](const std::string& line) {
            block.Leave();
            session.err() << line << "\n";
          });
  return RunWatch(watch, end.end(), interrupt, session);
}

struct RegionWatchFlags {
  RegionFlags region;
  std::vector<std::string> kinds;
  std::vector<std::string> categories;
  v1::Urgency min_urgency = v1::URGENCY_UNSPECIFIED;
  v1::Verification min_verification = v1::VERIFICATION_UNSPECIFIED;

  void AddTo(Command command) {
    region.AddTo(command);
    command.Flag("--kind",
                 "needs|offers|points (default needs); again for more", &kinds);
    command.Flag("--category", "only this category; again for more",
                 &categories);
    command.Flag("--min_urgency", "only needs from low|normal|high|critical on",
                 &min_urgency);
    command.Flag("--min_verification",
                 "only needs from phone_checked|vouched|visited on",
                 &min_verification);
  }

  absl::Status Fill(v1::WatchRegionRequest* request) const {
    if (!region.given()) {
      return absl::InvalidArgumentError(
          "say where: --region_circle, --region_box or --region_geojson");
    }
    for (const std::string& kind : kinds) {
      // What the API calls supply points is `point` on the command line.
      v1::WatchedKind value = v1::WATCHED_KIND_SUPPLY_POINTS;
      absl::Status status =
          kind == "points" ? absl::OkStatus() : ParseValue(kind, &value);
      if (!status.ok()) return status;
      request->add_kinds(value);
    }
    for (const std::string& category : categories) {
      request->add_categories(CategoryName(category));
    }
    request->set_min_urgency(min_urgency);
    request->set_min_verification(min_verification);
    return region.Fill(request->mutable_region());
  }
};

void ShowRegion(const v1::WatchRegionResponse& message, const RegionSet& set,
                bool* was_current, Session& session) {
  if (session.json()) {
    session.out() << MessageJson(message) << "\n";
  } else {
    session.out() << EventsText(message, absl::Now());
    if (set.current() && !*was_current) {
      session.out() << "= current: " << set.resources().size() << " in it\n";
    }
  }
  *was_current = set.current();
  session.out() << std::flush;
}

ExitCode WatchRegion(const RegionWatchFlags& flags, const EndFlags& end,
                     Session& session) {
  using Message = v1::WatchRegionResponse;
  v1::WatchRegionRequest request;
  const absl::Status status = flags.Fill(&request);
  if (!status.ok()) return session.Usage(std::string(status.message()));
  Interrupt interrupt;
  const auto stub = v1::WatchService::NewStub(session.channel());
  bool was_current = false;
  WatchOf<v1::WatchRegionRequest, grpc::ClientReader<Message>, Message,
          RegionSet>
      watch(
          request,
          [&stub](grpc::ClientContext* context, const auto& filled) {
            return stub->WatchRegion(context, filled);
          },
          [&](const Message& message, const RegionSet& set) {
            ShowRegion(message, set, &was_current, session);
          },
          [&](const std::string& line) { session.err() << line << "\n"; });
  return RunWatch(watch, end.end(), interrupt, session);
}

}  // namespace

void AddWatchCommands(Command root, Session& session) {
  Command watch = root.Add("watch", "Keeps a list true, live, until Ctrl-C.");

  Command needs =
      watch.Add("needs", "The nearest open needs, as they change.",
                "xom watch needs --lat 10.7769 --lng 106.7009 --k 20\n"
                "xom watch needs --lat 10.7769 --lng 106.7009 --json --for 60");
  auto nearest = std::make_shared<NearestNeedsFlags>();
  auto needs_end = std::make_shared<EndFlags>();
  nearest->AddTo(needs);
  needs_end->AddTo(needs);
  needs.Run([nearest, needs_end, &session] {
    return WatchNeeds(*nearest, *needs_end, session);
  });

  Command region = watch.Add(
      "region", "What is in a region, as it changes.",
      "xom watch region --region_circle 10.7769,106.7009,2000 --kind needs "
      "--kind points\n"
      "xom watch region --region_geojson ward.geojson --until_current --json");
  auto flags = std::make_shared<RegionWatchFlags>();
  auto region_end = std::make_shared<EndFlags>();
  flags->AddTo(region);
  region_end->AddTo(region);
  region.Run([flags, region_end, &session] {
    return WatchRegion(*flags, *region_end, session);
  });
}

}  // namespace xom::cli
