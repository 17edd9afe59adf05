// An index file while it is written from its first byte to its last, with the checksums of its blocks.
#pragma once

#include <string>
#include <vector>

#include "annoy/annoy_file.h"
#include "engine/file.h"

namespace spillway {

// Used by one thread at a time. A file that was not finished is removed.
class IndexWriter {
 public:
  explicit IndexWriter(std::string path);
  ~IndexWriter();
  IndexWriter(const IndexWriter&) = delete;
  IndexWriter& operator=(const IndexWriter&) = delete;

  void append(const u8* bytes, std::size_t count);
  void flush();   // what was appended can be read from the file
  void finish();  // all is on the disk, and the file stays
  u64 bytes() const { return written_ + pending_.size(); }
  const File& file() const { return file_; }
  const std::vector<u64>& block_sums() const { return sums_; }  // after finish()

 private:
  void write(bool all);

  File file_;
  std::vector<u8> pending_;
  u64 written_ = 0;
  std::vector<u64> sums_;
  bool finished_ = false;
};

}  // namespace spillway
