// Points as exact search reads them: rows of numbers, whatever file, array or column they lie in.
#pragma once

#include "engine/handle.h"
#include "engine/types.h"

namespace spillway {

// Immutable; read by any number of threads at a time.
class Points : public Handle {
 public:
  virtual u64 rows() const = 0;
  virtual u32 columns() const = 0;
  // Every value is exactly a float, so that a copy may hold floats.
  virtual bool single() const = 0;
  // Rows [first, first + count), row-major without gaps; missing values become NaN. Throws Error Format, Io.
  virtual void read(u64 first, u64 count, f64* into) const = 0;
  virtual void read_single(u64 first, u64 count, f32* into) const = 0;  // only when single()
  // All rows where they lie in memory, row-major without gaps; nullptr when they have to be read.
  virtual const f32* floats() const { return nullptr; }
  virtual const f64* doubles() const { return nullptr; }
  // A hint: these rows will be read soon.
  virtual void prefetch(u64 /*first*/, u64 /*count*/) const {}
  // False: rows come from a file, and reading them costs.
  virtual bool in_memory() const { return true; }
};

}  // namespace spillway
