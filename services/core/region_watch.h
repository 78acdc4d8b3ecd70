#ifndef XOM_SERVICES_CORE_REGION_WATCH_H_
#define XOM_SERVICES_CORE_REGION_WATCH_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/btree_map.h"
#include "geo/region.h"
#include "services/core/change_replay.h"
#include "services/core/watch.h"
#include "xom/v1/watch_service.pb.h"

namespace xom::core {

// The set of live resources in a region that one client keeps.
class RegionWatch final : public Watch {
 public:
  struct Circle {
    geo::Point center;
    double radius_meters = 0;
  };
  struct Options {
    explicit Options(geo::Region r) : region(std::move(r)) {}

    geo::Region region;
    // What the region is, when it is one: an index keeps it in fewer cells.
    std::optional<Circle> circle;
    bool kinds[3] = {};         // by Kind
    uint64_t any_category = 0;  // a set; 0: all
    int min_urgency = 0;        // of needs
    int min_verification = 0;   // of needs
    uint64_t fingerprint = 0;   // of the filter, for the tokens
    // The revision of the resume token; nullopt: begin with a snapshot.
    std::optional<storage::Revision> resume_after;
  };

  explicit RegionWatch(Options options) : options_(std::move(options)) {}

  absl::Status Start(const View& view, const storage::Ledger& ledger) override;
  void Cover(uint64_t id, geo::ReverseIndex* index) const override;
  bool CoverMoves() const override { return false; }
  void Touch(const Transition& transition) override;
  void Skip() override;
  bool HasNews() const override;
  std::optional<std::string> Next(const View& view,
                                  storage::Revision revision) override;
  std::string Heartbeat(storage::Revision revision) override;

 private:
  // What changed of one resource since the client was told.
  struct Difference {
    EntryPtr entry;     // as it is, or was before it was deleted
    bool held = false;  // whether the client holds it
    bool seen = false;  // whether it shall
  };
  using Differences = absl::btree_map<std::string, Difference>;

  bool Sees(const Entry* entry) const;
  bool SeesNeed(const NeedEntry& need) const;
  void Note(const EntryPtr& before, const EntryPtr& after);
  void NoteBetween(const ChangeReplay::Difference& difference);
  void TakeSnapshot(const View& view);
  void TakeDifferences(storage::Revision revision);
  std::string NextPart();
  void ForgetBatch();
  void Finish(bool current, std::string* message) const;

  const Options options_;
  // What the client has been told is the truth of this revision; 0: nothing
  // whole yet.
  storage::Revision delivered_ = 0;
  // Changes up to here are not to be noted any more: they were read from the
  // view or the log, ahead of the hub.
  storage::Revision noted_ = 0;
  bool snapshot_ = true;  // the next batch is a snapshot
  bool first_ = true;     // no message was sent
  // Changes after the batch that is on its way.
  Differences differences_;

  // The batch on its way, in parts: the truth of `batch_revision_`.
  std::vector<Difference> batch_;
  size_t batch_sent_ = 0;  // so many of it are out
  storage::Revision batch_revision_ = 0;
  bool batch_reset_ = false;  // its next part is the first of a snapshot
};

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_REGION_WATCH_H_
