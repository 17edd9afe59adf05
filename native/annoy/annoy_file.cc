// Opening finds the layout and the roots; everything else is compared as it is come across.
#include "annoy/annoy_file.h"

#include <algorithm>

#include "kernels/pages.h"

namespace spillway {
namespace {

constexpr u64 kMostNodes = u64{1} << 31;

// Roots that a file of so many trees may be read as having: small ones are found twice, among their copies and before.
bool roots_fit(u64 roots, u64 trees) { return roots >= trees && roots <= 2 * trees + 1; }

Error other_than_expected(const std::string& path, const std::string& what) {
  return Error(ErrorCode::Changed, path + " is not the file that its description is of: it " + what,
               {{"path", path}, {"what", what}});
}

}  // namespace

const char* annoy_metric_name(AnnoyMetric metric) {
  switch (metric) {
    case AnnoyMetric::Euclidean: return "euclidean";
    case AnnoyMetric::Angular: return "angular";
    case AnnoyMetric::Manhattan: return "manhattan";
    case AnnoyMetric::Dot: return "dot";
    case AnnoyMetric::Hamming: break;
  }
  return "hamming";
}

AnnoyFile::~AnnoyFile() = default;

std::shared_ptr<const AnnoyFile> AnnoyFile::open(const AnnoyOpenOptions& options) {
  if (options.dimension == 0 || options.dimension > kAnnoyMostDimensions) {
    throw Error(ErrorCode::Argument, "an Annoy index has from 1 to " + std::to_string(kAnnoyMostDimensions) +
                                         " dimensions, not " + std::to_string(options.dimension));
  }
  std::shared_ptr<AnnoyFile> file(new AnnoyFile);
  file->mapped_ = MappedFile(options.path, options.prefault);
  const u64 bytes = file->bytes();
  if (options.bytes != 0 && options.bytes != bytes) {
    throw other_than_expected(options.path,
                              "has " + std::to_string(bytes) + " bytes, not " + std::to_string(options.bytes));
  }
  file->block_sums_ = options.block_sums;
  const u64 blocks = (bytes + kAnnoyBlockBytes - 1) / kAnnoyBlockBytes;
  if (file->blocks() != 0 && file->blocks() != blocks) {
    throw other_than_expected(options.path, "has " + std::to_string(blocks) + " blocks, and there are checksums of " +
                                                std::to_string(file->blocks()));
  }
  if (file->blocks() != 0) {
    file->right_ = std::make_unique<std::atomic<u64>[]>((blocks + 63) / 64);
    file->blocks_left_ = file->blocks();
  }
  std::string why, differs;
  for (const bool old : {false, true}) {
    if (old && options.metric != AnnoyMetric::Dot) break;
    file->layout_ = AnnoyLayout::of(options.metric, options.dimension, old);
    const std::string problem = file->find_roots();
    if (!problem.empty()) {
      if (why.empty()) why = problem;
      continue;
    }
    differs = file->unlike(options);
    if (differs.empty()) return file;
  }
  if (!differs.empty()) throw other_than_expected(options.path, differs);
  throw Error(ErrorCode::Format,
              options.path + " is no Annoy index for " + annoy_metric_name(options.metric) + " in " +
                  std::to_string(options.dimension) + " dimensions: " + why +
                  "; was it built with another metric or dimension, or is it damaged?",
              {{"path", options.path}});
}

// Back from the last node for as long as nodes have as many descendants as it has; that many are the items. The last
// tree's own root lies just before the copies of all roots, and would be one too many.
std::string AnnoyFile::find_roots() {
  roots_.clear();
  const u64 node = layout_.node_bytes;
  if (bytes() % node != 0) {
    return "its " + std::to_string(bytes()) + " bytes are not a whole number of nodes, which have " +
           std::to_string(node) + " bytes each";
  }
  if (bytes() / node >= kMostNodes) return "it has more nodes than ids can name";
  nodes_ = static_cast<u32>(bytes() / node);
  verify(nodes_ - 1);
  items_ = field(at(nodes_ - 1), 0);
  if (items_ == 0 || items_ >= nodes_) {
    return "its last node, a root, claims to have " + std::to_string(static_cast<i32>(items_)) +
           " items below it, in a file of " + std::to_string(nodes_) + " nodes";
  }
  for (u32 id = nodes_; id-- > 0;) {
    verify(id);
    if (field(at(id), 0) != items_) break;
    roots_.push_back(id);
  }
  const u32 children = layout_.children_at;
  if (roots_.size() > 1 && field(at(roots_.front()), children) == field(at(roots_.back()), children)) roots_.pop_back();
  for (const u32 id : roots_) {
    std::string problem = bad_root(id);
    if (!problem.empty()) return problem;
  }
  // Before 2023 nodes for dot had no such byte: what would be there is part of a vector.
  if (layout_.built_at != 0) {
    verify(0);
    const u8* first = at(0);
    const bool item = field(first, 0) == 1;
    if (field(first, 0) > 1 || field(first, layout_.children_at) != 0 || (item && first[layout_.built_at] != 1))
      return "its first node is no item";
  }
  return "";
}

std::string AnnoyFile::bad_root(u32 id) const {
  if (id < items_) return "";  // an item alone, which is its own tree
  const bool bucket = items_ <= layout_.capacity;
  const u32 ids = bucket ? items_ : 2;
  for (u32 i = 0; i < ids; ++i) {
    const u32 child = field(at(id), layout_.children_at + 4 * i);
    if (child >= (bucket ? items_ : id)) {
      return "its node " + std::to_string(id) + ", a root, names " + std::to_string(child) + " below it, " +
             (bucket ? "which is no item of " + std::to_string(items_) : "which does not come before it");
    }
  }
  return "";
}

std::string AnnoyFile::unlike(const AnnoyOpenOptions& options) const {
  if (options.items != 0 && options.items != items_)
    return "has " + std::to_string(items_) + " items, not " + std::to_string(options.items);
  if (options.trees != 0 && !roots_fit(roots_.size(), options.trees))
    return "has " + std::to_string(roots_.size()) + " trees, not " + std::to_string(options.trees);
  return "";
}

bool AnnoyFile::block_is_right(u32 block) const {
  const u64 from = u64{block} * kAnnoyBlockBytes;
  const u64 size = std::min<u64>(kAnnoyBlockBytes, bytes() - from);
  if (pages_kernels().hash(mapped_.data() + from, size, 0) != block_sums_[block]) return false;
  const u64 bit = u64{1} << (block % 64);
  if ((right_[block / 64].fetch_or(bit, std::memory_order_relaxed) & bit) == 0)
    blocks_left_.fetch_sub(1, std::memory_order_relaxed);
  return true;
}

void AnnoyFile::verify_blocks(u32 id) const {
  const u64 from = u64{id} * layout_.node_bytes, end = from + layout_.node_bytes;
  const u32 last = static_cast<u32>((end - 1) / kAnnoyBlockBytes);
  for (u32 block = static_cast<u32>(from / kAnnoyBlockBytes); block <= last; ++block) {
    if ((right_[block / 64].load(std::memory_order_relaxed) >> (block % 64) & 1) != 0) continue;
    prefetch_blocks(block, block + 1);
    if (block_is_right(block)) continue;
    throw damaged(id, "lies in bytes " + std::to_string(u64{block} * kAnnoyBlockBytes) + " to " +
                          std::to_string(std::min(u64{block + 1} * kAnnoyBlockBytes, bytes())) +
                          ", which are not what was written there: their checksum differs");
  }
}

void AnnoyFile::prefetch(u32 first, u32 end) const noexcept {
  mapped_.prefetch(u64{first} * layout_.node_bytes, u64{end - first} * layout_.node_bytes);
}

void AnnoyFile::prefetch_blocks(u32 first, u32 end) const noexcept {
  mapped_.prefetch(u64{first} * kAnnoyBlockBytes, u64{end - first} * kAnnoyBlockBytes);
}

Error AnnoyFile::damaged(u32 id, const std::string& what) const {
  return Error(ErrorCode::Format, path() + " is damaged: node " + std::to_string(id) + " " + what,
               {{"path", path()}, {"node", std::to_string(id)}});
}

void AnnoyFile::not_a_node(u32 id) const { throw damaged(id, "is asked for, and there are " + std::to_string(nodes_)); }

void AnnoyFile::wrong_descendants(u32 id, u32 descendants) const {
  throw damaged(id, std::string(id < items_ ? "is an item, and" : "of a tree") + " claims to have " +
                        std::to_string(static_cast<i32>(descendants)) + " items below it, of " +
                        std::to_string(items_) + " in all");
}

}  // namespace spillway
