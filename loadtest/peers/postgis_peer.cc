#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "loadtest/peers/child_process.h"
#include "loadtest/peers/peer.h"
#include "loadtest/peers/postgis_connection.h"
#include "loadtest/peers/postgis_text.h"
#include "loadtest/peers/temporary_directory.h"

namespace xom::loadtest {
namespace {

constexpr char kPrograms[] = "/usr/lib/postgresql/15/bin";
constexpr char kPackages[] = "postgresql-15 and postgresql-15-postgis-3";
constexpr char kUser[] = "postgres";  // it refuses to run as root

// It calculates in doubles, on a sphere of our radius to 4 cm.
constexpr double kPrecisionMeters = 0.001;

// Everything in memory, nothing that a read does not need.
constexpr const char* kSettings[] = {
    "jit=off",
    "max_parallel_workers_per_gather=0",
    "random_page_cost=1.1",
    "work_mem=64MB",
    "maintenance_work_mem=512MB",
    // A plan for each query costs a third of the throughput and more.
    "plan_cache_mode=force_generic_plan",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "max_wal_size=8GB",
    "autovacuum=off",
    "track_activities=off",
    "track_counts=off",
    "update_process_title=off",
};

// A quarter of the memory, as its manual advises.
std::string SharedBuffers() {
  constexpr int64_t kMegabyte = 1024 * 1024;
  const int64_t megabytes =
      sysconf(_SC_PHYS_PAGES) / kMegabyte * sysconf(_SC_PAGESIZE) / 4;
  return absl::StrCat(
      "shared_buffers=", std::clamp<int64_t>(megabytes, 128, 8'192), "MB");
}

class PostgisPeer : public Peer {
 public:
  PostgisPeer(std::unique_ptr<TemporaryDirectory> directory, PostgisOrder order)
      : directory_(std::move(directory)), order_(order) {}

  absl::Status Start();

  std::string name() const override {
    return order_ == PostgisOrder::kByPlace ? "PostGIS KNN, rows by place"
                                            : "PostGIS KNN";
  }
  std::string version() const override { return version_; }
  std::string tuning() const override;
  double precision_meters() const override { return kPrecisionMeters; }
  absl::Status Load(absl::Span<const PeerPoint> points) override;
  absl::StatusOr<std::vector<int64_t>> Nearest(const PeerQuery& query) override;
  absl::StatusOr<LoadResult> Run(absl::Span<const PeerQuery> queries,
                                 const PeerLoad& load) override;
  absl::StatusOr<int64_t> ResidentBytes() const override {
    return server_->ResidentBytes();
  }

 private:
  ChildCommand Command(const std::string& program,
                       std::vector<std::string> flags) const;
  // Sets connection_ when one can be made.
  absl::Status Connect();

  const std::unique_ptr<TemporaryDirectory> directory_;  // outlives the server
  const PostgisOrder order_;
  std::string version_;
  std::unique_ptr<ChildProcess> server_;
  std::unique_ptr<PostgisConnection> connection_;  // of Load and Nearest
};

ChildCommand PostgisPeer::Command(const std::string& program,
                                  std::vector<std::string> flags) const {
  ChildCommand command;
  command.argv = {absl::StrCat(kPrograms, "/", program), "-D",
                  directory_->path() + "/data"};
  command.argv.insert(command.argv.end(), flags.begin(), flags.end());
  command.output_path = absl::StrCat(directory_->path(), "/", program, ".log");
  command.user = kUser;
  command.directory = directory_->path();
  command.stop_signal = SIGINT;  // do not wait for clients
  // It has a piece of shared memory to give back, and does so at once.
  command.orphan_signal = SIGQUIT;
  return command;
}

absl::Status PostgisPeer::Start() {
  const absl::Status made = RunToEnd(
      Command("initdb",
              {"-U", kUser, "-A", "trust", "-N", "-E", "UTF8", "--locale=C"}),
      kPeerStartBound);
  if (!made.ok()) return made;
  std::vector<std::string> flags = {
      "-c", "listen_addresses=",
      "-c", "unix_socket_directories=" + directory_->path(),
      "-c", SharedBuffers()};
  for (const char* setting : kSettings) {
    flags.insert(flags.end(), {"-c", setting});
  }
  auto server = ChildProcess::Start(Command("postgres", std::move(flags)));
  if (!server.ok()) return server.status();
  server_ = *std::move(server);
  return server_->WaitUntil([this] { return Connect().ok(); }, kPeerStartBound);
}

absl::Status PostgisPeer::Connect() {
  auto connection = PostgisConnection::Connect(directory_->path());
  if (!connection.ok()) return connection.status();
  connection_ = *std::move(connection);
  return absl::OkStatus();
}

std::string PostgisPeer::tuning() const {
  return absl::StrCat(
      "geography <->, an index for each category (faster than one index of "
      "category and place, or points in space), prepared, binary, pipelined "
      "over a unix socket; rows ",
      order_ == PostgisOrder::kByPlace
          ? "sorted along a Hilbert curve before the indexes are built"
          : "in the order in which they came",
      "; ", SharedBuffers(), " ", absl::StrJoin(kSettings, " "),
      "; VACUUM (FREEZE, ANALYZE)");
}

absl::Status PostgisPeer::Load(absl::Span<const PeerPoint> points) {
  uint64_t categories = 0;
  for (const PeerPoint& point : points) categories |= point.categories;
  for (const std::string& sql : PostgisBeforeLoad()) {
    if (absl::Status s = connection_->Execute(sql); !s.ok()) return s;
  }
  if (absl::Status s = connection_->Copy(points); !s.ok()) return s;
  for (const std::string& sql : PostgisAfterLoad(categories, order_)) {
    if (absl::Status s = connection_->Execute(sql); !s.ok()) return s;
  }
  auto version = connection_->ExecuteForText(
      "SELECT current_setting('server_version') || ', PostGIS ' || "
      "postgis_lib_version()");
  if (!version.ok()) return version.status();
  version_ = *std::move(version);
  return absl::OkStatus();
}

absl::StatusOr<std::vector<int64_t>> PostgisPeer::Nearest(
    const PeerQuery& query) {
  return Ask(*connection_, query, PeerLoad().answer_bound);
}

absl::StatusOr<LoadResult> PostgisPeer::Run(absl::Span<const PeerQuery> queries,
                                            const PeerLoad& load) {
  PeerConnections connections;
  for (int i = 0; i < load.connections; ++i) {
    auto connection = PostgisConnection::Connect(directory_->path());
    if (!connection.ok()) return connection.status();
    connections.push_back(*std::move(connection));
  }
  return RunOver(connections, queries, load);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Peer>> StartPostgis(PostgisOrder order) {
  if (!std::filesystem::exists(absl::StrCat(kPrograms, "/postgres"))) {
    return absl::NotFoundError(absl::StrCat(
        "there is no PostgreSQL in ", kPrograms, ": install ", kPackages));
  }
  auto directory = TemporaryDirectory::Create(kUser);
  if (!directory.ok()) return directory.status();
  auto peer = std::make_unique<PostgisPeer>(*std::move(directory), order);
  if (absl::Status s = peer->Start(); !s.ok()) return s;
  return peer;
}

}  // namespace xom::loadtest
