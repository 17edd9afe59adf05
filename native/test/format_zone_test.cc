// Zones: whatever a predicate accepts is never pruned, in any type, with nulls, NaN, cut texts; clear misses are.
#include <cmath>
#include <limits>
#include <random>
#include <string>

#include "check.h"
#include "format/zone.h"

using namespace spillway;
using namespace spillway::format;

namespace {

constexpr Compare kCompares[] = {Compare::Eq, Compare::Ne,     Compare::Lt,        Compare::Le,        Compare::Gt,
                                 Compare::Ge, Compare::IsNull, Compare::IsNotNull, Compare::StartsWith};

// −1, 0, 1; NaN equals itself and is greater than any number.
int order(f64 a, f64 b) {
  if (std::isnan(a) || std::isnan(b)) return static_cast<int>(std::isnan(a)) - static_cast<int>(std::isnan(b));
  return a < b ? -1 : a > b ? 1 : 0;
}
int order(i64 a, i64 b) { return a < b ? -1 : a > b ? 1 : 0; }
int order(const std::string& a, const std::string& b) {
  const int compared = a.compare(b);
  return compared < 0 ? -1 : compared > 0 ? 1 : 0;
}

template <class T>
bool accepts(Compare compare, const T& value, const T& constant) {
  const int o = order(value, constant);
  switch (compare) {
    case Compare::Eq: return o == 0;
    case Compare::Ne: return o != 0;
    case Compare::Lt: return o < 0;
    case Compare::Le: return o <= 0;
    case Compare::Gt: return o > 0;
    case Compare::Ge: return o >= 0;
    case Compare::IsNotNull: return true;
    default: return false;
  }
}

ZonePredicate predicate(Compare compare, Type type) {
  ZonePredicate made;
  made.compare = compare;
  if (compare != Compare::IsNull && compare != Compare::IsNotNull) {
    made.constants.emplace_back();
    made.constants.back().type = type;
  }
  return made;
}

// The zone as a reader has it: written, read, and put together from two halves.
Zone through_bytes(Type type, const Zone& first, const Zone& second) {
  Zone all;
  for (const Zone* zone : {&first, &second}) {
    Bytes bytes;
    append_zone(type, *zone, bytes);
    ByteReader in(bytes);
    widen(type, all, read_zone(type, zone->rows, in));
    CHECK_EQ(in.left(), 0u);
  }
  return all;
}

struct Rows {
  u32 count = 0;
  u64 validity = 0;
  bool valid(u32 row) const { return ((validity >> row) & 1) != 0; }
};

template <class T>
bool any_accepted(const Rows& rows, const std::vector<T>& values, Compare compare, const T& constant) {
  for (u32 i = 0; i < rows.count; ++i) {
    if (compare == Compare::IsNull ? !rows.valid(i) : rows.valid(i) && accepts(compare, values[i], constant))
      return true;
  }
  return false;
}

}  // namespace

TEST(numbers_that_match_are_never_pruned) {
  std::mt19937_64 random(21);
  u32 wrong = 0, pruned = 0;
  const f64 specials[] = {std::numeric_limits<f64>::quiet_NaN(), -0.0, 0.0, std::numeric_limits<f64>::infinity(), -1.5};
  for (u32 round = 0; round < 20000; ++round) {
    const Rows rows{1 + static_cast<u32>(random() % 8), random() | random()};
    const u32 spread = 1 + random() % 12;
    std::vector<i64> integers;
    std::vector<f64> reals;
    for (u32 i = 0; i < rows.count; ++i) {
      integers.push_back(static_cast<i64>(random() % spread) - 5);
      reals.push_back(random() % 4 == 0 ? specials[random() % 5] : static_cast<f64>(random() % spread) - 5);
    }
    const u64 late = rows.validity >> (rows.count / 2);
    const auto zone_of = [&](Type type, const void* values) {
      const u32 half = rows.count / 2;
      const u8* bytes = static_cast<const u8*>(values);
      if (half == 0) return through_bytes(type, measure(type, values, &rows.validity, rows.count), Zone());
      return through_bytes(type, measure(type, values, &rows.validity, half),
                           measure(type, bytes + std::size_t{half} * 8, &late, rows.count - half));
    };
    const Zone integer_zone = zone_of(Type::I64, integers.data());
    const Zone real_zone = zone_of(Type::F64, reals.data());
    for (Compare compare : kCompares) {
      const i64 integer = static_cast<i64>(random() % 14) - 6;
      const f64 real = random() % 4 == 0 ? specials[random() % 5] : static_cast<f64>(integer);
      ZonePredicate on_integers = predicate(compare, Type::I64);
      ZonePredicate on_reals = predicate(compare, Type::F64);
      if (!on_integers.constants.empty()) {
        on_integers.constants[0].integer = integer;
        on_reals.constants[0].real = real;
      }
      const bool kept = may_match(Type::I64, integer_zone, on_integers);
      if (!kept && any_accepted(rows, integers, compare, integer)) ++wrong;
      if (!may_match(Type::F64, real_zone, on_reals) && any_accepted(rows, reals, compare, real)) ++wrong;
      pruned += kept ? 0 : 1;
    }
  }
  CHECK_EQ(wrong, 0u);
  CHECK(pruned > 10000);
}

