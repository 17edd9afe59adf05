// Where cells lie, and the files of separated columns, opened when needed.
#include "neighbors/matrix_file.h"

#include "neighbors/matrix_source.h"

namespace spillway {
namespace {

// Sizes stay below what a double counts exactly, since JavaScript names them too.
constexpr u64 kMostBytes = u64{1} << 53;

u64 checked_product(u64 a, u64 b) {
  if (b != 0 && a > kMostBytes / b) {
    throw Error(ErrorCode::Argument, "a matrix of more than 2^53 bytes cannot be addressed");
  }
  return a * b;
}

void check_range(const char* what, u64 first, u64 count, u64 total) {
  if (first > total || count > total - first) {
    throw Error(ErrorCode::Argument, std::string(what) + " " + std::to_string(first) + " to " +
                                         std::to_string(first + count) + " of a matrix that has " +
                                         std::to_string(total));
  }
}

}  // namespace

MatrixFile::MatrixFile(std::vector<std::string> paths, MatrixShape shape, bool writable)
    : paths_(std::move(paths)), shape_(shape), writable_(writable) {
  if (cell_width(shape_.type) == 0) throw Error(ErrorCode::Argument, "no type of cells has this number");
  checked_product(checked_product(shape_.total_rows, shape_.total_columns), width());
  check_range("rows", shape_.first_row, shape_.rows, shape_.total_rows);
  check_range("columns", shape_.first_column, shape_.columns, shape_.total_columns);
  if (paths_.size() != (shape_.separated ? shape_.columns : 1)) {
    throw Error(ErrorCode::Argument, "a matrix needs a path for each of its files");
  }
  if (!shape_.separated) only_ = open(0);
}

std::shared_ptr<File> MatrixFile::open(u64 index) const {
  auto file = std::make_shared<File>(paths_[index], writable_ ? File::Mode::ReadWrite : File::Mode::Read);
  const u64 expected = shape_.total_rows * (shape_.separated ? 1 : shape_.total_columns) * width();
  const u64 found = file->size();
  if (found != expected) {
    throw Error(ErrorCode::Format,
                paths_[index] + " has " + std::to_string(found) + " bytes where its descriptor says " +
                    std::to_string(expected) + "; it is " + (found < expected ? "truncated" : "longer") +
                    ", or belongs to another descriptor",
                {{"path", paths_[index]}, {"bytes", std::to_string(found)}, {"expected", std::to_string(expected)}});
  }
  return file;
}

std::shared_ptr<File> MatrixFile::file(u64 column) const {
  if (!shape_.separated) return only_;
  std::lock_guard<std::mutex> lock(mutex_);
  if (auto found = opened_.find(column); found != opened_.end()) {
    recent_.splice(recent_.begin(), recent_, found->second.place);
    return found->second.file;
  }
  std::shared_ptr<File> file = open(column);
  if (opened_.size() >= kOpenFiles) {
    opened_.erase(recent_.back());
    recent_.pop_back();
  }
  recent_.push_front(column);
  opened_.emplace(column, Opened{file, recent_.begin()});
  return file;
}

u64 MatrixFile::offset(u64 column, u64 row) const {
  const u64 before = shape_.separated ? 0 : (shape_.first_column + column) * shape_.total_rows;
  return (before + shape_.first_row + row) * width();
}

void MatrixFile::read(u64 column, u64 first, u64 count, void* into) const {
  file(column)->read(offset(column, first), into, static_cast<std::size_t>(count * width()));
}

void MatrixFile::write(u64 column, u64 first, u64 count, const void* from) {
  file(column)->write(offset(column, first), from, static_cast<std::size_t>(count * width()));
}

void MatrixFile::prefetch(u64 column, u64 first, u64 count) const {
  file(column)->prefetch(offset(column, first), count * width());
}

void MatrixFile::sync() {
  if (!writable_) return;
  // Through any descriptor, all that was written through others is synced too.
  for (u64 i = 0; i < paths_.size(); ++i) file(i)->sync();
}

std::shared_ptr<Source> MatrixFile::open_source(QueryContext&, const SourceDescription& description) {
  return make_matrix_source(shared_from_this(), description);
}

}  // namespace spillway
