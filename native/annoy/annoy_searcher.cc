// A few walks take turns; what one has collected is made into distances, and the best of them kept.
#include "annoy/annoy_searcher.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "annoy/search_keys.h"
#include "annoy/search_walk.h"
#include "engine/memory.h"

namespace spillway {
namespace {

constexpr u64 kMostWalks = 16, kLeastWalks = 4;  // that take turns
constexpr u64 kIdsAtOnce = 1 << 17;              // of all walks together, so that caches hold them
constexpr std::size_t kRoom = 1 << 15;           // ids that a walk collects before they are looked at, at most

u64 usual_search_k(const AnnoyFile& file, u32 k, u64 search_k) {
  return search_k != 0 ? search_k : u64{k} * file.roots().size();
}

}  // namespace

struct AnnoySearcher::State {
  // A query on its way.
  struct Turn {
    Turn(const AnnoyFile& file, u64 search_k, std::size_t room, std::size_t bytes)
        : walk(file, search_k, room), vector(bytes) {}
    AnnoyWalk walk;
    Buffer vector;  // floats or words
    f32 norm = 0;
    u32 query = 0, self = 0;
    bool drained = false;   // before the walk was over
    std::vector<u64> best;  // (distance, id), the greatest first
    std::size_t found = 0;
  };

  State(std::shared_ptr<const AnnoyFile> given, u32 wanted, u64 collect);
  void load(Turn& turn, const f64* row) const;
  void begin(Turn& turn, const f64* row, u32 query, u32 self);
  void drain(Turn& turn);
  void finish(Turn& turn, u32* ids, f64* distances, u32* count);
  f64 reported(f32 distance) const;

