// An Annoy file as it is searched: mapped for reading, and never believed.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "annoy/annoy_layout.h"
#include "engine/handle.h"

namespace spillway {

// Bytes that one checksum of the sidecar covers: XXH3-64 of each such stretch, the last one shorter.
inline constexpr u32 kAnnoyBlockBytes = 64 * 1024;

struct AnnoyOpenOptions {
  std::string path;
  AnnoyMetric metric = AnnoyMetric::Euclidean;
  u32 dimension = 0;
  u64 items = 0;  // what the sidecar says; 0: it says nothing
  u32 trees = 0;
  u64 bytes = 0;
  std::vector<u64> block_sums;  // empty: there are none, and only the structure can be checked
  bool prefault = false;        // reads the whole file in at once
};

// Immutable; used by any number of threads at a time. The mapping goes when the last user lets go.
class AnnoyFile final : public Handle {
 public:
  // Checks size, roots, and with sums the blocks that roots lie in. Throws Error Io, Format, Changed (detail: path).
  static std::shared_ptr<const AnnoyFile> open(const AnnoyOpenOptions& options);
  ~AnnoyFile() override;
  const char* kind() const override { return "annoy index"; }

  const std::string& path() const { return path_; }
  const AnnoyLayout& layout() const { return layout_; }
  u32 items() const { return items_; }  // ids 0 … items − 1; some may be holes
  u32 nodes() const { return nodes_; }
  u64 bytes() const { return bytes_; }
  // As Annoy finds them: small files may name a tree twice.
  std::span<const u32> roots() const { return roots_; }

  // Throws Error Changed when the file was cut or written to since it was opened. Asked once per batch of queries: what
  // is mapped beyond a file's end kills the process when touched.
  void check_current() const;

  // The node, after its blocks were compared with their sums, once each. Throws Error Format for an id that is none and
  // for damage.
  const u8* node(u32 id) const;

 private:
  AnnoyFile() = default;
  std::string path_;
  AnnoyLayout layout_;
  u32 items_ = 0, nodes_ = 0;
  u64 bytes_ = 0;
  std::vector<u32> roots_;
};

}  // namespace spillway
