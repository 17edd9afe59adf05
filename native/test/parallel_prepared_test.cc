// Prepared references through files: the same answers, and nothing believed of a file that somebody made up.
#include <unistd.h>

#include <cmath>

#include "neighbors/points_hash.h"
#include "neighbors/prepared_file.h"
#include "test/search_harness.h"

namespace spillway {
namespace {

using namespace search_test;

constexpr format::FileId kId{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};

class Folder {
 public:
  Folder() {
    char name[] = "/tmp/prepared-XXXXXX";
    path_ = mkdtemp(name);
  }
  ~Folder() {
    try_remove_file(file());
    try_remove_folder(path_);
  }
  std::string file() const { return path_ + "/a.prepared"; }

 private:
  std::string path_;
};

void keep(const std::shared_ptr<Reference>& reference, const std::string& path) {
  try_remove_file(path);
  auto task = run<PreparedWriteWork>(2, reference, path, std::string(32, 'f'), kId);
  CHECK(static_cast<PreparedWriteWork&>(task->result()).bytes > 0);
}

std::shared_ptr<Reference> reopened(const std::string& path, bool verify = true) {
  PreparedReadOptions options;
  options.verify = verify;
  auto task = run<PreparedReadWork>(2, process(), path, options);
  return static_cast<PreparedReadWork&>(task->result()).reference;
}

std::shared_ptr<ParallelTask> nearest_of_all(const std::shared_ptr<Reference>& reference) {
  QueryRange range;
  range.end = reference->rows();
  range.exclude_self = true;
  return run<NearestWork>(2, reference, range, 5);
}

void check_same(const std::shared_ptr<Reference>& one, const std::shared_ptr<Reference>& other) {
  auto first = nearest_of_all(one), second = nearest_of_all(other);
  const auto& a = static_cast<NearestWork&>(first->result());
  const auto& b = static_cast<NearestWork&>(second->result());
  CHECK_EQ(a.rows.size(), b.rows.size());
  CHECK(std::memcmp(a.rows.data(), b.rows.data(), a.rows.size()) == 0);
  CHECK(std::memcmp(a.distances.data(), b.distances.data(), a.distances.size()) == 0);
}

TEST(a_reference_comes_back_from_its_file) {
  Folder folder;
  for (bool single : {false, true}) {
    for (const SearchMethod& method : search_methods()) {
      auto reference = prepared(grid_points(700, 4, 9, single), by_method(method.name));
      keep(reference, folder.file());
      auto back = reopened(folder.file());
      CHECK_EQ(std::string(back->index().method()), std::string(method.name));
      CHECK_EQ(back->points().single(), single);
      check_same(reference, back);
    }
  }
}

TEST(a_rows_hash_is_that_of_its_values) {
  auto hash = [](std::shared_ptr<const Points> points) {
    auto task = run<PointsHashWork>(2, std::move(points));
    return static_cast<PointsHashWork&>(task->result()).hash;
  };
  auto points = grid_points(5000, 17, 3);
  auto floats = grid_points(5000, 17, 3, true);
  CHECK(hash(points) == hash(floats));
  CHECK(hash(points) == hash(std::make_shared<FarPoints>(points)));
  auto reference = prepared(points);
  CHECK(hash(points) == hash(std::make_shared<ResidentPoints>(reference->resident(), reference)));
  auto other = grid_points(5000, 17, 3);
  other->double_values()[4999 * 17] = std::nextafter(other->double_values()[4999 * 17], 100.0);
  CHECK(hash(points) != hash(other));
  CHECK(hash(grid_points(17, 5000, 3)) != hash(points));
}

// Flips bits where the checksums are not looked at: an index is built from nonsense, or refused; never trusted.
TEST(an_index_of_nonsense_harms_nobody) {
  Folder folder;
  u64 state = 77;
  for (const SearchMethod& method : search_methods()) {
    auto reference = prepared(grid_points(300, 3, 5), by_method(method.name));
    keep(reference, folder.file());
    const u64 size = File(folder.file(), File::Mode::Read).size();
    for (u32 trial = 0; trial < 60; ++trial) {
      keep(reference, folder.file());
      File file(folder.file(), File::Mode::ReadWrite);
      for (u32 flips = 0; flips < 8; ++flips) {
        state = state * 6364136223846793005ull + 1442695040888963407ull;
        const u64 at = kPreparedHeaderBytes + (state >> 24) % (size - kPreparedHeaderBytes);
        u8 byte;
        file.read(at, &byte, 1);
        byte = static_cast<u8>(byte ^ (1u << (state >> 60) % 8));
        file.write(at, &byte, 1);
      }
      try {
        auto back = reopened(folder.file(), false);
        nearest_of_all(back)->result();
      } catch (const Error& error) {
        CHECK(error.code() == ErrorCode::Format || error.code() == ErrorCode::Data);
      }
    }
  }
}

PreparedManifest some_manifest() {
  PreparedManifest manifest;
  manifest.rows = 1000;
  manifest.columns = 3;
  manifest.method = "tree";
  manifest.fingerprint = std::string(32, 'a');
  manifest.sections.push_back({"rows", 64, 24000, {1}});
  manifest.sections.push_back({"leaves", 24128, u64{3} << 20, {1, 2, 3}});
  return manifest;
}

TEST(a_manifest_is_read_as_it_was_written_or_not_at_all) {
  const format::Bytes bytes = encode_manifest(some_manifest());
  const u64 end = 24128 + (u64{3} << 20);
  const PreparedManifest read = decode_manifest(bytes, end);
  CHECK_EQ(read.rows, u64{1000});
  CHECK_EQ(read.sections[1].name, std::string("leaves"));
  CHECK(encode_manifest(read) == bytes);
  CHECK_THROWS(decode_manifest(bytes, end - 1), format::Fault);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    CHECK_THROWS(decode_manifest(std::span<const u8>(bytes.data(), size), end), format::Fault);
  }
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (u32 value : {0u, 1u, 127u, 255u}) {
      format::Bytes bad = bytes;
      bad[at] = static_cast<u8>(value);
      try {
        const PreparedManifest forged = decode_manifest(bad, end);
        CHECK(encode_manifest(forged) == bad);
        for (const PreparedSection& section : forged.sections) CHECK(section.offset + section.bytes <= end);
      } catch (const format::Fault&) {
        continue;
      }
    }
  }
}

TEST(a_header_of_anything_else_is_refused) {
  PreparedHeader header;
  header.id = kId;
  header.manifest_offset = 640;
  header.manifest_bytes = 100;
  const format::Bytes bytes = encode_header(header);
  CHECK_EQ(bytes.size(), std::size_t{kPreparedHeaderBytes});
  CHECK_EQ(decode_header(bytes, 740).manifest_offset, u64{640});
  CHECK_THROWS(decode_header(bytes, 739), format::Fault);
  CHECK_THROWS(decode_header(bytes, 741), format::Fault);
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    format::Bytes bad = bytes;
    bad[at] ^= 4;
    CHECK_THROWS(decode_header(bad, 740), format::Fault);
  }
}

}  // namespace
}  // namespace spillway
