// The folders of the house point one way, and each outside library has one
// door. These are greps: what they look for stands at the beginning of a line.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <regex>
#include <string>
#include <vector>

namespace xom::tests {
namespace {

using testing::IsEmpty;
using testing::IsSubsetOf;
using Names = std::vector<std::string>;

struct Source {
  std::string path;  // from the root of the project
  Names includes;    // as they are written: <s2/s2cell.h>, "geo/point.h"
  size_t lines = 0;
};

constexpr const char* kFolders[] = {"geo", "trust",    "storage", "services",
                                    "cli", "loadtest", "tests"};

bool StartsWith(const std::string& text, const std::string& prefix) {
  return text.rfind(prefix, 0) == 0;
}

bool EndsWith(const std::string& text, const std::string& suffix) {
  return text.size() >= suffix.size() &&
         text.compare(text.size() - suffix.size(), suffix.size(), suffix) == 0;
}

Source Read(const std::filesystem::path& path) {
  static const std::regex kInclude(
      R"re(\s*#\s*include\s*([<"][^>"]+[>"]).*)re");
  Source source;
  source.path = path.generic_string();
  std::ifstream file(path);
  for (std::string line; std::getline(file, line); ++source.lines) {
    std::smatch match;
    if (std::regex_match(line, match, kInclude)) {
      source.includes.push_back(match[1]);
    }
  }
  return source;
}

const std::vector<Source>& Sources() {
  static const std::vector<Source> sources = [] {
    std::vector<Source> all;
    for (const char* folder : kFolders) {
      for (const auto& entry :
           std::filesystem::recursive_directory_iterator(folder)) {
        const auto extension = entry.path().extension();
        if (extension == ".h" || extension == ".cc") {
          all.push_back(Read(entry.path()));
        }
      }
    }
    return all;
  }();
  return sources;
}

bool IsIn(const Source& source, const Names& folders) {
  return std::any_of(folders.begin(), folders.end(), [&](const std::string& f) {
    return StartsWith(source.path, f);
  });
}

bool Includes(const Source& source, const std::string& prefix) {
  return std::any_of(
      source.includes.begin(), source.includes.end(),
      [&](const std::string& i) { return StartsWith(i, prefix); });
}

// The files outside of `folders` that include what begins so.
Names Trespassers(const std::string& prefix, const Names& folders) {
  Names names;
  for (const Source& source : Sources()) {
    if (!IsIn(source, folders) && Includes(source, prefix)) {
      names.push_back(source.path + " includes " + prefix);
    }
  }
  return names;
}

// The files of `folder` that include what begins with one of these.
Names Leaks(const std::string& folder, const Names& prefixes) {
  Names names;
  for (const Source& source : Sources()) {
    if (!IsIn(source, {folder})) continue;
    for (const std::string& prefix : prefixes) {
      if (Includes(source, prefix)) {
        names.push_back(source.path + " includes " + prefix);
      }
    }
  }
  return names;
}

TEST(LayeringTest, ThereAreSourcesToLookAt) {
  ASSERT_GT(Sources().size(), 100u);
  for (const char* folder : kFolders) {
    EXPECT_TRUE(std::any_of(
        Sources().begin(), Sources().end(),
        [&](const Source& s) { return StartsWith(s.path, folder); }))
        << folder;
  }
  // What the greps below look for is found where it may be.
  EXPECT_FALSE(Trespassers("<s2/", {}).empty());
  EXPECT_FALSE(Trespassers("<rocksdb/", {}).empty());
  EXPECT_FALSE(Trespassers("<grpcpp/", {}).empty());
  EXPECT_FALSE(Trespassers("<openssl/", {}).empty());
  EXPECT_FALSE(Trespassers("<sodium", {}).empty());
}

