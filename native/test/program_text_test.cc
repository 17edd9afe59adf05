// Text operations against plain ones on code points.
#include <algorithm>

#include "check.h"
#include "engine/case_mapping.h"
#include "engine/like_pattern.h"
#include "engine/utf8.h"
#include "program_fixture.h"

using namespace spillway;
using namespace spillway::check;

namespace {

std::vector<std::string> characters(const std::string& text) {
  std::vector<std::string> list;
  for (const char c : text) {
    if (!is_continuation(c) || list.empty()) list.emplace_back();
    list.back().push_back(c);
  }
  return list;
}

using TextFunction = std::function<Cell(const std::vector<Cell>&)>;

void check_texts(const char* name, Type result, std::vector<Type> operands, const TextFunction& f) {
  check_operation(name, result, operands, [&](const std::vector<Cell>& c) -> std::optional<Cell> {
    for (const Cell& cell : c) {
      if (cell.null) return null_cell();
    }
    return f(c);
  });
}

std::string piece(const std::string& text, i128 start, i128 count, bool counted) {
  const std::vector<std::string> all = characters(text);
  const i128 size = static_cast<i128>(all.size());
  i128 begin = start < 0 ? size + start : start - 1, end = counted ? begin + count : size;
  if (counted && count < 0) std::swap(begin, end);
  std::string out;
  for (i128 i = std::max<i128>(begin, 0); i < std::min(end, size); ++i) out += all[static_cast<std::size_t>(i)];
  return out;
}

bool naive_like(const std::vector<std::string>& text, std::size_t t, const std::string& pattern, std::size_t p) {
  if (p == pattern.size()) return t == text.size();
  if (pattern[p] == '%') {
    for (std::size_t skip = t; skip <= text.size(); ++skip) {
      if (naive_like(text, skip, pattern, p + 1)) return true;
    }
    return false;
  }
  if (t == text.size()) return false;
  if (pattern[p] == '_') return naive_like(text, t + 1, pattern, p + 1);
  if (pattern[p] == '\\' && p + 1 < pattern.size()) ++p;
  std::string wanted(1, pattern[p]);
  while (p + 1 < pattern.size() && is_continuation(pattern[p + 1])) wanted.push_back(pattern[++p]);
  return text[t] == wanted && naive_like(text, t + 1, pattern, p + 1);
}

std::string cased(std::string_view text, Case wanted) {
  std::string out;
  change_case(text, wanted, out);
  return out;
}

}  // namespace

TEST(lengths_count_code_points) {
  check_texts("length", Type::I64, {Type::Utf8},
              [](const std::vector<Cell>& c) { return int_cell(static_cast<i128>(characters(c[0].text).size())); });
}

TEST(case_of_letters_in_all_scripts) {
  CHECK_EQ(cased("Hello, World 123", Case::Upper), "HELLO, WORLD 123");
  CHECK_EQ(cased("ÀÉÎÕÜŸ ĐŁŽ ΑΒΓΣ ЖЩЯ ԱՖ", Case::Lower), "àéîõüÿ đłž αβγσ жщя աֆ");
  CHECK_EQ(cased("àéîõüÿ đłž αβγσς жщя աֆ µ ı", Case::Upper), "ÀÉÎÕÜŸ ĐŁŽ ΑΒΓΣΣ ЖЩЯ ԱՖ Μ I");
  CHECK_EQ(cased("ǅ ǆ Ǆ", Case::Lower), "ǆ ǆ ǆ");
  CHECK_EQ(cased("ǅ ǆ Ǆ", Case::Upper), "Ǆ Ǆ Ǆ");
  CHECK_EQ(cased("Straße ŉ ǰ", Case::Upper), "STRAẞE ŉ ǰ");
  CHECK_EQ(cased("İ ẞ Ω K Å", Case::Lower), "i ß ω k å");
  CHECK_EQ(cased("Ⱥ 𐐀 Ა", Case::Lower), "ⱥ 𐐨 ა");
  CHECK_EQ(cased("日本語 😀", Case::Upper), "日本語 😀");
  CHECK_EQ(cased("ok\xff\xc3", Case::Upper), "OK\xff\xc3");
  for (const Case wanted : {Case::Upper, Case::Lower}) {
    check_texts(wanted == Case::Upper ? "upper" : "lower", Type::Utf8, {Type::Utf8},
                [wanted](const std::vector<Cell>& c) { return text_cell(cased(c[0].text, wanted)); });
  }
}

