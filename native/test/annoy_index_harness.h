// Small Annoy files made by hand, and the slow way to search them: written from the description of the format alone, so
// that nothing of the engine checks itself.
#pragma once

#include <cstring>
#include <string>
#include <vector>

#include "annoy/annoy_file.h"
#include "format/checksum.h"

namespace spillway::annoy_test {

// A generator of numbers that are the same everywhere.
struct Draw {
  u64 state;
  u32 operator()(u32 below) {
    state = state * 6364136223846793005ull + 1442695040888963407ull;
    return static_cast<u32>((state >> 33) % below);
  }
};

struct IndexShape {
  AnnoyMetric metric = AnnoyMetric::Euclidean;
  u32 dimension = 6;
  u32 items = 200;
  u32 trees = 4;
  u32 hole_every = 0;  // ids that were never added: every so-manieth, not the last
  bool old_dot = false;
  u32 seed = 1;
};

// Coordinates are small whole numbers, and so are all sums of them: floats hold them exactly, in whatever order they
// are added.
class Index {
 public:
  explicit Index(const IndexShape& shape);

  const AnnoyLayout& layout() const { return layout_; }
  u32 items() const { return shape_.items; }
  u32 nodes() const { return static_cast<u32>(bytes.size() / layout_.node_bytes); }
  const std::vector<u32>& roots() const { return roots_; }  // the copies, as a search finds them
  bool is_hole(u32 id) const;

  template <class T>
  T get(u32 id, u32 at) const {
    T value;
    std::memcpy(&value, bytes.data() + std::size_t{id} * layout_.node_bytes + at, sizeof value);
    return value;
  }
  template <class T>
  void set(u32 id, u32 at, T value) {
    std::memcpy(bytes.data() + std::size_t{id} * layout_.node_bytes + at, &value, sizeof value);
  }
  std::vector<f64> row(u32 id) const;  // of an item

  std::vector<u8> bytes;

 private:
  u32 append();
  u32 tree(const std::vector<u32>& ids, bool root, Draw& draw);
  bool side(u32 normal, u32 item) const;

  IndexShape shape_;
  AnnoyLayout layout_;
  std::vector<u32> roots_;
};

struct Found {
  u32 id;
  f64 distance;
  bool operator==(const Found&) const = default;
};

// `self`: an id that is not found, or ~0.
std::vector<Found> slow_search(const Index& index, std::span<const u32> roots, const std::vector<f64>& query, u32 k,
                               u64 search_k, u32 self);

std::vector<f64> some_query(const IndexShape& shape, Draw& draw);

// A file that goes with the object.
class IndexPath {
 public:
  IndexPath();
  explicit IndexPath(const std::vector<u8>& bytes) : IndexPath() { write(bytes); }
  ~IndexPath();
  void write(const std::vector<u8>& bytes) const;  // over what was there
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

AnnoyOpenOptions opening(const IndexShape& shape, const std::string& path);
std::vector<u64> sums_of(const std::vector<u8>& bytes);

inline constexpr AnnoyMetric kMetrics[] = {AnnoyMetric::Euclidean, AnnoyMetric::Angular, AnnoyMetric::Manhattan,
                                           AnnoyMetric::Dot, AnnoyMetric::Hamming};

}  // namespace spillway::annoy_test
