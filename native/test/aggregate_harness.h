// Feeds tables of plain values to an aggregate sink as a driver would, and reads its groups back as plain values.
#pragma once

#include <algorithm>
#include <atomic>
#include <cmath>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "engine/sinks.h"
#include "test/check.h"

namespace spillway::aggregate_test {

struct Value {
  enum Kind { Null, Whole, Real, Text } kind = Null;
  i64 whole = 0;
  f64 real = 0;
  std::string text;

  static Value of(i64 v) { return {Whole, v, 0, {}}; }
  static Value of(f64 v) { return {Real, 0, v, {}}; }
  static Value of(std::string v) { return {Text, 0, 0, std::move(v)}; }
  bool null() const { return kind == Null; }
  // Equal for values that group together.
  std::string key() const {
    switch (kind) {
      case Null: return "null";
      case Whole: return std::to_string(whole);
      case Real: {
        if (std::isnan(real)) return "nan";
        char text_of[64];
        std::snprintf(text_of, sizeof text_of, "%a", real == 0 ? 0.0 : real);
        return text_of;
      }
      case Text: return std::string(1, '\'').append(text);
    }
    return "";
  }
};

using Row = std::vector<Value>;

class TextDictionary final : public Dictionary {
 public:
  u32 code(const std::string& text) {
    const auto found = codes_.find(text);
    if (found != codes_.end()) return found->second;
    texts_.push_back(text);
    views_.emplace_back(std::string_view(texts_.back()));
    codes_.emplace(text, static_cast<u32>(views_.size() - 1));
    return static_cast<u32>(views_.size() - 1);
  }
  u32 size() const override { return static_cast<u32>(views_.size()); }
  const StringView* entries() const override { return views_.data(); }

 private:
  std::deque<std::string> texts_;
  std::vector<StringView> views_;
  std::map<std::string, u32> codes_;
};

struct Column {
  Type type = Type::I32;
  std::vector<Value> values;
  bool ranged = false;    // facts tell the range
  bool constant = false;  // vectors are constant (all values must be equal)
  std::shared_ptr<TextDictionary> dictionary;
  bool own_dictionary = true;  // facts name the dictionary
};

struct Table {
  std::vector<Column> columns;
  std::size_t rows() const { return columns.empty() ? 0 : columns[0].values.size(); }
  std::vector<ColumnFacts> facts() const;
};

inline std::vector<ColumnFacts> Table::facts() const {
  std::vector<ColumnFacts> all;
  for (const Column& column : columns) {
    ColumnFacts facts;
    facts.type = column.type;
    facts.may_be_null = false;
    bool first = true;
    for (const Value& value : column.values) {
      if (value.null()) facts.may_be_null = true;
      if (!column.ranged || value.kind != Value::Whole) continue;
      facts.min = first ? value.whole : std::min(facts.min, value.whole);
      facts.max = first ? value.whole : std::max(facts.max, value.whole);
      first = false;
    }
    facts.has_range = column.ranged && !first;
    if (column.dictionary != nullptr) {
      for (const Value& value : column.values) {
        if (!value.null()) column.dictionary->code(value.text);
      }
      if (column.dictionary->size() == 0) column.dictionary->code("");
      if (column.own_dictionary) facts.dictionary = column.dictionary.get();
    }
    all.push_back(facts);
  }
  return all;
}

struct Settings {
  u32 threads = 1;
  std::size_t memory = std::size_t{1} << 30;
  bool force_spill = false;
  bool equal_hashes = false;
  bool skip_rows = false;  // chunks hold further rows that the selection leaves out
  u32 chunk_rows = kVectorRows;
  u32 morsel_rows = 10000;
};

// One vector's bytes of one column.
struct VectorBytes {
  std::vector<u64> data;
  std::vector<u64> validity;
  std::deque<std::string> texts;