TEST(trimming_takes_white_space_of_unicode_from_both_ends) {
  std::vector<Cell> cells;
  const std::pair<const char*, const char*> cases[] = {
      {"", ""},
      {"  a b  ", "a b"},
      {"\t\n x \r\f\v", "x"},
      {"   ", ""},
      {"\u00a0\u2003über\u3000", "über"},
      {"\u200bx", "\u200bx"},
      {"a long text that is not inline   ", "a long text that is not inline"},
      {"\xa0x\xa0", "\xa0x\xa0"}};
  for (const auto& [text, trimmed] : cases) cells.push_back(text_cell(text));
  const Answer answer = run_operation("trim", Type::Utf8, {column(Type::Utf8, cells)}, static_cast<u32>(cells.size()));
  for (std::size_t i = 0; i < std::size(cases); ++i) CHECK_EQ(answer.columns[0][i].text, cases[i].second);
}

TEST(pieces_count_as_sql_does) {
  check_texts("substr", Type::Utf8, {Type::Utf8, Type::I64},
              [](const std::vector<Cell>& c) { return text_cell(piece(c[0].text, c[1].integer, 0, false)); });
  check_texts("substr", Type::Utf8, {Type::Utf8, Type::I64, Type::I64},
              [](const std::vector<Cell>& c) { return text_cell(piece(c[0].text, c[1].integer, c[2].integer, true)); });
  struct Case {
    const char* text;
    i64 start, count;
    const char* expected;
  };
  const Case cases[] = {{"hello", 0, 2, "h"},  {"hello", -3, 9, "llo"}, {"héllo", -10, 6, "h"},
                        {"hello", 2, -1, "h"}, {"héllo", 3, -2, "hé"},  {"hello", -2, -2, "el"},
                        {"abc", 5, 1, ""},     {"héllo", -5, 3, "hél"}};
  for (const Case& c : cases) {
    const Answer answer =
        run_operation("substr", Type::Utf8,
                      {column(Type::Utf8, {text_cell(c.text)}), column(Type::I64, {int_cell(c.start)}),
                       column(Type::I64, {int_cell(c.count)})},
                      1);
    CHECK_EQ(answer.columns[0][0].text, c.expected);
  }
}

TEST(searches) {
  check_texts("contains", Type::Bool, {Type::Utf8, Type::Utf8},
              [](const std::vector<Cell>& c) { return int_cell(c[0].text.find(c[1].text) != std::string::npos); });
  check_texts("startsWith", Type::Bool, {Type::Utf8, Type::Utf8},
              [](const std::vector<Cell>& c) { return int_cell(c[0].text.starts_with(c[1].text)); });
  check_texts("endsWith", Type::Bool, {Type::Utf8, Type::Utf8},
              [](const std::vector<Cell>& c) { return int_cell(c[0].text.ends_with(c[1].text)); });
}

TEST(patterns) {
  check_texts("like", Type::Bool, {Type::Utf8, Type::Utf8},
              [](const std::vector<Cell>& c) { return int_cell(naive_like(characters(c[0].text), 0, c[1].text, 0)); });
  std::mt19937_64 random(7);
  const char* const pieces[] = {"a", "b", "é", "_", "%", "%", "\\%", "\\_", "ab"};
  for (u32 trial = 0; trial < 20000; ++trial) {
    std::string pattern, text;
    for (u64 i = random() % 6; i > 0; --i) pattern += pieces[random() % std::size(pieces)];
    for (u64 i = random() % 8; i > 0; --i) text += std::vector<std::string>{"a", "b", "é", "%", "_"}[random() % 5];
    const bool expected = naive_like(characters(text), 0, pattern, 0);
    if (LikePattern(pattern).matches(text) != expected) {
      CHECK_EQ("'" + text + "' like '" + pattern + "' is not " + (expected ? "true" : "false"), "");
      break;
    }
  }
}

TEST(concatenation_is_null_if_a_part_is) {
  for (const std::size_t count : {1u, 2u, 3u}) {
    check_texts("concat", Type::Utf8, std::vector<Type>(count, Type::Utf8), [](const std::vector<Cell>& c) {
      std::string all;
      for (const Cell& cell : c) all += cell.text;
      return text_cell(all);
    });
  }
}
