// Great-circle distances by the haversine formula, a row in each lane.
// Included inside an anonymous namespace only, after math_angle.h.

constexpr f64 kTwiceEarth = 2 * 6371008.8;         // metres
constexpr f64 kHalfDegree = 0.008726646259971648;  // π / 360: half the angle of a difference in degrees
constexpr f64 kDegree = 0.017453292519943295;      // π / 180

inline V turned(V r, M quarters) {
  return value_of(bits_of(r) ^ reinterpret_cast<M>((reinterpret_cast<U>(quarters) & 2) << 62));
}
inline V sine_of(V x) {
  const Angle a = reduce(x);
  const D s = sine(a.rest), c = cosine(a.rest);
  return turned(choose((a.quarters & 1) != 0, c.high + c.low, s.high + s.low), a.quarters);
}
inline V cosine_of(V x) {
  const Angle a = reduce(x);
  const D s = sine(a.rest), c = cosine(a.rest);
  return turned(choose((a.quarters & 1) != 0, s.high + s.low, c.high + c.low), a.quarters + 1);
}

// The arc whose sine squared is h, 0 ≤ h; more than 1 by rounding counts as 1.
inline V arc_of_square(V h) {
  const V most = choose(h < 1.0, h, all(1.0));
  const M tiny = most < 1e-20;
  const V usable = choose(tiny, all(0.5), most);
  const V root = square_root(most);
  const D arc = arc_of_ratio(square_root(single(usable)), square_root(two_sum(all(1.0), -usable)));
  return choose(tiny, root, arc.high + arc.low);
}

template <class Y>
void haversine(const f64* x, const RowsAt<Y>& rows, u32 count, f64* out) {
  const V latitude = all(x[0]), longitude = all(x[1]);
  const V across = cosine_of(latitude * kDegree);
  for (u32 i = 0; i < count; i += kLanes) {
    const u32 taken = count - i < kLanes ? count - i : kLanes;
    V north = V{}, east = V{};
    for (u32 l = 0; l < taken; ++l) {
      const Y* row = rows[i + l];
      north[l] = row[0];
      east[l] = row[1];
    }
    const V s = sine_of((latitude - north) * kHalfDegree), t = sine_of((longitude - east) * kHalfDegree);
    const V h = s * s + across * cosine_of(north * kDegree) * (t * t);
    const V far = arc_of_square(h) * kTwiceEarth;
    __builtin_memcpy(out + i, &far, taken * sizeof(f64));
  }
}
