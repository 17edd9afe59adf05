// Bytes to and from a file's blocks: appending little-endian numbers, and reading them with every bound checked.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "engine/types.h"

namespace spillway::format {

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "files are little-endian, and so must the machine be");

using Bytes = std::vector<u8>;

// Bytes are not what the format says. Whoever knows file and place turns it into an Error.
struct Fault {
  std::string what;
};

[[noreturn]] inline void fault(std::string what) { throw Fault{std::move(what)}; }

template <class T>
void append(Bytes& out, const T& value) {
  const u8* from = reinterpret_cast<const u8*>(&value);
  out.insert(out.end(), from, from + sizeof(T));
}

inline void append_bytes(Bytes& out, const void* from, std::size_t size) {
  const u8* bytes = static_cast<const u8*>(from);
  if (size != 0) out.insert(out.end(), bytes, bytes + size);
}

// Zeros up to the next multiple of 8, counted from `start`.
inline void pad8(Bytes& out, std::size_t start = 0) {
  while ((out.size() - start) % 8 != 0) out.push_back(0);
}

class ByteReader {
 public:
  explicit ByteReader(std::span<const u8> bytes) : bytes_(bytes) {}

  template <class T>
  T read(const char* what) {
    T value;
    std::memcpy(&value, take(sizeof(T), what), sizeof(T));
    return value;
  }
  const u8* take(u64 size, const char* what) {
    if (size > left()) {
      fault(std::string(what) + " needs " + std::to_string(size) + " bytes, " + std::to_string(left()) + " are left");
    }
    const u8* at = bytes_.data() + at_;
    at_ += static_cast<std::size_t>(size);
    return at;
  }
  void align8(const char* what) { take((8 - at_ % 8) % 8, what); }
  u64 left() const { return bytes_.size() - at_; }
  u64 position() const { return at_; }
  void end(const char* what) const {
    if (left() != 0) fault(std::string(what) + " is followed by " + std::to_string(left()) + " bytes too many");
  }

 private:
  std::span<const u8> bytes_;
  std::size_t at_ = 0;
};

}  // namespace spillway::format
