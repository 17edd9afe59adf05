// Matches pieces between the percent signs from left to right: the first at the begin, the last at the end, the others
// wherever they come first.
#include "engine/like_pattern.h"

#include <cstring>

#include "engine/utf8.h"

namespace spillway {

LikePattern::LikePattern(std::string_view pattern) {
  pieces_.emplace_back().literals.emplace_back();
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '%') {
      pieces_.emplace_back().literals.emplace_back();
    } else if (pattern[i] == '_') {
      pieces_.back().literals.emplace_back();
    } else {
      if (pattern[i] == '\\' && i + 1 < pattern.size()) ++i;
      pieces_.back().literals.back().push_back(pattern[i]);
    }
  }
}

bool LikePattern::matches(std::string_view text) const {
  std::size_t at = 0;
  if (!match_at(pieces_[0], text, 0, at)) return false;
  if (pieces_.size() == 1) return at == text.size();
  for (std::size_t p = 1; p + 1 < pieces_.size(); ++p) {
    if (!find(pieces_[p], text, at, at)) return false;
  }
  return match_end(pieces_.back(), text, at);
}

bool LikePattern::match_at(const Piece& piece, std::string_view text, std::size_t at, std::size_t& end) {
  for (std::size_t i = 0; i < piece.literals.size(); ++i) {
    if (i > 0) {
      if (at >= text.size()) return false;
      at += decode_utf8(text, at).bytes;
    }
    const std::string& literal = piece.literals[i];
    if (text.size() - at < literal.size()) return false;
    if (std::memcmp(text.data() + at, literal.data(), literal.size()) != 0) return false;
    at += literal.size();
  }
  end = at;
  return true;
}

bool LikePattern::find(const Piece& piece, std::string_view text, std::size_t at, std::size_t& end) {
  const std::string& first = piece.literals[0];
  if (piece.literals.size() == 1) {
    const void* found = memmem(text.data() + at, text.size() - at, first.data(), first.size());
    if (found == nullptr) return false;
    end = static_cast<std::size_t>(static_cast<const char*>(found) - text.data()) + first.size();
    return true;
  }
  while (at <= text.size()) {
    if (match_at(piece, text, at, end)) return true;
    if (at == text.size()) return false;
    at += decode_utf8(text, at).bytes;
  }
  return false;
}

// The last piece may begin at any place from which it reaches exactly the end: counted back by code points.
bool LikePattern::match_end(const Piece& piece, std::string_view text, std::size_t from) {
  std::size_t at = text.size();
  for (std::size_t i = piece.literals.size(); i-- > 0;) {
    const std::string& literal = piece.literals[i];
    if (at < literal.size() || at - literal.size() < from) return false;
    at -= literal.size();
    if (std::memcmp(text.data() + at, literal.data(), literal.size()) != 0) return false;
    if (i == 0) break;
    if (at <= from) return false;
    --at;
    for (u32 step = 0; step < 3 && at > from && is_continuation(text[at]); ++step) --at;
  }
  return true;
}

}  // namespace spillway
