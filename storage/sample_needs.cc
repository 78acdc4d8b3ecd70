#include "storage/sample_needs.h"

#include <array>
#include <cstring>
#include <random>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace xom::storage {
namespace {

using Random = std::mt19937_64;

constexpr size_t kHashBytes = 32;
constexpr size_t kSealedBytes = 200;
constexpr size_t kIdLetters = 20;

constexpr std::array<const char*, 4> kCategories = {
    "categories/groceries", "categories/necessities",
    "categories/medical-advice", "categories/school-supplies"};
constexpr std::array<const char*, 10> kItems = {
    "gạo\022\002kg",         "mì gói\022\004gói",      "rau củ\022\002kg",
    "trứng gà\022\004quả",   "sữa tươi\022\005hộp",    "dầu ăn\022\004chai",
    "khẩu trang\022\005hộp", "nước uống\022\006thùng", "tã em bé\022\005bịch",
    "nước mắm\022\004chai"};
constexpr std::array<const char*, 8> kWho = {
    "Xóm trọ bị phong tỏa",      "Gia đình có trẻ nhỏ",
    "Hai ông bà già ở một mình", "Dãy trọ công nhân",
    "Nhà có người đang cách ly", "Mẹ đơn thân mất việc",
    "Nhóm sinh viên kẹt lại",    "Khu nhà có nhiều F0"};
constexpr std::array<const char*, 6> kAsk = {
    " hết gạo và đồ ăn, mong bà con giúp đỡ.",
    " chỉ còn mì gói, cần thêm rau và trứng.",
    " không ra ngoài mua thức ăn được.",
    " thiếu sữa cho con và gạo cho cả nhà.",
    " ăn uống cầm chừng, cần lương thực.",
    " cần người tư vấn và hỗ trợ."};

std::string Noise(Random& random, size_t bytes) {
  std::string noise(bytes, '\0');
  for (char& c : noise) c = static_cast<char>(random() & 0xff);
  return noise;
}

std::string Letters(Random& random, absl::string_view of, size_t count) {
  std::string letters(count, '\0');
  for (char& c : letters) c = of[random() % of.size()];
  return letters;
}

template <size_t n>
const char* OneOf(const std::array<const char*, n>& values, Random& random) {
  return values[random() % n];
}

// A field as protobuf writes it: what surrounds text in real records.
void AppendField(char tag, absl::string_view bytes, std::string* out) {
  out->push_back(tag);
  if (bytes.size() >= 128) {
    out->push_back(static_cast<char>((bytes.size() & 0x7f) | 0x80));
    out->push_back(static_cast<char>(bytes.size() >> 7));
  } else {
    out->push_back(static_cast<char>(bytes.size()));
  }
  out->append(bytes.data(), bytes.size());
}

std::string Degrees(Random& random, double around) {
  std::uniform_real_distribution<double> spread(-0.2, 0.2);
  const double degrees = around + spread(random);
  std::string bytes(sizeof degrees, '\0');
  std::memcpy(bytes.data(), &degrees, sizeof degrees);
  return bytes;
}

// The answer to the one who posts: the need as everybody sees it.
std::string PublicNeed(const std::string& name, uint64_t i, Random& random) {
  std::string need;
  AppendField(0x0a, name, &need);
  AppendField(0x12, OneOf(kCategories, random), &need);
  for (uint64_t lines = 1 + random() % 3; lines > 0; --lines) {
    std::string line = absl::StrCat("\012", OneOf(kItems, random), "\030");
    line.push_back(static_cast<char>(1 + random() % 30));
    AppendField(0x1a, line, &need);
  }
  AppendField(0x22, Letters(random, "\001\002\003\b\020\030", 6), &need);
  AppendField(0x32, absl::StrCat(OneOf(kWho, random), OneOf(kAsk, random)),
              &need);
  AppendField(0x3a, "vi", &need);
  AppendField(0x62,
              absl::StrCat("\011", Degrees(random, 10.77), "\021",
                           Degrees(random, 106.7)),
              &need);
  for (const char tag : {'\x5a', '\x72', '\x7a'}) {
    AppendField(tag, absl::StrCat("\b", Noise(random, 4), "\020", i), &need);
  }
  AppendField(0x4a, absl::StrCat("\"", Letters(random, "0123456789abcdef", 16)),
              &need);
  return need;
}

}  // namespace

Transaction SampleNeed(uint64_t seed, uint64_t i) {
  Random random(seed * 0x9E3779B97F4A7C15 + i);
  const std::string id =
      Letters(random, "abcdefghijkmnpqrstuvwxyz23456789", kIdLetters);
  const std::string name = absl::StrCat("needs/", id);
  const std::string secret = absl::StrCat("needDetails/", id);
  const std::string reply = PublicNeed(name, i, random);
  std::string value;
  AppendField(0x0a, reply, &value);
  AppendField(0x32, Noise(random, kHashBytes), &value);

  Transaction transaction;
  transaction.preconditions = {{name, 0}};
  transaction.mutations.push_back({name, random() | 1, std::move(value)});
  transaction.mutations.push_back(
      {secret, 0, Noise(random, kSealedBytes), true});
  transaction.request =
      RequestRecord{.id = Letters(random, "0123456789abcdef", 36),
                    .fingerprint = Noise(random, kHashBytes),
                    .reply = reply,
                    .subject = name};
  transaction.commit_time = absl::Now();
  return transaction;
}

std::vector<std::pair<std::string, std::string>> PairsOf(
    const Transaction& transaction) {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const Mutation& mutation : transaction.mutations) {
    pairs.emplace_back(mutation.key, mutation.value.value_or(""));
  }
  if (transaction.request.has_value()) {
    const RequestRecord& request = *transaction.request;
    pairs.emplace_back(request.id,
                       absl::StrCat(request.fingerprint, request.reply));
  }
  return pairs;
}

size_t RecordBytes(const Transaction& transaction) {
  size_t bytes = 0;
  for (const Mutation& mutation : transaction.mutations) {
    bytes += mutation.key.size() + mutation.value.value_or("").size();
  }
  return bytes;
}

}  // namespace xom::storage