TEST(LayeringTest, EachLibraryHasOneDoor) {
  EXPECT_THAT(Trespassers("<s2/", {"geo/"}), IsEmpty());
  EXPECT_THAT(Trespassers("\"s2/", {"geo/"}), IsEmpty());
  EXPECT_THAT(Trespassers("<rocksdb/", {"storage/"}), IsEmpty());
  const Names callers = {"services/edge/", "cli/", "loadtest/", "tests/"};
  EXPECT_THAT(Trespassers("<grpcpp/", callers), IsEmpty());
  EXPECT_THAT(Trespassers("<grpc/", callers), IsEmpty());
  // Digests that are no secrets may be taken elsewhere.
  EXPECT_THAT(
      Trespassers("<openssl/", {"trust/", "services/core/fingerprint.cc",
                                "cli/row_identity.cc"}),
      IsEmpty());
  EXPECT_THAT(Trespassers("<sodium", {"trust/"}), IsEmpty());
  EXPECT_THAT(Trespassers("<hiredis/", {"loadtest/peers/"}), IsEmpty());
  EXPECT_THAT(Trespassers("<libpq-fe.h", {"loadtest/peers/"}), IsEmpty());
  EXPECT_THAT(Trespassers("<phonenumbers/", {"services/core/phone_number.cc"}),
              IsEmpty());
  EXPECT_THAT(
      Trespassers("<CLI/", {"services/edge/add_flag.h", "cli/", "loadtest/"}),
      IsEmpty());
}

TEST(LayeringTest, ArrowsPointOneWay) {
  const Names above = {"\"services/", "\"cli/", "\"loadtest/", "\"tests/"};
  for (const char* folder : {"geo/", "trust/", "storage/"}) {
    EXPECT_THAT(Leaks(folder, above), IsEmpty());
  }
  EXPECT_THAT(Leaks("geo/", {"\"storage/", "\"trust/"}), IsEmpty());
  EXPECT_THAT(Leaks("trust/", {"\"geo/", "\"storage/"}), IsEmpty());
  // What is sealed comes to storage sealed.
  EXPECT_THAT(Leaks("storage/", {"\"trust/"}), IsEmpty());
  // A benchmark may measure with the needs of the load test.
  EXPECT_THAT(Leaks("services/", {"\"cli/", "\"loadtest/", "\"tests/"}),
              IsSubsetOf({"services/core/view_benchmark.cc includes "
                          "\"loadtest/"}));
  EXPECT_THAT(Leaks("services/core/", {"\"services/edge/"}), IsEmpty());
  EXPECT_THAT(Leaks("cli/", {"\"services/edge/", "\"storage/", "\"loadtest/",
                             "\"tests/"}),
              IsEmpty());
}

TEST(LayeringTest, MessagesStayWhereTheyBelong) {
  for (const char* folder : {"geo/", "trust/"}) {
    EXPECT_THAT(Leaks(folder, {"\"xom/", "<xom/", "\"google/", "<google/"}),
                IsEmpty());
  }
  EXPECT_THAT(Leaks("storage/",
                    {"\"xom/v1/", "<xom/v1/", "\"xom/internal/v1/stored.pb.h",
                     "\"xom/internal/v1/token.pb.h"}),
              IsEmpty());
  // The generated services need gRPC.
  for (const Source& source : Sources()) {
    if (IsIn(source, {"geo/", "trust/", "storage/", "services/core/"})) {
      for (const std::string& include : source.includes) {
        EXPECT_FALSE(
            EndsWith(include.substr(0, include.size() - 1), ".grpc.pb.h"))
            << source.path << " includes " << include;
      }
    }
  }
}

TEST(LayeringTest, FilesAreShort) {
  for (const Source& source : Sources()) {
    EXPECT_LE(source.lines, EndsWith(source.path, ".h") ? 400u : 800u)
        << source.path;
  }
}

TEST(LayeringTest, NoFolderIsADrawerForAll) {
  for (const char* top : kFolders) {
    std::filesystem::recursive_directory_iterator it(top);
    for (; it != std::filesystem::recursive_directory_iterator(); ++it) {
      if (!it->is_directory()) continue;
      const std::string name = it->path().filename().string();
      if (name == "node_modules") it.disable_recursion_pending();
      for (const char* drawer :
           {"common", "util", "utils", "misc", "helpers", "shared"}) {
        EXPECT_NE(name, drawer) << it->path();
      }
    }
  }
}

}  // namespace
}  // namespace xom::tests