TEST(texts_that_match_are_never_pruned) {
  std::mt19937_64 random(22);
  u32 wrong = 0, pruned = 0;
  const auto word = [&] {
    // Long common beginnings, so that bounds are cut where texts still differ.
    static const std::string kStarts[] = {
        "", "a", "ab", "b", std::string(31, 'x'), std::string(32, 'x'), std::string(33, 'x'), std::string(40, '\xff')};
    return kStarts[random() % 8] + std::string(random() % 3, static_cast<char>('a' + random() % 3));
  };
  for (u32 round = 0; round < 20000; ++round) {
    const Rows rows{1 + static_cast<u32>(random() % 4), random() | random()};
    std::vector<std::string> words;
    std::vector<StringView> views;
    std::vector<u32> codes;
    for (u32 i = 0; i < rows.count; ++i) words.push_back(word());
    for (const std::string& one : words) views.emplace_back(one);
    for (u32 i = 0; i < rows.count; ++i) codes.push_back(i);
    const Zone plain = through_bytes(Type::Utf8, measure(Type::Utf8, views.data(), &rows.validity, rows.count), Zone());
    const Zone coded =
        through_bytes(Type::Utf8, measure(Type::Utf8, codes.data(), &rows.validity, rows.count, views.data()), Zone());
    for (Compare compare : kCompares) {
      const std::string constant = word();
      ZonePredicate on_texts = predicate(compare, Type::Utf8);
      if (!on_texts.constants.empty()) on_texts.constants[0].text = constant;
      const bool kept = may_match(Type::Utf8, plain, on_texts);
      CHECK_EQ(kept, may_match(Type::Utf8, coded, on_texts));
      bool accepted = any_accepted(rows, words, compare, constant);
      for (u32 i = 0; compare == Compare::StartsWith && i < rows.count; ++i) {
        accepted = accepted || (rows.valid(i) && words[i].compare(0, constant.size(), constant) == 0);
      }
      if (!kept && accepted) ++wrong;
      pruned += kept ? 0 : 1;
    }
  }
  CHECK_EQ(wrong, 0u);
  CHECK(pruned > 10000);
}

TEST(unsigned_numbers_keep_their_order) {
  const u64 values[] = {1, ~u64{0}, u64{1} << 63};
  const Zone zone = measure(Type::U64, values, nullptr, 3);
  ZonePredicate above = predicate(Compare::Gt, Type::U64);
  above.constants[0].integer = static_cast<i64>(~u64{0} - 1);
  CHECK(may_match(Type::U64, zone, above));
  above.constants[0].integer = static_cast<i64>(~u64{0});
  CHECK(!may_match(Type::U64, zone, above));
  ZonePredicate below = predicate(Compare::Lt, Type::U64);
  below.constants[0].integer = 1;
  CHECK(!may_match(Type::U64, zone, below));
}

TEST(lists_match_when_one_of_them_does) {
  const i32 values[] = {10, 20};
  const Zone zone = measure(Type::I32, values, nullptr, 2);
  ZonePredicate in = predicate(Compare::In, Type::I32);
  in.constants[0].integer = 5;
  in.constants.push_back(in.constants[0]);
  in.constants[1].integer = 25;
  CHECK(!may_match(Type::I32, zone, in));
  in.constants[1].integer = 15;
  CHECK(may_match(Type::I32, zone, in));
}
