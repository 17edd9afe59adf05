// Bitmap kernels of every instruction set against one bit at a time.
#include "kernels/bits.h"

#include <vector>

#include "test/check.h"

namespace spillway {
namespace {

std::vector<std::uint8_t> noise(std::size_t bytes, std::uint64_t seed) {
  std::vector<std::uint8_t> out(bytes);
  for (auto& byte : out) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    byte = static_cast<std::uint8_t>(seed >> 56);
  }
  return out;
}

bool bit(const std::vector<std::uint8_t>& bitmap, std::size_t i) { return (bitmap[i / 8] >> (i % 8) & 1) != 0; }

TEST(counts_only_the_bits_asked_for) {
  for (const Isa isa : supported_isas()) {
    for (std::size_t bits = 0; bits < 700; ++bits) {
      const auto bitmap = noise((bits + 7) / 8, bits);
      std::size_t expected = 0;
      for (std::size_t i = 0; i < bits; ++i) expected += bit(bitmap, i) ? 1 : 0;
      CHECK_EQ(bits_kernels(isa).count(bitmap.data(), bits), expected);
    }
  }
}

TEST(combines_bit_by_bit) {
  for (const Isa isa : supported_isas()) {
    const BitsTable& kernels = bits_kernels(isa);
    for (const std::size_t bits : {1u, 7u, 8u, 63u, 64u, 65u, 511u, 2048u, 2049u}) {
      const std::size_t bytes = (bits + 7) / 8;
      const auto a = noise(bytes, 1);
      const auto b = noise(bytes, 2);
      std::vector<std::uint8_t> both(bytes), either(bytes), without = a;
      kernels.both(a.data(), b.data(), both.data(), bits);
      kernels.either(a.data(), b.data(), either.data(), bits);
      kernels.without(without.data(), b.data(), without.data(), bits);  // in place
      for (std::size_t i = 0; i < bits; ++i) {
        CHECK_EQ(bit(both, i), bit(a, i) && bit(b, i));
        CHECK_EQ(bit(either, i), bit(a, i) || bit(b, i));
        CHECK_EQ(bit(without, i), bit(a, i) && !bit(b, i));
      }
    }
  }
}

TEST(baseline_is_always_supported) {
  CHECK(!supported_isas().empty());
  CHECK_EQ(supported_isas().front(), Isa::Base);
}

}  // namespace
}  // namespace spillway