  std::shared_ptr<const AnnoyFile> file;
  const AnnoySearchTable& kernels;
  AnnoyRows rows;
  u32 k;
  u64 search_k;
  std::vector<std::unique_ptr<Turn>> turns;
  Buffer seen;             // a bit per item
  bool dirty = false;      // bits are set that no one will clear
  std::vector<u32> fresh;  // ids not seen before
  std::vector<f32> lengths;
  AnnoyCounts counts;
};

AnnoySearcher::State::State(std::shared_ptr<const AnnoyFile> given, u32 wanted, u64 collect)
    : file(std::move(given)),
      kernels(annoy_search_kernels()),
      k(wanted),
      search_k(usual_search_k(*file, wanted, collect)),
      seen((u64{file->items()} + 63) / 64 * 8) {
  const AnnoyLayout& layout = file->layout();
  const bool bits = layout.metric == AnnoyMetric::Hamming;
  rows = {file->at(0), layout.node_bytes, layout.vector_at, layout.norm_at,
          bits ? layout.vector_bytes / 8 : layout.dimension};
  const std::size_t room = std::min<u64>(search_k, kRoom) + layout.capacity;
  // A walk that pauses on its way leaves bits behind, so there can be no other beside it.
  const u64 walks = search_k > kRoom ? 1 : std::clamp(kIdsAtOnce / room, kLeastWalks, kMostWalks);
  for (u64 i = 0; i < walks; ++i) turns.push_back(std::make_unique<Turn>(*file, search_k, room, layout.vector_bytes));
  const std::size_t most = std::min<std::size_t>(k, file->items());
  for (auto& turn : turns) turn->best.resize(most);
  fresh.resize(room + 1);
  lengths.resize(room);
  std::memset(seen.data(), 0, seen.size());
}

// As the file has vectors.
void AnnoySearcher::State::load(Turn& turn, const f64* row) const {
  const AnnoyLayout& layout = file->layout();
  if (layout.metric == AnnoyMetric::Hamming) {
    std::memset(turn.vector.data(), 0, turn.vector.size());
    u64* words = turn.vector.as<u64>();
    for (u32 j = 0; j < layout.dimension; ++j) words[j / 64] |= u64{row[j] > 0.5} << (j % 64);
  } else {
    f32* floats = turn.vector.as<f32>();
    for (u32 j = 0; j < layout.dimension; ++j) floats[j] = static_cast<f32>(row[j]);
    if (layout.metric == AnnoyMetric::Angular) turn.norm = kernels.product(floats, floats, layout.dimension);
  }
}

void AnnoySearcher::State::begin(Turn& turn, const f64* row, u32 query, u32 self) {
  load(turn, row);
  turn.query = query;
  turn.self = self;
  turn.found = 0;
  turn.drained = false;
  turn.walk.begin(turn.vector.data());
}

// Ids not met before, their distances, and which of them are among the k best.
void AnnoySearcher::State::drain(Turn& turn) {
  const std::span<const u32> ids = turn.walk.collected();
  if (!file->verified()) {
    for (const u32 id : ids) file->verify(id);
  }
  u64* bits = seen.as<u64>();
  dirty = true;
  std::size_t count = 0;
  for (const u32 id : ids) {
    u64& word = bits[id / 64];
    const u64 bit = u64{1} << (id % 64);
    fresh[count] = id;
    count += (word & bit) == 0 && id != turn.self;
    word |= bit;
  }
  kernels.distances(static_cast<u32>(file->layout().metric), rows, turn.vector.data(), turn.norm, fresh.data(),
                    static_cast<u32>(count), lengths.data());
  counts.distances += count;
  u64* best = turn.best.data();
  const std::size_t most = turn.best.size();
  for (std::size_t i = 0; i < count; ++i) {
    if (lengths[i] != lengths[i]) continue;
    const u64 key = keyed(ordered(lengths[i]), fresh[i]);
    if (turn.found < most) {
      sift_up(best, turn.found++, key);
    } else if (key < best[0]) {
      sift_down(best, most, 0, key);
    }
  }
  if (turn.walk.over()) {
    if (turn.drained) {
      std::memset(seen.data(), 0, seen.size());
    } else {
      for (const u32 id : ids) bits[id / 64] = 0;
    }
    dirty = false;
  }
  turn.drained = true;
  turn.walk.clear();
}

f64 AnnoySearcher::State::reported(f32 distance) const {
  switch (file->layout().metric) {
    case AnnoyMetric::Euclidean:
    case AnnoyMetric::Angular: return std::sqrt(std::max(distance, 0.0f));
    case AnnoyMetric::Dot: return 0.0 - static_cast<f64>(distance);
    default: return distance;
  }
}

// Roots of different numbers may be the same float: then the lower id comes first.
void AnnoySearcher::State::finish(Turn& turn, u32* ids, f64* distances, u32* count) {
  u64* best = turn.best.data();
  std::sort(best, best + turn.found);
  for (std::size_t i = 0; i < turn.found; ++i) {
    const u32 id = id_of(best[i]);
    const f64 distance = reported(from_ordered(rank_of(best[i])));
    std::size_t at = i;
    for (; at > 0 && distances[at - 1] == distance && ids[at - 1] > id; --at) ids[at] = ids[at - 1];
    ids[at] = id;
    distances[i] = distance;
  }
  *count = static_cast<u32>(turn.found);
  counts.nodes += turn.walk.nodes();
  counts.candidates += turn.walk.candidates();
}

AnnoySearcher::AnnoySearcher(std::shared_ptr<const AnnoyFile> file, u32 k, u64 search_k)
    : state_(std::make_unique<State>(std::move(file), k, search_k)) {}

AnnoySearcher::~AnnoySearcher() = default;

const AnnoyCounts& AnnoySearcher::counts() const { return state_->counts; }

void AnnoySearcher::places(const f64* rows, u32 count, u32* places) {
  State::Turn& turn = *state_->turns[0];
  for (u32 i = 0; i < count; ++i) {
    state_->load(turn, rows + std::size_t{i} * state_->file->layout().dimension);
    places[i] = turn.walk.place(turn.vector.data());
  }
}

void AnnoySearcher::search(const f64* rows, u32 count, const u32* self, u32* ids, f64* distances, u32* counts,
                           const std::atomic<bool>* stop) {
  State& state = *state_;
  if (state.dirty) std::memset(state.seen.data(), 0, state.seen.size());
  state.dirty = false;
  const u32 width = state.file->layout().dimension;
  u32 next = 0;
  const auto take = [&](State::Turn& turn) {
    state.begin(turn, rows + std::size_t{next} * width, next, self == nullptr ? ~u32{0} : self[next]);
    next += 1;
  };
  u32 going = 0;
  for (; going < state.turns.size() && going < count; ++going) take(*state.turns[going]);
  while (going != 0) {
    for (u32 i = 0; i < going;) {
      State::Turn& turn = *state.turns[i];
      if (!turn.walk.step()) {
        ++i;
        continue;
      }
      if (stop != nullptr && stop->load(std::memory_order_relaxed)) {
        state.dirty = true;
        return;
      }
      state.drain(turn);
      if (!turn.walk.over()) continue;
      const std::size_t at = std::size_t{turn.query} * state.k;
      state.finish(turn, ids + at, distances + at, counts + turn.query);
      if (next < count) {
        take(turn);
      } else {
        std::swap(state.turns[i], state.turns[--going]);
      }
    }
  }
}

}  // namespace spillway
