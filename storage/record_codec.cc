#include "storage/record_codec.h"

#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/wire_format_lite.h"
#include "storage/ledger_error.h"
#include "xom/internal/v1/ledger.pb.h"

namespace xom::storage {
namespace {

namespace pb = ::xom::internal::v1;

using Wire = google::protobuf::internal::WireFormatLite;
constexpr auto kBytes = Wire::WIRETYPE_LENGTH_DELIMITED;
constexpr auto kFixed64 = Wire::WIRETYPE_FIXED64;
constexpr auto kVarint = Wire::WIRETYPE_VARINT;

constexpr uint32_t TagOf(int field, Wire::WireType type) {
  return Wire::MakeTag(field, type);
}

template <typename Message>
absl::StatusOr<Message> Parse(absl::string_view what, absl::string_view bytes) {
  Message message;
  if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return MakeLedgerError(LedgerError::kCorrupt,
                           absl::StrCat("cannot decode ", what));
  }
  return message;
}

void ToStored(const ChangedRecord& changed, pb::StoredChangedRecord* stored) {
  stored->set_key(changed.key);
  if (changed.before.has_value()) stored->set_before(*changed.before);
  if (changed.after.has_value()) stored->set_after(*changed.after);
  stored->set_cell(changed.cell);
  stored->set_previous_revision(changed.previous_revision);
  stored->set_secret(changed.secret);
}

ChangedRecord FromStored(pb::StoredChangedRecord stored) {
  ChangedRecord changed;
  changed.key = std::move(*stored.mutable_key());
  if (stored.has_before()) changed.before = std::move(*stored.mutable_before());
  if (stored.has_after()) changed.after = std::move(*stored.mutable_after());
  changed.cell = stored.cell();
  changed.previous_revision = stored.previous_revision();
  changed.secret = stored.secret();
  return changed;
}

// The fields of a StoredRecord; unknown ones are damage, for none were ever
// written.
bool ReadFields(absl::string_view bytes, Record* record) {
  using pb::StoredRecord;
  google::protobuf::io::CodedInputStream in(
      reinterpret_cast<const uint8_t*>(bytes.data()),
      static_cast<int>(bytes.size()));
  while (const uint32_t tag = in.ReadTag()) {
    uint64_t number = 0;
    switch (tag) {
      case TagOf(StoredRecord::kValueFieldNumber, kBytes):
        if (!Wire::ReadBytes(&in, &record->value)) return false;
        break;
      case TagOf(StoredRecord::kCellFieldNumber, kFixed64):
        if (!in.ReadLittleEndian64(&record->cell)) return false;
        break;
      case TagOf(StoredRecord::kModRevisionFieldNumber, kVarint):
        if (!in.ReadVarint64(&number)) return false;
        record->mod_revision = static_cast<Revision>(number);
        break;
      case TagOf(StoredRecord::kSecretFieldNumber, kVarint):
        if (!in.ReadVarint64(&number)) return false;
        record->secret = number != 0;
        break;
      default:
        return false;
    }
  }
  return in.ConsumedEntireMessage();
}

}  // namespace

std::string EncodeFormat(const StoreFormat& format) {
  pb::StoredFormat stored;
  stored.set_product(format.product);
  stored.set_version(format.version);
  return stored.SerializeAsString();
}

std::string EncodeState(const StoreState& state) {
  pb::StoredState stored;
  stored.set_revision(state.revision);
  stored.set_oldest_revision(state.oldest_revision);
  return stored.SerializeAsString();
}

std::string EncodeRecord(const Record& record) {
  pb::StoredRecord stored;
  stored.set_value(record.value);
  stored.set_mod_revision(record.mod_revision);
  stored.set_secret(record.secret);
  return stored.SerializeAsString();
}

std::string EncodePlace(uint64_t cell) {
  pb::StoredRecord stored;
  stored.set_cell(cell);
  return stored.SerializeAsString();
}

std::string EncodeReply(const StoredReply& reply) {
  pb::StoredRequest stored;
  stored.set_fingerprint(reply.request.fingerprint);
  stored.set_reply(reply.request.reply);
  stored.set_revision(reply.revision);
  stored.set_commit_time_micros(absl::ToUnixMicros(reply.commit_time));
  stored.set_subject(reply.request.subject);
  return stored.SerializeAsString();
}

std::string EncodeHistory(const RequestMention& mention) {
  pb::StoredHistory stored;
  stored.set_request_id(mention.request_id);
  stored.set_commit_time_micros(absl::ToUnixMicros(mention.commit_time));
  return stored.SerializeAsString();
}

std::string EncodeChange(const Change& change) {
  pb::StoredChange stored;
  stored.set_commit_time_micros(absl::ToUnixMicros(change.commit_time));
  for (const ChangedRecord& changed : change.records) {
    ToStored(changed, stored.add_records());
  }
  return stored.SerializeAsString();
}

absl::StatusOr<StoreFormat> DecodeFormat(absl::string_view bytes) {
  auto stored = Parse<pb::StoredFormat>("the store's format", bytes);
  if (!stored.ok()) return stored.status();
  return StoreFormat{stored->product(), stored->version()};
}

absl::StatusOr<StoreState> DecodeState(absl::string_view bytes) {
  auto stored = Parse<pb::StoredState>("the store's state", bytes);
  if (!stored.ok()) return stored.status();
  return StoreState{stored->revision(), stored->oldest_revision()};
}

absl::StatusOr<Record> DecodeRecord(absl::string_view key,
                                    absl::string_view bytes) {
  Record record;
  const absl::Status decoded = DecodeRecordInto(key, bytes, &record);
  if (!decoded.ok()) return decoded;
  return record;
}

// By hand: a start decodes every record, and a message would copy each twice.
absl::Status DecodeRecordInto(absl::string_view key, absl::string_view bytes,
                              Record* record) {
  record->key.assign(key.data(), key.size());
  record->value.clear();
  record->cell = 0;
  record->mod_revision = 0;
  record->secret = false;
  if (!ReadFields(bytes, record)) {
    return MakeLedgerError(
        LedgerError::kCorrupt,
        absl::StrCat("cannot decode record ", absl::CEscape(key)));
  }
  return absl::OkStatus();
}

absl::StatusOr<StoredReply> DecodeReply(absl::string_view id,
                                        absl::string_view bytes) {
  auto stored = Parse<pb::StoredRequest>("a request", bytes);
  if (!stored.ok()) return stored.status();
  return StoredReply{
      RequestRecord{std::string(id), std::move(*stored->mutable_fingerprint()),
                    std::move(*stored->mutable_reply()),
                    std::move(*stored->mutable_subject())},
      stored->revision(), absl::FromUnixMicros(stored->commit_time_micros())};
}

absl::StatusOr<RequestMention> DecodeHistory(absl::string_view bytes) {
  auto stored = Parse<pb::StoredHistory>("an entry of a history", bytes);
  if (!stored.ok()) return stored.status();
  return RequestMention{std::move(*stored->mutable_request_id()),
                        absl::FromUnixMicros(stored->commit_time_micros())};
}

absl::StatusOr<Change> DecodeChange(Revision revision,
                                    absl::string_view bytes) {
  auto stored =
      Parse<pb::StoredChange>(absl::StrCat("change ", revision), bytes);
  if (!stored.ok()) return stored.status();
  Change change;
  change.revision = revision;
  change.commit_time = absl::FromUnixMicros(stored->commit_time_micros());
  for (pb::StoredChangedRecord& changed : *stored->mutable_records()) {
    change.records.push_back(FromStored(std::move(changed)));
  }
  return change;
}

}  // namespace xom::storage
