#include "geo/crowd.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <iterator>

namespace xom::geo {
namespace {

// A ninth of the members must come or go before their place is made anew; the
// few are made anew each time.
size_t CapacityFor(size_t size) {
  const size_t step = std::max<size_t>(1, std::bit_floor(size) / 8);
  return (size + step - 1) / step * step;
}

}  // namespace

MemberRun::MemberRun(uint64_t categories, absl::Span<const Member> members)
    : categories_(categories), rank_(members.front().rank) {
  assert(members.size() <= kMaxMembers);
  Resize(members.size());
  std::copy(members.begin(), members.end(), members_.get());
}

void MemberRun::Insert(size_t at, const Member& member) {
  assert(at <= size_ && size_ < kMaxMembers);
  Resize(size_ + 1);
  Member* const place = members_.get() + at;
  std::move_backward(place, members_.get() + size_ - 1, members_.get() + size_);
  *place = member;
  if (at == 0) rank_ = member.rank;
}

void MemberRun::Erase(size_t at) {
  assert(at < size_ && 1 < size_);
  Member* const place = members_.get() + at;
  std::move(place + 1, members_.get() + size_, place);
  Resize(size_ - 1);
  if (at == 0) rank_ = first().rank;
}

MemberRun MemberRun::SplitAt(size_t at) {
  assert(0 < at && at < size_);
  MemberRun upper(categories_, members().subspan(at));
  Resize(at);
  return upper;
}

void MemberRun::Append(const MemberRun& other) {
  const size_t had = size_;
  Resize(size_ + other.size_);
  std::copy(other.members().begin(), other.members().end(),
            members_.get() + had);
}

void MemberRun::Resize(size_t size) {
  if (members_ == nullptr || CapacityFor(size) != CapacityFor(size_)) {
    auto members = std::make_unique<Member[]>(CapacityFor(size));
    std::copy_n(members_.get(), std::min(size, size_), members.get());
    members_ = std::move(members);
  }
  size_ = size;
}

Crowd::Crowd(absl::Span<const IndexedItem* const> items) {
  std::vector<Member> members;
  members.reserve(items.size());
  for (const IndexedItem* item : items) {
    members.push_back({RankWordOf(*item), item});
  }
  std::sort(members.begin(), members.end(),
            [](const Member& a, const Member& b) {
              return a.item->categories != b.item->categories
                         ? a.item->categories < b.item->categories
                         : a < b;
            });
  for (auto begin = members.begin(); begin != members.end();) {
    const uint64_t categories = begin->item->categories;
    const auto left = static_cast<size_t>(members.end() - begin);
    const auto end =
        std::find_if(begin, begin + std::min(left, MemberRun::kMaxMembers),
                     [categories](const Member& member) {
                       return member.item->categories != categories;
                     });
    runs_.emplace_back(categories, absl::MakeConstSpan(&*begin, end - begin));
    begin = end;
  }
  runs_.shrink_to_fit();  // as AddRun
}

Crowd::Runs::iterator Crowd::RunBehind(uint64_t categories,
                                       const Member& member) {
  return std::partition_point(
      runs_.begin(), runs_.end(), [&](const MemberRun& run) {
        return run.categories() != categories ? run.categories() < categories
                                              : !run.BeginsBehind(member);
      });
}

void Crowd::Insert(const IndexedItem* item) {
  const Member member{RankWordOf(*item), item};
  auto run = RunBehind(item->categories, member);
  if (run != runs_.begin() &&
      std::prev(run)->categories() == item->categories) {
    --run;
  } else if (run == runs_.end() || run->categories() != item->categories) {
    AddRun(run, MemberRun(item->categories, {&member, 1}));
    return;
  }
  if (run->members().size() == MemberRun::kMaxMembers) {
    run = std::prev(
        AddRun(std::next(run), run->SplitAt(MemberRun::kMaxMembers / 2)));
    if (!std::next(run)->BeginsBehind(member)) ++run;
  }
  const auto members = run->members();
  const auto at = std::lower_bound(members.begin(), members.end(), member);
  run->Insert(static_cast<size_t>(at - members.begin()), member);
}

bool Crowd::Remove(const IndexedItem* item) {
  const Member member{RankWordOf(*item), item};
  auto run = RunBehind(item->categories, member);
  if (run == runs_.begin()) return false;
  --run;
  if (run->categories() != item->categories) return false;
  const auto members = run->members();
  const auto found = std::lower_bound(members.begin(), members.end(), member);
  if (found == members.end() || found->item != item) return false;
  if (members.size() == 1) {
    runs_.erase(run);
  } else {
    run->Erase(static_cast<size_t>(found - members.begin()));
    MergeIfSmall(run);
  }
  return true;
}

// Exactly: most crowds have a few runs, and there are many crowds.
Crowd::Runs::iterator Crowd::AddRun(Runs::iterator at, MemberRun run) {
  const auto index = at - runs_.begin();
  runs_.reserve(runs_.size() + 1);
  return runs_.insert(runs_.begin() + index, std::move(run));
}

// With the run before it or behind it, when both fill no more than half of one:
// a quarter must change before it is split or merged again.
void Crowd::MergeIfSmall(Runs::iterator run) {
  const auto merge = [this](Runs::iterator into) {
    const auto from = std::next(into);
    if (into->categories() != from->categories() ||
        into->members().size() + from->members().size() >
            MemberRun::kMaxMembers / 2) {
      return false;
    }
    into->Append(*from);
    runs_.erase(from);
    return true;
  };
  if (run != runs_.begin() && merge(std::prev(run))) return;
  if (std::next(run) != runs_.end()) merge(run);
}

const MemberRun* Crowd::NextKind(const MemberRun* run) const {
  const MemberRun* const end = runs_.data() + runs_.size();
  if (run + 1 == end || run[1].categories() != run->categories()) {
    return run + 1;
  }
  return std::partition_point(run + 1, end, [run](const MemberRun& other) {
    return other.categories() == run->categories();
  });
}

size_t Crowd::size() const {
  size_t size = 0;
  for (const MemberRun& run : runs_) size += run.members().size();
  return size;
}

uint64_t Crowd::categories() const {
  uint64_t all = 0;
  for (const MemberRun& run : runs_) all |= run.categories();
  return all;
}

RankWord Crowd::rank() const {
  RankWord least = ~RankWord{0};
  const MemberRun* const end = runs_.data() + runs_.size();
  for (const MemberRun* run = runs_.data(); run != end; run = NextKind(run)) {
    least = std::min(least, run->rank());
  }
  return least;
}

void Occupants::Insert(absl::Span<const IndexedItem* const> items) {
  if (empty() && items.size() == 1) {
    word_ = reinterpret_cast<uintptr_t>(items[0]);
    assert(!is_crowd());
    return;
  }
  if (empty()) {
    word_ = reinterpret_cast<uintptr_t>(new Crowd(items)) | kCrowdBit;
    return;
  }
  if (!is_crowd()) {
    const IndexedItem* const first = item();
    word_ = reinterpret_cast<uintptr_t>(new Crowd({&first, 1})) | kCrowdBit;
  }
  for (const IndexedItem* added : items) MutableCrowd()->Insert(added);
}

bool Occupants::Remove(const IndexedItem* removed) {
  if (!is_crowd()) {
    if (item() != removed) return false;
    word_ = 0;
    return true;
  }
  Crowd* const crowd = MutableCrowd();
  if (!crowd->Remove(removed)) return false;
  if (!crowd->IsOfOne()) return true;
  word_ = reinterpret_cast<uintptr_t>(&crowd->any());
  delete crowd;
  return true;
}

}  // namespace xom::geo
