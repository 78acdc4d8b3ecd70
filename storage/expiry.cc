#include "storage/expiry.h"

#include <rocksdb/compaction_filter.h>

#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "storage/keys.h"
#include "storage/record_codec.h"

namespace xom::storage {
namespace {

using GoesTest =
    std::function<bool(absl::string_view key, absl::string_view value)>;

class ExpiryFilter final : public rocksdb::CompactionFilter {
 public:
  explicit ExpiryFilter(GoesTest goes) : goes_(std::move(goes)) {}

  bool Filter(int /*level*/, const rocksdb::Slice& key,
              const rocksdb::Slice& value, std::string* /*new_value*/,
              bool* /*value_changed*/) const override {
    return goes_(absl::string_view(key.data(), key.size()),
                 absl::string_view(value.data(), value.size()));
  }

  const char* Name() const override { return "xom.Expiry"; }

 private:
  const GoesTest goes_;
};

// Asks once for each compaction what goes in it.
class ExpiryFilterFactory final : public rocksdb::CompactionFilterFactory {
 public:
  explicit ExpiryFilterFactory(std::function<GoesTest()> make)
      : make_(std::move(make)) {}

  std::unique_ptr<rocksdb::CompactionFilter> CreateCompactionFilter(
      const rocksdb::CompactionFilter::Context& /*context*/) override {
    return std::make_unique<ExpiryFilter>(make_());
  }

  const char* Name() const override { return "xom.ExpiryFactory"; }

 private:
  const std::function<GoesTest()> make_;
};

}  // namespace

std::shared_ptr<rocksdb::CompactionFilterFactory> MakeRequestExpiry(
    RequestExpiry expiry) {
  return std::make_shared<ExpiryFilterFactory>([expiry = std::move(expiry)]() {
    return [at = expiry.now(), retention = expiry.retention](
               absl::string_view id, absl::string_view value) {
      const auto reply = DecodeReply(id, value);
      return reply.ok() && RequestExpired(reply->commit_time, at, retention);
    };
  });
}

std::shared_ptr<rocksdb::CompactionFilterFactory> MakeHistoryExpiry(
    RequestExpiry expiry, std::shared_ptr<const OldestRevision> oldest) {
  return std::make_shared<ExpiryFilterFactory>(
      [expiry = std::move(expiry), oldest = std::move(oldest)]() {
        return [at = expiry.now(), retention = expiry.retention,
                last = oldest->load()](absl::string_view key,
                                       absl::string_view value) {
          const auto entry = ParseHistoryKey(key);
          if (!entry.has_value() || entry->revision > last) return false;
          const auto mention = DecodeHistory(value);
          return mention.ok() &&
                 (mention->request_id.empty() ||
                  RequestExpired(mention->commit_time, at, retention));
        };
      });
}

}  // namespace xom::storage
