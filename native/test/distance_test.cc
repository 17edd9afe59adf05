// Distances of every metric against sums in long double, and the same bits under every instruction set.
#include <cmath>
#include <cstring>
#include <vector>

#include "kernels/distance.h"
#include "neighbors/metric.h"
#include "test/check.h"

namespace spillway {
namespace {

struct Source {
  u64 state;
  f64 next() {
    state = state * 6364136223846793005ull + 1442695040888963407ull;
    return static_cast<f64>(state >> 11) * 0x1p-53;
  }
  f64 around(f64 middle, f64 spread) { return middle + (next() - 0.5) * 2 * spread; }
};

long double reference(Metric metric, f64 p, const f64* x, const f64* y, u32 columns) {
  long double sum = 0, most = 0, xx = 0, yy = 0, xy = 0, differ = 0, both = 0, either = 0, powers = 0;
  for (u32 j = 0; j < columns; ++j) {
    const long double a = x[j], b = y[j], d = fabsl(a - b);
    sum += d;
    most = std::max(most, d);
    xx += a * a;
    yy += b * b;
    xy += a * b;
    powers += powl(d, p);
    differ += a != b ? 1 : 0;
    both += a != 0 && b != 0 ? 1 : 0;
    either += a != 0 || b != 0 ? 1 : 0;
  }
  long double squares = 0;
  for (u32 j = 0; j < columns; ++j)
    squares += (x[j] - static_cast<long double>(y[j])) * (x[j] - static_cast<long double>(y[j]));
  switch (metric) {
    case Metric::Euclidean: return sqrtl(squares);
    case Metric::SquaredEuclidean: return squares;
    case Metric::Cosine: return 1 - xy / sqrtl(xx) / sqrtl(yy);
    case Metric::InnerProduct: return -xy;
    case Metric::Manhattan: return sum;
    case Metric::Chebyshev: return most;
    case Metric::Minkowski: return powl(powers, 1 / static_cast<long double>(p));
    case Metric::Hamming: return differ;
    case Metric::Jaccard: return either == 0 ? 0 : 1 - both / either;
    case Metric::Haversine: break;
  }
  const long double degree = 3.14159265358979323846264338327950288L / 180;
  const long double s = sinl((x[0] - static_cast<long double>(y[0])) * degree / 2);
  const long double t = sinl((x[1] - static_cast<long double>(y[1])) * degree / 2);
  const long double h = s * s + cosl(x[0] * degree) * cosl(y[0] * degree) * t * t;
  return 2 * 6371008.8L * asinl(sqrtl(std::min(1.0L, h)));
}

struct Case {
  Metric metric;
  f64 p;
};
constexpr Case kCases[] = {
    {Metric::Euclidean, 2},   {Metric::SquaredEuclidean, 2}, {Metric::Cosine, 2},      {Metric::InnerProduct, 2},
    {Metric::Manhattan, 2},   {Metric::Chebyshev, 2},        {Metric::Minkowski, 1},   {Metric::Minkowski, 2},
    {Metric::Minkowski, 3},   {Metric::Minkowski, 7},        {Metric::Minkowski, 1.5}, {Metric::Minkowski, 2.25},
    {Metric::Minkowski, 1e6}, {Metric::Hamming, 2},          {Metric::Jaccard, 2},     {Metric::Haversine, 2}};

// Of one instruction set, from doubles, from floats and by places, which must agree; empty rows too.
std::vector<f64> computed(const DistanceTable& kernels, const Case& c, const f64* x, const std::vector<f64>& rows,
                          const std::vector<f32>& floats, u32 count, u32 columns) {
  const u32 metric = static_cast<u32>(c.metric);
  std::vector<f64> plain(count), narrow(count), placed(count);
  std::vector<u32> places(count);
  for (u32 i = 0; i < count; ++i) places[i] = count - 1 - i;
  kernels.to_doubles(metric, c.p, x, rows.data(), count, columns, plain.data());
  kernels.at_doubles(metric, c.p, x, rows.data(), places.data(), count, columns, placed.data());
  for (u32 i = 0; i < count; ++i) CHECK(std::memcmp(&plain[i], &placed[count - 1 - i], 8) == 0);
  kernels.to_floats(metric, c.p, x, floats.data(), count, columns, narrow.data());
  CHECK(std::memcmp(plain.data(), narrow.data(), count * 8) == 0);
  kernels.at_floats(metric, c.p, x, floats.data(), places.data(), count, columns, placed.data());
  for (u32 i = 0; i < count; ++i) CHECK(std::memcmp(&plain[i], &placed[count - 1 - i], 8) == 0);
  return plain;
}

// How far from the true value rounding may bring the result.
long double tolerance(const Case& c, const f64* x, const f64* y, u32 columns, long double truth) {
  const long double unit = 0x1p-52L * (columns + 8);
  switch (c.metric) {
    case Metric::Cosine: return unit;
    case Metric::InnerProduct: {
      long double sizes = 0;
      for (u32 j = 0; j < columns; ++j) sizes += fabsl(static_cast<long double>(x[j]) * y[j]);
      return unit * sizes;
    }
    case Metric::Haversine: return truth * 1e-14L + 2e-8L * (truth > 2e7L ? 1e7L : 1);
    default: return unit * truth * 4;
  }
}

TEST(every_metric_is_what_its_sum_says) {
  Source source{17};
  for (const Case& c : kCases) {
    for (u32 columns : {1u, 2u, 3u, 5u, 7u, 8u, 9u, 15u, 16u, 17u, 31u, 64u, 100u, 129u}) {
      if (c.metric == Metric::Haversine && columns != 2) continue;
      constexpr u32 count = 13;
      std::vector<f32> floats(count * columns);
      std::vector<f64> rows(floats.size()), x(columns);
      const bool sphere = c.metric == Metric::Haversine,
                 sparse = c.metric == Metric::Jaccard || c.metric == Metric::Hamming;
      const auto draw = [&](u32 j) {
        if (sphere) return static_cast<f32>(source.around(0, j == 0 ? 90 : 180));
        if (sparse) return source.next() < 0.5 ? 0.0f : 1.0f;
        return static_cast<f32>(source.around(3, 10));
      };
      for (u32 j = 0; j < columns; ++j) x[j] = draw(j);
      for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = floats[i] = draw(static_cast<u32>(i % columns));
      for (u32 j = 0; j < columns; ++j) rows[3 * columns + j] = floats[3 * columns + j] = static_cast<f32>(x[j]);
      const std::vector<f64> expected =
          computed(distance_kernels(Isa::Base), c, x.data(), rows, floats, count, columns);
      for (u32 i = 0; i < count; ++i) {
        const f64* y = rows.data() + i * columns;
        if (c.p > 1000) continue;
        const long double truth = reference(c.metric, c.p, x.data(), y, columns);
        CHECK(fabsl(truth - expected[i]) <= tolerance(c, x.data(), y, columns, truth));
      }
      if (c.metric != Metric::InnerProduct) CHECK_EQ(expected[3], 0.0);
      for (Isa isa : supported_isas()) {
        const std::vector<f64> same = computed(distance_kernels(isa), c, x.data(), rows, floats, count, columns);
        CHECK(std::memcmp(same.data(), expected.data(), count * 8) == 0);
      }
    }
  }
}

TEST(a_distance_does_not_depend_on_which_point_comes_first) {
  Source source{5};
  for (const Case& c : kCases) {
    const u32 columns = c.metric == Metric::Haversine ? 2 : 21;
    for (u32 round = 0; round < 50; ++round) {
      std::vector<f64> x(columns), y(columns);
      for (u32 j = 0; j < columns; ++j) {
        x[j] = source.around(0, 80);
        y[j] = source.around(0, 80);
      }
      f64 there, back;
      const u32 metric = static_cast<u32>(c.metric);
      distance_kernels().to_doubles(metric, c.p, x.data(), y.data(), 1, columns, &there);
      distance_kernels().to_doubles(metric, c.p, y.data(), x.data(), 1, columns, &back);
      CHECK(std::memcmp(&there, &back, 8) == 0);
    }
  }
}

TEST(cosines_of_very_large_and_very_small_rows) {
  Source source{9};
  for (f64 a : {1.0, 1e-300, 1e300, 1e-160, 1e160, 5e-324 * 1e6}) {
    for (f64 b : {1.0, 1e-300, 1e300, 1e-160, 1e160}) {
      std::vector<f64> x(19), y(19), u(19), v(19);
      for (u32 j = 0; j < 19; ++j) {
        u[j] = std::floor(source.around(0, 1000));
        v[j] = std::floor(source.around(0, 1000));
        x[j] = u[j] * a;
        y[j] = v[j] * b;
      }
      const f64 expected = static_cast<f64>(reference(Metric::Cosine, 2, u.data(), v.data(), 19));
      for (Isa isa : supported_isas()) {
        f64 d, own, far;
        distance_kernels(isa).to_doubles(2, 2, x.data(), y.data(), 1, 19, &d);
        CHECK(std::fabs(d - expected) < 1e-13);
        distance_kernels(isa).to_doubles(2, 2, x.data(), x.data(), 1, 19, &own);
        CHECK_EQ(own, 0.0);
        for (f64& value : y) value = -std::fabs(value);
        std::vector<f64> opposite = y;
        for (f64& value : opposite) value = -value;
        distance_kernels(isa).to_doubles(2, 2, opposite.data(), y.data(), 1, 19, &far);
        CHECK_EQ(far, 2.0);
        for (u32 j = 0; j < 19; ++j) y[j] = v[j] * b;
      }
    }
  }
}

TEST(powers_that_leave_the_range_of_numbers) {
  for (f64 p : {3.0, 12.0, 50.5, 400.0}) {
    for (f64 scale : {1e-250, 1e-30, 1.0, 1e30, 1e250}) {
      const f64 x[3] = {0, 0, 0}, y[3] = {3 * scale, 4 * scale, 2 * scale};
      const f64 ratio = std::pow(std::pow(0.75, p) + 1 + std::pow(0.5, p), 1 / p);
      for (Isa isa : supported_isas()) {
        f64 d;
        distance_kernels(isa).to_doubles(6, p, x, y, 1, 3, &d);
        CHECK(std::fabs(d / (4 * scale) - ratio) < 1e-13);
      }
    }
  }
}

TEST(points_of_a_sphere) {
  const u32 metric = static_cast<u32>(Metric::Haversine);
  const f64 pole[2] = {90, 0}, equator[8] = {0, 0, 0, 180, -90, 77, 90, -120};
  f64 d[4];
  distance_kernels().to_doubles(metric, 2, pole, equator, 4, 2, d);
  const f64 quarter = 6371008.8 * 1.5707963267948966;
  CHECK(std::fabs(d[0] - quarter) < 1e-8 && std::fabs(d[1] - quarter) < 1e-8);
  CHECK(std::fabs(d[2] - 2 * quarter) < 1e-6);
  CHECK(d[3] < 1e-8);
  const f64 paris[2] = {48.8566, 2.3522}, london[2] = {51.5074, -0.1278};
  distance_kernels().to_doubles(metric, 2, paris, london, 1, 2, d);
  CHECK(std::fabs(d[0] - 343556.5) < 10);
}

TEST(sums_that_overflow_are_as_far_as_can_be) {
  const f64 x[2] = {1e200, 1e200}, y[2] = {1e200, -1e200};
  for (Isa isa : supported_isas()) {
    f64 d;
    distance_kernels(isa).to_doubles(3, 2, x, y, 1, 2, &d);
    CHECK_EQ(d, INFINITY);
    distance_kernels(isa).to_doubles(0, 2, x, y, 1, 2, &d);
    CHECK_EQ(d, INFINITY);
    const f64 across[2] = {-1, 1}, along[2] = {1, 1};
    distance_kernels(isa).to_doubles(3, 2, across, along, 1, 2, &d);
    CHECK(d == 0 && !std::signbit(d));
  }
}

}  // namespace
}  // namespace spillway
