// First what can be read in order, then the trees, as many at a time as there are threads.
#include "annoy/check_task.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "kernels/annoy_search.h"

namespace spillway {
namespace {

constexpr u32 kBlocksPerPart = 64;
constexpr u32 kItemsPerPart = 8192;
constexpr u64 kHopeless = 1000;   // problems, after which no more trees are begun
constexpr f64 kNormError = 1e-3;  // sums in any order of floats come as near as this

u32 parts_of(u32 count, u32 each) { return (count + each - 1) / each; }

std::string item_problem(const AnnoyFile& file, u32 id, const u8* node) {
  const AnnoyLayout& layout = file.layout();
  const auto value = [&](u32 at) { return std::bit_cast<f32>(AnnoyFile::field(node, at)); };
  if (layout.metric == AnnoyMetric::Hamming) return "";
  for (u32 j = 0; j < layout.dimension; ++j) {
    if (!std::isfinite(value(layout.vector_at + 4 * j)))
      return "coordinate " + std::to_string(j) + " of item " + std::to_string(id) + " is not finite";
  }
  if (layout.metric != AnnoyMetric::Angular) return "";
  const f32 norm = value(layout.norm_at);
  const u8* vector = node + layout.vector_at;
  const f32 own = annoy_search_kernels().product(vector, vector, layout.dimension);
  if (norm == 0 || std::abs(norm - own) <= kNormError * std::abs(own) || (!std::isfinite(own) && norm == own))
    return "";
  return "item " + std::to_string(id) + " says that its square is " + std::to_string(norm) + ", and it is " +
         std::to_string(own);
}

}  // namespace

u32 AnnoyCheckWork::begin_step(u32) {
  file_->check_current();
  collect();
  u32 parts = 0;
  for (; parts == 0 && stage_ != Stage::Done;) {
    switch (stage_) {
      case Stage::Start:
        stage_ = Stage::Blocks;
        parts = parts_of(file_->blocks(), kBlocksPerPart);
        break;
      case Stage::Blocks:
        stage_ = Stage::Items;
        parts = parts_of(file_->items(), kItemsPerPart);
        break;
      case Stage::Items:
        stage_ = Stage::Trees;
        present_ = static_cast<u32>(file_->items() - findings.holes);
        [[fallthrough]];
      case Stage::Trees:
        parts = begin_trees();
        if (parts == 0) stage_ = Stage::Done;
        break;
      case Stage::Done: break;
    }
  }
  if (stage_ != Stage::Trees) parts_ = std::vector<AnnoyFindings>(parts);
  return parts;
}

// Takes in what the last step found, in the order of parts and roots, so that it does not depend on threads.
void AnnoyCheckWork::collect() {
  for (AnnoyFindings& part : parts_) findings.add(std::move(part));
  parts_.clear();
  std::size_t over = 0;
  for (; over < trees_.size() && trees_[over].over; ++over) findings.add(std::move(trees_[over].check->findings));
  trees_.erase(trees_.begin(), trees_.begin() + static_cast<std::ptrdiff_t>(over));
}

u32 AnnoyCheckWork::begin_trees() {
  const std::span<const u32> roots = file_->roots();
  if (findings.count > kHopeless && next_root_ < roots.size()) {
    findings.report(std::to_string(roots.size() - next_root_) + " trees were not looked at: too much is wrong");
    next_root_ = roots.size();
  }
  going_.clear();
  for (std::size_t i = 0; i < trees_.size(); ++i) {
    if (!trees_[i].over) going_.push_back(i);
  }
  // The first that is not over holds up those that are: they are as many again at most.
  while (going_.size() < threads_ && trees_.size() < 2 * threads_ && next_root_ < roots.size()) {
    going_.push_back(trees_.size());
    trees_.push_back({std::make_unique<AnnoyTreeCheck>(*file_, roots[next_root_++], present_), false});
  }
  return static_cast<u32>(going_.size());
}

void AnnoyCheckWork::run_part(u32, u32 part) {
  file_->unchanged([&] { check(part); });
}

void AnnoyCheckWork::check(u32 part) {
  switch (stage_) {
    case Stage::Blocks: return check_blocks(part, parts_[part]);
    case Stage::Items: return check_items(part, parts_[part]);
    default: break;
  }
  Tree& tree = trees_[going_[part]];
  tree.over = tree.check->go_on();
  if (tree.over) work_done_ += file_->items();
}

void AnnoyCheckWork::check_blocks(u32 part, AnnoyFindings& into) {
  const u32 end = std::min(file_->blocks(), (part + 1) * kBlocksPerPart);
  file_->prefetch_blocks(part * kBlocksPerPart, end);
  for (u32 block = part * kBlocksPerPart; block < end; ++block) {
    if (file_->block_is_right(block)) continue;
    const u64 from = u64{block} * kAnnoyBlockBytes;
    into.damaged_blocks += 1;
    into.report("bytes " + std::to_string(from) + " to " +
                std::to_string(std::min(from + kAnnoyBlockBytes, file_->bytes())) +
                " are not what was written there: their checksum differs");
  }
}

void AnnoyCheckWork::check_items(u32 part, AnnoyFindings& into) {
  const u32 first = part * kItemsPerPart, end = std::min(file_->items(), first + kItemsPerPart);
  file_->prefetch(first, end);
  for (u32 id = first; id < end; ++id) {
    const u8* node = file_->at(id);
    const u32 descendants = AnnoyFile::field(node, 0);
    if (descendants != 1) {
      into.holes += 1;
      if (descendants != 0)
        into.report("node " + std::to_string(id) + " is an item, and claims to have " +
                    std::to_string(static_cast<i32>(descendants)) + " items below it");
      continue;
    }
    std::string problem = item_problem(*file_, id, node);
    if (!problem.empty()) into.report(std::move(problem));
  }
  work_done_ += end - first;
}

f64 AnnoyCheckWork::fraction() const {
  const f64 all = static_cast<f64>(file_->items()) * static_cast<f64>(file_->roots().size() + 1);
  return std::min(1.0, static_cast<f64>(work_done_.load()) / all);
}

}  // namespace spillway
