// Building an Annoy index: items into the file, trees grown side by side and written one after another, copies of
// roots.
#pragma once

#include <atomic>
#include <map>
#include <mutex>

#include "annoy/build_file.h"
#include "annoy/build_slot.h"
#include "annoy/build_tree.h"
#include "neighbors/parallel_task.h"
#include "neighbors/points.h"

namespace spillway {

struct AnnoyBuildOptions {
  std::string path;  // must not exist
  AnnoyMetric metric = AnnoyMetric::Euclidean;
  i64 trees = 50;  // −1: until nodes take as much space again as the items
  u64 seed = 1;
  bool per_tree = true;    // a generator per tree; else Annoy's one sequence through all, in its arithmetic
  bool fused = true;       // of which this is a part
  u32 threads = 0;         // 0: all
  std::size_t memory = 0;  // 0: half of the process's
  bool on_disk = false;
};

// The bytes of the file depend on points, metric, trees, seed, per_tree and fused alone.
class AnnoyBuildWork final : public ParallelWork {
 public:
  AnnoyBuildWork(Process& process, std::shared_ptr<const Points> points, AnnoyBuildOptions options);
  ~AnnoyBuildWork() override;

  u32 begin_step(u32 step) override;
  void run_part(u32 step, u32 part) override;
  f64 fraction() const override;
  void give_up() noexcept override;

  // When it is done:
  u32 items() const { return items_.count; }
  u32 nodes() const { return nodes_; }
  u32 trees() const { return static_cast<u32>(roots_.size()); }
  u64 bytes() const { return writer_->bytes(); }
  const std::vector<u64>& block_sums() const { return writer_->block_sums(); }
  bool on_disk() const { return !items_.resident(); }

 private:
  enum class Stage : u8 { Start, Reading, Items, Trees, Roots };
  struct Slot;

  u32 begin_reading();
  u32 begin_trees();
  void read_part(u32 part);
  void write_items();
  void grow_slot(Slot& slot);
  bool take_tree(Slot& slot);
  void hand_in(Slot& slot);
  void write_tree(GrownTree& tree);
  void write_roots();
  bool all_trees() const;
  u32 read_parts() const;
  void load(u64 first, u32 count, f32* into) const;
  void note_squares(const f32* rows, u32 count);
  void to_bits(const f32* row, u8* words) const;
  void make_item(const u8* vector, u8* node) const;
  f32 factor_of(const f32* vector) const;
  SplitArithmetic arithmetic() const;

  Process& process_;
  std::shared_ptr<const Points> points_;
  AnnoyBuildOptions options_;
  AnnoyLayout layout_;
  MemoryBudget budget_;
  Reservation held_;
  Buffer vectors_;  // the items' own, unless they lie in memory already
  BuildItems items_;
  u32 rows_per_part_ = 1;
  Stage stage_ = Stage::Start;
  std::mutex squares_mutex_;
  f32 largest_square_ = 0;  // Dot: of any item
  u32 next_item_ = 0;
  std::unique_ptr<IndexWriter> writer_;
  KissRandom sequence_;  // Annoy's one for all trees

  std::mutex trees_mutex_;
  u64 next_tree_ = 0, next_written_ = 0;
  bool enough_ = false;
  u32 nodes_ = 0;
  std::vector<u32> roots_;
  std::vector<std::vector<u8>> root_nodes_;
  std::vector<std::unique_ptr<Slot>> slots_;
  std::map<u64, std::unique_ptr<GrownTree>> parked_;  // grown before their turn
  std::atomic<u64> placed_{0};
};

}  // namespace spillway
