#ifndef XOM_CLI_FAKE_SERVER_H_
#define XOM_CLI_FAKE_SERVER_H_

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "grpcpp/server.h"
#include "xom/v1/need_service.grpc.pb.h"
#include "xom/v1/watch_service.grpc.pb.h"

namespace xom::cli {

// The least of a server that tests of the client need, in this process: needs
// in a map, watches from a script. Thread-safe.
class FakeNeeds : public v1::NeedService::Service {
 public:
  // Refuses latitudes over 90 with a field violation, a taken id, and, so often
  // as FailNext said, everything.
  grpc::Status CreateNeed(grpc::ServerContext* context,
                          const v1::CreateNeedRequest* request,
                          v1::Need* reply) override;
  grpc::Status GetNeed(grpc::ServerContext* context,
                       const v1::GetNeedRequest* request,
                       v1::Need* reply) override;
  // Pages of two, in the order of names, with an empty one in front.
  grpc::Status ListNeeds(grpc::ServerContext* context,
                         const v1::ListNeedsRequest* request,
                         v1::ListNeedsResponse* reply) override;
  grpc::Status UpdateNeed(grpc::ServerContext* context,
                          const v1::UpdateNeedRequest* request,
                          v1::Need* reply) override;

  void FailNext(int times, grpc::Status status);
  // Stores the next need, but answers UNAVAILABLE: a reply lost on its way.
  void LoseNextReply();

  std::map<std::string, v1::CreateNeedRequest> stored();
  std::vector<v1::CreateNeedRequest> asked();
  v1::UpdateNeedRequest updated();

 private:
  std::mutex mu_;
  std::map<std::string, v1::CreateNeedRequest> stored_;
  std::vector<v1::CreateNeedRequest> asked_;
  v1::UpdateNeedRequest updated_;
  int fail_times_ = 0;
  grpc::Status failure_;
  bool lose_reply_ = false;
};

// Each watch that is opened takes the next script: its messages, then its end.
class FakeWatches : public v1::WatchService::Service {
 public:
  struct Script {
    std::vector<v1::WatchNearestNeedsResponse> messages;
    grpc::Status end;
  };

  grpc::Status WatchNearestNeeds(
      grpc::ServerContext* context, const v1::WatchNearestNeedsRequest* request,
      grpc::ServerWriter<v1::WatchNearestNeedsResponse>* writer) override;

  void Add(Script script);
  // The resume tokens that streams were opened with.
  std::vector<std::string> tokens();

 private:
  std::mutex mu_;
  std::deque<Script> scripts_;
  std::vector<std::string> tokens_;
};

// Both, on a port of its own of 127.0.0.1.
struct FakeServer {
  FakeServer();
  ~FakeServer();

  FakeNeeds needs;
  FakeWatches watches;
  std::string address;
  std::unique_ptr<grpc::Server> server;
};

// A status with a BadRequest and an ErrorInfo, as Xóm sends them.
grpc::Status BadField(const std::string& field, const std::string& description);

}  // namespace xom::cli

#endif  // XOM_CLI_FAKE_SERVER_H_
