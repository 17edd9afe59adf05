// Trees over planes between two items drawn at random; nodes after all that is below them, copies of roots last.
#include "test/annoy_index_harness.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <queue>
#include <set>

#include <unistd.h>

#include "kernels/pages.h"
#include "test/scratch_name.h"

namespace spillway::annoy_test {

Index::Index(const IndexShape& shape)
    : shape_(shape), layout_(AnnoyLayout::of(shape.metric, shape.dimension, shape.old_dot)) {
  Draw draw{shape.seed};
  std::vector<u32> ids;
  for (u32 id = 0; id < shape.items; ++id) {
    append();
    if (is_hole(id)) continue;
    ids.push_back(id);
    set<u32>(id, 0, 1);
    f32 square = 0;
    for (u32 j = 0; j < shape.dimension; ++j) {
      if (shape.metric == AnnoyMetric::Hamming) {
        const u32 at = layout_.vector_at + j / 64 * 8;
        set<u64>(id, at, get<u64>(id, at) | u64{draw(2)} << (j % 64));
      } else {
        const f32 value = static_cast<f32>(draw(15)) - 7;
        set<f32>(id, layout_.vector_at + 4 * j, value);
        square += value * value;
      }
    }
    if (layout_.built_at != 0) set<u8>(id, layout_.built_at, 1);
    if (shape.metric == AnnoyMetric::Angular) set<f32>(id, layout_.norm_at, square);
  }
  std::vector<u32> roots;
  for (u32 t = 0; t < shape.trees; ++t) roots.push_back(tree(ids, true, draw));
  for (const u32 root : roots) {
    const u32 copy = append();
    std::memcpy(bytes.data() + std::size_t{copy} * layout_.node_bytes,
                bytes.data() + std::size_t{root} * layout_.node_bytes, layout_.node_bytes);
    roots_.insert(roots_.begin(), copy);
  }
}

bool Index::is_hole(u32 id) const {
  return shape_.hole_every != 0 && id % shape_.hole_every == 0 && id + 1 != shape_.items;
}

u32 Index::append() {
  bytes.resize(bytes.size() + layout_.node_bytes);
  return nodes() - 1;
}

std::vector<f64> Index::row(u32 id) const {
  std::vector<f64> values(shape_.dimension);
  for (u32 j = 0; j < shape_.dimension; ++j) {
    values[j] = shape_.metric == AnnoyMetric::Hamming
                    ? static_cast<f64>(get<u64>(id, layout_.vector_at + j / 64 * 8) >> (j % 64) & 1)
                    : f64{get<f32>(id, layout_.vector_at + 4 * j)};
  }
  return values;
}

bool Index::side(u32 normal, u32 item) const {
  if (shape_.metric == AnnoyMetric::Hamming) {
    const u64 bit = get<u64>(normal, layout_.vector_at);
    return (get<u64>(item, layout_.vector_at + static_cast<u32>(bit / 64 * 8)) >> (63 - bit % 64) & 1) != 0;
  }
  f32 margin = layout_.offset_at != 0 ? get<f32>(normal, layout_.offset_at) : 0;
  for (u32 j = 0; j < shape_.dimension; ++j)
    margin += get<f32>(normal, layout_.vector_at + 4 * j) * get<f32>(item, layout_.vector_at + 4 * j);
  return margin > 0;
}

u32 Index::tree(const std::vector<u32>& ids, bool root, Draw& draw) {
  const u32 count = static_cast<u32>(ids.size());
  if (count == 1 && !root) return ids[0];
  if (count <= layout_.capacity && (!root || shape_.items <= layout_.capacity || count == 1)) {
    const u32 bucket = append();
    set<u32>(bucket, 0, root ? shape_.items : count);
    for (u32 i = 0; i < count; ++i) set<u32>(bucket, layout_.children_at + 4 * i, ids[i]);
    return bucket;
  }
  // Made at the end, moved there once what is below is written.
  const u32 draft = append();
  std::vector<u32> sides[2];
  if (shape_.metric == AnnoyMetric::Hamming) {
    set<u64>(draft, layout_.vector_at, draw(layout_.vector_bytes * 8));
  } else {
    const u32 p = ids[draw(count)], q = ids[draw(count)];
    f32 offset = 0;
    for (u32 j = 0; j < shape_.dimension; ++j) {
      const u32 at = layout_.vector_at + 4 * j;
      const f32 x = get<f32>(p, at), y = get<f32>(q, at);
      set<f32>(draft, at, x - y);
      offset -= (x - y) * (x + y);
    }
    if (layout_.offset_at != 0) set<f32>(draft, layout_.offset_at, std::trunc(offset / 2));
    if (layout_.dot_factor_at != 0) set<f32>(draft, layout_.dot_factor_at, static_cast<f32>(draw(3)));
  }
  for (const u32 id : ids) sides[side(draft, id) ? 1 : 0].push_back(id);
  while (sides[0].size() * 20 < count || sides[1].size() * 20 < count) {
    sides[0].clear();
    sides[1].clear();
    for (const u32 id : ids) sides[draw(2)].push_back(id);
  }
  std::vector<u8> node(bytes.end() - layout_.node_bytes, bytes.end());
  bytes.resize(bytes.size() - layout_.node_bytes);
  u32 children[2];
  for (const u32 which : {0u, 1u}) children[which] = tree(sides[which], false, draw);
  const u32 split = append();
  std::memcpy(bytes.data() + bytes.size() - layout_.node_bytes, node.data(), node.size());
  set<u32>(split, 0, root ? shape_.items : count);
  set<u32>(split, layout_.children_at, children[0]);
  set<u32>(split, layout_.children_at + 4, children[1]);
  return split;
}

namespace {

struct Slow {
  const Index& index;
  const AnnoyLayout& layout;
  std::vector<f32> x;
  std::vector<u64> words;

