// An Annoy file looked through as a whole, on the pool: its bytes against their sums, its items, its trees.
#pragma once

#include <memory>
#include <vector>

#include "annoy/check_tree.h"
#include "neighbors/parallel_task.h"

namespace spillway {

// Damage is found, never thrown. Throws Error Changed when the file is no longer what was opened.
class AnnoyCheckWork final : public ParallelWork {
 public:
  AnnoyCheckWork(std::shared_ptr<const AnnoyFile> file, u32 threads) : file_(std::move(file)), threads_(threads) {}
  u32 begin_step(u32 step) override;
  void run_part(u32 step, u32 part) override;
  f64 fraction() const override;
  AnnoyFindings findings;

 private:
  enum class Stage : u8 { Start, Blocks, Items, Trees, Done };
  u32 begin_trees();
  void check(u32 part);
  void check_blocks(u32 part, AnnoyFindings& into);
  void check_items(u32 part, AnnoyFindings& into);
  void collect();

  std::shared_ptr<const AnnoyFile> file_;
  u32 threads_;
  Stage stage_ = Stage::Start;
  std::vector<AnnoyFindings> parts_;
  struct Tree {
    std::unique_ptr<AnnoyTreeCheck> check;
    bool over = false;
  };
  std::vector<Tree> trees_;         // begun, and not taken in yet
  std::vector<std::size_t> going_;  // of those, the ones that are not over
  std::size_t next_root_ = 0;
  u32 present_ = 0;
  std::atomic<u64> work_done_{0};
};

}  // namespace spillway
