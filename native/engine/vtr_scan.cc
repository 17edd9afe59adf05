// Opening sources, and the walk of verify().
#include "engine/vtr_scan.h"

#include "engine/vtr_source.h"

namespace spillway {

std::shared_ptr<Source> VtrScan::open_source(QueryContext&, const SourceDescription& description) {
  return std::make_shared<VtrSource>(file_, description.columns, description.predicates,
                                     VtrRows{description.first_row, description.end_row});
}

u64 VtrScan::check_chunk(u32 column, u32 group) const {
  const std::vector<VtrGroup>& groups = file_->groups();
  if (column >= file_->column_count() || group >= groups.size()) {
    throw Error(ErrorCode::Argument, "there is no such column or row group to verify");
  }
  return VtrSource(file_, {column}, {}).check_group(group);
}

}  // namespace spillway
