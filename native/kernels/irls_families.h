// Families of generalised linear models: variance, deviance and domain of the mean.
// Included inside an anonymous namespace only, after irls_links.h.

// y ln(y / mean), which is 0 where y is.
inline V y_log_ratio(V y, V mean) { return choose(y > 0.0, y * logarithm(y / mean), V{}); }

struct GaussianFamily {
  static constexpr bool has_closest = false, has_excess = false;
  static V root_variance(const Point&) { return all(1.0); }
  static V residual(V y, const Point& p) { return y - p.mean; }
  static V deviance(V y, const Point& p) { return (y - p.mean) * (y - p.mean); }
  static M valid(const Point& p) { return p.valid & (magnitude(p.mean) < kInfinity); }
  static Point start(V y, V) { return {y, V{}, V{}, M{}}; }
  static V closest(const Point&) { return all(kInfinity); }
};

struct BinomialFamily {
  static constexpr bool has_closest = true, has_excess = false;
  static V root_variance(const Point& p) { return square_root(p.mean * p.other); }
  static V residual(V y, const Point& p) { return y * p.other - (1.0 - y) * p.mean; }
  static V deviance(V y, const Point& p) { return 2.0 * (y_log_ratio(y, p.mean) + y_log_ratio(1.0 - y, p.other)); }
  static M valid(const Point& p) { return p.valid & (p.mean > 0.0) & (p.other > 0.0); }
  static Point start(V y, V prior) {
    const V total = prior + 1.0;
    return {(prior * y + 0.5) / total, (prior * (1.0 - y) + 0.5) / total, V{}, M{}};
  }
  static V closest(const Point& p) { return choose(p.mean < p.other, p.mean, p.other); }
};

struct PoissonFamily {
  static constexpr bool has_closest = true, has_excess = false;
  static V root_variance(const Point& p) { return square_root(p.mean); }
  static V residual(V y, const Point& p) { return y - p.mean; }
  static V deviance(V y, const Point& p) { return 2.0 * (y_log_ratio(y, p.mean) - (y - p.mean)); }
  static M valid(const Point& p) { return p.valid & (p.mean > 0.0) & (p.mean < kInfinity); }
  static Point start(V y, V) { return {y + 0.1, V{}, V{}, M{}}; }
  static V closest(const Point& p) { return p.mean; }
};

struct GammaFamily {
  static constexpr bool has_closest = false, has_excess = true;
  static V root_variance(const Point& p) { return p.mean; }
  static V residual(V y, const Point& p) { return y - p.mean; }
  static V deviance(V y, const Point& p) {
    const V ratio = y / p.mean;
    return 2.0 * ((y - p.mean) / p.mean - logarithm(ratio));
  }
  static M valid(const Point& p) { return p.valid & (p.mean > 0.0) & (p.mean < kInfinity); }
  static Point start(V y, V) { return {y, V{}, V{}, M{}}; }
  static V closest(const Point&) { return all(kInfinity); }
};
