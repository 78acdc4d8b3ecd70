#ifndef XOM_STORAGE_RECORD_CODEC_H_
#define XOM_STORAGE_RECORD_CODEC_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "storage/transaction.h"

// Values in the store: our structs to the bytes of xom/internal/v1/ledger.proto
// and back. Decoding what is not such bytes is DATA_LOSS/kCorrupt.

namespace xom::storage {

struct StoreFormat {
  std::string product;
  uint32_t version = 0;
};

// The changes kept are those in (oldest_revision, revision].
struct StoreState {
  Revision revision = 0;
  Revision oldest_revision = 0;
};

struct StoredReply {
  RequestRecord request;
  Revision revision = 0;
  absl::Time commit_time;
};

// What `history` says of a request, nothing when `request_id` is empty.
struct RequestMention {
  std::string request_id = {};
  absl::Time commit_time = absl::UnixEpoch();
};

std::string EncodeFormat(const StoreFormat& format);
std::string EncodeState(const StoreState& state);
// The record without its cell: as it stands in `cells`, or in `records` when it
// has none.
std::string EncodeRecord(const Record& record);
// What `records` tells of a record that stands in `cells`.
std::string EncodePlace(uint64_t cell);
std::string EncodeReply(const StoredReply& reply);
std::string EncodeHistory(const RequestMention& mention);
std::string EncodeChange(const Change& change);

// What stands in the key (record key, request id, revision) is passed in.
absl::StatusOr<StoreFormat> DecodeFormat(absl::string_view bytes);
absl::StatusOr<StoreState> DecodeState(absl::string_view bytes);
// A record with a cell is but its place: see EncodePlace.
absl::StatusOr<Record> DecodeRecord(absl::string_view key,
                                    absl::string_view bytes);
// The same into `record`, whose memory is used again.
absl::Status DecodeRecordInto(absl::string_view key, absl::string_view bytes,
                              Record* record);
absl::StatusOr<StoredReply> DecodeReply(absl::string_view id,
                                        absl::string_view bytes);
absl::StatusOr<RequestMention> DecodeHistory(absl::string_view bytes);
absl::StatusOr<Change> DecodeChange(Revision revision, absl::string_view bytes);

}  // namespace xom::storage

#endif  // XOM_STORAGE_RECORD_CODEC_H_
