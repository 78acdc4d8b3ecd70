#ifndef XOM_STORAGE_SAMPLE_NEEDS_H_
#define XOM_STORAGE_SAMPLE_NEEDS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "storage/transaction.h"

// Transactions for benchmarks, of the shape and size of a CreateNeed: what
// storage is asked to keep when a need is posted.

namespace xom::storage {

inline constexpr uint64_t kSampleSeed = 1;

// Number `i` under the seed: a public record at a cell, whose value is text of
// a small vocabulary with numbers and a hash; a secret record, sealed, so bytes
// that nothing can compress; a request whose reply is a part of the public
// value; and the precondition that the public one is new. Always the same,
// but for the commit time, which is now.
Transaction SampleNeed(uint64_t seed, uint64_t i);

// What a plain store would keep of `transaction`: the records it puts and the
// reply under the request's id, as keys and values.
std::vector<std::pair<std::string, std::string>> PairsOf(
    const Transaction& transaction);

// Keys and values of the records alone.
size_t RecordBytes(const Transaction& transaction);

}  // namespace xom::storage

#endif  // XOM_STORAGE_SAMPLE_NEEDS_H_
