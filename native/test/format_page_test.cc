// Pages: every encoding gives back what it was given, at every size, under every instruction set's kernels.
#include <cmath>
#include <limits>
#include <random>
#include <string>

#include "check.h"
#include "format/page.h"
#include "kernels/pages.h"

using namespace spillway;
using namespace spillway::format;

namespace {

struct Made {
  Type type = Type::I32;
  bool codes = false;
  std::vector<u8> values;     // rows × width
  std::vector<u64> validity;  // empty: all valid
  std::vector<StringView> texts;
  u32 rows = 0;
};

u32 null_count(const Made& made) {
  u32 nulls = 0;
  for (u32 i = 0; i < made.rows && !made.validity.empty(); ++i) nulls += ((made.validity[i / 64] >> (i % 64)) & 1) == 0;
  return nulls;
}

u32 width_in(const Made& made) { return made.codes ? 4 : width_of(made.type); }

Bytes encode(const Made& made, Compression compression) {
  Buffer values(std::size_t{kPageRows} * 16);
  std::memcpy(
      values.data(),
      made.type == Type::Utf8 && !made.codes ? reinterpret_cast<const u8*>(made.texts.data()) : made.values.data(),
      std::size_t{made.rows} * width_in(made));
  PageInput input;
  input.type = made.type;
  input.codes = made.codes;
  input.rows = made.rows;
  input.values = values.data();
  input.validity = made.validity.empty() ? nullptr : made.validity.data();
  input.nulls = null_count(made);
  Bytes out;
  encode_page(input, compression, out);
  return out;
}

// Encodes, decodes every vector alone and in descending order, compares. Answers the encoding chosen.
Encoding round_trip(const Made& made, Compression compression = Compression::Fast, u32 dictionary = 1 << 20) {
  const Bytes bytes = encode(made, compression);
  CHECK_EQ(bytes.size() % 8, 0u);
  Buffer aligned(bytes.size());
  std::memcpy(aligned.data(), bytes.data(), bytes.size());
  DecodeScratch scratch;
  const Page page = [&] {
    try {
      return Page::parse(made.type, made.rows, {aligned.data(), bytes.size()}, dictionary, scratch);
    } catch (const Fault& error) {
      check::fail(__FILE__, __LINE__, error.what);
      throw;
    }
  }();
  u32 wrong = 0;
  for (u32 v = vectors_of(made.rows); v-- > 0;) {
    Vector vector;
    page.decode(v, scratch, vector);
    const u32 first = v * kVectorRows;
    for (u32 i = 0; i < kVectorRows && first + i < made.rows; ++i) {
      const u32 row = first + i;
      const bool valid = made.validity.empty() || ((made.validity[row / 64] >> (row % 64)) & 1) != 0;
      if (vector.valid(i) != valid) ++wrong;
      if (!valid) continue;
      const u32 at = vector.constant ? 0 : i;
      if (made.type == Type::Utf8 && !made.codes) {
        wrong += vector.values<StringView>()[at] == made.texts[row] ? 0 : 1;
      } else {
        const u32 width = width_in(made);
        wrong += std::memcmp(vector.values<u8>() + at * width, made.values.data() + row * width, width) == 0 ? 0 : 1;
      }
    }
  }
  CHECK_EQ(wrong, 0u);
  return page.encoding();
}

template <class T, class Make>
Made numbers(Type type, u32 rows, Make&& make) {
  Made made;
  made.type = type;
  made.rows = rows;
  made.values.resize(std::size_t{rows} * sizeof(T));
  for (u32 i = 0; i < rows; ++i) {
    const T value = static_cast<T>(make(i));
    std::memcpy(made.values.data() + i * sizeof(T), &value, sizeof(T));
  }
  return made;
}

constexpr u32 kSizes[] = {1, 2, 63, 64, 65, 1023, 1024, 1025, 2047, 2048, 2049, 5000, 16383, 16384};

template <class T>
void all_widths(Type type) {
  std::mt19937_64 random(7);
  for (u32 width = 0; width <= sizeof(T) * 8; ++width) {
    const u64 mask = width == 0 ? 0 : ~u64{0} >> (64 - width);
    const T base = static_cast<T>(random());
    round_trip(numbers<T>(type, kSizes[width % 14],
                          [&](u32) { return static_cast<T>(static_cast<u64>(base) + (random() & mask)); }));
    round_trip(numbers<T>(type, 4096, [&](u32) { return static_cast<T>(static_cast<u64>(base) + (random() & mask)); }));
  }
}

}  // namespace

TEST(integers_of_every_width_come_back) {
  all_widths<i8>(Type::I8);
  all_widths<i16>(Type::I16);
  all_widths<i32>(Type::I32);
  all_widths<i64>(Type::I64);
  all_widths<u8>(Type::U8);
  all_widths<u16>(Type::U16);
  all_widths<u32>(Type::U32);
  all_widths<u64>(Type::U64);
}