  f32 dot(u32 id) const {
    f32 sum = 0;
    for (u32 j = 0; j < x.size(); ++j) sum += x[j] * index.get<f32>(id, layout.vector_at + 4 * j);
    return sum;
  }

  // As Annoy orders by it.
  f32 distance(u32 id) const {
    f32 sum = 0;
    switch (layout.metric) {
      case AnnoyMetric::Dot: return -dot(id);
      case AnnoyMetric::Angular: {
        f32 own = 0;
        for (const f32 value : x) own += value * value;
        const f32 both = own * index.get<f32>(id, layout.norm_at);
        return both > 0 ? static_cast<f32>(2.0 - 2.0 * f64{dot(id)} / f64{std::sqrt(both)}) : 2;
      }
      case AnnoyMetric::Hamming:
        for (u32 w = 0; w < words.size(); ++w)
          sum += static_cast<f32>(__builtin_popcountll(words[w] ^ index.get<u64>(id, layout.vector_at + 8 * w)));
        return sum;
      default: break;
    }
    for (u32 j = 0; j < x.size(); ++j) {
      const f32 d = x[j] - index.get<f32>(id, layout.vector_at + 4 * j);
      sum += layout.metric == AnnoyMetric::Euclidean ? d * d : std::abs(d);
    }
    return sum;
  }

  f64 reported(f32 distance) const {
    if (layout.metric == AnnoyMetric::Dot) return -f64{distance};
    const bool root = layout.metric == AnnoyMetric::Euclidean || layout.metric == AnnoyMetric::Angular;
    return root ? f64{std::sqrt(std::max(distance, 0.0f))} : f64{distance};
  }

