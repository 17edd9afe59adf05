// Whole blocks are hashed and written when they are full; a flush in between writes what there is, and again later.
#include "annoy/build_file.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>

namespace spillway {
namespace {

constexpr std::size_t kPendingBytes = std::size_t{1} << 20;

}  // namespace

IndexWriter::IndexWriter(std::string path) : file_(std::move(path), File::Mode::Create) {
  pending_.reserve(kPendingBytes);
}

IndexWriter::~IndexWriter() {
  if (finished_) return;
  const std::string path = file_.path();
  file_.close();
  try_remove_file(path);
}

void IndexWriter::append(const u8* bytes, std::size_t count) {
  while (count != 0) {
    const std::size_t taken = std::min(count, kPendingBytes - pending_.size());
    pending_.insert(pending_.end(), bytes, bytes + taken);
    bytes += taken;
    count -= taken;
    if (pending_.size() == kPendingBytes) write(false);
  }
}

void IndexWriter::write(bool all) {
  const std::size_t whole = all ? pending_.size() : pending_.size() / kAnnoyBlockBytes * kAnnoyBlockBytes;
  if (whole == 0) return;
  for (std::size_t at = 0; at < whole; at += kAnnoyBlockBytes) {
    sums_.push_back(XXH3_64bits(pending_.data() + at, std::min<std::size_t>(kAnnoyBlockBytes, whole - at)));
  }
  file_.write(written_, pending_.data(), whole);
  written_ += whole;
  pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(whole));
}

void IndexWriter::flush() {
  write(false);
  if (!pending_.empty()) file_.write(written_, pending_.data(), pending_.size());
}

void IndexWriter::finish() {
  write(true);
  file_.sync();
  finished_ = true;
}

}  // namespace spillway
