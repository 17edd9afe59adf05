// Feeding a sort sink from several threads and collecting what its source gives.
#include "test/sort_driver.h"

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

#include "engine/sinks.h"
#include "test/check.h"

namespace spillway::sorting {
namespace {

std::string temp_directory() {
  const char* set = std::getenv("TMPDIR");
  return set == nullptr ? "/tmp" : set;
}

// Vectors made from a stretch of rows. Their memory dies with them, so that a sink that keeps a pointer is found out.
struct Feed {
  std::vector<std::vector<u8>> values;
  std::vector<std::vector<u64>> validity;
  std::vector<std::vector<std::unique_ptr<char[]>>> texts;
  std::vector<Vector> vectors;
  std::vector<u16> selection;
  Chunk chunk;

  Feed(const Table& table, std::size_t first, std::size_t count, Random& random) {
    bool gaps = random.chance(50);
    std::vector<std::size_t> rows;
    for (std::size_t i = 0; i < count;) {
      if (gaps && random.chance(20) && rows.size() + (count - i) < kVectorRows) {
        rows.push_back(random.below(table.rows));  // a row that the selection leaves out
        continue;
      }
      selection.push_back(static_cast<u16>(rows.size()));
      rows.push_back(first + i++);
    }
    for (const Column& column : table.columns) add(column, rows, random);
    chunk.rows = static_cast<u32>(rows.size());
    chunk.selected = static_cast<u32>(selection.size());
    chunk.selection = chunk.rows == chunk.selected && random.chance(50) ? nullptr : selection.data();
    chunk.column_count = static_cast<u32>(vectors.size());
    chunk.columns = vectors.data();
  }

  void add(const Column& column, const std::vector<std::size_t>& rows, Random& random) {
    bool plain = column.facts.type == Type::Utf8 && column.dictionary == nullptr;
    bool constant = std::all_of(rows.begin(), rows.end(), [&](std::size_t row) {
      return column.cell(row) == column.cell(rows[0]) && column.bits[row] == column.bits[rows[0]];
    });
    u32 width = column.dictionary != nullptr ? 4 : width_of(column.facts.type);
    std::size_t count = constant ? 1 : rows.size();
    std::vector<u8> data(count * width);
    std::vector<u64> bits((count + 63) / 64, ~u64{0});
    std::vector<std::unique_ptr<char[]>> kept;
    bool nulls = random.chance(20);
    for (std::size_t i = 0; i < count; ++i) {
      std::size_t row = rows[i];
      if (!column.valid[row]) {
        bits[i / 64] &= ~(u64{1} << (i % 64));
        nulls = true;
      }
      if (plain) {
        const std::string& text = column.texts[row];
        kept.push_back(std::make_unique<char[]>(text.size()));
        std::memcpy(kept.back().get(), text.data(), text.size());
        StringView view(kept.back().get(), static_cast<u32>(text.size()));
        if (!column.valid[row]) view = StringView();
        std::memcpy(data.data() + i * width, &view, width);
      } else {
        std::memcpy(data.data() + i * width, &column.bits[row], width);
      }
    }
    Vector vector;
    vector.type = column.facts.type;
    vector.constant = constant;
    vector.dictionary = column.dictionary.get();
    values.push_back(std::move(data));
    validity.push_back(std::move(bits));
    texts.push_back(std::move(kept));
    vector.data = values.back().data();
    vector.validity = nulls && column.facts.may_be_null ? validity.back().data() : nullptr;
    vectors.push_back(vector);
  }
};

std::string cell_of(const Vector& vector, u32 row) {
  if (!vector.valid(row)) return "null";
  u32 at = vector.constant ? 0 : row;
  if (vector.type == Type::Utf8) {
    StringView text = vector.dictionary != nullptr ? vector.dictionary->entries()[vector.values<u32>()[at]]
                                                   : vector.values<StringView>()[at];
    return '"' + std::string(text.text()) + '"';
  }
  u64 bits = 0;
  u32 width = width_of(vector.type);
  std::memcpy(&bits, vector.values<u8>() + std::size_t{at} * width, width);
  return std::to_string(bits);
}

class Run {
 public:
  Run(const Table& table, const SinkDescription& sort, const RunOptions& options)
      : table_(table),
        options_(options),
        pool_(std::size_t{1} << 40),
        context_(pool_, query_options(options)),
        sink_(make_sort_sink(sort)) {}

  RunResult all() {
    std::vector<ColumnFacts> facts;
    for (const Column& column : table_.columns) facts.push_back(column.facts);
    sink_->start(context_, facts);
    consume();
    for (u32 phase = 0; failure_ == nullptr; ++phase) {
      u32 tasks = sink_->begin_phase(phase);
      if (tasks == 0) break;
      std::atomic<u32> next{0};
      on_threads([&] {
        for (u32 task = next++; task < tasks && failure_ == nullptr; task = next++) sink_->run_task(phase, task);
      });
    }
    if (failure_ == nullptr) read(sink_->result());
    if (failure_ != nullptr) sink_->abort();
    locals_.clear();
    sink_.reset();
    result_.spilled = context_.spill.bytes_written();
    result_.peak = context_.memory.peak();
    result_.left = context_.memory.used();
    if (failure_ != nullptr) std::rethrow_exception(failure_);
    return std::move(result_);
  }

