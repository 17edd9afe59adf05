// Building Annoy indexes: what a tree must be, the same bytes under every setting, and nothing left of what failed.
#include <cerrno>
#include <cmath>
#include <set>

#include "annoy/build_work.h"
#include "neighbors/memory_points.h"
#include "test/annoy_index_harness.h"
#include "test/search_harness.h"

namespace spillway {
namespace {

using namespace annoy_test;

std::shared_ptr<MemoryPoints> some_points(u32 rows, u32 columns, u32 seed = 1) {
  auto points = std::make_shared<MemoryPoints>(rows, columns, true);
  Draw draw{seed};
  for (u64 i = 0; i < u64{rows} * columns; ++i) {
    points->float_values()[i] = static_cast<f32>(draw(1u << 20)) / (1 << 19) - (i % columns == 0 ? 0.0f : 1.0f);
  }
  return points;
}

struct Built {
  std::vector<u8> bytes;
  std::vector<u64> sums;
  u32 nodes = 0, trees = 0;
  bool on_disk = false;
};

Built build(std::shared_ptr<const Points> points, AnnoyBuildOptions options) {
  IndexPath place;
  options.path = place.path() + ".built";
  auto task = search_test::run<AnnoyBuildWork>(options.threads, process(), std::move(points), options);
  Built built;
  try {
    auto& work = static_cast<AnnoyBuildWork&>(task->result());
    built.nodes = work.nodes();
    built.trees = work.trees();
    built.on_disk = work.on_disk();
    built.sums = work.block_sums();
  } catch (const Error&) {
    task.reset();
    // Whatever went wrong: there is no file.
    CHECK_THROWS(File(options.path, File::Mode::Read), Error);
    throw;
  }
  File file(options.path, File::Mode::Read);
  built.bytes.resize(file.size());
  file.read(0, built.bytes.data(), built.bytes.size());
  remove_file(options.path);
  return built;
}

AnnoyBuildOptions wishes(AnnoyMetric metric, i64 trees = 7, u32 threads = 2) {
  AnnoyBuildOptions options;
  options.metric = metric;
  options.trees = trees;
  options.threads = threads;
  return options;
}

// A file as the description of the format has it, taken apart.
struct Walk {
  const std::vector<u8>& bytes;
  const AnnoyLayout layout;
  u32 items, nodes;
  u32 depth = 0;
  std::multiset<u32> seen = {};

  u32 field(u32 id, u32 at) const {
    u32 value;
    std::memcpy(&value, bytes.data() + u64{id} * layout.node_bytes + at, sizeof value);
    return value;
  }
  u32 said(u32 id) const { return field(id, 0); }

