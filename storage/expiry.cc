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

// `commit_time_of` decodes an entry.
template <typename CommitTimeOf>
std::shared_ptr<rocksdb::CompactionFilterFactory> MakeExpiry(
    std::function<absl::Time()> now, absl::Duration retention,
    CommitTimeOf commit_time_of) {
  return std::make_shared<ExpiryFilterFactory>([=, now = std::move(now)]() {
    return [=, at = now()](absl::string_view key, absl::string_view value) {
      const absl::StatusOr<absl::Time> time = commit_time_of(key, value);
      return time.ok() && RequestExpired(*time, at, retention);
    };
  });
}

}  // namespace

std::shared_ptr<rocksdb::CompactionFilterFactory> MakeRequestExpiry(
    std::function<absl::Time()> now, absl::Duration retention) {
  return MakeExpiry(std::move(now), retention,
                    [](absl::string_view id,
                       absl::string_view value) -> absl::StatusOr<absl::Time> {
                      const auto reply = DecodeReply(id, value);
                      if (!reply.ok()) return reply.status();
                      return reply->commit_time;
                    });
}

std::shared_ptr<rocksdb::CompactionFilterFactory> MakeSubjectExpiry(
    std::function<absl::Time()> now, absl::Duration retention) {
  return MakeExpiry(std::move(now), retention,
                    [](absl::string_view /*key*/, absl::string_view value) {
                      return DecodeSubject(value);
                    });
}

std::shared_ptr<rocksdb::CompactionFilterFactory> MakeHistoryExpiry(
    std::shared_ptr<const OldestRevision> oldest) {
  return std::make_shared<ExpiryFilterFactory>([oldest = std::move(oldest)]() {
    return [last = oldest->load()](absl::string_view key,
                                   absl::string_view /*value*/) {
      const auto pair = ParsePair(key);
      if (!pair.has_value()) return false;
      const auto revision = ParseChangeKey(pair->second);
      return revision.has_value() && *revision <= last;
    };
  });
}

}  // namespace xom::storage
