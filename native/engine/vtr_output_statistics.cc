// The last step of writing rows: the statistics segment behind the pages, and the summary for the footer.
#include <algorithm>

#include "engine/vtr_output.h"

namespace spillway {

using format::Bytes;
using format::ChunkEntry;

// Puts what is known of the row groups that the file has already in front of the new ones.
void VtrOutput::prepend_statistics() {
  std::vector<u32> sizes;
  for (const VtrGroup& group : options_.appended_to->groups()) sizes.push_back(group.rows);
  group_sizes_.insert(group_sizes_.begin(), sizes.begin(), sizes.end());
  rows_ += options_.appended_to->rows();
  for (u32 c = 0; c < inputs_.size(); ++c) {
    const std::vector<ChunkEntry>& before = options_.appended_to->column(c).chunks;
    chunks_[c].insert(chunks_[c].begin(), before.begin(), before.end());
  }
}

std::shared_ptr<const VtrWritten> VtrOutput::finish() {
  std::lock_guard<std::mutex> lock(mutex_);
  auto written = std::make_shared<VtrWritten>();
  u32 first_group = options_.first_group;
  if (options_.merge_statistics) {
    first_group = 0;
    prepend_statistics();
  }
  format::Directory directory;
  directory.rows = group_sizes_;
  Bytes blocks;
  for (u32 c = 0; c < inputs_.size(); ++c) {
    const std::size_t begin = blocks.size();
    format::append_chunks(inputs_[c].type, chunks_[c], blocks);
    format::DirectoryColumn entry;
    entry.bytes = blocks.size() - begin;
    entry.checksum = format::checksum(options_.id, {format::BlockKind::Statistics, c, first_group, 0},
                                      blocks.data() + begin, blocks.size() - begin);
    directory.columns.push_back(entry);
    written->nulls.push_back(std::any_of(chunks_[c].begin(), chunks_[c].end(), [](const ChunkEntry& chunk) {
      return std::any_of(chunk.pages.begin(), chunk.pages.end(), [](const auto& page) { return page.zone.nulls > 0; });
    }));
  }
  Bytes head;
  format::append_directory(directory, head);
  file_.write(end_, head.data(), head.size());
  file_.write(end_ + head.size(), blocks.data(), blocks.size());
  written->segment.offset = end_;
  written->segment.bytes = head.size() + blocks.size();
  written->segment.directory_checksum =
      format::checksum(options_.id, {format::BlockKind::Directory, 0, first_group, 0}, head.data(), head.size());
  written->segment.groups = static_cast<u32>(group_sizes_.size());
  written->segment.rows = rows_;
  written->end = end_ + head.size() + blocks.size();
  file_.close();
  return written;
}

}  // namespace spillway
