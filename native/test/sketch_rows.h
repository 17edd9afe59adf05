// Tables of plain values folded as a query would fold them: cut into vectors and morsels at random, filtered, dealt to
// several states, merged in any order.
#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "engine/fold_state.h"
#include "test/check.h"

namespace spillway::sketch_test {

class Texts final : public Dictionary {
 public:
  explicit Texts(std::vector<std::string> texts) : texts_(std::move(texts)) {
    for (const std::string& text : texts_) views_.emplace_back(std::string_view(text));
  }
  u32 size() const override { return static_cast<u32>(views_.size()); }
  const StringView* entries() const override { return views_.data(); }

 private:
  std::vector<std::string> texts_;
  std::vector<StringView> views_;
};

struct Column {
  Type type = Type::F64;
  std::vector<u8> bytes;  // values as a vector holds them, texts as views
  std::vector<bool> null;
  std::shared_ptr<std::deque<std::string>> texts;
  std::shared_ptr<Texts> dictionary;
  u32 width() const { return dictionary != nullptr ? 4 : width_of(type); }
};

template <class T>
Column column_of(Type type, const std::vector<T>& values) {
  Column column;
  column.type = type;
  column.bytes.resize(values.size() * sizeof(T));
  if (!values.empty()) std::memcpy(column.bytes.data(), values.data(), column.bytes.size());
  column.null.assign(values.size(), false);
  return column;
}

inline Column text_column(const std::vector<std::string>& values) {
  auto texts = std::make_shared<std::deque<std::string>>(values.begin(), values.end());
  std::vector<StringView> views;
  for (const std::string& text : *texts) views.emplace_back(std::string_view(text));
  Column column = column_of(Type::Utf8, views);
  column.texts = texts;
  return column;
}

inline Column coded_column(const std::vector<u32>& codes, std::vector<std::string> texts) {
  Column column = column_of(Type::Utf8, codes);
  column.dictionary = std::make_shared<Texts>(std::move(texts));
  return column;
}

struct Table {
  std::vector<Column> columns;
  u64 rows() const { return columns.empty() ? 0 : columns[0].null.size(); }
};

struct Setting {
  u32 states = 1;
  u64 seed = 1;
  u32 vector_rows = kVectorRows;  // vectors begin at multiples of it …
  bool odd_vectors = false;       // … or anywhere
  u32 morsel_vectors = 8;         // at most
  u64 first = 0, end = ~u64{0};   // rows of the table that are read
  std::function<bool(u64)> keeps;
  f64 together = 0;
};

inline FoldDescription fold_of(std::string name, std::vector<f64> parameters, std::size_t arguments) {
  FoldDescription fold;
  fold.name = std::move(name);
  fold.parameters = std::move(parameters);
  for (std::size_t a = 0; a < arguments; ++a) fold.arguments.push_back(static_cast<u32>(a));
  return fold;
}

inline std::unique_ptr<FoldState> new_state(const FoldDescription& fold, const Table& table) {
  std::vector<ColumnFacts> facts(table.columns.size());
  for (std::size_t c = 0; c < facts.size(); ++c) facts[c].type = table.columns[c].type;
  return make_fold(fold, facts);
}

// Updates a state with the rows [from, to) of the table that are kept, at most kVectorRows of them, as one chunk: now
// with a selection, now moved together.
inline void feed(FoldState& state, const Table& table, const Setting& setting, u64 from, u64 to, bool compact) {
  std::vector<u16> kept;
  for (u64 row = from; row < to; ++row) {
    if (!setting.keeps || setting.keeps(row)) kept.push_back(static_cast<u16>(row - from));
  }
  if (kept.empty()) return;
  const u32 rows = compact ? static_cast<u32>(kept.size()) : static_cast<u32>(to - from);
  std::vector<std::vector<u8>> moved(table.columns.size());
  std::vector<std::vector<u64>> validity(table.columns.size(), std::vector<u64>(kVectorWords, 0));
  std::vector<Vector> vectors(table.columns.size());
  for (std::size_t c = 0; c < vectors.size(); ++c) {
    const Column& column = table.columns[c];
    const u32 width = column.width();
    moved[c].resize(std::size_t{rows} * width);
    bool nulls = false;
    for (u32 r = 0; r < rows; ++r) {
      const u64 row = from + (compact ? kept[r] : r);
      std::memcpy(moved[c].data() + std::size_t{r} * width, column.bytes.data() + row * width, width);
      if (!column.null[row]) validity[c][r / 64] |= u64{1} << (r % 64);
      nulls = nulls || column.null[row];
    }
    vectors[c].type = column.type;
    vectors[c].data = moved[c].data();
    vectors[c].validity = nulls ? validity[c].data() : nullptr;
    vectors[c].dictionary = column.dictionary.get();
  }
  Chunk chunk;
  chunk.rows = rows;
  chunk.selected = static_cast<u32>(kept.size());
  chunk.column_count = static_cast<u32>(vectors.size());
  chunk.columns = vectors.data();
  chunk.first_row = from;
  if (compact) {
    chunk.origin = kept.data();
  } else if (kept.size() != rows) {
    chunk.selection = kept.data();
  }
  state.update(chunk, vectors.data());
}

// The state of all rows, after the dealing out that the setting says.
inline std::unique_ptr<FoldState> folded(const FoldDescription& fold, const Table& table, const Setting& setting) {
  std::mt19937_64 random(setting.seed);
  std::vector<std::unique_ptr<FoldState>> states;
  for (u32 s = 0; s < setting.states; ++s) states.push_back(new_state(fold, table));
  std::unique_ptr<FoldState> result = new_state(fold, table);
  const u64 end = std::min(setting.end, table.rows());
  u64 sequence = 0;
  for (u64 at = setting.first; at < end; ++sequence) {
    std::unique_ptr<FoldState>& state = states[random() % states.size()];
    state->begin_morsel(sequence);
    for (u64 v = 1 + random() % setting.morsel_vectors; v > 0 && at < end; --v) {
      u64 next = (at / setting.vector_rows + 1) * setting.vector_rows;
      if (setting.odd_vectors) next = at + 1 + random() % kVectorRows;
      next = std::min(next, end);
      feed(*state, table, setting, at, next, random() % 2 == 0);
      at = next;
    }
    if (state->scattered()) {
      result->merge(*state);
      state = new_state(fold, table);
    }
  }
  std::shuffle(states.begin(), states.end(), random);
  for (const auto& state : states) result->merge(*state);
  return result;
}

inline format::Bytes saved(const FoldState& state) {
  format::Bytes bytes;
  state.save(bytes);
  return bytes;
}

inline std::unique_ptr<FoldState> loaded(FoldDescription fold, const Table& table, const format::Bytes& bytes) {
  fold.initial = bytes;
  return new_state(fold, table);
}

// The same bytes under every setting; they are given back.
inline format::Bytes same_under_settings(const FoldDescription& fold, const Table& table,
                                         const std::function<bool(u64)>& keeps = {}) {
  Setting setting;
  setting.keeps = keeps;
  const format::Bytes expected = saved(*folded(fold, table, setting));
  for (u64 round = 0; round < 12; ++round) {
    setting.seed = 100 + round;
    setting.states = 1 + static_cast<u32>(round % 4) * 2;
    setting.odd_vectors = round % 3 == 1;
    setting.vector_rows = round % 3 == 2 ? 300 : kVectorRows;
    setting.morsel_vectors = round % 2 == 0 ? 64 : 3;
    CHECK(saved(*folded(fold, table, setting)) == expected);
  }
  CHECK(saved(*loaded(fold, table, expected)) == expected);
  return expected;
}

// No beginning of a state is a state, and no changed byte brings the reader down.
inline void survives_hostile_bytes(const FoldDescription& fold, const Table& table, const format::Bytes& bytes) {
  const std::size_t step = std::max<std::size_t>(1, bytes.size() / 300);
  for (std::size_t size = 1; size < bytes.size(); size += step) {
    CHECK_THROWS(loaded(fold, table, format::Bytes(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size))),
                 Error);
  }
  std::mt19937_64 random(5);
  for (u32 round = 0; round < 600; ++round) {
    format::Bytes changed = bytes;
    const std::size_t at = round < 200 ? std::min<std::size_t>(round / 2, bytes.size() - 1) : random() % bytes.size();
    changed[at] = round % 2 == 0 ? 0xFF : static_cast<u8>(random());
    try {
      const auto state = loaded(fold, table, changed);
      Setting all;
      feed(*state, table, all, 0, std::min<u64>(table.rows(), kVectorRows), false);
      state->merge(*loaded(fold, table, bytes));
      saved(*state);
    } catch (const Error& error) {
      CHECK(error.code() == ErrorCode::Format);
    }
  }
}

}  // namespace spillway::sketch_test
