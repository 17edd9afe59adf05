// Places of a dictionary's codes in the order of their texts, so that sorting text by code reads no text per row.
#pragma once

#include <memory>
#include <vector>

#include "engine/vector.h"

namespace spillway {

// ranks[code]: how many of the dictionary's texts are less by UTF-8 bytes. Costs one sort of the entries.
std::shared_ptr<const std::vector<u32>> rank_codes(const Dictionary& dictionary);

}  // namespace spillway
