// References kept in files: rows and index as they lie in memory, in pieces with checksums.
#pragma once

#include <memory>
#include <string>

#include "engine/file.h"
#include "neighbors/prepared_manifest.h"
#include "neighbors/reference.h"

namespace spillway {

// Rows that lie in memory owned by something else.
class ResidentPoints final : public Points {
 public:
  explicit ResidentPoints(const ReferenceRows& rows, std::shared_ptr<const void> owner = nullptr)
      : rows_(rows), owner_(std::move(owner)) {}
  // Where the rows are; before they are read.
  void place(const ReferenceRows& rows, std::shared_ptr<const void> owner) {
    rows_ = rows;
    owner_ = std::move(owner);
  }
  const char* kind() const override { return "points"; }
  u64 rows() const override { return rows_.count; }
  u32 columns() const override { return rows_.columns; }
  bool single() const override { return rows_.floats != nullptr; }
  void read(u64 first, u64 count, f64* into) const override;
  void read_single(u64 first, u64 count, f32* into) const override;
  const f32* floats() const override { return rows_.floats; }
  const f64* doubles() const override { return rows_.doubles; }

 private:
  ReferenceRows rows_;
  std::shared_ptr<const void> owner_;
};

// Writes a resident reference into a new file, complete and synced when the work is done.
class PreparedWriteWork final : public ParallelWork {
 public:
  PreparedWriteWork(std::shared_ptr<const Reference> reference, std::string path, std::string fingerprint,
                    const format::FileId& id);
  u32 begin_step(u32 step) override;
  void run_part(u32 step, u32 part) override;
  f64 fraction() const override;
  u64 bytes = 0;  // of the file

 private:
  std::shared_ptr<const Reference> reference_;
  File file_;
  PreparedManifest manifest_;
  PreparedHeader header_;
  std::vector<const u8*> data_;   // of each section
  std::vector<u64> first_piece_;  // of each section, and one more
  std::atomic<u64> done_{0};
};

struct PreparedReadOptions {
  bool verify = true;      // checksums of all pieces; those of header and manifest are always
  std::size_t memory = 0;  // as ReferenceOptions
  u32 threads = 0;
};

// Reads a file into a reference that is ready; nothing is believed of it but what was checked. Throws Error Format.
class PreparedReadWork final : public ParallelWork {
 public:
  PreparedReadWork(Process& process, std::string path, PreparedReadOptions options);
  u32 begin_step(u32 step) override;
  void run_part(u32 step, u32 part) override;
  f64 fraction() const override;
  std::shared_ptr<Reference> reference;
  PreparedManifest manifest;

 private:
  enum class Phase { Read, Check, Build };
  void open();
  void make_room();
  void finish(std::unique_ptr<SearchIndex> index);
  [[noreturn]] void damaged(const std::string& what) const;
  std::unique_ptr<SearchIndex> restored() const;

  Process& process_;
  std::string path_;
  PreparedReadOptions options_;
  File file_;
  PreparedHeader header_;
  std::shared_ptr<Buffer> memory_;
  std::vector<u64> first_piece_;
  std::unique_ptr<BlockMaking> making_;
  Reservation reserved_;
  Phase phase_ = Phase::Read;
  std::atomic<u64> done_{0};
};

}  // namespace spillway
