// Columns to dense words.
#include "engine/aggregate_batch.h"

#include "kernels/group.h"

namespace spillway {

ArgumentBatch::ArgumentBatch(const AggregatePlan& plan) : plan_(plan), columns_(plan.arguments.size()) {
  words_.resize(plan.arguments.size() * kVectorRows);
  valid_.resize(plan.arguments.size() * kVectorRows);
  bool texts = false;
  for (const Argument& argument : plan.arguments) texts = texts || argument.facts.type == Type::Utf8;
  if (texts) texts_.resize(plan.arguments.size() * kVectorRows);
}

void ArgumentBatch::load_texts(u32 argument, const Vector& vector, const Chunk& chunk) {
  StringView* out = texts(argument);
  const StringView* entries = vector.dictionary != nullptr ? vector.dictionary->entries() : nullptr;
  for (u32 i = 0; i < rows_; ++i) {
    const u32 row = chunk.row_at(i);
    const u32 at = vector.constant ? 0 : row;
    if (!vector.valid(row)) {
      out[i] = StringView();
    } else {
      out[i] = entries != nullptr ? entries[vector.values<u32>()[at]] : vector.values<StringView>()[at];
    }
  }
  columns_[argument].texts = out;
}

void ArgumentBatch::load(const Chunk& chunk) {
  const GroupTable& kernels = group_kernels();
  rows_ = chunk.selected;
  for (u32 a = 0; a < columns_.size(); ++a) {
    const Argument& argument = plan_.arguments[a];
    const Vector& vector = chunk.columns[argument.column];
    ArgumentColumn& column = columns_[a];
    column.valid = nullptr;
    column.valid_count = rows_;
    if (argument.facts.may_be_null && vector.validity != nullptr) {
      if (!vector.constant) {
        column.valid_count = kernels.valid_rows(chunk.selection, vector.validity, rows_, valid_rows(a));
      } else if (!vector.valid(0)) {
        column.valid_count = 0;
      }
      if (column.valid_count != rows_) column.valid = valid_rows(a);
    }
    if (argument.facts.type == Type::Utf8) load_texts(a, vector, chunk);
    if (argument.text) continue;
    const bool eight = width_of(vector.type) == 8;
    if (vector.constant) {
      u64 word = 0;
      kernels.widen[static_cast<u32>(vector.type)](vector.data, nullptr, 1, &word);
      u64* out = words(a);
      for (u32 i = 0; i < rows_; ++i) out[i] = word;
      column.words = out;
    } else if (eight && chunk.selection == nullptr) {
      column.words = vector.values<u64>();
    } else {
      kernels.widen[static_cast<u32>(vector.type)](vector.data, chunk.selection, rows_, words(a));
      column.words = words(a);
    }
  }
}

}  // namespace spillway
