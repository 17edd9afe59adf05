// Key words back into columns of values.
#include "engine/aggregate_key.h"

#include <algorithm>
#include <bit>

namespace spillway {
namespace {

template <class T>
void store(const u64* codes, u32 rows, u64 minimum, void* values) {
  T* out = static_cast<T*>(values);
  for (u32 i = 0; i < rows; ++i) out[i] = static_cast<T>(codes[i] + minimum);
}

template <class T, class Bits>
void store_real(const u64* codes, u32 rows, void* values) {
  T* out = static_cast<T*>(values);
  for (u32 i = 0; i < rows; ++i) {
    const Bits bits = static_cast<Bits>(codes[i]);
    std::memcpy(&out[i], &bits, sizeof bits);
  }
}

void store_typed(Type type, const u64* codes, u32 rows, u64 minimum, void* values) {
  switch (type) {
    case Type::Bool:
    case Type::I8:
    case Type::U8: return store<u8>(codes, rows, minimum, values);
    case Type::I16:
    case Type::U16: return store<u16>(codes, rows, minimum, values);
    case Type::I32:
    case Type::U32:
    case Type::Date: return store<u32>(codes, rows, minimum, values);
    case Type::I64:
    case Type::U64:
    case Type::Timestamp: return store<u64>(codes, rows, minimum, values);
    case Type::F32: return store_real<f32, u32>(codes, rows, values);
    case Type::F64: return store_real<f64, u64>(codes, rows, values);
    case Type::Utf8: return store<u32>(codes, rows, minimum, values);
  }
}

}  // namespace

bool KeyLayout::unpack(u32 index, const u64* const* keys, u32 rows, void* values, u64* validity) const {
  const KeyField& field = fields_[index];
  bool any_null = false;
  std::fill(validity, validity + kVectorWords, ~u64{0});
  const auto set_null = [&](u32 i) {
    validity[i / 64] &= ~(u64{1} << (i % 64));
    any_null = true;
  };
  if (field.text) {
    auto* out = static_cast<StringView*>(values);
    for (u32 i = 0; i < rows; ++i) {
      if (keys[i][field.word] == ~u64{0}) {
        out[i] = StringView();
        set_null(i);
      } else {
        std::memcpy(static_cast<void*>(&out[i]), keys[i] + field.word, 16);
      }
    }
    return any_null;
  }
  u64 codes[kVectorRows];
  // What a damaged file could make of a code must still be a code.
  const u64 most = field.facts.dictionary != nullptr ? std::max(field.facts.dictionary->size(), 1u) - u64{1} : ~u64{0};
  const bool mixed = domain_ != 0;
  const u32 factor = static_cast<u32>(field.factor), count = static_cast<u32>(field.codes);
  const u32 shift = static_cast<u32>(std::countr_zero(field.factor));
  const u64 mask = field.codes == 0 ? ~u64{0} : (u64{2} << (63 - std::countl_zero((field.codes - 1) | 1))) - 1;
  for (u32 i = 0; i < rows; ++i) {
    const u64 word = keys[i][field.word];
    const u64 code = mixed ? static_cast<u32>(word) / factor % count : (word >> shift) & mask;
    bool null = field.facts.may_be_null && !field.null_flag && code == field.null_code;
    if (field.null_flag) null = ((keys[i][field.null_word] / field.null_factor) & 1) != 0;
    if (null) set_null(i);
    codes[i] = null ? 0 : std::min(code, most);
  }
  store_typed(field.facts.type, codes, rows, field.minimum, values);
  return any_null;
}

}  // namespace spillway
