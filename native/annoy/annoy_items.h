// The items of an Annoy file as points, for whoever wants to look at each of them.
#pragma once

#include "annoy/annoy_file.h"
#include "neighbors/points.h"

namespace spillway {

// Floats as the file has them; bits as 0 and 1; holes are rows of NaN. Reading throws Error Format, Changed.
class AnnoyItems final : public Points {
 public:
  explicit AnnoyItems(std::shared_ptr<const AnnoyFile> file) : file_(std::move(file)) {}
  const char* kind() const override { return "points"; }
  u64 rows() const override { return file_->items(); }
  u32 columns() const override { return file_->layout().dimension; }
  bool single() const override { return true; }
  void read(u64 first, u64 count, f64* into) const override;
  void read_single(u64 first, u64 count, f32* into) const override;
  void prefetch(u64 first, u64 count) const override;
  bool in_memory() const override { return false; }

 private:
  template <class T>
  void read_items(u64 first, u64 count, T* into) const;
  std::shared_ptr<const AnnoyFile> file_;
};

}  // namespace spillway
