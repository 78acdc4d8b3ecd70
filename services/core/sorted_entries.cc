#include "services/core/sorted_entries.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "absl/strings/string_view.h"

namespace xom::core {
namespace {

// Two entries with one key are in the order of their names.
struct Sortable {
  std::array<uint64_t, 2> key;
  const Entry* entry;

  friend bool operator<(const Sortable& a, const Sortable& b) {
    return a.key != b.key ? a.key < b.key : a.entry->name() < b.entry->name();
  }
};

std::vector<const Entry*> Sorted(std::vector<Sortable> sortable) {
  std::sort(sortable.begin(), sortable.end());
  std::vector<const Entry*> sorted;
  sorted.reserve(sortable.size());
  for (const Sortable& one : sortable) sorted.push_back(one.entry);
  return sorted;
}

// Eight letters from `begin` on as a number in the order of texts; behind the
// end stand zeros, which are in no name.
uint64_t LettersAt(absl::string_view name, size_t begin) {
  uint64_t letters = 0;
  for (size_t i = begin; i < begin + sizeof letters; ++i) {
    letters =
        letters << 8 | (i < name.size() ? static_cast<uint8_t>(name[i]) : 0);
  }
  return letters;
}

// With how many letters all names begin alike: with those of their collection,
// and more where whoever made the names wrote more.
size_t CommonLetters(const std::vector<EntryPtr>& entries) {
  if (entries.empty()) return 0;
  absl::string_view common = entries.front()->name();
  VisitAhead(entries, [&common](const Entry* entry) {
    const absl::string_view name = entry->name();
    const auto [in_common, in_name] =
        std::mismatch(common.begin(), common.end(), name.begin(), name.end());
    common = common.substr(0, static_cast<size_t>(in_common - common.begin()));
  });
  return common.size();
}

}  // namespace

std::vector<const Entry*> SortedByName(const std::vector<EntryPtr>& entries) {
  const size_t common = CommonLetters(entries);
  std::vector<Sortable> sortable;
  sortable.reserve(entries.size());
  VisitAhead(entries, [&](const Entry* entry) {
    const absl::string_view name = entry->name();
    sortable.push_back(
        {{LettersAt(name, common), LettersAt(name, common + sizeof(uint64_t))},
         entry});
  });
  return Sorted(std::move(sortable));
}

std::vector<const Entry*> SortedByDue(const std::vector<EntryPtr>& entries) {
  constexpr uint64_t kSign = uint64_t{1} << 63;  // makes the signed order
  std::vector<Sortable> sortable;
  sortable.reserve(entries.size());
  VisitAhead(entries, [&](const Entry* entry) {
    if (entry->due_micros == Entry::kNever) return;
    sortable.push_back(
        {{static_cast<uint64_t>(entry->due_micros) ^ kSign, 0}, entry});
  });
  return Sorted(std::move(sortable));
}

}  // namespace xom::core
