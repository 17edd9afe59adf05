// The descriptor stays open beside the mapping, so that the file's size and time can be asked for.
#include "engine/mapped_file.h"

#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/mapped_fault.h"

namespace spillway {
namespace {

struct Facts {
  i64 size = 0, seconds = 0, nanos = 0;  // and of the last change
  bool folder = false;
};

// 0, or the error's number. Not fstat on Linux: its name is younger than the systems that a build is for.
int facts_of(int descriptor, Facts& facts) {
#if defined(__linux__)
  struct statx found;
  if (::statx(descriptor, "", AT_EMPTY_PATH, STATX_TYPE | STATX_SIZE | STATX_MTIME, &found) != 0) return errno;
  facts = {static_cast<i64>(found.stx_size), found.stx_mtime.tv_sec, found.stx_mtime.tv_nsec, S_ISDIR(found.stx_mode)};
#else
  struct stat found;
  if (::fstat(descriptor, &found) != 0) return errno;
#if defined(__APPLE__)
  const timespec& changed = found.st_mtimespec;
#else
  const timespec& changed = found.st_mtim;
#endif
  facts = {found.st_size, changed.tv_sec, changed.tv_nsec, S_ISDIR(found.st_mode)};
#endif
  return 0;
}

}  // namespace

MappedFile::MappedFile(std::string path, bool prefault) : file_(std::move(path), File::Mode::Read) {
  int number = file_fault(FileOperation::Map, file_.path().c_str());
  Facts facts;
  if (number == 0) number = facts_of(file_.descriptor_, facts);
  if (number == 0 && facts.folder) number = EISDIR;
  if (number != 0) file_.fail("open", number);
  if (facts.size <= 0)
    throw Error(ErrorCode::Format, this->path() + " is empty: it has zero bytes", {{"path", this->path()}});
  size_ = static_cast<u64>(facts.size);
  seconds_ = facts.seconds;
  nanos_ = facts.nanos;
  int flags = MAP_SHARED;
#if defined(MAP_POPULATE)
  if (prefault) flags |= MAP_POPULATE;
#endif
  void* mapped = ::mmap(nullptr, size_, PROT_READ, flags, file_.descriptor_, 0);
  if (mapped == MAP_FAILED) file_.fail("map", errno);
  data_ = static_cast<const u8*>(mapped);
  watch_mapping(data_, size_);
  // A search touches a node here and a node there: what lies beside them is not worth reading.
  if (!prefault) (void)::madvise(mapped, size_, MADV_RANDOM);
}

MappedFile::MappedFile(MappedFile&& other) noexcept { *this = std::move(other); }

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  if (this != &other) {
    unmap();
    file_ = std::move(other.file_);
    data_ = std::exchange(other.data_, nullptr);
    size_ = std::exchange(other.size_, 0);
    seconds_ = other.seconds_;
    nanos_ = other.nanos_;
  }
  return *this;
}

MappedFile::~MappedFile() { unmap(); }

void MappedFile::unmap() noexcept {
  if (data_ != nullptr) {
    forget_mapping(data_);
    ::munmap(const_cast<u8*>(data_), size_);
  }
  data_ = nullptr;
}

void MappedFile::prefetch(u64 offset, u64 bytes) const noexcept {
  constexpr u64 kPage = 4096;
  if (offset >= size_) return;
  const u64 from = offset / kPage * kPage;
  const u64 most = size_ - from, wanted = bytes + (offset - from);
  (void)::madvise(const_cast<u8*>(data_) + from, wanted < most ? wanted : most, MADV_WILLNEED);
}

void MappedFile::check_current() const {
  int number = file_fault(FileOperation::Map, path().c_str());
  Facts facts;
  if (number == 0) number = facts_of(file_.descriptor_, facts);
  if (number != 0) file_.fail("measure", number);
  const u64 size = static_cast<u64>(facts.size);
  std::string what;
  if (size != size_) {
    what = "has " + std::to_string(size) + " bytes, and had " + std::to_string(size_);
  } else if (facts.seconds != seconds_ || facts.nanos != nanos_) {
    what = "was written to";
  }
  if (what.empty()) return;
  throw Error(ErrorCode::Changed,
              path() + " " + what + " since it was opened; open it again, and replace such files by renaming new ones",
              {{"path", path()}, {"what", what}});
}

}  // namespace spillway
