// A reference made ready: rows into memory, checked, then an index over them.
#include <algorithm>

#include "neighbors/query_rows.h"
#include "neighbors/reference.h"

namespace spillway {
namespace {

constexpr u32 kRowsPerPart = 4096;

std::size_t memory_for(const Process& process, const ReferenceOptions& options) {
  return options.memory != 0 ? options.memory : process.memory.limit() / 2;
}

}  // namespace

Reference::Reference(Process& process, std::shared_ptr<const Points> points, ReferenceOptions options)
    : process_(process),
      points_(std::move(points)),
      options_(std::move(options)),
      budget_(process.memory, memory_for(process, options_)),
      reserved_(budget_) {}

const SearchIndex& Reference::index() const { return *index_; }
const ResidentRows& Reference::resident() const { return rows_; }

PrepareWork::PrepareWork(Process& process, std::shared_ptr<const Points> points, ReferenceOptions options)
    : reference(std::make_shared<Reference>(process, std::move(points), std::move(options))) {}

u32 PrepareWork::begin_step(u32 step) {
  Reference& made = *reference;
  const Points& points = *made.points_;
  const u32 rows = made.rows();
  if (step == 0) {
    if (points.rows() >= ~u32{0}) {
      throw Error(ErrorCode::Limit,
                  "a reference has at most 4,294,967,294 rows; this one has " + std::to_string(points.rows()));
    }
    ResidentRows& resident = made.rows_;
    resident.count = rows;
    resident.columns = points.columns();
    resident.floats = points.floats();
    resident.doubles = points.doubles();
    if (resident.floats == nullptr && resident.doubles == nullptr) {
      std::size_t bytes = std::size_t{rows} * points.columns() * (points.single() ? 4 : 8);
      made.reserved_.grow(bytes, "the rows of a reference");
      made.held_ = Buffer(bytes);
      if (points.single()) {
        resident.floats = made.held_.as<f32>();
      } else {
        resident.doubles = made.held_.as<f64>();
      }
    }
    if (made.options_.skip_missing) {
      made.skipped_ = Buffer((std::size_t{rows} + 63) / 64 * 8);
      std::fill_n(made.skipped_.data(), made.skipped_.size(), u8{0});
      resident.skipped = made.skipped_.as<u64>();
    }
    return (rows + kRowsPerPart - 1) / kRowsPerPart + (rows == 0 ? 1 : 0);
  }
  if (step == 1) {
    SearchShape shape;
    shape.rows = rows;
    shape.queries = made.options_.expected_queries;
    shape.columns = points.columns();
    shape.k = made.options_.expected_k;
    shape.threads = made.options_.threads == 0 ? made.process_.pool.size() : made.options_.threads;
    const SearchMethod& method = choose_method(made.options_.metric, shape, made.options_.method);
    std::size_t bytes = method.bytes_per_row(made.options_.metric, points.columns()) * rows;
    made.reserved_.grow(bytes, "the index of a reference");
    build_ = method.build(made.options_.metric, made.rows_, shape.threads);
    if (build_->parts() != 0) return build_->parts();
  }
  if (build_ != nullptr) {
    made.index_ = build_->finish();
    build_.reset();
  }
  return 0;
}

void PrepareWork::run_part(u32 step, u32 part) {
  if (step == 1) return build_->part(part);
  Reference& made = *reference;
  const Points& points = *made.points_;
  const u32 columns = points.columns();
  const u32 first = part * kRowsPerPart, end = std::min(made.rows(), first + kRowsPerPart);
  if (first >= end) return;
  if (!made.held_.empty()) {
    std::size_t from = std::size_t{first} * columns;
    if (points.single()) {
      points.read_single(first, end - first, made.held_.as<f32>() + from);
    } else {
      points.read(first, end - first, made.held_.as<f64>() + from);
    }
  }
  std::vector<f64> row(columns);
  for (u32 r = first; r < end; ++r) {
    std::size_t from = std::size_t{r} * columns;
    if (made.rows_.floats != nullptr) {
      std::copy_n(made.rows_.floats + from, columns, row.data());
    } else {
      std::copy_n(made.rows_.doubles + from, columns, row.data());
    }
    u32 wrong = what_is_wrong(row.data(), columns, made.options_.metric);
    if (wrong == 0) continue;
    if (!made.options_.skip_missing) throw bad_row("reference", r, wrong);
    made.skipped_.as<u64>()[r / 64] |= u64{1} << (r % 64);  // parts begin at multiples of 64
  }
}

}  // namespace spillway
