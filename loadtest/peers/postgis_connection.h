#ifndef XOM_LOADTEST_PEERS_POSTGIS_CONNECTION_H_
#define XOM_LOADTEST_PEERS_POSTGIS_CONNECTION_H_

#include <libpq-fe.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "loadtest/peers/peer_connection.h"

namespace xom::loadtest {

// A connection to PostgreSQL: prepared statements, binary, and many queries on
// the way at once (the pipeline mode of libpq).
class PostgisConnection : public PeerConnection {
 public:
  // To the server whose socket is in `directory`. UNAVAILABLE when there is
  // none.
  static absl::StatusOr<std::unique_ptr<PostgisConnection>> Connect(
      const std::string& directory);

  // Runs SQL and waits for its end. REQUIRES: no Send came before.
  absl::Status Execute(const std::string& sql);
  // The first column of the first row of what SQL finds, as text.
  absl::StatusOr<std::string> ExecuteForText(const std::string& sql);
  // COPY into `loaded`. REQUIRES: no Send came before.
  absl::Status Copy(absl::Span<const PeerPoint> points);

  int descriptor() const override { return PQsocket(connection_.get()); }
  absl::Status Send(const PeerQuery& query) override;
  absl::StatusOr<bool> Flush() override;
  absl::Status Receive(OnAnswer on_answer) override;

 private:
  struct Finish {
    void operator()(PGconn* connection) const { PQfinish(connection); }
  };
  struct Clear {
    void operator()(PGresult* result) const { PQclear(result); }
  };
  using Result = std::unique_ptr<PGresult, Clear>;

  explicit PostgisConnection(PGconn* connection) : connection_(connection) {}

  absl::Status Error() const;
  // Begins to send queries, the first time.
  absl::Status EnterPipeline();
  // Queues the preparation of what asks for such a query, the first time.
  absl::Status Prepare(const PeerQuery& query);
  absl::Status TakeResult(const PGresult& result, OnAnswer on_answer);

  const std::unique_ptr<PGconn, Finish> connection_;
  absl::flat_hash_set<std::string> prepared_;
  int awaited_ = 0;           // results that are on the way
  std::vector<int64_t> ids_;  // kept for its memory
};

}  // namespace xom::loadtest

#endif  // XOM_LOADTEST_PEERS_POSTGIS_CONNECTION_H_
