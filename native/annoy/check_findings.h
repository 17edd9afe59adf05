// What looking through a whole Annoy file comes to: counts, and what is wrong in sentences.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "engine/types.h"

namespace spillway {

struct AnnoyFindings {
  static constexpr std::size_t kMostProblems = 100;

  std::vector<std::string> problems;  // the first kMostProblems
  u64 count = 0;                      // of all
  u64 damaged_blocks = 0;             // those are the first of the problems
  u64 holes = 0, splits = 0, buckets = 0, deepest = 0;

  void report(std::string problem) {
    if (++count <= kMostProblems) problems.push_back(std::move(problem));
  }
  // Problems beyond those that are told are counted only.
  void report_more(u64 problems_not_told) { count += problems_not_told; }

  void add(AnnoyFindings&& other) {
    for (std::string& problem : other.problems) {
      if (problems.size() < kMostProblems) problems.push_back(std::move(problem));
    }
    count += other.count;
    damaged_blocks += other.damaged_blocks;
    holes += other.holes;
    splits += other.splits;
    buckets += other.buckets;
    deepest = deepest > other.deepest ? deepest : other.deepest;
  }
};

}  // namespace spillway
