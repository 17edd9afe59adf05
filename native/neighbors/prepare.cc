// A reference made ready: its blocks planned; if there is one, its rows read into memory and checked, and the index
// over them built.
#include "neighbors/reference.h"

namespace spillway {

PrepareWork::PrepareWork(Process& process, std::shared_ptr<const Points> points, ReferenceOptions options)
    : reference(std::make_shared<Reference>(process, std::move(points), std::move(options))) {}

u32 PrepareWork::begin_step(u32 step) {
  if (step == 0) {
    reference->plan_blocks();
    if (reference->blocks() > 1) return 0;
    making_ = std::make_unique<BlockMaking>(*reference, 0, reference->rows());
    parts_ = making_->read_parts();
    if (parts_ != 0) return parts_;
  }
  if (making_ == nullptr) return 0;
  if (!building_) {
    building_ = true;
    const u32 parts = making_->begin_build();
    parts_ += parts;
    if (parts != 0) return parts;
  }
  reference->resident_ = making_->finish();
  making_.reset();
  return 0;
}

void PrepareWork::run_part(u32, u32 part) {
  if (building_) {
    making_->build_part(part);
  } else {
    making_->read_part(part);
  }
  done_ += 1;
}

f64 PrepareWork::fraction() const {
  const u32 parts = parts_.load();
  return parts == 0 ? -1 : static_cast<f64>(done_.load()) / parts;
}

}  // namespace spillway
