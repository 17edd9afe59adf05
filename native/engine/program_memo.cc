// Makes and reads tables of results by dictionary code.
#include "engine/program_memo.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>

#include "kernels/compare.h"
#include "kernels/select.h"

namespace spillway {
namespace {

// Dictionaries up to this size pay at the first vector; larger ones when a fair share of their size has been seen.
constexpr u32 kSmall = 4096;
constexpr u64 kWorthwhile = 8;

class DerivedDictionary final : public Dictionary {
 public:
  explicit DerivedDictionary(std::vector<StringView> entries) : entries_(std::move(entries)) {}
  u32 size() const override { return static_cast<u32>(entries_.size()); }
  const StringView* entries() const override { return entries_.data(); }

 private:
  std::vector<StringView> entries_;
};

}  // namespace

Memo::Memo(ResolvedOperation operation, Type result, std::vector<Vector> operands, std::vector<bool> varying)
    : operation_(std::move(operation)), result_(result), operands_(std::move(operands)), varying_(std::move(varying)) {}

Memo::~Memo() {
  const MemoTable* table = newest_.load(std::memory_order_relaxed);
  while (table != nullptr) {
    const MemoTable* older = table->older;
    delete table;
    table = older;
  }
}

const MemoTable* Memo::find(const Dictionary& dictionary) const {
  const MemoTable* table = newest_.load(std::memory_order_acquire);
  while (table != nullptr && (table->source != &dictionary || table->size < dictionary.size())) table = table->older;
  return table;
}

const MemoTable* Memo::table(const Dictionary& dictionary, u32 rows) {
  const MemoTable* found = find(dictionary);
  if (found == nullptr) {
    if (&dictionary == promised_) throw Error(ErrorCode::Internal, "a column's dictionary grew while it was read");
    const u64 seen = rows_seen_.fetch_add(rows, std::memory_order_relaxed) + rows;
    if (dictionary.size() > kSmall && seen * kWorthwhile < dictionary.size()) return nullptr;
    found = make_now(dictionary);
  }
  return found != nullptr && found->usable ? found : nullptr;
}

const Dictionary* Memo::promise(const Dictionary& dictionary) {
  if (result_ != Type::Utf8 || dictionary.size() > kSmall) return nullptr;
  const MemoTable* made = make_now(dictionary);
  if (made == nullptr || !made->usable) return nullptr;
  promised_ = &dictionary;
  return made->derived.get();
}

const MemoTable* Memo::make_now(const Dictionary& dictionary) {
  if (making_.test_and_set(std::memory_order_acquire)) return nullptr;
  struct Release {
    std::atomic_flag& flag;
    ~Release() { flag.clear(std::memory_order_release); }
  } release{making_};
  if (const MemoTable* found = find(dictionary)) return found;
  std::unique_ptr<MemoTable> made = make(dictionary);
  made->older = newest_.load(std::memory_order_relaxed);
  newest_.store(made.get(), std::memory_order_release);
  return made.release();
}

std::unique_ptr<MemoTable> Memo::make(const Dictionary& dictionary) const {
  auto table = std::make_unique<MemoTable>();
  table->source = &dictionary;
  table->size = dictionary.size();
  const u32 width = result_ == Type::Utf8 ? 4 : width_of(result_);
  // Evaluations write whole words of 64 rows.
  table->values.resize((std::size_t{table->size} + 1 + 64) * width);
  table->present.assign(std::size_t{table->size} + 1, 1);
  std::vector<StringView> texts;
  if (result_ == Type::Utf8) texts.resize(std::size_t{table->size} + 1 + 64);
  const StringView* entries = dictionary.entries();
  for (u32 begin = 0; begin < table->size && table->usable; begin += kVectorRows) {
    compute(*table, entries + begin, begin, std::min(kVectorRows, table->size - begin), false, texts);
  }
  const StringView nothing;
  if (table->usable && !operation_.strict) compute(*table, &nothing, table->size, 1, true, texts);
  if (!table->usable) return table;
  if (std::find(table->present.begin(), table->present.end(), 0) == table->present.end()) table->present.clear();
  if (result_ == Type::Utf8) derive(*table, texts);
  if (result_ == Type::Bool && table->present.empty() && table->size > 0) {
    const auto begin = table->values.begin(), end = begin + table->size;
    const auto ones = std::count(begin, end, 1);
    if (ones == 1 || ones + 1 == table->size) {
      table->has_single = true;
      table->single_value = ones == 1;
      table->single = static_cast<u32>(std::find(begin, end, table->single_value) - begin);
    }
  }
  return table;
}

void Memo::compute(MemoTable& table, const StringView* texts, u32 begin, u32 rows, bool null_row,
                   std::vector<StringView>& text_results) const {
  static constexpr u64 kNull = 0;
  std::vector<Vector> operands = operands_;
  for (std::size_t i = 0; i < operands.size(); ++i) {
    if (!varying_[i]) continue;
    operands[i].type = Type::Utf8;
    operands[i].data = texts;
    operands[i].validity = null_row ? &kNull : nullptr;
  }
  RowBits active{}, validity{}, failed{};
  fill_rows(active.words, rows);
  Evaluation evaluation{nullptr, validity.words, failed.words};
  evaluation.out = result_ == Type::Utf8 ? static_cast<void*>(text_results.data() + begin)
                                         : table.values.data() + std::size_t{begin} * width_of(result_);
  evaluate(operation_, result_, operands.data(), static_cast<u32>(operands.size()), rows, active.words, table.arena,
           evaluation);
  if (evaluation.any_failed) table.usable = false;
  if (!evaluation.nullable) return;
  for (u32 r = 0; r < rows; ++r) table.present[begin + r] = validity.words[r / 64] >> (r % 64) & 1;
}

void Memo::derive(MemoTable& table, const std::vector<StringView>& texts) const {
  std::unordered_map<std::string_view, u32> codes;
  std::vector<StringView> entries;
  u32* out = reinterpret_cast<u32*>(table.values.data());
  for (u32 i = 0; i <= table.size; ++i) {
    out[i] = 0;
    if (!table.present.empty() && table.present[i] == 0) continue;
    const auto [at, fresh] = codes.try_emplace(texts[i].text(), static_cast<u32>(entries.size()));
    if (fresh) entries.push_back(texts[i]);
    out[i] = at->second;
  }
  // Codes of nulls are in range too.
  if (entries.empty()) entries.emplace_back();
  table.derived = std::make_unique<DerivedDictionary>(std::move(entries));
}

bool Memo::look_up(const MemoTable& table, const Vector& column, u32 rows, void* out, u64* validity) const {
  const u32 words = words_of(rows);
  const u64* valid = column.validity;
  const u32* codes = column.values<u32>();
  u32 replaced[kVectorRows];
  const bool own_nulls = !operation_.strict && valid != nullptr;
  if (own_nulls) {
    for (u32 r = 0; r < rows; ++r) replaced[r] = column.valid(r) ? codes[r] : table.size;
    codes = replaced;
  }
  if (table.has_single && !own_nulls) {
    const KernelOperand operands[2] = {{codes, false}, {&table.single, true}};
    const CompareTable& compare = compare_kernels();
    (table.single_value != 0 ? compare.eq : compare.ne).of[static_cast<u8>(Type::U32)](out, operands, rows, nullptr);
  } else {
    const u32 width = result_ == Type::Utf8 ? 4 : width_of(result_);
    select_kernels().look_up[width_class(width)](out, table.values.data(), codes, rows);
  }
  const bool strict_nulls = operation_.strict && valid != nullptr;
  if (!table.present.empty()) {
    alignas(64) u8 bytes[kVectorRows];
    select_kernels().look_up[0](bytes, table.present.data(), codes, rows);
    select_kernels().bits_of_bytes(validity, bytes, rows);
    if (strict_nulls) {
      for (u32 w = 0; w < words; ++w) validity[w] &= valid[w];
    }
    return true;
  }
  if (strict_nulls) std::copy_n(valid, words, validity);
  return strict_nulls;
}

}  // namespace spillway
