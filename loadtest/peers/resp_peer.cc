#include "loadtest/peers/resp_peer.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "loadtest/peers/resp_text.h"
#include "loadtest/peers/version_text.h"

namespace xom::loadtest {
namespace {

// How many points are turned into commands and sent before replies are read.
constexpr size_t kLoadBatch = 500;

class RespPeer : public Peer {
 public:
  RespPeer(std::unique_ptr<TemporaryDirectory> directory, RespKind kind)
      : directory_(std::move(directory)), kind_(std::move(kind)) {}

  absl::Status Start();

  std::string name() const override { return kind_.name; }
  std::string version() const override { return version_; }
  std::string tuning() const override { return kind_.tuning; }
  double precision_meters() const override { return kind_.precision_meters; }
  absl::Status Load(absl::Span<const PeerPoint> points) override;
  absl::StatusOr<std::vector<int64_t>> Nearest(const PeerQuery& query) override;
  absl::StatusOr<LoadResult> Run(absl::Span<const PeerQuery> queries,
                                 const PeerLoad& load) override;
  absl::StatusOr<int64_t> ResidentBytes() const override {
    return server_->ResidentBytes();
  }

 private:
  absl::StatusOr<std::unique_ptr<RespConnection>> Connect() const {
    return RespConnection::Connect(kind_.address, kind_.query);
  }

  const std::unique_ptr<TemporaryDirectory> directory_;  // outlives the server
  const RespKind kind_;
  std::string version_;
  std::unique_ptr<ChildProcess> server_;
  std::unique_ptr<RespConnection> connection_;  // of Load and Nearest
};

absl::Status RespPeer::Start() {
  ChildCommand command;
  command.argv = kind_.argv;
  command.directory = directory_->path();
  command.output_path = directory_->path() + "/log";
  auto version = VersionOf(kind_.argv[0], kind_.version_flag);
  if (!version.ok()) return version.status();
  version_ = *std::move(version);
  auto server = ChildProcess::Start(command);
  if (!server.ok()) return server.status();
  server_ = *std::move(server);
  const auto answers = [this] {
    auto connection = Connect();
    if (!connection.ok()) return false;
    connection_ = *std::move(connection);
    // It listens before it is ready.
    return connection_->SendBytes(RespCommand({"PING"})).ok() &&
           connection_->Settle(1, kPeerStartBound).ok();
  };
  return server_->WaitUntil(answers, kPeerStartBound);
}

absl::Status RespPeer::Load(absl::Span<const PeerPoint> points) {
  uint64_t categories = 0;
  for (const PeerPoint& point : points) categories |= point.categories;
  for (int category = 0; category < kMaxPeerCategories; ++category) {
    if ((categories >> category & 1) == 0) continue;
    for (size_t i = 0; i < points.size(); i += kLoadBatch) {
      const std::vector<std::string> commands =
          kind_.add(category, points.subspan(i, kLoadBatch));
      for (const std::string& command : commands) {
        absl::Status s = connection_->SendBytes(command);
        if (!s.ok()) return s;
      }
      absl::Status s = connection_->Settle(static_cast<int>(commands.size()),
                                           kPeerLoadBound);
      if (!s.ok()) return s;
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<int64_t>> RespPeer::Nearest(const PeerQuery& query) {
  return Ask(*connection_, query, PeerLoad().answer_bound);
}

absl::StatusOr<LoadResult> RespPeer::Run(absl::Span<const PeerQuery> queries,
                                         const PeerLoad& load) {
  PeerConnections connections;
  for (int i = 0; i < load.connections; ++i) {
    auto connection = Connect();
    if (!connection.ok()) return connection.status();
    connections.push_back(*std::move(connection));
  }
  return RunOver(connections, queries, load);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Peer>> StartRespPeer(
    std::unique_ptr<TemporaryDirectory> directory, const RespKind& kind) {
  auto peer = std::make_unique<RespPeer>(std::move(directory), kind);
  if (absl::Status s = peer->Start(); !s.ok()) return s;
  return peer;
}

}  // namespace xom::loadtest
