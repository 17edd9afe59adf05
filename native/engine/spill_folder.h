// The folders that spill files and other temporary files are made in: private, named after their process, swept when
// that process is dead.
#pragma once

#include <string>

#include "engine/types.h"

namespace spillway {

// A fresh 0700 folder in `directory`, named `spillway-<process namespace>-<pid>-<start time>-<random>`.
// Throws Error Io / NoSpace.
std::string make_spill_folder(const std::string& directory);

// Removes a folder that was made here and is empty again; what is left of others goes when the process exits.
void remove_spill_folder(const std::string& folder) noexcept;

// Removes a folder that was made here with the files in it; one that is gone already is left alone.
void clear_spill_folder(const std::string& folder);

// Removes folders of that form whose process is dead, with the files in them; leaves everything else alone.
// Never throws: what cannot be removed stays. Returns how many were removed.
u32 sweep_spill_folders(const std::string& directory) noexcept;

void random_bytes(void* into, std::size_t bytes);  // from the system; throws Error Io
std::string hex_text(u64 value);                   // 16 digits

}  // namespace spillway
