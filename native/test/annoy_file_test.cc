// Opening Annoy's files: what is taken for one and what is not, what was damaged or changed, and items as points.
#include <cmath>

#include <cerrno>

#include <unistd.h>

#include "annoy/annoy_items.h"
#include "annoy/annoy_searcher.h"
#include "engine/mapped_file.h"
#include "test/annoy_index_harness.h"
#include "test/check.h"

namespace spillway {
namespace {

using namespace annoy_test;

// Empty when nothing is thrown; else the code's name and the message.
template <class Call>
std::string refused(Call call) {
  try {
    call();
  } catch (const Error& error) {
    return std::string(code_name(error.code())) + ": " + error.what();
  }
  return "";
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

std::string opened(const std::vector<u8>& bytes, AnnoyOpenOptions options) {
  const IndexPath path(bytes);
  options.path = path.path();
  return refused([&] { (void)AnnoyFile::open(options); });
}

TEST(an_index_is_opened_with_what_is_known_of_it) {
  const IndexShape shape;
  const Index index(shape);
  AnnoyOpenOptions options = opening(shape, "");
  options.items = shape.items;
  options.trees = shape.trees;
  options.bytes = index.bytes.size();
  options.block_sums = sums_of(index.bytes);
  for (const bool prefault : {false, true}) {
    options.prefault = prefault;
    CHECK_EQ(opened(index.bytes, options), std::string());
  }
  const auto differing = [&](auto change) {
    AnnoyOpenOptions other = options;
    change(other);
    return opened(index.bytes, other);
  };
  CHECK(has(differing([](auto& o) { o.items = 199; }), "changed: "));
  CHECK(has(differing([](auto& o) { o.items = 199; }), "has 200 items, not 199"));
  CHECK(has(differing([](auto& o) { o.trees = 5; }), "has 4 trees, not 5"));
  CHECK(has(differing([](auto& o) { o.trees = 1; }), "has 4 trees, not 1"));
  CHECK(has(differing([](auto& o) { o.bytes -= 1; }), "bytes, not "));
  CHECK(has(differing([](auto& o) { o.block_sums.push_back(1); }), "checksums"));
  CHECK(has(differing([](auto& o) { o.block_sums[0] ^= 1; }), "format: "));
  CHECK(has(differing([](auto& o) { o.dimension = 7; }), "not a whole number of nodes"));
  CHECK(has(differing([](auto& o) { o.dimension = 0; }), "argument: "));
  CHECK(has(differing([](auto& o) { o.dimension = ~u32{0}; }), "argument: "));
}

TEST(what_is_no_index_is_refused) {
  const IndexShape shape;
  const Index index(shape);
  const AnnoyOpenOptions options = opening(shape, "");
  CHECK(has(opened({}, options), "format: "));
  std::vector<u8> bytes = index.bytes;
  bytes.pop_back();
  CHECK(has(opened(bytes, options), "not a whole number of nodes"));
  CHECK(has(opened(std::vector<u8>(index.layout().node_bytes), options), "claims to have 0 items"));
  CHECK(has(opened(std::vector<u8>(index.layout().node_bytes * 9, 0xff), options), "claims to have -1 items"));
  Index tangled = index;
  tangled.set<u32>(index.nodes() - 2, index.layout().children_at, index.nodes() - 1);
  CHECK(has(opened(tangled.bytes, options), "which does not come before it"));
  AnnoyOpenOptions missing = options;
  missing.path = "/tmp/spillway-no-such-file.ann";
  CHECK(has(refused([&] { (void)AnnoyFile::open(missing); }), "io: "));
  missing.path = "/tmp";
  CHECK(has(refused([&] { (void)AnnoyFile::open(missing); }), "io: "));
}

// Dimensions for which a file's size fits nodes of both kinds.
TEST(both_layouts_of_dot_are_told_apart) {
  for (const bool old : {false, true}) {
    for (u32 items = 30; items < 60; ++items) {
      const IndexShape shape = {.metric = AnnoyMetric::Dot, .dimension = 2, .items = items, .old_dot = old};
      const Index index(shape);
      const IndexPath path(index.bytes);
      const auto file = AnnoyFile::open(opening(shape, path.path()));
      CHECK_EQ(file->layout().old_dot, old);
      CHECK_EQ(file->items(), items);
    }
  }
}

TEST(damage_is_found_where_it_is_touched) {
  const IndexShape shape = {.dimension = 30, .items = 2000, .trees = 3};
  const Index index(shape);
  AnnoyOpenOptions options = opening(shape, "");
  options.block_sums = sums_of(index.bytes);
  CHECK(options.block_sums.size() > 3);
  std::vector<u8> bytes = index.bytes;
  bytes[kAnnoyBlockBytes + 100] ^= 4;
  const IndexPath path(bytes);
  options.path = path.path();
  const auto file = AnnoyFile::open(options);
  const u32 node = index.layout().node_bytes, first = kAnnoyBlockBytes / node;
  CHECK(file->node(0) != nullptr);
  CHECK(file->node(first - 1) != nullptr);
  // The node that lies in both blocks, those of the second, and none after it.
  for (u32 id = first; id < file->nodes(); ++id) {
    const bool damaged = id <= (2 * kAnnoyBlockBytes - 1) / node;
    const std::string problem = refused([&] { (void)file->node(id); });
    CHECK_EQ(has(problem, "format: " + path.path() + " is damaged: node " + std::to_string(id)), damaged);
    CHECK_EQ(has(problem, "bytes 65536 to 131072"), damaged);
  }
  CHECK(!file->verified());
  CHECK(has(refused([&] { (void)file->node(file->nodes()); }), "is asked for"));
  // A search is stopped by it, and can search again.
  AnnoySearcher searcher(file, 3, u64{1} << 40);
  std::vector<u32> ids(3), counts(1);
  std::vector<f64> distances(3);
  for (u32 i = 0; i < 2; ++i) {
    CHECK_THROWS(searcher.search(index.row(1).data(), 1, nullptr, ids.data(), distances.data(), counts.data()), Error,
                 CHECK(error.code() == ErrorCode::Format));
  }
}

TEST(all_blocks_are_verified_once) {
  const IndexShape shape = {.dimension = 30, .items = 2000, .trees = 3};
  const Index index(shape);
  const IndexPath path(index.bytes);
  AnnoyOpenOptions options = opening(shape, path.path());
  options.block_sums = sums_of(index.bytes);
  const auto file = AnnoyFile::open(options);
  CHECK(!file->verified());
  for (u32 id = 0; id < file->nodes(); ++id) CHECK(file->node(id) != nullptr);
  CHECK(file->verified());
}

TEST(a_file_cut_or_written_to_has_changed) {
  const IndexShape shape;
  const Index index(shape);
  const IndexPath path(index.bytes);
  const auto check = [&](auto change) {
    path.write(index.bytes);
    const auto file = AnnoyFile::open(opening(shape, path.path()));
    file->check_current();
    ::usleep(20'000);  // clocks of file systems tick slowly
    File writer(path.path(), File::Mode::ReadWrite);
    change(writer);
    return refused([&] { file->check_current(); });
  };
  CHECK(has(check([](File& file) { file.truncate(100); }), "changed: " + path.path() + " has 100 bytes"));
  CHECK(has(check([](File& file) { file.truncate(0); }), "has 0 bytes"));
  CHECK(has(check([](File& file) { file.write(file.size(), "x", 1); }), "changed: "));
  CHECK(has(check([](File& file) { file.write(5, "x", 1); }), "was written to"));
  path.write(index.bytes);
  const auto file = AnnoyFile::open(opening(shape, path.path()));
  const IndexPath other(std::vector<u8>(10));
  rename_file(other.path(), path.path());
  file->check_current();  // what was opened is still there
  CHECK_EQ(file->node(0), file->at(0));
}

TEST(what_is_cut_off_a_mapped_file_reads_as_zeros_and_is_said) {
  const IndexPath path(std::vector<u8>(1 << 20, u8{7}));
  const MappedFile file(path.path(), false), other(path.path(), false);
  File(path.path(), File::Mode::ReadWrite).truncate(5000);
  CHECK_EQ(int{file.data()[4000]}, 7);
  CHECK_EQ(int{file.data()[500'000]}, 0);
  CHECK_EQ(int{other.data()[(1 << 20) - 1]}, 0);
  CHECK(has(refused([&] { file.unchanged([] {}); }), "changed: "));
  CHECK(has(refused([&] { file.unchanged([]() -> int { throw Error(ErrorCode::Format, "zeros"); }); }), "changed: "));
}

int fail_map(FileOperation operation, const char*) { return operation == FileOperation::Map ? ENOMEM : 0; }

TEST(a_file_that_cannot_be_mapped_is_an_error) {
  const IndexShape shape;
  const IndexPath path(Index(shape).bytes);
  const auto file = AnnoyFile::open(opening(shape, path.path()));
  set_file_fault(fail_map);
  const std::string open = refused([&] { (void)AnnoyFile::open(opening(shape, path.path())); });
  const std::string current = refused([&] { file->check_current(); });
  set_file_fault(nullptr);
  CHECK(has(open, "io: cannot open " + path.path()));
  CHECK(has(current, "io: "));
}

TEST(items_are_points) {
  for (const AnnoyMetric metric : kMetrics) {
    const IndexShape shape = {.metric = metric, .dimension = 11, .items = 90, .hole_every = 7};
    const Index index(shape);
    const IndexPath path(index.bytes);
    const AnnoyItems items(AnnoyFile::open(opening(shape, path.path())));
    CHECK_EQ(items.rows(), 90u);
    CHECK_EQ(items.columns(), 11u);
    std::vector<f64> rows(80 * 11);
    std::vector<f32> singles(80 * 11);
    items.prefetch(5, 80);
    items.read(5, 80, rows.data());
    items.read_single(5, 80, singles.data());
    for (u32 i = 0; i < 80; ++i) {
      const std::vector<f64> expected = index.row(5 + i);
      for (u32 j = 0; j < 11; ++j) {
        if (index.is_hole(5 + i)) {
          CHECK(std::isnan(rows[i * 11 + j]) && std::isnan(singles[i * 11 + j]));
        } else {
          CHECK_EQ(rows[i * 11 + j], expected[j]);
          CHECK_EQ(f64{singles[i * 11 + j]}, expected[j]);
        }
      }
    }
  }
}

}  // namespace
}  // namespace spillway
