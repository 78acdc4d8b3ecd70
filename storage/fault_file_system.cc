#include "storage/fault_file_system.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

namespace xom::storage {
namespace {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;
using Operation = FaultFileSystem::Operation;

class FaultFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  FaultFile(std::string path, FaultFileSystem* disk,
            std::unique_ptr<rocksdb::FSWritableFile> file)
      : FSWritableFileOwnerWrapper(std::move(file)),
        path_(std::move(path)),
        disk_(disk) {}

  IOStatus Append(const Slice& data, const IOOptions& options,
                  IODebugContext* debug) override {
    IOStatus status = disk_->Ask(Operation::kAppend, path_);
    // A disk that fails a write may have done half of it.
    const Slice done(data.data(), status.ok() ? data.size() : data.size() / 2);
    if (!disk_->cut()) {
      IOStatus appended = target()->Append(done, options, debug);
      if (!appended.ok()) return appended;
      disk_->NoteAppended(path_, done.size());
    }
    return status;
  }
  IOStatus Append(const Slice& data, const IOOptions& options,
                  const rocksdb::DataVerificationInfo& /*info*/,
                  IODebugContext* debug) override {
    return Append(data, options, debug);
  }

  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    IOStatus status = disk_->Ask(Operation::kSync, path_);
    if (status.ok()) status = target()->Sync(options, debug);
    if (status.ok()) disk_->NoteSynced(path_);
    return status;
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    return Sync(options, debug);
  }

 private:
  const std::string path_;
  FaultFileSystem* const disk_;
};

class FaultDirectory final : public rocksdb::FSDirectory {
 public:
  FaultDirectory(std::string path, FaultFileSystem* disk,
                 std::unique_ptr<rocksdb::FSDirectory> directory)
      : path_(std::move(path)), disk_(disk), directory_(std::move(directory)) {}

  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    IOStatus status = disk_->Ask(Operation::kSyncDirectory, path_);
    if (status.ok()) status = directory_->Fsync(options, debug);
    if (status.ok()) disk_->NoteDirectorySynced();
    return status;
  }
  IOStatus Close(const IOOptions& options, IODebugContext* debug) override {
    return directory_->Close(options, debug);
  }

 private:
  const std::string path_;
  FaultFileSystem* const disk_;
  const std::unique_ptr<rocksdb::FSDirectory> directory_;
};

}  // namespace

std::unique_ptr<rocksdb::Env> FaultFileSystem::MakeEnv(FaultFileSystem** disk) {
  auto made = std::make_shared<FaultFileSystem>();
  *disk = made.get();
  return rocksdb::NewCompositeEnv(made);
}

FaultFileSystem::FaultFileSystem()
    : FileSystemWrapper(rocksdb::FileSystem::Default()) {}

void FaultFileSystem::SetFault(Fault fault) {
  MutexLock lock(mu_);
  fault_ = std::move(fault);
}

void FaultFileSystem::CutPower() { cut_.store(true); }

void FaultFileSystem::DropUnsynced(
    const std::function<uint64_t(uint64_t)>& keep) {
  MutexLock lock(mu_);
  for (const auto& [path, file] : files_) {
    std::error_code ignored;
    if (!file.in_directory) {
      std::filesystem::remove(path, ignored);
      if (file.replaced.has_value()) std::ofstream(path) << *file.replaced;
      continue;
    }
    const uint64_t unsynced = file.written - file.synced;
    const uint64_t kept = std::min(unsynced, keep(unsynced));
    std::filesystem::resize_file(path, file.synced + kept, ignored);
  }
  files_.clear();
  cut_.store(false);
}

IOStatus FaultFileSystem::NewWritableFile(
    const std::string& path, const rocksdb::FileOptions& options,
    std::unique_ptr<rocksdb::FSWritableFile>* result, IODebugContext* debug) {
  IOStatus status = Ask(Operation::kCreate, path);
  if (!status.ok()) return status;
  std::unique_ptr<rocksdb::FSWritableFile> file;
  status = target()->NewWritableFile(path, options, &file, debug);
  if (!status.ok()) return status;
  MutexLock lock(mu_);
  files_[path] = FileState();
  *result = std::make_unique<FaultFile>(path, this, std::move(file));
  return status;
}

IOStatus FaultFileSystem::NewDirectory(
    const std::string& path, const IOOptions& options,
    std::unique_ptr<rocksdb::FSDirectory>* result, IODebugContext* debug) {
  std::unique_ptr<rocksdb::FSDirectory> directory;
  const IOStatus status =
      target()->NewDirectory(path, options, &directory, debug);
  if (!status.ok()) return status;
  *result = std::make_unique<FaultDirectory>(path, this, std::move(directory));
  return status;
}

IOStatus FaultFileSystem::RenameFile(const std::string& from,
                                     const std::string& to,
                                     const IOOptions& options,
                                     IODebugContext* debug) {
  IOStatus status = Ask(Operation::kRename, to);
  std::optional<std::string> replaced = Synced(to);
  if (status.ok()) status = target()->RenameFile(from, to, options, debug);
  if (!status.ok()) return status;
  MutexLock lock(mu_);
  auto node = files_.extract(from);
  if (node.empty()) return status;
  files_.erase(to);
  node.key() = to;
  node.mapped().in_directory = false;
  node.mapped().replaced = std::move(replaced);
  files_.insert(std::move(node));
  return status;
}

IOStatus FaultFileSystem::LinkFile(const std::string& from,
                                   const std::string& to,
                                   const IOOptions& options,
                                   IODebugContext* debug) {
  IOStatus status = Ask(Operation::kCreate, to);
  if (!status.ok()) return status;
  if (!links_) return IOStatus::NotSupported("two disks", to);
  return target()->LinkFile(from, to, options, debug);
}

IOStatus FaultFileSystem::DeleteFile(const std::string& path,
                                     const IOOptions& options,
                                     IODebugContext* debug) {
  IOStatus status = Ask(Operation::kDelete, path);
  if (status.ok()) status = target()->DeleteFile(path, options, debug);
  if (!status.ok()) return status;
  MutexLock lock(mu_);
  files_.erase(path);
  return status;
}

std::optional<std::string> FaultFileSystem::Synced(const std::string& path) {
  MutexLock lock(mu_);
  const auto known = files_.find(path);
  if (known != files_.end() && !known->second.in_directory) {
    return known->second.replaced;
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(file), {});
}

IOStatus FaultFileSystem::Ask(Operation operation, const std::string& path) {
  ++operations_;
  Fault fault;
  {
    MutexLock lock(mu_);
    fault = fault_;
  }
  if (!cut() && !(fault && fault(operation, path))) return IOStatus::OK();
  ++failures_;
  return IOStatus::IOError("injected", path);
}

void FaultFileSystem::NoteAppended(const std::string& path, uint64_t bytes) {
  MutexLock lock(mu_);
  files_[path].written += bytes;
}

void FaultFileSystem::NoteSynced(const std::string& path) {
  MutexLock lock(mu_);
  FileState& file = files_[path];
  file.synced = file.written;
}

void FaultFileSystem::NoteDirectorySynced() {
  MutexLock lock(mu_);
  for (auto& [path, file] : files_) {
    file.in_directory = true;
    file.replaced.reset();
  }
}

}  // namespace xom::storage
