// POSIX underneath the file layer; restarts interrupted calls and continues short ones.
#include "engine/file.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>

namespace spillway {
namespace {

std::atomic<FileFault> fault_asked{nullptr};

int injected(FileOperation operation, const char* path) {
  FileFault fault = fault_asked.load(std::memory_order_relaxed);
  return fault == nullptr ? 0 : fault(operation, path);
}

// One transfer: Linux moves at most 2^31 − 4096 bytes a call, and smaller steps let a cancel be noticed.
constexpr std::size_t kTransfer = std::size_t{1} << 30;

std::string error_text(int number) {
  char buffer[256];
  buffer[0] = 0;
#if defined(__GLIBC__)
  return strerror_r(number, buffer, sizeof buffer);
#else
  if (strerror_r(number, buffer, sizeof buffer) != 0) return "error " + std::to_string(number);
  return buffer;
#endif
}

int retry_open(const char* path, int flags, mode_t mode) {
  for (;;) {
    int descriptor = ::open(path, flags, mode);
    if (descriptor >= 0 || errno != EINTR) return descriptor;
  }
}

}  // namespace

void set_file_fault(FileFault fault) { fault_asked.store(fault); }

int file_fault(FileOperation operation, const char* path) { return injected(operation, path); }

Error file_error(const char* what, const std::string& path, int number) {
  bool full = number == ENOSPC || number == EDQUOT || number == EFBIG;
  std::string message = std::string("cannot ") + what + " " + path + ": " + error_text(number);
  if (full) message += "; free some space or use another folder";
  return Error(full ? ErrorCode::NoSpace : ErrorCode::Io, message, {{"path", path}, {"errno", std::to_string(number)}});
}

void File::fail(const char* what, int number) const { throw file_error(what, path_, number); }

File::File(std::string path, Mode mode) : path_(std::move(path)) {
  if (int number = injected(FileOperation::Open, path_.c_str())) fail("open", number);
  int flags = O_CLOEXEC;
  if (mode == Mode::Read) flags |= O_RDONLY;
  if (mode == Mode::ReadWrite) flags |= O_RDWR;
  if (mode == Mode::Create) flags |= O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW;
  descriptor_ = retry_open(path_.c_str(), flags, 0600);
  if (descriptor_ < 0) fail(mode == Mode::Create ? "create" : "open", errno);
}

File::File(File&& other) noexcept : descriptor_(other.descriptor_), path_(std::move(other.path_)) {
  other.descriptor_ = -1;
}

File& File::operator=(File&& other) noexcept {
  if (this != &other) {
    close();
    descriptor_ = other.descriptor_;
    path_ = std::move(other.path_);
    other.descriptor_ = -1;
  }
  return *this;
}

File::~File() { close(); }

void File::close() noexcept {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
}

u64 File::size() const {
  off_t end = ::lseek(descriptor_, 0, SEEK_END);
  if (end < 0) fail("measure", errno);
  return static_cast<u64>(end);
}

std::size_t File::read_some(u64 offset, void* into, std::size_t bytes) const {
  if (int number = injected(FileOperation::Read, path_.c_str())) fail("read", number);
  std::size_t done = 0;
  while (done < bytes) {
    ssize_t got = ::pread(descriptor_, static_cast<char*>(into) + done, std::min(bytes - done, kTransfer),
                          static_cast<off_t>(offset + done));
    if (got < 0) {
      if (errno == EINTR) continue;
      fail("read", errno);
    }
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  return done;
}

void File::read(u64 offset, void* into, std::size_t bytes) const {
  std::size_t got = read_some(offset, into, bytes);
  if (got == bytes) return;
  throw Error(ErrorCode::Format,
              path_ + " ends at byte " + std::to_string(offset + got) + ", but bytes " + std::to_string(offset) +
                  " to " + std::to_string(offset + bytes) + " were to be read; the file is truncated",
              {{"path", path_}, {"offset", std::to_string(offset)}});
}

void File::write(u64 offset, const void* from, std::size_t bytes) {
  if (int number = injected(FileOperation::Write, path_.c_str())) fail("write", number);
  std::size_t done = 0;
  while (done < bytes) {
    ssize_t put = ::pwrite(descriptor_, static_cast<const char*>(from) + done, std::min(bytes - done, kTransfer),
                           static_cast<off_t>(offset + done));
    if (put < 0) {
      if (errno == EINTR) continue;
      fail("write", errno);
    }
    if (put == 0) fail("write", ENOSPC);
    done += static_cast<std::size_t>(put);
  }
}

void File::sync() {
  if (int number = injected(FileOperation::Sync, path_.c_str())) fail("sync", number);
  while (::fdatasync(descriptor_) != 0) {
    if (errno != EINTR) fail("sync", errno);
  }
}

void File::truncate(u64 bytes) {
  if (int number = injected(FileOperation::Truncate, path_.c_str())) fail("truncate", number);
  while (::ftruncate(descriptor_, static_cast<off_t>(bytes)) != 0) {
    if (errno != EINTR) fail("truncate", errno);
  }
}

void File::punch(u64 offset, u64 bytes) {
  if (int number = injected(FileOperation::Punch, path_.c_str())) fail("free a part of", number);
#if defined(__linux__)
  // Not every file system can; then the blocks come back when the file goes.
  (void)::fallocate(descriptor_, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, static_cast<off_t>(offset),
                    static_cast<off_t>(bytes));
#else
  (void)offset;
  (void)bytes;
#endif
}

void File::prefetch(u64 offset, u64 bytes) const noexcept {
#if defined(__linux__)
  (void)::posix_fadvise(descriptor_, static_cast<off_t>(offset), static_cast<off_t>(bytes), POSIX_FADV_WILLNEED);
#else
  (void)offset;
  (void)bytes;
#endif
}

void File::forget(u64 offset, u64 bytes) const noexcept {
#if defined(__linux__)
  (void)::posix_fadvise(descriptor_, static_cast<off_t>(offset), static_cast<off_t>(bytes), POSIX_FADV_DONTNEED);
#else
  (void)offset;
  (void)bytes;
#endif
}

bool thread_read_disk() noexcept {
#if defined(RUSAGE_THREAD)
  static thread_local long seen = 0;
  rusage usage;
  if (::getrusage(RUSAGE_THREAD, &usage) != 0) return true;
  const bool more = usage.ru_inblock != seen;
  seen = usage.ru_inblock;
  return more;
#else
  return true;
#endif
}

void rename_file(const std::string& from, const std::string& to) {
  int number = injected(FileOperation::Rename, from.c_str());
  if (number == 0 && ::rename(from.c_str(), to.c_str()) != 0) number = errno;
  if (number != 0) throw file_error(("rename to " + to + " the file").c_str(), from, number);
}

void remove_file(const std::string& path) {
  int number = injected(FileOperation::Unlink, path.c_str());
  if (number == 0 && ::unlink(path.c_str()) != 0) number = errno;
  if (number != 0) throw file_error("remove", path, number);
}

bool try_remove_file(const std::string& path) noexcept { return ::unlink(path.c_str()) == 0; }

void make_folder(const std::string& path) {
  int number = injected(FileOperation::Folder, path.c_str());
  if (number == 0 && ::mkdir(path.c_str(), 0700) != 0) number = errno;
  if (number != 0) throw file_error("make the folder", path, number);
}

bool try_remove_folder(const std::string& path) noexcept { return ::rmdir(path.c_str()) == 0; }

void sync_folder(const std::string& path) {
  int number = injected(FileOperation::Sync, path.c_str());
  int descriptor = number != 0 ? -1 : retry_open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
  if (number == 0 && descriptor < 0) number = errno;
  if (number == 0 && ::fsync(descriptor) != 0) number = errno;
  if (descriptor >= 0) ::close(descriptor);
  // Some file systems cannot sync a folder and say so; there is nothing more to do there.
  if (number != 0 && number != EINVAL && number != ENOTSUP) throw file_error("sync the folder", path, number);
}

}  // namespace spillway
