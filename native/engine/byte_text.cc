// Binary units, one decimal below a hundred.
#include "engine/byte_text.h"

#include <cstdio>

namespace spillway {

std::string byte_text(std::size_t bytes) {
  static constexpr const char* kUnits[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  double value = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; value >= 1024 && unit < 6; ++unit) value /= 1024;
  char text[48];
  std::snprintf(text, sizeof text, unit != 0 && value < 99.95 ? "%.1f %s" : "%.0f %s", value, kUnits[unit]);
  return text;
}

}  // namespace spillway
