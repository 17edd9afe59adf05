// Reads a block as vectors: fixed widths and validity in place, bits as bytes, text as views into the block.
#pragma once

#include <memory>
#include <vector>

#include "engine/block.h"
#include "engine/source.h"

namespace spillway {

// A morsel's payload is a shared Block; `first` is the number of its first row in the source.
class BlockReader final : public MorselReader {
 public:
  // Column i of the reader is column `columns[i]` of the blocks.
  explicit BlockReader(std::vector<u32> columns);

  void open(const Morsel& morsel) override;
  u32 next() override;
  const Vector& column(u32 index) override;
  u64 row() const override { return first_row_ + at_; }

 private:
  struct Scratch {
    Vector vector;
    bool made = false;
    std::unique_ptr<StringView[]> views;
    std::unique_ptr<u8[]> bytes;
  };

  std::vector<u32> columns_;
  std::vector<Scratch> scratch_;
  std::shared_ptr<void> payload_;
  const Block* block_ = nullptr;
  u64 first_row_ = 0;
  u32 at_ = 0;    // first row of the current vector within the block
  u32 rows_ = 0;  // of the current vector
};

}  // namespace spillway
