// The generator that Annoy draws from: G. Marsaglia's 64-bit KISS.
#pragma once

#include "engine/types.h"

namespace spillway {

class KissRandom {
 public:
  explicit KissRandom(u64 seed) : x_(seed) {}

  // The generator of one tree among many: seeds that follow each other give unlike sequences.
  static KissRandom of_tree(u64 seed, u64 tree) {
    u64 z = seed + (tree + 1) * 0x9e3779b97f4a7c15ull;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
    return KissRandom(z ^ (z >> 31));
  }

  u64 next() {
    z_ = 6906969069ull * z_ + 1234567;
    y_ ^= y_ << 13;
    y_ ^= y_ >> 17;
    y_ ^= y_ << 43;
    const u64 t = (x_ << 58) + c_;
    c_ = x_ >> 6;
    x_ += t;
    c_ += x_ < t;
    return x_ + y_ + z_;
  }
  u64 below(u64 count) { return next() % count; }
  bool flip() { return (next() & 1) != 0; }

 private:
  u64 x_, y_ = 362436362436362436ull, z_ = 1066149217761810ull, c_ = 123456123456123456ull;
};

}  // namespace spillway
