// A .vtr file as a handle: queries open sources on it, and a walk over everything checks it.
#pragma once

#include "engine/handle.h"
#include "engine/vtr_file.h"

namespace spillway {

class VtrScan final : public Handle {
 public:
  explicit VtrScan(std::shared_ptr<VtrFile> file) : file_(std::move(file)) {}
  const char* kind() const override { return "vtr scan"; }
  std::shared_ptr<Source> open_source(QueryContext& context, const SourceDescription& description) override;
  const std::shared_ptr<VtrFile>& file() const { return file_; }

  // Reads, verifies and decodes one column of one row group; answers its bytes. Throws Error Format.
  u64 check_chunk(u32 column, u32 group) const;

 private:
  std::shared_ptr<VtrFile> file_;
};

}  // namespace spillway
