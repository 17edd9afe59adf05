// Finds how many decimal places a page of floats has from a sample, then writes its whole numbers and exceptions.
#include <algorithm>
#include <memory>

#include "format/decimals.h"
#include "format/lanes.h"

namespace spillway::format {
namespace {

constexpr u32 kSample = 64;
constexpr f64 kLargest64 = 281474976710656.0;  // 2^48: beyond it packing saves too little
constexpr f64 kLargest32 = 2147483520.0;       // below 2^31, and a float

// Bits of the scale's high part for whole numbers up to `most` in size.
u32 precision_for(u64 most) { return most < (u64{1} << 27) ? 26 : most < (u64{1} << 40) ? 13 : 5; }

template <class T>
struct Lane;
template <>
struct Lane<f64> {
  using Digit = i64;
  static void digits(const f64* in, f64 scale, u32 n, i64* out) {
    pages_kernels().digits64(in, scale, kLargest64, n, out);
  }
  static void decode(const i64* in, const DecimalScale& s, f64* out, u32 n) {
    pages_kernels().decimal64(reinterpret_cast<const u64*>(in), s.high, s.low, out, n);
  }
};
template <>
struct Lane<f32> {
  using Digit = i32;
  static void digits(const f32* in, f64 scale, u32 n, i32* out) {
    pages_kernels().digits32(in, scale, kLargest32, n, out);
  }
  static void decode(const i32* in, const DecimalScale& s, f32* out, u32 n) {
    pages_kernels().decimal32(reinterpret_cast<const u32*>(in), s.high, s.low, out, n);
  }
};

template <class T>
bool same_bits(T a, T b) {
  return std::memcmp(&a, &b, sizeof(T)) == 0;
}

template <class Digit>
constexpr Digit kNone = static_cast<Digit>(Digit{1} << (sizeof(Digit) * 8 - 1));

template <class Digit>
u64 size_of(Digit digit) {
  return digit < 0 ? u64{0} - static_cast<u64>(static_cast<i64>(digit)) : static_cast<u64>(digit);
}

// The fewest places that write the value exactly, or none (> kMaxDecimalPlaces).
template <class T>
u32 places_of(T value, u32 from) {
  for (u32 places = from; places <= kMaxDecimalPlaces; ++places) {
    typename Lane<T>::Digit digit;
    Lane<T>::digits(&value, power_of_ten(places), 1, &digit);
    if (digit == kNone<typename Lane<T>::Digit>) break;
    T back;
    Lane<T>::decode(&digit, decimal_scale(places, precision_for(size_of(digit))), &back, 1);
    if (same_bits(back, value)) return places;
  }
  return kMaxDecimalPlaces + 1;
}

// The places that suit nearly all of a sample; more than kMaxDecimalPlaces when too few values are short decimals.
template <class T>
u32 choose_places(const T* values, u32 rows) {
  u32 found[kSample];
  const u32 count = rows < kSample ? rows : kSample;
  u32 good = 0;
  for (u32 i = 0; i < count; ++i) {
    const u32 places = places_of(values[u64{i} * rows / count], 0);
    if (places <= kMaxDecimalPlaces) found[good++] = places;
    if (i == 7 && good == 0) return kMaxDecimalPlaces + 1;
  }
  if (good * 5 < count * 4) return kMaxDecimalPlaces + 1;
  std::sort(found, found + good);
  return found[(good - 1) - (good - 1) / 20];
}

template <class T>
struct VectorDigits {
  using Digit = typename Lane<T>::Digit;
  alignas(64) Digit digits[kVectorRows];
  Digit least = 0;
  u32 width = 0;
  u32 precision = 26;
  std::vector<u16> exceptions;
};

template <class T>
void plan_vector(const T* values, u32 rows, u32 places, VectorDigits<T>& plan) {
  using Digit = typename Lane<T>::Digit;
  constexpr Digit none = kNone<Digit>;
  plan.exceptions.clear();
  Lane<T>::digits(values, power_of_ten(places), rows, plan.digits);
  u64 most_size = 0;
  for (u32 i = 0; i < rows; ++i) {
    const u64 size = plan.digits[i] == none ? 0 : size_of(plan.digits[i]);
    most_size = size > most_size ? size : most_size;
  }
  plan.precision = precision_for(most_size);
  alignas(64) T back[kVectorRows];
  Lane<T>::decode(plan.digits, decimal_scale(places, plan.precision), back, rows);
  bool any = false;
  Digit least = 0, most = 0;
  for (u32 i = 0; i < rows; ++i) {
    if (plan.digits[i] == none || !same_bits(back[i], values[i])) {
      plan.exceptions.push_back(static_cast<u16>(i));
      continue;
    }
    least = !any || plan.digits[i] < least ? plan.digits[i] : least;
    most = !any || plan.digits[i] > most ? plan.digits[i] : most;
    any = true;
  }
  for (u16 row : plan.exceptions) plan.digits[row] = least;
  plan.least = least;
  plan.width = bits_for(static_cast<u64>(static_cast<i64>(most)) - static_cast<u64>(static_cast<i64>(least)));
}

template <class T>
bool encode(const T* values, u32 rows, Bytes& out) {
  const u32 places = choose_places(values, rows);
  if (places > kMaxDecimalPlaces) return false;
  const std::size_t begin = out.size();
  const u64 plain = u64{rows} * sizeof(T);
  const u32 count = vectors_of(rows);
  append(out, static_cast<u64>(places));
  const std::size_t bases = out.size();
  out.resize(out.size() + std::size_t{8} * count + round_up8(std::size_t{4} * count));
  auto plan = std::make_unique<VectorDigits<T>>();
  for (u32 v = 0; v < count; ++v) {
    const u32 first = v * kVectorRows;
    const u32 in_vector = rows - first < kVectorRows ? rows - first : kVectorRows;
    plan_vector(values + first, in_vector, places, *plan);
    const i64 base = plan->least;
    std::memcpy(out.data() + bases + std::size_t{8} * v, &base, 8);
    u8* numbers = out.data() + bases + std::size_t{8} * count + std::size_t{4} * v;
    const u16 exceptions = static_cast<u16>(plan->exceptions.size());
    numbers[0] = static_cast<u8>(plan->width);
    numbers[1] = static_cast<u8>(plan->precision);
    std::memcpy(numbers + 2, &exceptions, 2);
    const u32 blocks = (in_vector + kBlockValues - 1) / kBlockValues;
    for (u32 i = in_vector; i < blocks * kBlockValues; ++i) plan->digits[i] = plan->least;
    for (u32 b = 0; b < blocks; ++b) {
      const std::size_t at = out.size();
      out.resize(at + std::size_t{plan->width} * kBlockRowBytes);
      pack_block(sizeof(T), plan->width, reinterpret_cast<const u8*>(plan->digits + b * kBlockValues),
                 static_cast<u64>(base), out.data() + at);
    }
    std::size_t start = out.size();
    append_bytes(out, plan->exceptions.data(), plan->exceptions.size() * 2);
    pad8(out, start);
    start = out.size();
    for (u16 row : plan->exceptions) append(out, values[first + row]);
    pad8(out, start);
    if ((out.size() - begin) * 8 > plain * 7 && v + 1 < count) break;  // a losing game: judged below
  }
  if ((out.size() - begin) * 8 <= plain * 7) return true;
  out.resize(begin);
  return false;
}

}  // namespace

bool encode_decimals(const u8* values, u32 lane_bytes, u32 rows, Bytes& out) {
  return lane_bytes == 8 ? encode(reinterpret_cast<const f64*>(values), rows, out)
                         : encode(reinterpret_cast<const f32*>(values), rows, out);
}

}  // namespace spillway::format