  // How many items are below; every node's number tells the truth, and children come before their parents.
  u32 below(u32 id, bool root, u32 at_depth) {
    depth = std::max(depth, at_depth);
    if (id < items) {
      CHECK_EQ(said(id), 1u);
      seen.insert(id);
      return 1;
    }
    CHECK(id < nodes);
    const u32 count = said(id);
    if (count <= layout.capacity) {
      CHECK(root || count > 1);
      for (u32 i = 0; i < count; ++i) {
        CHECK(field(id, layout.children_at + 4 * i) < items);
        seen.insert(field(id, layout.children_at + 4 * i));
      }
      return count;
    }
    const u32 left = field(id, layout.children_at), right = field(id, layout.children_at + 4);
    CHECK(left < id && right < id);
    const u32 sum = below(left, false, at_depth + 1) + below(right, false, at_depth + 1);
    CHECK_EQ(sum, count);
    return sum;
  }
};

void check_structure(const Built& built, const AnnoyBuildOptions& options, u32 items, u32 columns) {
  const AnnoyLayout layout = AnnoyLayout::of(options.metric, columns);
  CHECK_EQ(built.bytes.size() % layout.node_bytes, 0u);
  CHECK_EQ(built.bytes.size() / layout.node_bytes, built.nodes);
  Walk walk{built.bytes, layout, items, built.nodes};
  const u32 first_copy = built.nodes - built.trees;
  for (u32 tree = 0; tree < built.trees; ++tree) {
    CHECK_EQ(walk.said(first_copy + tree), items);
    walk.seen.clear();
    CHECK_EQ(walk.below(first_copy + tree, true, 0), items);
    CHECK_EQ(walk.seen.size(), items);
    CHECK_EQ(std::set<u32>(walk.seen.begin(), walk.seen.end()).size(), items);
  }
  // The last tree's own root lies before the copies, and is the same.
  const auto at = [&](u32 id) {
    return built.bytes.begin() + static_cast<std::ptrdiff_t>(u64{id} * layout.node_bytes);
  };
  CHECK(std::equal(at(first_copy - 1), at(first_copy), at(built.nodes - 1)));
  CHECK(built.sums == sums_of(built.bytes));
}

TEST(every_tree_holds_every_item_once) {
  for (AnnoyMetric metric : kMetrics) {
    for (u32 columns : {1u, 3u, 16u, 33u}) {
      for (bool per_tree : {true, false}) {
        AnnoyBuildOptions options = wishes(metric);
        options.per_tree = per_tree;
        const Built built = build(some_points(1500, columns), options);
        CHECK_EQ(built.trees, 7u);
        check_structure(built, options, 1500, columns);
      }
    }
  }
}

TEST(bytes_do_not_depend_on_threads_memory_or_place) {
  for (AnnoyMetric metric : kMetrics) {
    auto points = some_points(4000, 24);
    const Built usual = build(points, wishes(metric, 9, 1));
    CHECK(!usual.on_disk);
    for (u32 threads : {2u, 3u}) CHECK(build(points, wishes(metric, 9, threads)).bytes == usual.bytes);
    for (u32 threads : {1u, 3u}) {
      AnnoyBuildOptions far = wishes(metric, 9, threads);
      far.on_disk = true;
      const Built built = build(points, far);
      CHECK(built.on_disk);
      CHECK(built.bytes == usual.bytes);
      CHECK(built.sums == usual.sums);
      // Less than the order of rows of two trees: one grows at a time, from the file.
      far.on_disk = false;
      far.memory = 50'000;
      CHECK(build(std::make_shared<search_test::FarPoints>(points), far).bytes == usual.bytes);
    }
    AnnoyBuildOptions other = wishes(metric, 9, 1);
    other.seed = 2;
    CHECK(build(points, other).bytes != usual.bytes);
  }
  CHECK_EQ(process().memory.used(), 0u);
}

TEST(rows_that_no_plane_tells_apart) {
  for (AnnoyMetric metric : kMetrics) {
    for (f32 value : {0.0f, 1.0f, 3e38f, -3e38f, 1e-44f}) {
      auto points = std::make_shared<MemoryPoints>(600, 5, true);
      for (u32 i = 0; i < 600 * 5; ++i) points->float_values()[i] = value;
      // A few differ, so far that differences overflow.
      for (u32 i = 0; i < 20; ++i) points->float_values()[i * 7] = -value;
      for (bool per_tree : {true, false}) {
        AnnoyBuildOptions options = wishes(metric, 3);
        options.per_tree = per_tree;
        check_structure(build(points, options), options, 600, 5);
      }
    }
  }
}

TEST(few_rows) {
  for (AnnoyMetric metric : kMetrics) {
    const u32 capacity = AnnoyLayout::of(metric, 4).capacity;
    for (u32 rows : {1u, 2u, capacity, capacity + 1}) {
      AnnoyBuildOptions options = wishes(metric, 4);
      const Built built = build(some_points(rows, 4), options);
      check_structure(built, options, rows, 4);
      if (rows <= capacity) CHECK_EQ(built.nodes, rows + 8);
    }
    CHECK_THROWS(build(some_points(0, 4), wishes(metric)), Error, CHECK(error.code() == ErrorCode::Argument));
  }
}

TEST(too_little_memory_names_the_remedy) {
  AnnoyBuildOptions options = wishes(AnnoyMetric::Euclidean);
  options.memory = 1000;
  CHECK_THROWS(build(some_points(1000, 4), options), Error, CHECK(error.code() == ErrorCode::Memory);
               CHECK(std::string(error.what()).find("memory") != std::string::npos));
}

std::atomic<i64> operations_left{0};

int fail_in_turn(FileOperation operation, const char* path) {
  if (std::string_view(path).find(".built") == std::string_view::npos) return 0;
  // The remover itself is not stopped: what is asked is that there is one.
  if (operation == FileOperation::Unlink) return 0;
  return operations_left.fetch_sub(1) == 0 ? ENOSPC : 0;
}

TEST(every_file_operation_may_fail) {
  auto points = some_points(3000, 40);
  for (bool on_disk : {false, true}) {
    AnnoyBuildOptions options = wishes(AnnoyMetric::Angular, 12);
    options.on_disk = on_disk;
    const Built usual = build(points, options);
    u32 failed = 0;
    for (u32 nth = 0; nth < 10'000; nth += 1 + nth / 8) {
      operations_left = nth;
      bool whole = false;
      set_file_fault(fail_in_turn);
      try {
        IndexPath place;
        options.path = place.path() + ".built";
        auto task = search_test::run<AnnoyBuildWork>(2, process(), points, options);
        set_file_fault(nullptr);
        try {
          task->result();
          whole = true;
        } catch (const Error& error) {
          CHECK(error.code() == ErrorCode::NoSpace);
        }
        CHECK_EQ(try_remove_file(options.path), whole);
      } catch (...) {
        set_file_fault(nullptr);
        throw;
      }
      if (whole) break;
      failed += 1;
    }
    CHECK(failed > 3);
    CHECK(build(points, options).bytes == usual.bytes);
  }
  CHECK_EQ(process().memory.used(), 0u);
}

TEST(a_build_that_is_cancelled_leaves_nothing) {
  auto points = some_points(20'000, 32);
  for (bool on_disk : {false, true}) {
    IndexPath place;
    AnnoyBuildOptions options = wishes(AnnoyMetric::Euclidean, 100'000);
    options.on_disk = on_disk;
    options.path = place.path() + ".built";
    auto task = ParallelTask::start(process(), std::make_unique<AnnoyBuildWork>(process(), points, options), 2, {});
    while (!(task->fraction() > 0)) std::this_thread::yield();
    task->cancel();
    task->wait();
    CHECK_THROWS(task->result(), Error, CHECK(error.code() == ErrorCode::Cancelled));
    CHECK(!try_remove_file(options.path));
  }
  CHECK_EQ(process().memory.used(), 0u);
}

}  // namespace
}  // namespace spillway
