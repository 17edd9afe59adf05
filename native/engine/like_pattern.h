// SQL's LIKE: % any text, _ one code point, \ takes the next character literally.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/types.h"

namespace spillway {

// A pattern taken apart once. Matching costs O(text) per piece between two %.
class LikePattern {
 public:
  explicit LikePattern(std::string_view pattern);
  bool matches(std::string_view text) const;

 private:
  // A stretch without %: literal bytes, with '_' places where `wild` says so.
  struct Piece {
    std::vector<std::string> literals;  // between two _, one more than there are _
  };

  static bool match_at(const Piece& piece, std::string_view text, std::size_t at, std::size_t& end);
  static bool find(const Piece& piece, std::string_view text, std::size_t at, std::size_t& end);
  static bool match_end(const Piece& piece, std::string_view text, std::size_t from);

  std::vector<Piece> pieces_;  // one more than there are %
};

}  // namespace spillway
