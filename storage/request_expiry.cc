#include "storage/request_expiry.h"

#include <rocksdb/compaction_filter.h>

#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "storage/record_codec.h"

namespace xom::storage {
namespace {

class ExpiryFilter final : public rocksdb::CompactionFilter {
 public:
  ExpiryFilter(absl::Time now, absl::Duration retention)
      : now_(now), retention_(retention) {}

  bool Filter(int /*level*/, const rocksdb::Slice& key,
              const rocksdb::Slice& value, std::string* /*new_value*/,
              bool* /*value_changed*/) const override {
    const auto reply =
        DecodeReply(absl::string_view(key.data(), key.size()),
                    absl::string_view(value.data(), value.size()));
    return reply.ok() && RequestExpired(reply->commit_time, now_, retention_);
  }

  const char* Name() const override { return "xom.RequestExpiry"; }

 private:
  const absl::Time now_;
  const absl::Duration retention_;
};

class ExpiryFilterFactory final : public rocksdb::CompactionFilterFactory {
 public:
  ExpiryFilterFactory(std::function<absl::Time()> now, absl::Duration retention)
      : now_(std::move(now)), retention_(retention) {}

  std::unique_ptr<rocksdb::CompactionFilter> CreateCompactionFilter(
      const rocksdb::CompactionFilter::Context& /*context*/) override {
    return std::make_unique<ExpiryFilter>(now_(), retention_);
  }

  const char* Name() const override { return "xom.RequestExpiryFactory"; }

 private:
  const std::function<absl::Time()> now_;
  const absl::Duration retention_;
};

}  // namespace

std::shared_ptr<rocksdb::CompactionFilterFactory> MakeRequestExpiry(
    std::function<absl::Time()> now, absl::Duration retention) {
  return std::make_shared<ExpiryFilterFactory>(std::move(now), retention);
}

}  // namespace xom::storage