TEST(every_instruction_set_unpacks_and_packs_the_same) {
  std::mt19937_64 random(3);
  for (Isa isa : supported_isas()) {
    const PagesTable& k = pages_kernels(isa);
    for (u32 width = 0; width <= 64; ++width) {
      alignas(64) u64 in[kBlockValues], out[kBlockValues];
      for (u64& value : in) value = 1000 + (width == 0 ? 0 : random() >> (64 - width));
      Bytes packed(std::size_t{width} * kBlockRowBytes), other(packed.size());
      k.pack64(in, 1000, width, packed.data());
      pages_kernels(Isa::Base).pack64(in, 1000, width, other.data());
      CHECK(packed == other);
      k.unpack64[width](packed.data(), out, 1000);
      CHECK(std::memcmp(in, out, sizeof in) == 0);
    }
    for (u32 width = 0; width <= 8; ++width) {
      alignas(64) u8 in[kBlockValues], out[kBlockValues];
      for (u8& value : in) value = static_cast<u8>(width == 0 ? 0 : (random() & 255) >> (8 - width));
      Bytes packed(std::size_t{width} * kBlockRowBytes);
      k.pack8(in, 0, width, packed.data());
      k.unpack8[width](packed.data(), out, 0);
      CHECK(std::memcmp(in, out, sizeof in) == 0);
    }
  }
}

TEST(shapes_choose_their_encoding) {
  CHECK_EQ(round_trip(numbers<i64>(Type::I64, 16384, [](u32) { return -5; })), Encoding::Constant);
  CHECK_EQ(round_trip(numbers<i64>(Type::I64, 16384, [](u32 i) { return i64{1} << 40 | i; })), Encoding::Delta);
  CHECK_EQ(round_trip(numbers<i32>(Type::I32, 16000, [](u32 i) { return i / 100 * 977; })), Encoding::Runs);
  std::mt19937_64 random(1);
  CHECK_EQ(round_trip(numbers<i32>(Type::I32, 16384, [&](u32) { return random() % 100; })), Encoding::Packed);
  CHECK_EQ(round_trip(numbers<i64>(Type::I64, 16384, [&](u32) { return random(); })), Encoding::Plain);
  CHECK_EQ(
      round_trip(numbers<f64>(Type::F64, 16384, [&](u32) { return static_cast<f64>(random() % 100000000) / 1e6; })),
      Encoding::Decimal);
  CHECK_EQ(round_trip(numbers<f64>(Type::F64, 16384, [&](u32) { return std::sqrt(static_cast<f64>(random())); })),
           Encoding::Plain);
  CHECK_EQ(round_trip(numbers<f32>(Type::F32, 16384,
                                   [&](u32) { return static_cast<f32>(static_cast<f64>(random() % 10000) / 100); })),
           Encoding::Decimal);
  CHECK_EQ(round_trip(numbers<u8>(Type::Bool, 16384, [&](u32) { return random() & 1; })), Encoding::Packed);
}

TEST(every_size_of_page_comes_back) {
  std::mt19937_64 random(2);
  for (u32 rows : kSizes) {
    round_trip(numbers<i64>(Type::I64, rows, [](u32 i) { return i * 3; }));
    round_trip(numbers<i16>(Type::I16, rows, [](u32 i) { return i / 40; }));
    round_trip(numbers<u8>(Type::Bool, rows, [&](u32) { return random() & 1; }));
    round_trip(numbers<f64>(Type::F64, rows, [&](u32) { return static_cast<f64>(random() % 1000) / 8; }));
    round_trip(numbers<f32>(Type::F32, rows, [&](u32) { return static_cast<f32>(random() % 1000) / 8; }),
               Compression::Small);
    Made texts;
    texts.type = Type::Utf8;
    texts.rows = rows;
    std::vector<std::string> words(rows);
    for (u32 i = 0; i < rows; ++i)
      words[i] = i % 7 == 0 ? "" : "naïve " + std::string(random() % 40, static_cast<char>('a' + i % 26));
    for (const std::string& word : words) texts.texts.emplace_back(word);
    for (Compression c : {Compression::None, Compression::Fast, Compression::Small}) round_trip(texts, c);
  }
}

