#include "services/core/nearest_request.h"

#include "services/core/token.h"

namespace xom::core {

using internal::v1::PageToken;

absl::StatusOr<std::optional<geo::RankKey>> DecodeRank(
    absl::string_view page_token, uint64_t fingerprint) {
  auto token = DecodePageToken(page_token, fingerprint, PageToken::kByRank);
  if (!token.ok()) return token.status();
  if (!token->has_by_rank()) return std::nullopt;
  const PageToken::RankPosition& rank = token->by_rank();
  return geo::RankKey{.chord_length2 = rank.chord_length2(),
                      .urgency = rank.urgency(),
                      .create_time_micros = rank.create_time_micros(),
                      .name = rank.name()};
}

std::string EncodeRank(const geo::RankKey& last, uint64_t fingerprint) {
  PageToken token;
  token.set_filter_fingerprint(fingerprint);
  PageToken::RankPosition& rank = *token.mutable_by_rank();
  rank.set_chord_length2(last.chord_length2);
  rank.set_urgency(last.urgency);
  rank.set_create_time_micros(last.create_time_micros);
  rank.set_name(last.name);
  return EncodeToken(token);
}

}  // namespace xom::core
