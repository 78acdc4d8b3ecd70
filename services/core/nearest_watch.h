#ifndef XOM_SERVICES_CORE_NEAREST_WATCH_H_
#define XOM_SERVICES_CORE_NEAREST_WATCH_H_

#include <optional>
#include <string>
#include <vector>

#include "services/core/change_replay.h"
#include "services/core/nearest_request.h"
#include "services/core/need_filter.h"
#include "services/core/ranked_needs.h"
#include "services/core/watch.h"

namespace xom::core {

// The list of the k nearest open needs that one client keeps. Most changes tell
// by themselves what the list is after them; the view is asked at the start,
// when a place in a full list became free, and when a client is far behind.
class NearestWatch final : public Watch {
 public:
  struct Options {
    Nearness nearness;
    NeedFilter filter;
    uint64_t fingerprint = 0;  // of the filter, for the tokens
    // The revision of the resume token; nullopt: begin with a snapshot.
    std::optional<storage::Revision> resume_after;
  };

  explicit NearestWatch(Options options)
      : options_(std::move(options)),
        center_unit_(options_.nearness.center.unit()) {}

  absl::Status Start(const View& view, const storage::Ledger& ledger) override;
  void Cover(uint64_t id, geo::ReverseIndex* index) const override;
  bool CoverMoves() const override { return cover_moves_; }
  void Touch(const Transition& transition) override;
  void Skip() override;
  bool HasNews() const override { return news_; }
  std::optional<std::string> Next(const View& view,
                                  storage::Revision revision) override;
  std::string Heartbeat(storage::Revision revision) override;

 private:
  // Sets held_ to what the client held at the token's revision: what is true
  // now with what the log says undone.
  absl::Status Resume(const View& view, const storage::Ledger& ledger);
  void Undo(const View::Reader& reader, const ChangeReplay& replay);

  geo::NearestQuery Query() const;
  bool Sees(const Entry* entry) const;
  // The entry as the list sees it; nothing when it is no concern of it.
  RankedNeed Seen(const EntryPtr& entry) const;
  RankedNeeds Wanted(const View& view, storage::Revision revision);
  // Sets the reach to that of the list, and the cover when it is off.
  void SetReach();
  void Finish(std::string* message) const;

  const Options options_;
  const geo::UnitVector center_unit_;
  RankedNeeds held_;
  // The revision that `held_` is the truth of.
  storage::Revision delivered_ = 0;
  // What became of the list since; unless the view is to be asked.
  std::vector<RankedStep> steps_;
  // The farthest that a change can be and still touch the list.
  double reach_chord_length2_ = geo::kMaxChordLength2;
  // What the index has: at least the reach.
  double cover_chord_length2_ = geo::kMaxChordLength2;
  bool cover_moves_ = true;
  bool ask_view_ = true;
  bool first_ = true;  // no message was sent: even an empty one says something
  bool reset_ = true;  // the next message replaces what the client holds
  bool news_ = true;
};

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_NEAREST_WATCH_H_