TEST(special_floats_keep_their_bits) {
  const f64 specials[] = {0.0,
                          -0.0,
                          std::numeric_limits<f64>::infinity(),
                          -std::numeric_limits<f64>::infinity(),
                          std::numeric_limits<f64>::quiet_NaN(),
                          std::numeric_limits<f64>::denorm_min(),
                          1e300,
                          -1e-300,
                          std::numeric_limits<f64>::max(),
                          9007199254740993.0,
                          0.1,
                          123456789.125};
  std::mt19937_64 random(5);
  for (Compression c : {Compression::None, Compression::Fast, Compression::Small}) {
    round_trip(numbers<f64>(Type::F64, 12, [&](u32 i) { return specials[i]; }), c);
    round_trip(numbers<f64>(Type::F64, 9000, [&](u32 i) { return i % 50 == 0 ? specials[random() % 12] : i / 100.0; }),
               c);
    round_trip(numbers<f32>(Type::F32, 9000,
                            [&](u32 i) { return static_cast<f32>(i % 50 == 0 ? specials[random() % 12] : i / 100.0); }),
               c);
    round_trip(
        numbers<f64>(Type::F64, 4000,
                     [&](u32) { return static_cast<f64>(static_cast<i64>(random() % 2000001) - 1000000) * 1e9; }),
        c);
  }
}

TEST(nulls_come_back_wherever_they_are) {
  std::mt19937_64 random(9);
  for (u32 rows : kSizes) {
    for (u32 keep : {0u, 1u, 50u, 99u}) {
      Made made = numbers<i32>(Type::I32, rows, [&](u32) { return random() % 1000; });
      Made floats = numbers<f64>(Type::F64, rows, [&](u32) { return static_cast<f64>(random() % 1000) / 10; });
      Made codes = numbers<u32>(Type::U32, rows, [&](u32) { return random() % 30; });
      codes.type = Type::Utf8;
      codes.codes = true;
      Made texts;
      texts.type = Type::Utf8;
      texts.rows = rows;
      for (u32 i = 0; i < rows; ++i) texts.texts.emplace_back(i % 2 == 0 ? "even and rather long" : "odd");
      for (Made* one : {&made, &floats, &codes, &texts}) {
        one->validity.assign((rows + 63) / 64, 0);
        for (u32 i = 0; i < rows; ++i) {
          if (random() % 100 < keep) one->validity[i / 64] |= u64{1} << (i % 64);
        }
        round_trip(*one, Compression::Fast, 30);
        round_trip(*one, Compression::Small, 30);
      }
    }
  }
}

TEST(codes_beyond_the_dictionary_are_refused) {
  Made codes = numbers<u32>(Type::U32, 3000, [](u32 i) { return i % 30; });
  codes.type = Type::Utf8;
  codes.codes = true;
  round_trip(codes, Compression::Fast, 30);
  CHECK_THROWS(round_trip(codes, Compression::Fast, 29), Fault);
}

TEST(damaged_pages_fault_or_decode_but_never_crash) {
  std::mt19937_64 random(11);
  std::vector<Made> pages;
  pages.push_back(numbers<i64>(Type::I64, 2500, [](u32 i) { return i * 5; }));
  pages.push_back(numbers<i32>(Type::I32, 2500, [&](u32) { return random() % 1000; }));
  pages.push_back(numbers<i32>(Type::I32, 2500, [&](u32 i) { return i / 90 * 71; }));
  pages.push_back(numbers<f64>(
      Type::F64, 2500, [&](u32 i) { return i % 90 == 3 ? std::sqrt(i) : static_cast<f64>(random() % 1000) / 100; }));
  pages.push_back(numbers<u8>(Type::Bool, 2500, [&](u32) { return random() & 1; }));
  Made texts;
  texts.type = Type::Utf8;
  texts.rows = 2500;
  std::vector<std::string> words(2500);
  for (u32 i = 0; i < 2500; ++i) words[i] = std::string(random() % 20, 'x') + "é";
  for (const std::string& word : words) texts.texts.emplace_back(word);
  pages.push_back(texts);
  for (const Made& made : pages) {
    for (Compression c : {Compression::None, Compression::Fast, Compression::Small}) {
      const Bytes good = encode(made, c);
      for (u32 round = 0; round < 1500; ++round) {
        Bytes bad = good;
        if (round % 3 == 0) bad.resize(random() % bad.size());
        for (u32 n = 1 + random() % 3; n-- > 0 && !bad.empty();) {
          const std::size_t at =
              round % 2 == 0 ? random() % std::min<std::size_t>(bad.size(), 64) : random() % bad.size();
          bad[at] = static_cast<u8>(random());
        }
        Buffer aligned(bad.size() + 8);
        std::memcpy(aligned.data(), bad.data(), bad.size());
        try {
          DecodeScratch scratch;
          const Page page = Page::parse(made.type, made.rows, {aligned.data(), bad.size()}, 10, scratch);
          for (u32 v = 0; v < vectors_of(made.rows); ++v) {
            Vector vector;
            page.decode(v, scratch, vector);
          }
        } catch (const Fault&) {
        }
      }
    }
  }
  CHECK_THROWS(fault("the harness sees faults"), Fault);
}