 private:
  static QueryOptions query_options(const RunOptions& options) {
    QueryOptions query;
    query.threads = options.threads;
    query.memory = options.memory;
    query.temp_directory = temp_directory();
    query.force_spill = options.force_spill;
    return query;
  }

  void on_threads(const std::function<void()>& work) {
    std::vector<std::thread> threads;
    for (u32 i = 0; i < options_.threads; ++i) {
      threads.emplace_back([&] {
        try {
          work();
        } catch (...) {
          std::lock_guard<std::mutex> lock(mutex_);
          if (failure_ == nullptr) failure_ = std::current_exception();
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
  }

  void consume() {
    u64 morsels = (table_.rows + options_.morsel_rows - 1) / options_.morsel_rows;
    std::vector<u64> order(morsels);
    Random random{options_.seed * 77 + 5};
    for (u64 i = 0; i < morsels; ++i) order[i] = i;
    // Nearly in order, as a pool gives them out; now and then far from it.
    for (u64 i = 0; i + 1 < morsels; ++i) {
      if (random.chance(30)) std::swap(order[i], order[random.chance(5) ? random.below(morsels) : i + 1]);
    }
    std::atomic<u64> next{0};
    std::atomic<u64> chunks{0};
    on_threads([&] {
      std::unique_ptr<Sink::Local> local = sink_->make_local();
      Sink::Local& slot = *local;
      {
        std::lock_guard<std::mutex> lock(mutex_);
        locals_.push_back(std::move(local));
      }
      for (u64 i = next++; i < morsels; i = next++) {
        u64 sequence = order[i];
        Random own{options_.seed * 1000003 + sequence * 7919 + 1};
        sink_->begin_morsel(slot, sequence);
        std::size_t row = sequence * options_.morsel_rows;
        std::size_t end = std::min(table_.rows, row + options_.morsel_rows);
        while (row < end) {
          std::size_t count =
              std::min<std::size_t>(end - row, own.chance(50) ? kVectorRows : 1 + own.below(kVectorRows));
          Feed feed(table_, row, count, own);
          if (++chunks > options_.cancel_after) context_.cancel();
          context_.check_cancelled();
          sink_->consume(slot, feed.chunk);
          row += count;
        }
        sink_->end_morsel(slot, sequence);
      }
    });
  }

  void read(std::shared_ptr<Source> source) {
    source->start(context_);
    std::map<u64, std::vector<std::string>> parts;
    on_threads([&] {
      std::unique_ptr<MorselReader> reader = source->make_reader();
      for (;;) {
        Morsel morsel;
        {
          std::lock_guard<std::mutex> lock(mutex_);
          if (failure_ != nullptr || source->next_morsel(morsel) != Source::Next::Ready) return;
        }
        std::vector<std::string> rows;
        reader->open(morsel);
        while (u32 count = reader->next()) {
          std::size_t before = rows.size();
          rows.resize(before + count);
          for (u32 c = 0; c < source->column_count(); ++c) {
            const Vector& vector = reader->column(c);
            for (u32 i = 0; i < count; ++i) rows[before + i] += cell_of(vector, i) + "|";
          }
        }
        std::lock_guard<std::mutex> lock(mutex_);
        parts[morsel.sequence] = std::move(rows);
      }
    });
    for (auto& [sequence, rows] : parts) {
      for (std::string& row : rows) result_.rows.push_back(std::move(row));
    }
  }

  const Table& table_;
  RunOptions options_;
  MemoryPool pool_;
  QueryContext context_;
  std::unique_ptr<Sink> sink_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Sink::Local>> locals_;
  std::exception_ptr failure_;
  RunResult result_;
};

}  // namespace

RunResult run_sort(const Table& table, const SinkDescription& sort, const RunOptions& options) {
  return Run(table, sort, options).all();
}

std::vector<std::string> expected_rows(const Table& table, const SinkDescription& sort) {
  std::vector<std::string> rows;
  for (std::size_t row : expected_order(table, sort)) {
    rows.emplace_back();
    for (const Column& column : table.columns) rows.back() += column.cell(row) + "|";
  }
  return rows;
}

void check_sort(const Table& table, const SinkDescription& sort, const RunOptions& options) {
  std::vector<std::string> expected = expected_rows(table, sort);
  RunResult result = run_sort(table, sort, options);
  CHECK_EQ(result.left, 0u);
  CHECK_EQ(result.rows.size(), expected.size());
  std::size_t common = std::min(result.rows.size(), expected.size());
  for (std::size_t i = 0; i < common; ++i) {
    if (result.rows[i] != expected[i]) {
      CHECK_EQ("row " + std::to_string(i) + ": " + result.rows[i], "row " + std::to_string(i) + ": " + expected[i]);
      return;
    }
  }
}

}  // namespace spillway::sorting
