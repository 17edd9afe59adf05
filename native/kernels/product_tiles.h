// Sums of the products of one column with a few others, in pairs: always right, or at half the cost where values allow.
// Included inside an anonymous namespace only, after real_part.h.

// Rows whose columns stay in the first cache while all pairs are formed.
constexpr u32 kRun = kProductRows;
// Pairs worked on at a time: as many as there are registers for.
constexpr u32 kTile = 4;

template <u32 width>
struct Width {};

// sums[j] += x · y[j]. Each step adds the product p to `high` and what rounding lost to `low`: with b the part of p
// that `high` took in, that is what `high` lost itself, and x·y − b, rounded once. Lanes that do not fit a register go
// in another round.
template <u32 count>
__attribute__((noinline)) void careful_tile(LaneSums* sums, const double* x, const double* const* y, u32 rows) {
  for (u32 lane = 0; lane < kSumLanes; lane += kPartReals) {
    RealPart high[count] = {}, low[count] = {};
    for (u32 r = lane; r < rows; r += kSumLanes) {
      const RealPart a = load_part(x + r);
#pragma GCC unroll 4
      for (u32 j = 0; j < count; ++j) {
        const RealPart c = load_kept(y[j] + r);
        const RealPart p = a * c;
        const RealPart s = high[j] + p;
        const RealPart b = s - high[j];
        low[j] += (high[j] - (s - b)) + product_less(a, c, p, b);
        high[j] = s;
      }
    }
    for (u32 j = 0; j < count; ++j) add_run(sums + j, lane, high[j], low[j]);
  }
}

// Steps of eight rows before a sum is brought back to its bias.
constexpr u32 kSteps = 8;

// Where no sum of kSteps products of magnitude `most` or less leaves the binade of 1.5 · 2^e, adding to that number
// rounds every product to the same unit u = 2^(e − 52).
struct Bias {
  double value;
  double half_unit;
};

inline Bias bias_of(double most) {
  u64 bits;
  __builtin_memcpy(&bits, &most, sizeof bits);
  const u64 exponent = (bits >> 52) + 5;  // most < 2^(e − 4)
  bits = exponent << 52 | u64{1} << 51;
  Bias bias;
  __builtin_memcpy(&bias.value, &bits, sizeof bits);
  bias.half_unit = bias.value * (2.0 / 3.0) * 0x1p-53;
  return bias;
}

// The same for kRun rows where the products are of a like size. A product's part t that fits the unit of a biased sum
// is added exactly, and x·y − t, rounded once, plainly to `low`: errors stay below 2^-90 · max|x| · max|y| for a run.
// Where the products of a quarter of the rows add up to that much by themselves, the result is taken. Returns a bit for
// each pair that was not.
template <u32 count>
__attribute__((noinline)) u32 quick_tile(LaneSums* sums, const double* x, double largest_x, const double* const* y,
                                         const double* largest) {
  alignas(64) double high[count][kSumLanes], low[count][kSumLanes], sizes[count][kSumLanes];
  double most[count];
  Bias bias[count];
  for (u32 j = 0; j < count; ++j) {
    most[j] = largest_x * largest[j] * (1 + 0x1p-40);
    bias[j] = bias_of(most[j]);
  }
  const RealPart zero = {};
  for (u32 lane = 0; lane < kSumLanes; lane += kPartReals) {
    RealPart whole[count] = {}, rest[count] = {}, size[count] = {};
    for (u32 first = lane; first < kRun; first += kSteps * kSumLanes) {
      RealPart sum[count], lost[count];
      for (u32 j = 0; j < count; ++j) {
        sum[j] = zero + bias[j].value;
        lost[j] = zero;
        size[j] += magnitude(load_part(x + first) * load_part(y[j] + first));
        const u32 other = first + kSteps / 2 * kSumLanes;
        size[j] += magnitude(load_part(x + other) * load_part(y[j] + other));
      }
#pragma GCC unroll 1
      for (u32 r = first; r < first + kSteps * kSumLanes; r += kSumLanes) {
        const RealPart a = load_part(x + r);
#pragma GCC unroll 4
        for (u32 j = 0; j < count; ++j) {
          const RealPart c = load_kept(y[j] + r);
          const RealPart s = plus_product(sum[j], a, c, bias[j].half_unit);
          lost[j] += product_less(a, c, a * c, s - sum[j]);
          sum[j] = s;
        }
      }
      for (u32 j = 0; j < count; ++j) {
        whole[j] += sum[j] - bias[j].value;  // exact: multiples of u, few enough
        rest[j] += lost[j];
      }
    }
    for (u32 j = 0; j < count; ++j) {
      store_part(high[j] + lane, whole[j]);
      store_part(low[j] + lane, rest[j]);
      store_part(sizes[j] + lane, size[j]);
    }
  }
  u32 refused = 0;
  for (u32 j = 0; j < count; ++j) {
    double size = 0;
    for (u32 k = 0; k < kSumLanes; ++k) size += sizes[j][k];
    if (!(size >= most[j])) {
      refused |= 1u << j;
      continue;
    }
    for (u32 lane = 0; lane < kSumLanes; lane += kPartReals) {
      add_run(sums + j, lane, load_part(high[j] + lane), load_part(low[j] + lane));
    }
  }
  return refused;
}
