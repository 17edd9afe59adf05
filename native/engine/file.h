// The one file layer of the native side: every open, read, write, sync and rename, so that faults are injected once.
#pragma once

#include <string>

#include "engine/error.h"
#include "engine/types.h"

namespace spillway {

enum class FileOperation : u8 { Open, Read, Write, Sync, Truncate, Punch, Rename, Unlink, Folder, Map };

// Tests: asked before every operation; a result other than 0 is the errno the operation then fails with.
// Called from any thread. nullptr (the default): nothing is injected.
using FileFault = int (*)(FileOperation operation, const char* path);
void set_file_fault(FileFault fault);
int file_fault(FileOperation operation, const char* path);  // what it says; 0: go on

// An open file. Reads and writes name their offset, so any number of threads may use one File at a time.
// Interrupted and short transfers are continued. Failures throw Error Io, or NoSpace when the disk or a quota is full,
// with the operation and the path; detail: path, errno.
class File {
 public:
  enum class Mode : u8 {
    Read,       // must exist
    ReadWrite,  // must exist
    Create,     // must not exist (O_EXCL), 0600
  };

  File() = default;
  File(std::string path, Mode mode);
  File(File&& other) noexcept;
  File& operator=(File&& other) noexcept;
  ~File();

  bool is_open() const { return descriptor_ >= 0; }
  const std::string& path() const { return path_; }
  u64 size() const;

  // Exactly `bytes`; throws Error Format ("… ends at byte …") when the file is shorter.
  void read(u64 offset, void* into, std::size_t bytes) const;
  // Up to `bytes`; fewer only at the end of the file.
  std::size_t read_some(u64 offset, void* into, std::size_t bytes) const;
  void write(u64 offset, const void* from, std::size_t bytes);
  void sync();  // fdatasync
  void truncate(u64 bytes);
  void punch(u64 offset, u64 bytes);  // gives the blocks back where the system can; the range then reads as zeros
  void prefetch(u64 offset, u64 bytes) const noexcept;  // a hint: will be read soon
  void forget(u64 offset, u64 bytes) const noexcept;    // a hint: will not be read again
  void close() noexcept;                                // errors surface in sync, not here

 private:
  friend class MappedFile;
  [[noreturn]] void fail(const char* what, int number) const;
  int descriptor_ = -1;
  std::string path_;
};

// Whether the calling thread has made the system read from a disk since it last asked; true where the system does not
// say.
bool thread_read_disk() noexcept;

void rename_file(const std::string& from, const std::string& to);
void remove_file(const std::string& path);  // throws Error Io when it cannot, also when it is not there
bool try_remove_file(const std::string& path) noexcept;
void make_folder(const std::string& path);                 // 0700; must not exist
bool try_remove_folder(const std::string& path) noexcept;  // only when empty
void sync_folder(const std::string& path);                 // makes names created or renamed in it durable

// Error Io or NoSpace for a failed system call: `cannot WHAT PATH: text of the error number`.
Error file_error(const char* what, const std::string& path, int number);

}  // namespace spillway
