// Folds driven by hand: columns cut into chunks of any size, with nulls and selections, dealt to any number of states.
#pragma once

#include <algorithm>
#include <random>

#include "engine/error.h"
#include "engine/fold_state.h"

namespace spillway {

// A column of one type; nulls where `present` says 0 (empty: none).
struct FoldColumn {
  Type type = Type::F64;
  std::vector<u8> bytes;
  std::vector<u8> present;

  template <class T>
  static FoldColumn of(Type type, const std::vector<T>& values) {
    FoldColumn column;
    column.type = type;
    column.bytes.resize(values.size() * sizeof(T));
    if (!values.empty()) std::memcpy(column.bytes.data(), values.data(), column.bytes.size());
    return column;
  }
  static FoldColumn of(const std::vector<f64>& values) { return of<f64>(Type::F64, values); }
  std::size_t rows() const { return bytes.size() / width_of(type); }
};

inline std::unique_ptr<FoldState> new_fold(const char* name, const std::vector<FoldColumn>& columns,
                                           std::vector<f64> parameters, std::vector<u8> initial = {}) {
  FoldDescription fold;
  fold.name = name;
  fold.parameters = std::move(parameters);
  fold.initial = std::move(initial);
  std::vector<ColumnFacts> facts;
  for (u32 c = 0; c < columns.size(); ++c) {
    fold.arguments.push_back(c);
    facts.emplace_back().type = columns[c].type;
  }
  return make_fold(fold, facts);
}

// Rows first … end in one chunk (at most kVectorRows); with a selection, only those for which selected[row] is not 0.
inline void feed_rows(FoldState& state, const std::vector<FoldColumn>& columns, std::size_t first, std::size_t end,
                      const std::vector<u8>* selected = nullptr) {
  const u32 rows = static_cast<u32>(end - first);
  std::vector<Vector> vectors(columns.size());
  std::vector<std::vector<u64>> validity(columns.size(), std::vector<u64>(kVectorWords, 0));
  for (std::size_t c = 0; c < columns.size(); ++c) {
    vectors[c].type = columns[c].type;
    vectors[c].data = columns[c].bytes.data() + first * width_of(columns[c].type);
    if (columns[c].present.empty()) continue;
    for (u32 r = 0; r < rows; ++r) validity[c][r / 64] |= u64{columns[c].present[first + r] != 0} << (r % 64);
    vectors[c].validity = validity[c].data();
  }
  std::vector<u16> selection;
  for (u32 r = 0; selected != nullptr && r < rows; ++r) {
    if ((*selected)[first + r] != 0) selection.push_back(static_cast<u16>(r));
  }
  Chunk chunk;
  chunk.rows = rows;
  chunk.selected = selected == nullptr ? rows : static_cast<u32>(selection.size());
  chunk.selection = selected == nullptr ? nullptr : selection.data();
  chunk.column_count = static_cast<u32>(columns.size());
  chunk.columns = vectors.data();
  chunk.first_row = first;
  state.update(chunk, vectors.data());
}

inline format::Bytes saved(const FoldState& state) {
  format::Bytes bytes;
  state.save(bytes);
  return bytes;
}

// All rows in order, in full vectors, by one state.
inline format::Bytes fold_whole(const char* name, const std::vector<FoldColumn>& columns,
                                const std::vector<f64>& parameters, const std::vector<u8>* selected = nullptr) {
  const auto state = new_fold(name, columns, parameters);
  const std::size_t rows = columns.at(0).rows();
  for (std::size_t first = 0; first < rows; first += kVectorRows) {
    feed_rows(*state, columns, first, std::min<std::size_t>(rows, first + kVectorRows), selected);
  }
  return saved(*state);
}

// The rows cut at random and dealt to several states, some of them saved and loaded on the way, merged in random order.
inline format::Bytes fold_split(const char* name, const std::vector<FoldColumn>& columns,
                                const std::vector<f64>& parameters, u32 seed,
                                const std::vector<u8>* selected = nullptr) {
  std::mt19937 random(seed);
  const std::size_t rows = columns.at(0).rows();
  std::vector<std::unique_ptr<FoldState>> states(1 + random() % 5);
  for (auto& state : states) state = new_fold(name, columns, parameters);
  for (std::size_t first = 0; first < rows;) {
    const std::size_t end = std::min<std::size_t>(rows, first + 1 + random() % (random() % 2 == 0 ? 9 : kVectorRows));
    auto& state = states[random() % states.size()];
    if (random() % 4 == 0) state = new_fold(name, columns, parameters, saved(*state));
    feed_rows(*state, columns, first, end, selected);
    first = end;
  }
  while (states.size() > 1) {
    const std::size_t into = random() % states.size();
    std::size_t from = random() % (states.size() - 1);
    if (from >= into) ++from;
    states[into]->merge(*states[from]);
    states.erase(states.begin() + static_cast<std::ptrdiff_t>(from));
  }
  return saved(*states[0]);
}

// What loading a saved state that was cut short or changed comes to.
enum class Loaded { Taken, Refused, Other };

inline Loaded load_bytes(const char* name, const std::vector<FoldColumn>& columns, const std::vector<f64>& parameters,
                         const format::Bytes& bytes) {
  try {
    const auto state = new_fold(name, columns, parameters, bytes);
    static_cast<void>(saved(*state));
    return Loaded::Taken;
  } catch (const Error& error) {
    return error.code() == ErrorCode::Format ? Loaded::Refused : Loaded::Other;
  }
}

// Whether every way to cut the bytes short is refused, and no random change of them does worse than be refused.
inline bool withstands_damage(const char* name, const std::vector<FoldColumn>& columns,
                              const std::vector<f64>& parameters, const format::Bytes& bytes) {
  for (std::size_t size = 1; size < bytes.size(); ++size) {
    const format::Bytes cut(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
    if (load_bytes(name, columns, parameters, cut) != Loaded::Refused) return false;
  }
  format::Bytes longer = bytes;
  longer.push_back(0);
  if (load_bytes(name, columns, parameters, longer) != Loaded::Refused) return false;
  std::mt19937 random(7);
  for (u32 i = 0; i < 2000; ++i) {
    format::Bytes changed = bytes;
    for (u32 k = 0; k <= random() % 4; ++k) changed[random() % changed.size()] = static_cast<u8>(random());
    if (load_bytes(name, columns, parameters, changed) == Loaded::Other) return false;
  }
  return true;
}

}  // namespace spillway
