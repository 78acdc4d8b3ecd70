#include "loadtest/peers/resp_connection.h"

#include <fcntl.h>
#include <poll.h>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace xom::loadtest {
namespace {

absl::string_view TextOf(const redisReply& reply) {
  return {reply.str, static_cast<size_t>(reply.len)};
}

absl::Status ErrorOf(const redisReply& reply) {
  return reply.type == REDIS_REPLY_ERROR ? absl::InternalError(TextOf(reply))
                                         : absl::OkStatus();
}

}  // namespace

absl::Status ReadIds(const redisReply& reply, std::vector<int64_t>* ids) {
  ids->clear();
  if (absl::Status s = ErrorOf(reply); !s.ok()) return s;
  const redisReply* array = &reply;
  // Tile38: [cursor, [id, ...]].
  if (reply.type == REDIS_REPLY_ARRAY && reply.elements == 2 &&
      reply.element[1]->type == REDIS_REPLY_ARRAY) {
    array = reply.element[1];
  }
  if (array->type != REDIS_REPLY_ARRAY) {
    return absl::InternalError("the answer is not an array");
  }
  for (size_t i = 0; i < array->elements; ++i) {
    const redisReply& element = *array->element[i];
    int64_t id = 0;
    if (element.type != REDIS_REPLY_STRING ||
        !absl::SimpleAtoi(TextOf(element), &id)) {
      return absl::InternalError("the answer holds what is not an id");
    }
    ids->push_back(id);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<RespConnection>> RespConnection::Connect(
    const RespAddress& address, Format format) {
  // Connects as it blocks, and blocks no more from then on.
  redisContext* const context = address.socket.empty()
                                    ? redisConnect("127.0.0.1", address.port)
                                    : redisConnectUnix(address.socket.c_str());
  if (context == nullptr) return absl::ResourceExhaustedError("no memory");
  auto connection = std::unique_ptr<RespConnection>(
      new RespConnection(context, std::move(format)));
  if (context->err != 0) return connection->Error();
  if (fcntl(context->fd, F_SETFL, O_NONBLOCK) != 0) {
    return absl::ErrnoToStatus(errno, "fcntl");
  }
  context->flags &= ~REDIS_BLOCK;
  return connection;
}

absl::Status RespConnection::Send(const PeerQuery& query) {
  return SendBytes(format_(query));
}

absl::Status RespConnection::SendBytes(const std::string& command) {
  if (redisAppendFormattedCommand(context_.get(), command.data(),
                                  command.size()) != REDIS_OK) {
    return Error();
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> RespConnection::Flush() {
  int all = 0;
  if (redisBufferWrite(context_.get(), &all) != REDIS_OK) return Error();
  return all != 0;
}

absl::Status RespConnection::Receive(OnAnswer on_answer) {
  if (redisBufferRead(context_.get()) != REDIS_OK) return Error();
  while (true) {
    const absl::StatusOr<Reply> reply = Next();
    if (!reply.ok()) return reply.status();
    if (*reply == nullptr) return absl::OkStatus();
    if (absl::Status s = ReadIds(**reply, &ids_); !s.ok()) return s;
    on_answer(ids_);
  }
}

absl::Status RespConnection::Settle(int replies, absl::Duration bound) {
  absl::Status first_error;
  while (replies > 0) {
    const absl::StatusOr<bool> all = Flush();
    if (!all.ok()) return all.status();
    pollfd socket = {
        .fd = descriptor(),
        .events = static_cast<short>(*all ? POLLIN : POLLIN | POLLOUT),
        .revents = 0};
    if (poll(&socket, 1, static_cast<int>(absl::ToInt64Milliseconds(bound))) <=
        0) {
      return absl::DeadlineExceededError("no reply comes");
    }
    if ((socket.revents & ~POLLOUT) == 0) continue;
    if (redisBufferRead(context_.get()) != REDIS_OK) return Error();
    while (replies > 0) {
      const absl::StatusOr<Reply> reply = Next();
      if (!reply.ok()) return reply.status();
      if (*reply == nullptr) break;
      first_error.Update(ErrorOf(**reply));
      --replies;
    }
  }
  return first_error;
}

absl::Status RespConnection::Error() const {
  return absl::UnavailableError(context_->errstr);
}

absl::StatusOr<RespConnection::Reply> RespConnection::Next() {
  void* reply = nullptr;
  if (redisGetReplyFromReader(context_.get(), &reply) != REDIS_OK) {
    return Error();
  }
  return Reply(static_cast<redisReply*>(reply));
}

}  // namespace xom::loadtest
