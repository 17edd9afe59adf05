// Walks through a tree of boxes over points: the nearest rows of a query, or all within a limit.
#pragma once

#include <cstdint>

#include "kernels/isa.h"

namespace spillway {

inline constexpr std::uint32_t kLeafPoints = 32;  // points of a leaf; only the last may have fewer
inline constexpr std::uint32_t kTreeFan = 8;      // children of a node
inline constexpr std::uint32_t kTreeLevels = 10;  // 32 · 8^10 > 2^32 points
inline constexpr std::uint32_t kTreeStack = kTreeFan * (kTreeLevels + 1);
inline constexpr std::uint32_t kTreeNone = ~std::uint32_t{0};

// How a tree measures: the sums and their order of operations are those of kernels/distance.h, so that what is computed
// for a point is its distance, not an estimate of it.
enum class TreeMeasure : std::uint32_t { Squares, Absolutes, Greatest };

// The numbers of columns that there are loops for: the least that holds so many; 0 beyond the greatest.
inline constexpr std::uint32_t tree_columns(TreeMeasure measure, std::uint32_t columns) {
  const std::uint32_t squares[] = {2, 3, 4, 6, 8, 12, 16}, others[] = {4, 16};
  if (measure == TreeMeasure::Squares) {
    for (const std::uint32_t there : squares) {
      if (columns <= there) return there;
    }
  } else {
    for (const std::uint32_t there : others) {
      if (columns <= there) return there;
    }
  }
  return 0;
}

// Nodes of a level, leaves at level 0; node i of level l is the parent of nodes 8·i … 8·i + 7 of level l − 1.
struct TreeLevel {
  const void* boxes;  // eight nodes after eight: their least [columns][8], then their greatest [columns][8]
  std::uint32_t nodes;
};

// Values are floats (`single`) or doubles. What a leaf lacks is at infinity and has place kTreeNone.
struct TreeView {
  const void* leaves;           // leaf after leaf: [columns][kLeafPoints]
  const std::uint32_t* places;  // [leaf][kLeafPoints]
  TreeLevel levels[kTreeLevels];
  std::uint32_t level_count;  // the last has at most eight nodes; 0: no points
  std::uint32_t columns;      // one of tree_columns(), the last of them zero where the points have fewer
  std::uint32_t points;
  TreeMeasure measure;
  bool root;  // Squares only: what is reported and compared is the square root
  bool single;
};

struct TreeQuery {
  const double* x;           // [columns of the tree]
  double limit;              // what is reported must not exceed this; `collect` has its own
  std::uint32_t first, end;  // only points whose place is in [first, end); all: [0, kTreeNone)
  std::uint32_t self;        // never the point at this place, or kTreeNone
  std::uint32_t start;       // leaf to look into first, or kTreeNone: the nearest box's
  std::uint64_t* looked;     // counts the points whose distance was computed
};

// A walk that stops when its output is full, and goes on.
struct TreeWalk {
  double limit;           // what is reported must not exceed this; may be lowered between calls
  bool pause;             // stop after every leaf that had matches
  std::uint32_t waiting;  // entries still to be looked at; 0: all is done
  double bounds[kTreeStack];
  std::uint64_t nodes[kTreeStack];  // level << 32 | group; level kTreeNone: a leaf
};

struct LeafTable {
  // The k points at the least (distance, place), in that order; how many they are.
  std::uint32_t (*nearest)(const TreeView& tree, const TreeQuery& query, std::uint32_t k, double* distances,
                           std::uint32_t* places);
  // For each query (x: [count][columns of the tree]) a leaf that is near. There must be points.
  void (*leaves)(const TreeView& tree, const double* x, std::uint32_t count, std::uint32_t* leaf);
  // Points at most walk.limit away, in no order; `capacity` ≥ kLeafPoints. How many were written. A new walk has no
  // entry but the root (bound 0, group 0 of the last level), unless there are no points.
  std::uint32_t (*collect)(const TreeView& tree, const TreeQuery& query, TreeWalk* walk, double* distances,
                           std::uint32_t* places, std::uint32_t capacity);
  // How many points are at most query.limit away, whatever their place; those of a box that lies inside are not looked
  // at.
  std::uint64_t (*count)(const TreeView& tree, const TreeQuery& query);
};

SPILLWAY_KERNEL(leaf, LeafTable)

}  // namespace spillway
