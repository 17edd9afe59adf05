// An Annoy file as it is searched: mapped for reading, and never believed.
#pragma once

#include <atomic>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "annoy/annoy_layout.h"
#include "engine/handle.h"
#include "engine/mapped_file.h"

namespace spillway {

// Bytes that one checksum of the sidecar covers: XXH3-64 of each such stretch, the last one shorter.
inline constexpr u32 kAnnoyBlockBytes = 64 * 1024;
// Of either side; more would not fit the numbers that nodes are addressed by.
inline constexpr u32 kAnnoyMostDimensions = u32{1} << 24;

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

enum class AnnoyKind : u8 { Item, Hole, Bucket, Split };

// Immutable; used by any number of threads at a time. The mapping goes when the last user lets go.
class AnnoyFile final : public Handle {
 public:
  // Checks size, roots, and with sums the blocks that roots lie in. Throws Error Io, Format, Changed (detail: path).
  static std::shared_ptr<const AnnoyFile> open(const AnnoyOpenOptions& options);
  ~AnnoyFile() override;
  const char* kind() const override { return "annoy index"; }

  const std::string& path() const { return mapped_.path(); }
  const AnnoyLayout& layout() const { return layout_; }
  u32 items() const { return items_; }  // ids 0 … items − 1; some may be holes
  u32 nodes() const { return nodes_; }
  u64 bytes() const { return mapped_.size(); }
  // As Annoy finds them: small files may name a tree twice.
  std::span<const u32> roots() const { return roots_; }

  // Throws Error Changed when the file was cut or written to since it was opened.
  void check_current() const { mapped_.check_current(); }
  // As MappedFile's: whoever walks through nodes does it inside.
  template <class Read>
  auto unchanged(Read read) const {
    return mapped_.unchanged(read);
  }

  // The node, after its blocks were compared with their sums, once each. Throws Error Format for an id that is none and
  // for damage.
  const u8* node(u32 id) const {
    if (id >= nodes_) not_a_node(id);
    verify(id);
    return at(id);
  }

  // For whoever has checked the id, and calls `verify` before what is there is used.
  const u8* at(u32 id) const { return mapped_.data() + u64{id} * layout_.node_bytes; }
  void verify(u32 id) const {
    if (!verified()) verify_blocks(id);
  }
  bool verified() const { return blocks_left_.load(std::memory_order_relaxed) == 0; }

  // A field of 32 bits, read once: whoever checks it has what was checked, even while someone writes to the file.
  static u32 field(const u8* node, u32 at) {
    return __atomic_load_n(reinterpret_cast<const u32*>(node + at), __ATOMIC_RELAXED);
  }

  // What lies at `id`, given its number of descendants. Throws Error Format for numbers that no node can have.
  AnnoyKind kind_of(u32 id, u32 descendants) const {
    if (id < items_) {
      if (descendants > 1) wrong_descendants(id, descendants);
      return descendants == 1 ? AnnoyKind::Item : AnnoyKind::Hole;
    }
    if (descendants - 1 >= items_) wrong_descendants(id, descendants);
    return descendants <= layout_.capacity ? AnnoyKind::Bucket : AnnoyKind::Split;
  }

  // Blocks with sums; 0: there are none. `block_is_right` compares one, whoever may have done so before.
  u32 blocks() const { return static_cast<u32>(block_sums_.size()); }
  bool block_is_right(u32 block) const;
  // A hint: nodes [first, end) will be read soon.
  void prefetch(u32 first, u32 end) const noexcept;
  void prefetch_blocks(u32 first, u32 end) const noexcept;

  // Error Format: `PATH is damaged: node ID WHAT`.
  Error damaged(u32 id, const std::string& what) const;

 private:
  AnnoyFile() = default;
  std::string find_roots();  // under layout_; empty when all is well, else why there are none
  std::string bad_root(u32 id) const;
  std::string unlike(const AnnoyOpenOptions& options) const;
  void verify_blocks(u32 id) const;
  [[noreturn]] void not_a_node(u32 id) const;
  [[noreturn]] void wrong_descendants(u32 id, u32 descendants) const;

  MappedFile mapped_;
  AnnoyLayout layout_;
  u32 items_ = 0, nodes_ = 0;
  std::vector<u32> roots_;
  std::vector<u64> block_sums_;
  std::unique_ptr<std::atomic<u64>[]> right_;  // a bit per block: compared, and as it should be
  mutable std::atomic<u32> blocks_left_{0};    // whose bit is not set
};

const char* annoy_metric_name(AnnoyMetric metric);

}  // namespace spillway
