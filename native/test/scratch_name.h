// Where tests make files of their own.
#pragma once

#include <cstdlib>
#include <string>

namespace spillway {

inline std::string scratch_folder() {
  const char* chosen = std::getenv("TMPDIR");
  return chosen != nullptr && *chosen != '\0' ? chosen : "/tmp";
}

// A pattern for mkstemp and mkdtemp.
inline std::string scratch_name(const std::string& what) { return scratch_folder() + "/spillway-" + what + "-XXXXXX"; }

}  // namespace spillway
