// Sizes in bytes as messages show them.
#pragma once

#include <cstddef>
#include <string>

namespace spillway {

// "812 B", "4.0 MiB": three significant figures at most.
inline std::string byte_text(std::size_t bytes) {
  static constexpr const char* kUnits[] = {"B", "KiB", "MiB", "GiB", "TiB"};
  if (bytes < 1024) return std::to_string(bytes) + " B";
  std::size_t unit = 0;
  std::size_t tenths = bytes;  // of the current unit, times ten once it is not bytes
  while (tenths >= (unit == 0 ? std::size_t{1024} : std::size_t{10240}) && unit < 4) {
    tenths = unit == 0 ? tenths / 1024 * 10 + tenths % 1024 * 10 / 1024 : tenths / 1024;
    unit += 1;
  }
  std::string text = std::to_string(tenths / 10);
  if (tenths < 1000) text += "." + std::to_string(tenths % 10);
  return text + " " + kUnits[unit];
}

}  // namespace spillway
