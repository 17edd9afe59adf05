// Only what the rows need is written, not the room that the buffers have.
#include "engine/stored_column.h"

namespace spillway {
namespace {

SpillExtent write(SpillFile& file, const Buffer& buffer, std::size_t used) {
  return used == 0 ? SpillExtent() : file.append(buffer.data(), used);
}

Buffer read(SpillFile& file, const SpillExtent& extent) {
  if (extent.bytes == 0) return Buffer();
  // In whole words: validity is read so.
  Buffer buffer((extent.bytes + 7) & ~u64{7});
  file.read(extent, buffer.data());
  return buffer;
}

}  // namespace

StoredColumn store_column(SpillFile& file, const BlockColumn& column, u32 rows) {
  StoredColumn stored;
  stored.type = column.type;
  stored.null_count = column.null_count;
  stored.text_bytes = column.text_bytes;
  stored.dictionary = column.dictionary;
  if (column.null_count != 0) stored.validity = write(file, column.validity, bitmap_bytes(rows));
  if (column.is_plain_text()) {
    stored.offsets = write(file, column.offsets, (std::size_t{rows} + 1) * 4);
    stored.text = write(file, column.text, column.text_bytes);
  } else {
    std::size_t bytes =
        column.type == Type::Bool ? bitmap_bytes(rows) : std::size_t{rows} * block_width(column.type, true);
    stored.values = write(file, column.values, bytes);
  }
  return stored;
}

BlockColumn load_column(SpillFile& file, const StoredColumn& stored) {
  BlockColumn loaded;
  loaded.type = stored.type;
  loaded.null_count = stored.null_count;
  loaded.text_bytes = stored.text_bytes;
  loaded.dictionary = stored.dictionary;
  loaded.validity = read(file, stored.validity);
  loaded.values = read(file, stored.values);
  loaded.offsets = read(file, stored.offsets);
  loaded.text = read(file, stored.text);
  return loaded;
}

void discard_column(SpillFile& file, const StoredColumn& stored) {
  for (const SpillExtent* extent : {&stored.validity, &stored.values, &stored.offsets, &stored.text})
    file.discard(*extent);
}

}  // namespace spillway
