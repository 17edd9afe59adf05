// Operations on text: length, case, pieces, searches, patterns, concatenation.
#include <algorithm>
#include <cstring>
#include <limits>

#include "engine/case_mapping.h"
#include "engine/like_pattern.h"
#include "engine/program_operation.h"
#include "engine/program_text_rows.h"
#include "engine/utf8.h"

namespace spillway {
namespace {

void length(Call& call) {
  const TextOperand text(call.operands[0]);
  for_active_rows(call, [&](u32 r) { call.results<i64>()[r] = static_cast<i64>(count_code_points(text[r].text())); });
}

template <Case kCase>
void change(Call& call) {
  const TextOperand text(call.operands[0]);
  std::string scratch;
  text_results(call, [&](u32 r) {
    const std::string_view from = text[r].text();
    char shorter[StringView::kInline];
    char* bytes = from.size() <= StringView::kInline ? shorter : call.arena->allocate(from.size());
    if (change_ascii_case(from, kCase, bytes)) return StringView(bytes, static_cast<u32>(from.size()));
    change_case(from, kCase, scratch);
    return kept_text(call, scratch);
  });
}

void trim(Call& call) {
  const TextOperand text(call.operands[0]);
  text_results(call, [&](u32 r) {
    const std::string_view all = text[r].text();
    std::size_t begin = 0, end = all.size();
    while (begin < end) {
      const CodePoint c = decode_utf8(all, begin);
      if (!c.valid || !is_white_space(c.value)) break;
      begin += c.bytes;
    }
    while (end > begin) {
      std::size_t last = end - 1;
      while (last > begin && end - last < 4 && is_continuation(all[last])) --last;
      const CodePoint c = decode_utf8(all, last);
      if (!c.valid || last + c.bytes != end || !is_white_space(c.value)) break;
      end = last;
    }
    return StringView(all.substr(begin, end - begin));
  });
}

i64 saturating_add(i64 a, i64 b) {
  i64 r;
  if (!__builtin_add_overflow(a, b, &r)) return r;
  return b < 0 ? std::numeric_limits<i64>::min() : std::numeric_limits<i64>::max();
}

// Code points from `begin` (counted from 0) up to `end`, both within the text.
std::string_view code_points(std::string_view text, i64 begin, i64 end, bool ascii) {
  if (ascii) return text.substr(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin));
  std::size_t at = 0, first = 0;
  i64 index = 0;
  while (at < text.size() && index < end) {
    if (index == begin) first = at;
    ++at;
    while (at < text.size() && is_continuation(text[at])) ++at;
    ++index;
  }
  return index <= begin ? std::string_view{} : text.substr(first, at - first);
}

// Positions as SQL counts them: 1 is the first, 0 lies before it, −1 is the last; a negative count goes backwards.
std::string_view piece_of(std::string_view text, i64 start, i64 count, bool counted) {
  const i64 size = static_cast<i64>(count_code_points(text));
  i64 begin = start < 0 ? saturating_add(size, start) : start - 1;
  i64 end = counted ? saturating_add(begin, count) : size;
  if (counted && count < 0) std::swap(begin, end);
  begin = std::clamp<i64>(begin, 0, size);
  end = std::clamp<i64>(end, 0, size);
  if (begin >= end) return {};
  return code_points(text, begin, end, static_cast<std::size_t>(size) == text.size());
}

void substr(Call& call) {
  const TextOperand text(call.operands[0]);
  const bool counted = call.count == 3;
  const auto number = [&](u32 i, u32 r) { return call.operands[i].values<i64>()[call.operands[i].constant ? 0 : r]; };
  text_results(call, [&](u32 r) {
    return StringView(piece_of(text[r].text(), number(1, r), counted ? number(2, r) : 0, counted));
  });
}

struct Contains {
  static bool test(std::string_view text, std::string_view part) {
    return memmem(text.data(), text.size(), part.data(), part.size()) != nullptr;
  }
};
struct StartsWith {
  static bool test(std::string_view text, std::string_view part) { return text.starts_with(part); }
};
struct EndsWith {
  static bool test(std::string_view text, std::string_view part) { return text.ends_with(part); }
};

template <class Test>
void search(Call& call) {
  const TextOperand text(call.operands[0]), part(call.operands[1]);
  for_active_rows(call, [&](u32 r) { call.results<u8>()[r] = Test::test(text[r].text(), part[r].text()); });
}

void like(Call& call) {
  const TextOperand text(call.operands[0]), pattern(call.operands[1]);
  if (call.operands[1].constant) {
    const LikePattern compiled(pattern[0].text());
    for_active_rows(call, [&](u32 r) { call.results<u8>()[r] = compiled.matches(text[r].text()); });
  } else {
    for_active_rows(call,
                    [&](u32 r) { call.results<u8>()[r] = LikePattern(pattern[r].text()).matches(text[r].text()); });
  }
}

void concat(Call& call) {
  std::vector<TextOperand> parts(call.operands, call.operands + call.count);
  text_results(call, [&](u32 r) {
    u64 size = 0;
    for (const TextOperand& part : parts) size += part[r].length;
    if (size > std::numeric_limits<i32>::max()) {
      call.fail(r);
      return StringView();
    }
    char shorter[StringView::kInline];
    char* bytes = size <= StringView::kInline ? shorter : call.arena->allocate(size);
    char* at = bytes;
    for (const TextOperand& part : parts) {
      std::memcpy(at, part[r].data(), part[r].length);
      at += part[r].length;
    }
    return StringView(bytes, static_cast<u32>(size));
  });
}

template <RowFunction kRows, Type kResult, u32 kTexts, u32 kCost>
bool texts(const Signature& asked, ResolvedOperation& operation) {
  operation.rows = kRows;
  operation.cost = kCost;
  return asked.result == kResult && asked.operands.size() == kTexts &&
         std::all_of(asked.operands.begin(), asked.operands.end(), [](Type type) { return type == Type::Utf8; });
}

bool pieces(const Signature& asked, ResolvedOperation& operation) {
  operation.rows = substr;
  operation.cost = 120;
  return asked.is(Type::Utf8, {Type::Utf8, Type::I64}) || asked.is(Type::Utf8, {Type::Utf8, Type::I64, Type::I64});
}

bool joined(const Signature& asked, ResolvedOperation& operation) {
  operation.rows = concat;
  operation.cost = 120;
  operation.failure = "the text is longer than 2147483647 bytes";
  return asked.result == Type::Utf8 && !asked.operands.empty() &&
         std::all_of(asked.operands.begin(), asked.operands.end(), [](Type type) { return type == Type::Utf8; });
}

constexpr OperationDefinition kOperations[] = {
    {"length", "(utf8) → int64", texts<length, Type::I64, 1, 40>},
    {"lower", "(utf8) → utf8", texts<change<Case::Lower>, Type::Utf8, 1, 160>},
    {"upper", "(utf8) → utf8", texts<change<Case::Upper>, Type::Utf8, 1, 160>},
    {"trim", "(utf8) → utf8", texts<trim, Type::Utf8, 1, 60>},
    {"substr", "(utf8, int64[, int64]) → utf8", pieces},
    {"contains", "(utf8, utf8) → bool", texts<search<Contains>, Type::Bool, 2, 120>},
    {"startsWith", "(utf8, utf8) → bool", texts<search<StartsWith>, Type::Bool, 2, 40>},
    {"endsWith", "(utf8, utf8) → bool", texts<search<EndsWith>, Type::Bool, 2, 40>},
    {"like", "(utf8, utf8) → bool", texts<like, Type::Bool, 2, 200>},
    {"concat", "(utf8…) → utf8", joined},
};

}  // namespace

std::span<const OperationDefinition> text_operations() { return kOperations; }

}  // namespace spillway
