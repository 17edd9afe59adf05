// Spill files: names that tell whose they are, checksums over every extent, and a bound on what is on disk.
#include "engine/spill.h"

#include <cerrno>
#include <mutex>

#include <fcntl.h>
#include <sys/stat.h>

#include "engine/byte_text.h"
#include "engine/file.h"
#include "engine/spill_folder.h"

#define XXH_INLINE_ALL
#include "xxhash.h"

namespace spillway {

struct SpillStore::State {
  std::string directory;
  u64 max_bytes;
  std::mutex mutex;    // guards folder
  std::string folder;  // empty: not made yet
  std::atomic<u64> written{0};
  std::atomic<u64> now{0};

  void take(u64 bytes) {
    u64 before = now.fetch_add(bytes, std::memory_order_relaxed);
    if (before + bytes <= max_bytes) {
      written.fetch_add(bytes, std::memory_order_relaxed);
      return;
    }
    now.fetch_sub(bytes, std::memory_order_relaxed);
    throw Error(ErrorCode::Limit,
                "the query has spilled " + byte_text(before) + " to " + directory +
                    " and would exceed maxSpill, which is " + byte_text(max_bytes) +
                    "; allow more with `maxSpill` or `memory`",
                {{"maxSpill", std::to_string(max_bytes)}});
  }
  void give(u64 bytes) { now.fetch_sub(bytes, std::memory_order_relaxed); }
};

namespace {

// The state belongs to the store, which outlives the files made from it (the query drops its operators first).
class StoredFile final : public SpillFile {
 public:
  template <class State>
  StoredFile(File file, u64 id, State& state)
      : file_(std::move(file)),
        id_(id),
        take_([](void* s, u64 bytes) { static_cast<State*>(s)->take(bytes); }),
        give_([](void* s, u64 bytes) { static_cast<State*>(s)->give(bytes); }),
        state_(&state) {}

  ~StoredFile() override { give_(state_, held_.load(std::memory_order_relaxed)); }

  SpillExtent append(const void* data, std::size_t bytes) override {
    take_(state_, bytes);
    held_.fetch_add(bytes, std::memory_order_relaxed);
    SpillExtent extent;
    extent.offset = end_.fetch_add((bytes + kAlignment - 1) & ~(kAlignment - 1), std::memory_order_relaxed);
    extent.bytes = bytes;
    extent.checksum = checksum(data, bytes, extent.offset);
    file_.write(extent.offset, data, bytes);
    return extent;
  }

  void read(const SpillExtent& extent, void* into) override {
    file_.read(extent.offset, into, extent.bytes);
    if (checksum(into, extent.bytes, extent.offset) == extent.checksum) return;
    throw Error(ErrorCode::Format,
                "the temporary file " + file_.path() + " was changed or damaged at byte " +
                    std::to_string(extent.offset) + " while the query ran; check the disk, then run the query again",
                {{"path", file_.path()}, {"offset", std::to_string(extent.offset)}});
  }

  void read_part(const SpillExtent& extent, u64 from, u64 bytes, void* into) override {
    if (from > extent.bytes || bytes > extent.bytes - from) {
      throw Error(ErrorCode::Internal, "a spilled extent of " + std::to_string(extent.bytes) + " bytes was read at " +
                                           std::to_string(from) + " for " + std::to_string(bytes));
    }
    file_.read(extent.offset + from, into, bytes);
  }

  void discard(const SpillExtent& extent) override {
    if (extent.bytes == 0) return;
    // Extents start on block boundaries, so that rounding up frees the last block and touches no other extent.
    try {
      file_.punch(extent.offset, (extent.bytes + kAlignment - 1) & ~(kAlignment - 1));
    } catch (const Error&) {
      // The blocks come back when the file goes.
    }
    held_.fetch_sub(extent.bytes, std::memory_order_relaxed);
    give_(state_, extent.bytes);
  }

 private:
  static constexpr u64 kAlignment = 4096;

  u64 checksum(const void* data, std::size_t bytes, u64 offset) const {
    return XXH3_64bits_withSeed(data, bytes, id_ ^ (offset * 0x9E3779B97F4A7C15ull));
  }

  File file_;
  u64 id_;
  void (*take_)(void*, u64);
  void (*give_)(void*, u64);
  void* state_;
  std::atomic<u64> end_{0};
  std::atomic<u64> held_{0};
};

}  // namespace

SpillStore::SpillStore(std::string directory, u64 max_bytes) : state_(std::make_unique<State>()) {
  state_->directory = std::move(directory);
  state_->max_bytes = max_bytes;
}

SpillStore::~SpillStore() {
  if (!state_->folder.empty()) remove_spill_folder(state_->folder);
}

std::unique_ptr<SpillFile> SpillStore::create() {
  u64 id[2];
  random_bytes(id, sizeof id);
  std::string folder;
  {
    std::lock_guard<std::mutex> lock(state_->mutex);
    if (state_->folder.empty()) {
      sweep_spill_folders(state_->directory);
      state_->folder = make_spill_folder(state_->directory);
    }
    folder = state_->folder;
  }
  std::string path = folder + "/" + hex_text(id[0]) + ".spill";
  File file(path, File::Mode::Create);
  remove_file(path);  // from here on the bytes live as long as the descriptor
  return std::make_unique<StoredFile>(std::move(file), id[1], *state_);
}

u64 SpillStore::bytes_written() const { return state_->written.load(std::memory_order_relaxed); }
u64 SpillStore::bytes_now() const { return state_->now.load(std::memory_order_relaxed); }
const std::string& SpillStore::directory() const { return state_->directory; }

}  // namespace spillway
