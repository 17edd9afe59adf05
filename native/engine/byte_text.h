// Sizes in bytes as messages show them.
#pragma once

#include <cstddef>
#include <string>

namespace spillway {

// "812 B", "4.0 MiB", "256 MiB".
std::string byte_text(std::size_t bytes);

}  // namespace spillway
