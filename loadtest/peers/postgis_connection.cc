#include "loadtest/peers/postgis_connection.h"

#include <endian.h>

#include <cstring>

#include "absl/strings/str_cat.h"
#include "loadtest/peers/postgis_text.h"

namespace xom::loadtest {
namespace {

// How many points are turned into text before they are sent.
constexpr size_t kCopyBatch = 1'000;

// A bigint as PostgreSQL sends it.
int64_t ReadNumber(const char* bytes) {
  uint64_t number = 0;
  std::memcpy(&number, bytes, sizeof number);
  return static_cast<int64_t>(be64toh(number));
}

}  // namespace

absl::StatusOr<std::unique_ptr<PostgisConnection>> PostgisConnection::Connect(
    const std::string& directory) {
  const char* const names[] = {"host", "port", "user", "dbname", nullptr};
  const char* const values[] = {directory.c_str(), "5432", "postgres",
                                "postgres", nullptr};
  auto connection = std::unique_ptr<PostgisConnection>(
      new PostgisConnection(PQconnectdbParams(names, values, 0)));
  if (PQstatus(connection->connection_.get()) != CONNECTION_OK) {
    return connection->Error();
  }
  return connection;
}

absl::Status PostgisConnection::Execute(const std::string& sql) {
  const Result result(PQexec(connection_.get(), sql.c_str()));
  const ExecStatusType status = PQresultStatus(result.get());
  if (status != PGRES_COMMAND_OK && status != PGRES_COPY_IN) return Error();
  return absl::OkStatus();
}

absl::StatusOr<std::string> PostgisConnection::ExecuteForText(
    const std::string& sql) {
  const Result result(PQexec(connection_.get(), sql.c_str()));
  if (PQresultStatus(result.get()) != PGRES_TUPLES_OK) return Error();
  if (PQntuples(result.get()) == 0) return absl::NotFoundError(sql);
  return std::string(PQgetvalue(result.get(), 0, 0));
}

absl::Status PostgisConnection::Copy(absl::Span<const PeerPoint> points) {
  if (absl::Status s = Execute("COPY loaded FROM STDIN"); !s.ok()) return s;
  for (size_t i = 0; i < points.size(); i += kCopyBatch) {
    const std::string lines = PostgisLines(points.subspan(i, kCopyBatch));
    if (PQputCopyData(connection_.get(), lines.data(),
                      static_cast<int>(lines.size())) != 1) {
      return Error();
    }
  }
  if (PQputCopyEnd(connection_.get(), nullptr) != 1) return Error();
  absl::Status status;
  // All results have to be taken, down to the null one.
  while (const Result result{PQgetResult(connection_.get())}) {
    if (PQresultStatus(result.get()) != PGRES_COMMAND_OK) status = Error();
  }
  return status;
}

absl::Status PostgisConnection::Send(const PeerQuery& query) {
  if (absl::Status s = EnterPipeline(); !s.ok()) return s;
  if (absl::Status s = Prepare(query); !s.ok()) return s;
  const std::string place = PostgisPlace(query.place);
  const char* const values[] = {place.data()};
  const int lengths[] = {static_cast<int>(place.size())};
  const int binary[] = {1};
  // The request makes the server send the answer now, though no transaction
  // ends: all queries of a connection are one, which is the least work.
  if (PQsendQueryPrepared(connection_.get(),
                          PostgisQueryName(query.category, query.k).c_str(), 1,
                          values, lengths, binary, 1) != 1 ||
      PQsendFlushRequest(connection_.get()) != 1) {
    return Error();
  }
  ++awaited_;
  return absl::OkStatus();
}

absl::Status PostgisConnection::EnterPipeline() {
  if (PQpipelineStatus(connection_.get()) == PQ_PIPELINE_ON) {
    return absl::OkStatus();
  }
  if (PQsetnonblocking(connection_.get(), 1) != 0 ||
      PQenterPipelineMode(connection_.get()) != 1) {
    return Error();
  }
  return absl::OkStatus();
}

absl::Status PostgisConnection::Prepare(const PeerQuery& query) {
  const std::string name = PostgisQueryName(query.category, query.k);
  if (!prepared_.insert(name).second) return absl::OkStatus();
  if (PQsendPrepare(connection_.get(), name.c_str(),
                    PostgisQuery(query.category, query.k).c_str(), 0,
                    nullptr) != 1) {
    return Error();
  }
  ++awaited_;
  return absl::OkStatus();
}

absl::StatusOr<bool> PostgisConnection::Flush() {
  const int left = PQflush(connection_.get());
  if (left < 0) return Error();
  return left == 0;
}

absl::Status PostgisConnection::Receive(OnAnswer on_answer) {
  if (PQconsumeInput(connection_.get()) != 1) return Error();
  while (awaited_ > 0 && PQisBusy(connection_.get()) == 0) {
    const Result result(PQgetResult(connection_.get()));
    if (result == nullptr) continue;  // stands between two queries
    absl::Status s = TakeResult(*result, on_answer);
    if (!s.ok()) return s;
  }
  return absl::OkStatus();
}

absl::Status PostgisConnection::TakeResult(const PGresult& result,
                                           OnAnswer on_answer) {
  --awaited_;
  const ExecStatusType status = PQresultStatus(&result);
  if (status == PGRES_COMMAND_OK) return absl::OkStatus();  // prepared
  if (status != PGRES_TUPLES_OK || PQnfields(&result) != 1) {
    return absl::InternalError(
        absl::StrCat("PostgreSQL: ", PQresultErrorMessage(&result)));
  }
  ids_.clear();
  for (int row = 0; row < PQntuples(&result); ++row) {
    ids_.push_back(ReadNumber(PQgetvalue(&result, row, 0)));
  }
  on_answer(ids_);
  return absl::OkStatus();
}

absl::Status PostgisConnection::Error() const {
  return absl::UnavailableError(
      absl::StrCat("PostgreSQL: ", PQerrorMessage(connection_.get())));
}

}  // namespace xom::loadtest
