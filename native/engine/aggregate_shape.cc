// Layouts, and the way from records back to batches.
#include "engine/aggregate_shape.h"

#include <algorithm>

namespace spillway {
namespace {

void choose_bits(const AggregateShape& shape, u32 stream, u64 most_bits, StreamKeys& keys) {
  const ColumnFacts& facts = shape.plan.arguments[shape.plan.streams[stream].argument].facts;
  if (shape.keys.domain() == 0 || shape.plan.streams[stream].selects || is_float(facts.type)) return;
  for (const Part& part : shape.plan.parts) {
    if (part.stream == static_cast<i32>(stream) && part.kind != PartKind::Count) return;
  }
  u64 values = 0;
  if (facts.dictionary != nullptr) {
    values = facts.dictionary->size();
  } else if (facts.type == Type::Bool) {
    values = 2;
  } else if (facts.has_range && facts.min <= facts.max) {
    keys.least = static_cast<u64>(facts.min);
    values = static_cast<u64>(facts.max) - keys.least + 1;
  }
  if (values != 0 && values <= most_bits / shape.keys.domain()) keys.bit_values = values;
}

}  // namespace

AggregateShape AggregateShape::make(const SinkDescription& description, const std::vector<ColumnFacts>& inputs,
                                    u64 most_bits) {
  AggregateShape shape;
  shape.keys = KeyLayout(inputs, description.key_count);
  shape.plan = AggregatePlan::make(description, inputs);
  shape.ordered = !description.order_blind && description.key_count > 0;
  shape.positions = shape.ordered || shape.plan.needs_positions;
  const u32 words = shape.keys.words();
  shape.row.key_words = words;
  shape.row.position_offset = words * 8;
  shape.row.state_offset = (words + (shape.ordered ? 1 : 0)) * 8;
  shape.row.bytes = shape.row.state_offset + shape.plan.state_bytes;
  shape.raw_arguments = words + (shape.positions ? 1 : 0);
  shape.raw_words = shape.raw_arguments;
  for (const KeyField& field : shape.keys.fields()) {
    if (!field.text) continue;
    shape.raw_texts.push_back(field.word);
    shape.row_texts.push_back(field.word);
  }
  for (const Argument& argument : shape.plan.arguments) {
    const bool text = argument.facts.type == Type::Utf8 && argument.text;
    if (text) shape.raw_texts.push_back(shape.raw_words);
    shape.raw_words += text ? 2 : 1;
    shape.nullable = shape.nullable || argument.facts.may_be_null;
  }
  if (shape.nullable) shape.raw_words += static_cast<u32>((shape.plan.arguments.size() + 63) / 64);
  for (const Part& part : shape.plan.parts) {
    const bool text = part.kind == PartKind::LeastText || part.kind == PartKind::MostText ||
                      part.kind == PartKind::FirstText || part.kind == PartKind::LastText;
    if (text) {
      shape.row_texts.push_back(static_cast<u32>(shape.row.state_offset + part.offset + offsetof(TextAt, text)) / 8);
    }
  }
  for (const ValueStream& stream : shape.plan.streams) {
    // Full words each, so that the words are the group and the value as they are.
    StreamKeys keys;
    keys.grouped = shape.keys.domain() != 1;
    const Argument& argument = shape.plan.arguments[stream.argument];
    ColumnFacts word;
    word.type = Type::U64;
    word.may_be_null = false;
    std::vector<ColumnFacts> columns;
    if (keys.grouped) columns.push_back(word);
    columns.push_back(word);
    if (argument.text) {
      columns.back().type = Type::Utf8;
      keys.texts.push_back(keys.grouped ? 1 : 0);
    }
    keys.keys = KeyLayout(columns, static_cast<u32>(columns.size()));
    choose_bits(shape, static_cast<u32>(shape.stream_keys.size()), most_bits, keys);
    shape.stream_keys.push_back(std::move(keys));
  }
  return shape;
}

RecordBatch::RecordBatch(const AggregateShape& shape)
    : arguments(shape.plan), positions(kVectorRows), groups(kVectorRows), shape_(shape) {}

const std::vector<WordSource>& RecordBatch::raw_sources(const KeyBatch& from, const ArgumentBatch& values,
                                                        const u64* places) {
  sources_.clear();
  for (const u64* words : from.words) sources_.push_back({words, 1});
  if (shape_.positions) sources_.push_back({places, 1});
  const u32 count = static_cast<u32>(shape_.plan.arguments.size());
  for (u32 a = 0; a < count; ++a) {
    const ArgumentColumn& column = values.column(a);
    if (shape_.plan.arguments[a].text) {
      const u64* views = reinterpret_cast<const u64*>(column.texts);
      sources_.push_back({views, 2});
      sources_.push_back({views + 1, 2});
    } else {
      sources_.push_back({column.words, 1});
    }
  }
  if (!shape_.nullable) return sources_;
  const u32 flag_words = (count + 63) / 64;
  flags_.assign(std::size_t{flag_words} * kVectorRows, 0);
  for (u32 a = 0; a < count; ++a) {
    const ArgumentColumn& column = values.column(a);
    if (column.valid == nullptr) continue;
    u64* flags = flags_.data() + std::size_t{a / 64} * kVectorRows;
    const u64 bit = u64{1} << (a % 64);
    for (u32 i = 0; i < values.rows(); ++i) flags[i] |= bit;
    for (u32 i = 0; i < column.valid_count; ++i) flags[column.valid[i]] &= ~bit;
  }
  for (u32 w = 0; w < flag_words; ++w) sources_.push_back({flags_.data() + std::size_t{w} * kVectorRows, 1});
  return sources_;
}

void RecordBatch::load_keys(const u64* records, u32 words, u32 n) {
  const u32 key_words = shape_.keys.words();
  if (keys.words.size() != key_words || keys.storage.empty()) {
    keys.storage.resize(std::size_t{key_words} * kVectorRows);
    keys.words.resize(key_words);
    for (u32 w = 0; w < key_words; ++w) keys.words[w] = keys.storage.data() + std::size_t{w} * kVectorRows;
  }
  keys.rows = n;
  for (u32 w = 0; w < key_words; ++w) {
    u64* out = keys.storage.data() + std::size_t{w} * kVectorRows;
    for (u32 i = 0; i < n; ++i) out[i] = records[std::size_t{i} * words + w];
  }
  shape_.keys.hash(keys);
}

void RecordBatch::load_raw(const u64* records, u32 n) {
  const u32 words = shape_.raw_words;
  load_keys(records, words, n);
  const auto take = [&](u32 word, u64* out) {
    for (u32 i = 0; i < n; ++i) out[i] = records[std::size_t{i} * words + word];
  };
  if (shape_.positions) take(shape_.keys.words(), positions.data());
  arguments.begin(n);
  u32 word = shape_.raw_arguments;
  const u32 count = static_cast<u32>(shape_.plan.arguments.size());
  const u32 flag_word = words - (count + 63) / 64;
  for (u32 a = 0; a < count; ++a) {
    const Argument& argument = shape_.plan.arguments[a];
    ArgumentColumn& column = arguments.fill(a);
    column.valid = nullptr;
    column.valid_count = n;
    if (argument.text) {
      StringView* out = arguments.texts(a);
      for (u32 i = 0; i < n; ++i) std::memcpy(static_cast<void*>(&out[i]), records + std::size_t{i} * words + word, 16);
      column.texts = out;
      word += 2;
    } else {
      u64* out = arguments.words(a);
      take(word, out);
      column.words = out;
      word += 1;
      if (argument.facts.type == Type::Utf8) {
        StringView* views = arguments.texts(a);
        const StringView* entries = argument.facts.dictionary->entries();
        const u32 size = argument.facts.dictionary->size();
        for (u32 i = 0; i < n; ++i) views[i] = out[i] < size ? entries[out[i]] : StringView();
        column.texts = views;
      }
    }
    if (!argument.facts.may_be_null) continue;
    u16* valid = arguments.valid_rows(a);
    u32 found = 0;
    for (u32 i = 0; i < n; ++i) {
      valid[found] = static_cast<u16>(i);
      found += ((records[std::size_t{i} * words + flag_word + a / 64] >> (a % 64)) & 1) == 0 ? 1 : 0;
    }
    if (found == n) continue;
    column.valid = valid;
    column.valid_count = found;
  }
}

void RecordBatch::load_rows(const u64* rows, u32 words, u32 n) {
  load_keys(rows, words, n);
  if (!shape_.ordered) return;
  for (u32 i = 0; i < n; ++i) positions[i] = rows[std::size_t{i} * words + shape_.keys.words()] - 1;
}

}  // namespace spillway
