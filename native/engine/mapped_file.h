// A file that is read where the system maps it. Should someone cut it meanwhile, what is gone reads as zeros; whoever
// reads asks afterwards whether it was there.
#pragma once

#include <type_traits>

#include "engine/file.h"

namespace spillway {

// Read-only, and all of it as it was when it was opened: a rename over its path changes nothing. Used by any number of
// threads at a time.
class MappedFile {
 public:
  MappedFile() = default;
  // `prefault`: reads the whole file in; else each page when it is touched, and no page that was not. Throws Error Io;
  // Format for an empty file.
  MappedFile(std::string path, bool prefault);
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  ~MappedFile();

  const std::string& path() const { return file_.path(); }
  const u8* data() const { return data_; }
  u64 size() const { return size_; }
  void prefetch(u64 offset, u64 bytes) const noexcept;  // a hint: will be touched soon

  // Throws Error Changed (detail: path) when the file was cut, grown or written to since.
  void check_current() const;

  // What `read` returns is of a file that did not change while it ran: else Error Changed, whatever `read` threw.
  template <class Read>
  auto unchanged(Read read) const {
    check_current();
    try {
      if constexpr (std::is_void_v<decltype(read())>) {
        read();
        check_current();
      } else {
        auto found = read();
        check_current();
        return found;
      }
    } catch (const Error& error) {
      if (error.code() == ErrorCode::Format) check_current();
      throw;
    }
  }

 private:
  void unmap() noexcept;
  File file_;
  const u8* data_ = nullptr;
  u64 size_ = 0;
  i64 seconds_ = 0, nanos_ = 0;  // of the last change, when it was opened
};

}  // namespace spillway