  Vector fill(const Column& column, const std::vector<std::size_t>& rows) {
    data.assign((rows.size() + 1) * 2, 0);
    validity.assign(rows.size() / 64 + 1, 0);
    texts.clear();
    bool nulls = false;
    const u32 width = column.dictionary != nullptr ? 4 : width_of(column.type);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const Value& value = column.values[rows[i]];
      u8* at = reinterpret_cast<u8*>(data.data()) + i * width;
      nulls = nulls || value.null();
      if (value.null()) continue;
      validity[i / 64] |= u64{1} << (i % 64);
      if (column.dictionary != nullptr) {
        const u32 code = column.dictionary->code(value.text);
        std::memcpy(at, &code, 4);
      } else if (column.type == Type::Utf8) {
        texts.push_back(value.text);
        const StringView view{std::string_view(texts.back())};
        std::memcpy(at, &view, 16);
      } else if (column.type == Type::F64) {
        std::memcpy(at, &value.real, 8);
      } else if (column.type == Type::F32) {
        const f32 narrow = static_cast<f32>(value.real);
        std::memcpy(at, &narrow, 4);
      } else {
        std::memcpy(at, &value.whole, width);
      }
    }
    Vector vector;
    vector.type = column.type;
    vector.constant = column.constant;
    vector.data = data.data();
    vector.validity = nulls ? validity.data() : nullptr;
    vector.dictionary = column.dictionary.get();
    return vector;
  }
};

inline void feed(Sink& sink, Sink::Local& local, const Table& table, const Settings& settings, u64 sequence) {
  sink.begin_morsel(local, sequence);
  const std::size_t end = std::min<std::size_t>(table.rows(), (sequence + 1) * settings.morsel_rows);
  std::vector<VectorBytes> bytes(table.columns.size());
  for (std::size_t at = sequence * settings.morsel_rows; at < end;) {
    std::vector<std::size_t> rows;
    std::vector<u16> selection;
    while (at < end && rows.size() + 2 <= settings.chunk_rows) {
      if (settings.skip_rows && at % 3 == 0) rows.push_back(at / 2);  // not selected
      selection.push_back(static_cast<u16>(rows.size()));
      rows.push_back(at++);
    }
    std::vector<Vector> vectors;
    for (std::size_t c = 0; c < table.columns.size(); ++c) vectors.push_back(bytes[c].fill(table.columns[c], rows));
    Chunk chunk;
    chunk.rows = static_cast<u32>(rows.size());
    chunk.selected = static_cast<u32>(selection.size());
    chunk.selection = settings.skip_rows ? selection.data() : nullptr;
    chunk.column_count = static_cast<u32>(vectors.size());
    chunk.columns = vectors.data();
    sink.consume(local, chunk);
  }
  sink.end_morsel(local, sequence);
}

template <class Work>
void on_threads(u32 threads, u64 tasks, std::vector<std::exception_ptr>& errors, const Work& work) {
  std::atomic<u64> next{0};
  errors.resize(threads);
  const auto run = [&](u32 thread) {
    try {
      for (u64 task = next++; task < tasks; task = next++) work(thread, task);
    } catch (...) {
      errors[thread] = std::current_exception();
    }
  };
  std::vector<std::thread> pool;
  for (u32 t = 1; t < threads; ++t) pool.emplace_back(run, t);
  run(0);
  for (std::thread& thread : pool) thread.join();
  for (const std::exception_ptr& error : errors) {
    if (error != nullptr) std::rethrow_exception(error);
  }
}

inline Value value_at(const Vector& vector, u32 row) {
  if (!vector.valid(row)) return {};
  switch (vector.type) {
    case Type::Bool:
    case Type::U8: return Value::of(i64{vector.values<u8>()[row]});
    case Type::I8: return Value::of(i64{vector.values<i8>()[row]});
    case Type::I16: return Value::of(i64{vector.values<i16>()[row]});
    case Type::U16: return Value::of(i64{vector.values<u16>()[row]});
    case Type::I32:
    case Type::Date: return Value::of(i64{vector.values<i32>()[row]});
    case Type::U32: return Value::of(i64{vector.values<u32>()[row]});
    case Type::I64:
    case Type::U64:
    case Type::Timestamp: return Value::of(vector.values<i64>()[row]);
    case Type::F32: return Value::of(f64{vector.values<f32>()[row]});
    case Type::F64: return Value::of(vector.values<f64>()[row]);
    case Type::Utf8:
      if (vector.dictionary != nullptr)
        return Value::of(std::string(vector.dictionary->entries()[vector.values<u32>()[row]].text()));
      return Value::of(std::string(vector.values<StringView>()[row].text()));
  }
  return {};
}

