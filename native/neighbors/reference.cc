// How much of a reference lies in memory at a time.
#include "neighbors/reference.h"

#include <algorithm>

namespace spillway {
namespace {

// A block need not be larger to be searched well; what is left goes to the queries, so that blocks are read less often.
constexpr std::size_t kMostBlockBytes = std::size_t{256} << 20;

// Who does not say how many queries will come is taken for someone who prepares for many.
constexpr u64 kQueriesUnknown = 10'000;

std::size_t memory_for(const Process& process, const ReferenceOptions& options) {
  return options.memory != 0 ? options.memory : process.memory.limit() / 2;
}

}  // namespace

Reference::Reference(Process& process, std::shared_ptr<const Points> points, ReferenceOptions options)
    : process_(process),
      points_(std::move(points)),
      options_(std::move(options)),
      budget_(process.memory, memory_for(process, options_)) {}

u32 Reference::threads() const { return options_.threads == 0 ? process_.pool.size() : options_.threads; }

const ReferenceBlock& Reference::resident_block() const {
  if (resident_ == nullptr) {
    throw Error(ErrorCode::Memory,
                "the reference does not fit the memory it may use, and this search wants it there as a whole; allow "
                "more with `memory`");
  }
  return *resident_;
}

void Reference::read_rows(u64 first, u32 count, f64* into) const {
  if (resident_ == nullptr) return points_->read(first, count, into);
  const ReferenceRows& rows = resident_->rows;
  const std::size_t from = first * columns(), values = std::size_t{count} * columns();
  if (rows.floats != nullptr) {
    std::copy_n(rows.floats + from, values, into);
  } else {
    std::copy_n(rows.doubles + from, values, into);
  }
}

void Reference::adopt(std::unique_ptr<ReferenceBlock> block) {
  for (const SearchMethod& method : search_methods()) {
    if (std::string_view(method.name) == block->index->method()) method_ = &method;
  }
  if (method_ == nullptr) throw Error(ErrorCode::Internal, "a prepared index of no known method");
  blocks_ = 1;
  rows_per_block_ = rows();
  resident_ = std::move(block);
}

void Reference::plan_resident() {
  plan_blocks();
  if (blocks_ == 1) return;
  throw Error(ErrorCode::Memory, "a prepared reference does not fit the memory it may use; allow more with `memory`");
}

// Two blocks' rows lie in memory at a time (one is searched while the next is read), and one's index.
void Reference::plan_blocks() {
  if (points_->rows() >= ~u32{0}) {
    throw Error(ErrorCode::Limit,
                "a reference has at most 4,294,967,294 rows; this one has " + std::to_string(points_->rows()));
  }
  SearchShape shape;
  shape.rows = rows();
  shape.queries = options_.expected_queries == 0 ? kQueriesUnknown : options_.expected_queries;
  shape.columns = columns();
  shape.k = options_.expected_k;
  shape.threads = threads();
  shape.file_backed = !points_->in_memory();
  method_ = &choose_method(options_.metric, shape, options_.method);
  const bool in_place = points_->floats() != nullptr || points_->doubles() != nullptr;
  const std::size_t row = in_place ? 0 : std::size_t{columns()} * (points_->single() ? 4 : 8);
  const std::size_t index = method_->bytes_per_row(options_.metric, columns());
  const std::size_t cap = budget_.cap();
  rows_per_block_ = rows();
  blocks_ = 1;
  // A quarter is left for what a search holds; nobody else's reservations may leave less than that of the process.
  const std::size_t pool = process_.memory.limit() - process_.memory.limit() / 8;
  const std::size_t free = pool - std::min(pool, process_.memory.used());
  const std::size_t usable = std::min(cap, free);
  if ((row + index) * rows() <= usable - usable / 4) return;
  const std::size_t bytes = std::min(kMostBlockBytes, usable / 8 * 3);
  const u64 most = std::max<u64>(1, bytes / std::max<std::size_t>(1, 2 * row + index) / 64) * 64;
  if (most >= rows()) return;
  const u64 count = (rows() + most - 1) / most;
  rows_per_block_ = static_cast<u32>(((rows() + count - 1) / count + 63) / 64 * 64);
  blocks_ = static_cast<u32>((u64{rows()} + rows_per_block_ - 1) / rows_per_block_);
}

}  // namespace spillway
