// The best few of what is offered, by (distance, place). Included inside an anonymous namespace only.

// No square above this has a root at or below `distance`: a root is rounded by 2^-53 of itself, and so is each product
// here; the last term is more than what is lost when a product is subnormal.
inline f64 widened(f64 distance) { return distance * distance * (1 + 0x1p-49) + 0x1p-1068; }

// Short lists are kept in order; longer ones as a heap with the worst at the root.
class Ranking {
 public:
  Ranking(f64* distances, u32* places, u32 k, f64 limit, bool squared)
      : distances_(distances), places_(places), k_(k), limit_(limit), squared_(squared) {
    bound = squared ? widened(limit) : limit;
  }

  // What a further point's sum must not exceed to be of use.
  f64 bound;

  void offer(f64 distance, u32 place) {
    if (!(distance <= limit_)) return;
    if (count_ == k_ && !before(distance, place, worst())) return;
    if (k_ <= kOrdered) {
      u32 at = count_ < k_ ? count_++ : k_ - 1;
      for (; at > 0 && before(distance, place, at - 1); --at) move(at - 1, at);
      put(at, distance, place);
    } else if (count_ < k_) {
      u32 at = count_++;
      for (u32 parent; at > 0; at = parent) {
        parent = (at - 1) / 2;
        if (before(distance, place, parent)) break;
        move(parent, at);
      }
      put(at, distance, place);
    } else {
      sink(0, k_, distance, place);
    }
    if (count_ < k_) return;
    limit_ = distances_[worst()];
    bound = squared_ ? widened(limit_) : limit_;
  }

  // Puts them in order.
  u32 finish() {
    if (k_ > kOrdered) {
      for (u32 left = count_; left > 1; --left) {
        const f64 distance = distances_[left - 1];
        const u32 place = places_[left - 1];
        move(0, left - 1);
        sink(0, left - 1, distance, place);
      }
    }
    return count_;
  }

 private:
  static constexpr u32 kOrdered = 24;

  u32 worst() const { return k_ <= kOrdered ? k_ - 1 : 0; }
  bool before(f64 distance, u32 place, u32 than) const {
    return distance < distances_[than] || (distance == distances_[than] && place < places_[than]);
  }
  void put(u32 at, f64 distance, u32 place) {
    distances_[at] = distance;
    places_[at] = place;
  }
  void move(u32 from, u32 to) { put(to, distances_[from], places_[from]); }
  void sink(u32 at, u32 size, f64 distance, u32 place) {
    for (u32 child = 2 * at + 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && before(distances_[child], places_[child], child + 1)) child += 1;
      if (!before(distance, place, child)) break;
      move(child, at);
      at = child;
    }
    put(at, distance, place);
  }

  f64* distances_;
  u32* places_;
  u32 k_;
  u32 count_ = 0;
  f64 limit_;
  bool squared_;
};