struct Outcome {
  std::vector<Row> rows;
  u64 spilled = 0;
  std::size_t peak = 0;
};

inline Outcome aggregate(const Table& table, u32 keys, const std::vector<AggregateDescription>& aggregates,
                         const Settings& settings, bool order_blind = false) {
  MemoryPool pool(settings.memory);
  QueryOptions options;
  options.threads = settings.threads;
  options.memory = settings.memory;
  options.temp_directory = "/tmp";
  options.force_spill = settings.force_spill;
  options.equal_hashes = settings.equal_hashes;
  QueryContext context(pool, options);
  SinkDescription description;
  description.kind = SinkDescription::Kind::Aggregate;
  description.key_count = keys;
  description.aggregates = aggregates;
  description.order_blind = order_blind;
  Outcome outcome;
  {
    const auto sink = make_aggregate_sink(description);
    sink->start(context, table.facts());
    std::vector<std::unique_ptr<Sink::Local>> locals;
    for (u32 t = 0; t < settings.threads; ++t) locals.push_back(sink->make_local());
    std::vector<std::exception_ptr> errors;
    const u64 morsels = (table.rows() + settings.morsel_rows - 1) / settings.morsel_rows;
    on_threads(settings.threads, morsels, errors,
               [&](u32 thread, u64 morsel) { feed(*sink, *locals[thread], table, settings, morsel); });
    for (u32 phase = 0;; ++phase) {
      const u32 tasks = sink->begin_phase(phase);
      if (tasks == 0) break;
      on_threads(settings.threads, tasks, errors,
                 [&](u32, u64 task) { sink->run_task(phase, static_cast<u32>(task)); });
    }
    locals.clear();
    const auto source = sink->result();
    source->start(context);
    std::vector<Morsel> handed;
    for (Morsel morsel; source->next_morsel(morsel) == Source::Next::Ready;) handed.push_back(morsel);
    std::vector<std::vector<Row>> parts(handed.size());
    std::vector<std::unique_ptr<MorselReader>> readers;
    for (u32 t = 0; t < settings.threads; ++t) readers.push_back(source->make_reader());
    on_threads(settings.threads, handed.size(), errors, [&](u32 thread, u64 m) {
      MorselReader& reader = *readers[thread];
      reader.open(handed[m]);
      for (u32 n = reader.next(); n != 0; n = reader.next()) {
        const std::size_t first = parts[m].size();
        parts[m].resize(first + n);
        for (u32 c = 0; c < source->column_count(); ++c) {
          const Vector& vector = reader.column(c);
          if (vector.validity != nullptr) CHECK(source->facts(c).may_be_null);
          for (u32 i = 0; i < n; ++i) parts[m][first + i].push_back(value_at(vector, i));
        }
      }
    });
    for (auto& part : parts) outcome.rows.insert(outcome.rows.end(), part.begin(), part.end());
    outcome.spilled = context.spill.bytes_written();
    outcome.peak = context.memory.peak();
  }
  CHECK_EQ(context.memory.used(), std::size_t{0});
  return outcome;
}

inline AggregateDescription of(std::string name, std::vector<u32> arguments = {}, Type result = Type::F64,
                               bool distinct = false, std::vector<f64> parameters = {}) {
  AggregateDescription description;
  description.name = std::move(name);
  description.arguments = std::move(arguments);
  description.result = result;
  description.distinct = distinct;
  description.parameters = std::move(parameters);
  return description;
}

}  // namespace spillway::aggregate_test
