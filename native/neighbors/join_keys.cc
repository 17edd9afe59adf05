// Values of fixed width as they are, floats made one of a kind, text behind its length; each behind a byte for null.
#include "neighbors/join_keys.h"

#include <cmath>
#include <cstring>
#include <limits>

namespace spillway {
namespace {

// A node of the map, and what its table needs of it.
constexpr std::size_t kEntryBytes = 80;

template <class F>
void append_float(const Vector& vector, u32 at, std::string& key) {
  F value = vector.values<F>()[at];
  if (value == 0) value = 0;
  if (std::isnan(value)) value = std::numeric_limits<F>::quiet_NaN();
  key.append(reinterpret_cast<const char*>(&value), sizeof value);
}

void append_text(const Vector& vector, u32 at, std::string& key) {
  const StringView& text = vector.dictionary != nullptr ? vector.dictionary->entries()[vector.values<u32>()[at]]
                                                        : vector.values<StringView>()[at];
  key.append(reinterpret_cast<const char*>(&text.length), sizeof text.length);
  key.append(text.data(), text.length);
}

}  // namespace

bool JoinKeys::has_group(const Vector* columns, u32 row) const {
  if (match_nulls_) return true;
  for (std::size_t i = 0; i < types_.size(); ++i) {
    if (!columns[i].valid(row)) return false;
  }
  return true;
}

void JoinKeys::encode(const Vector* columns, u32 row, std::string& key) const {
  key.clear();
  for (std::size_t i = 0; i < types_.size(); ++i) {
    const Vector& vector = columns[i];
    const bool valid = vector.valid(row);
    key.push_back(valid ? 1 : 0);
    if (!valid) continue;
    const u32 at = vector.constant ? 0 : row;
    switch (types_[i]) {
      case Type::F32: append_float<f32>(vector, at, key); break;
      case Type::F64: append_float<f64>(vector, at, key); break;
      case Type::Utf8: append_text(vector, at, key); break;
      default: {
        const u32 width = width_of(types_[i]);
        key.append(vector.values<char>() + std::size_t{at} * width, width);
      }
    }
  }
}

u32 JoinKeys::add(const std::string& key) {
  auto [place, fresh] = groups_.try_emplace(key, size());
  if (fresh) bytes_ += kEntryBytes + key.size();
  return place->second;
}

u32 JoinKeys::find(const std::string& key) const {
  auto place = groups_.find(key);
  return place == groups_.end() ? kNone : place->second;
}

}  // namespace spillway