  // What children 0 and 1 get.
  std::array<f64, 2> priorities(u32 id, f64 above) const {
    if (layout.metric == AnnoyMetric::Hamming) {
      const u64 bit = index.get<u64>(id, layout.vector_at);
      const bool set = (words[bit / 64] >> (63 - bit % 64) & 1) != 0;
      return {above - (set ? 1 : 0), above - (set ? 0 : 1)};
    }
    f64 margin = dot(id);
    if (layout.offset_at != 0) margin += index.get<f32>(id, layout.offset_at);
    if (layout.old_dot) margin += std::pow(f64{index.get<f32>(id, layout.dot_factor_at)}, 2);
    return {std::min(above, -margin), std::min(above, margin)};
  }
};

}  // namespace

std::vector<Found> slow_search(const Index& index, std::span<const u32> roots, const std::vector<f64>& query, u32 k,
                               u64 search_k, u32 self) {
  Slow slow{index, index.layout(), {}, {}};
  const AnnoyLayout& layout = index.layout();
  if (layout.metric == AnnoyMetric::Hamming) {
    slow.words.resize(layout.vector_bytes / 8);
    for (u32 j = 0; j < query.size(); ++j) slow.words[j / 64] |= u64{query[j] > 0.5} << (j % 64);
  } else {
    slow.x.assign(query.begin(), query.end());
  }
  std::priority_queue<std::pair<f64, u32>> next;
  const f64 first = layout.metric == AnnoyMetric::Hamming ? 1e9 : std::numeric_limits<f64>::infinity();
  for (const u32 root : roots) next.push({first, root});
  std::vector<u32> ids;
  while (ids.size() < search_k && !next.empty()) {
    const auto [above, id] = next.top();
    next.pop();
    const u32 descendants = index.get<u32>(id, 0);
    if (descendants == 1 && id < index.items()) {
      ids.push_back(id);
    } else if (descendants <= layout.capacity) {
      for (u32 i = 0; i < descendants; ++i) ids.push_back(index.get<u32>(id, layout.children_at + 4 * i));
    } else {
      const std::array<f64, 2> priority = slow.priorities(id, above);
      for (const u32 which : {0u, 1u}) next.push({priority[which], index.get<u32>(id, layout.children_at + 4 * which)});
    }
  }
  std::vector<std::pair<f32, u32>> near;
  for (const u32 id : std::set<u32>(ids.begin(), ids.end())) {
    if (index.get<u32>(id, 0) == 1 && id != self) near.push_back({slow.distance(id), id});
  }
  std::sort(near.begin(), near.end());
  if (near.size() > k) near.resize(k);
  std::vector<Found> found;
  for (const auto& [distance, id] : near) found.push_back({id, slow.reported(distance)});
  const bool larger = layout.metric == AnnoyMetric::Dot;
  std::sort(found.begin(), found.end(), [larger](const Found& a, const Found& b) {
    if (a.distance == b.distance) return a.id < b.id;
    return (a.distance < b.distance) != larger;
  });
  return found;
}

std::vector<f64> some_query(const IndexShape& shape, Draw& draw) {
  std::vector<f64> query(shape.dimension);
  for (f64& value : query) value = static_cast<f64>(draw(shape.metric == AnnoyMetric::Hamming ? 2 : 17));
  return query;
}

IndexPath::IndexPath() {
  path_ = scratch_name("annoy");
  const int descriptor = ::mkstemp(path_.data());
  if (descriptor >= 0) ::close(descriptor);
}

IndexPath::~IndexPath() { (void)try_remove_file(path_); }

void IndexPath::write(const std::vector<u8>& bytes) const {
  File file(path_, File::Mode::ReadWrite);
  file.truncate(bytes.size());
  file.write(0, bytes.data(), bytes.size());
}

AnnoyOpenOptions opening(const IndexShape& shape, const std::string& path) {
  AnnoyOpenOptions options;
  options.path = path;
  options.metric = shape.metric;
  options.dimension = shape.dimension;
  return options;
}

std::vector<u64> sums_of(const std::vector<u8>& bytes) {
  std::vector<u64> sums;
  for (std::size_t from = 0; from < bytes.size(); from += kAnnoyBlockBytes) {
    sums.push_back(
        pages_kernels().hash(bytes.data() + from, std::min<std::size_t>(kAnnoyBlockBytes, bytes.size() - from), 0));
  }
  return sums;
}

}  // namespace spillway::annoy_test
