// Private temporary files of one query: checksummed extents, bounded in total, gone when the query is.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "engine/types.h"

namespace spillway {

struct SpillExtent {
  u64 offset = 0;
  u64 bytes = 0;
  u64 checksum = 0;  // XXH3-64 of the bytes, seeded with the file's random id and the offset
};

// Append from any thread, read from any thread. Unlinked while open where the system allows.
class SpillFile {
 public:
  virtual ~SpillFile() = default;
  virtual SpillExtent append(const void* data, std::size_t bytes) = 0;  // throws Error NoSpace / Io / Limit (maxSpill)
  virtual void read(const SpillExtent& extent, void* into) = 0;         // verifies; throws Error Format / Io
  virtual void read_part(const SpillExtent& extent, u64 from, u64 bytes, void* into) = 0;  // unverified slice
  // The extent's rows are no longer needed: its disk blocks are given back where the system can punch holes. Never
  // throws.
  virtual void discard(const SpillExtent& extent) = 0;
};

class SpillStore {
 public:
  // `directory`: an existing folder; a private 0700 folder with a random name is made in it at first use.
  SpillStore(std::string directory, u64 max_bytes);
  ~SpillStore();
  std::unique_ptr<SpillFile> create();
  u64 bytes_written() const;  // in total, over the query's life
  u64 bytes_now() const;
  const std::string& directory() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace spillway
