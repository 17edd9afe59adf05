// One tree of an Annoy file, looked through from its root: bit by bit, so that a thread is never away for long.
#pragma once

#include <vector>

#include "annoy/annoy_file.h"
#include "annoy/check_findings.h"

namespace spillway {

class AnnoyTreeCheck {
 public:
  // `present`: how many items are no holes.
  AnnoyTreeCheck(const AnnoyFile& file, u32 root, u32 present);
  // Looks at some more nodes; true when there are none left. What is wrong is in `findings`; nothing is thrown.
  bool go_on();
  AnnoyFindings findings;

 private:
  // A split whose children are being looked at.
  struct Open {
    u32 id;
    u32 next = 0;   // child
    u64 below = 0;  // items in those that were looked at
  };

  u64 enter(u32 id);  // items found at once; a split is put on the stack
  u64 take_bucket(u32 id, const u8* node, u32 descendants);
  u64 take_item(u32 id, u32 parent);
  void look_at_plane(u32 id, const u8* node);
  void close();
  void end();
  void wrong(u32 id, const std::string& what);

  const AnnoyFile& file_;
  const AnnoyLayout layout_;
  u32 root_, present_;
  u64 visited_ = 0, repeated_ = 0, taken_ = 0;
  bool begun_ = false;
  std::vector<Open> open_;
  std::vector<u64> seen_;  // a bit per item
};

}  // namespace spillway
