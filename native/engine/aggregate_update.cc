// Adding a batch's values to states: lanes formed once, then one loop per part over rows that stay in the cache.
#include <algorithm>

#include "engine/aggregate_batch.h"
#include "kernels/aggregate.h"
#include "kernels/group.h"

namespace spillway {
namespace {

// Rows between which every part is updated, so that their states are still in the first cache.
constexpr u32 kBlockRows = 512;

void add_once(std::vector<u32>& list, u32 value) {
  if (std::find(list.begin(), list.end(), value) == list.end()) list.push_back(value);
}

bool uses_second_lane(PartKind kind) {
  return kind == PartKind::ProductNarrow || kind == PartKind::ProductWide || kind == PartKind::Comoments;
}

}  // namespace

StateUpdater::StateUpdater(const AggregatePlan& plan)
    : plan_(plan),
      sets_(plan.row_sets.size()),
      lanes_(plan.lanes.size()),
      used_lanes_(plan.streams.size() + 1),
      used_sets_(plan.streams.size() + 1) {
  for (const Part& part : plan.parts) {
    if (part.kind == PartKind::Result) continue;
    const std::size_t feed = static_cast<std::size_t>(part.stream + 1);
    add_once(used_sets_[feed], part.row_set);
    if (part.kind == PartKind::Count) continue;
    add_once(used_lanes_[feed], part.lane);
    if (uses_second_lane(part.kind)) add_once(used_lanes_[feed], part.lane2);
  }
}

// The rows that have all of a set's arguments.
void StateUpdater::narrow(const ArgumentBatch& batch, const UpdateTarget& target, u32 number) {
  RowSet& set = sets_[number];
  set.rows = batch.rows();
  set.index = nullptr;
  for (u32 argument : plan_.row_sets[number]) {
    const ArgumentColumn& column = batch.column(argument);
    if (column.valid == nullptr) continue;
    if (set.index == nullptr) {
      set.index = column.valid;
      set.rows = column.valid_count;
      continue;
    }
    std::vector<u16> both(kVectorRows);
    const auto end = std::set_intersection(set.index, set.index + set.rows, column.valid,
                                           column.valid + column.valid_count, both.begin());
    set.rows = static_cast<u32>(end - both.begin());
    set.index_storage = std::move(both);
    set.index = set.index_storage.data();
  }
  set.group = target.group;
  set.position = target.position;
  if (set.index == nullptr) return;
  set.group_storage.resize(kVectorRows);
  group_kernels().gather_groups(target.group, set.index, set.rows, set.group_storage.data());
  set.group = set.group_storage.data();
  if (target.position == nullptr) return;
  set.position_storage.resize(kVectorRows);
  group_kernels().gather_words(target.position, set.index, set.rows, set.position_storage.data());
  set.position = set.position_storage.data();
}

void StateUpdater::form_lane(const ArgumentBatch& batch, u32 number) {
  const GroupTable& kernels = group_kernels();
  const Lane& lane = plan_.lanes[number];
  const RowSet& set = sets_[lane.row_set];
  const ArgumentColumn& column = batch.column(lane.argument);
  const Type type = plan_.arguments[lane.argument].facts.type;
  LaneValues& values = lanes_[number];
  if (lane.form == LaneForm::Text) {
    values.texts = column.texts;
    if (set.index == nullptr) return;
    values.text_storage.resize(kVectorRows);
    for (u32 i = 0; i < set.rows; ++i) values.text_storage[i] = column.texts[set.index[i]];
    values.texts = values.text_storage.data();
    return;
  }
  values.words = column.words;
  const auto storage = [&] {
    values.storage.resize(kVectorRows);
    return values.storage.data();
  };
  if (set.index != nullptr) {
    kernels.gather_words(column.words, set.index, set.rows, storage());
    values.words = values.storage.data();
  }
  const u64* in = values.words;
  if (lane.form == LaneForm::Real && !is_float(type)) {
    u64* out = storage();
    for (u32 i = 0; i < set.rows; ++i) {
      const f64 real = type == Type::U64 ? static_cast<f64>(in[i]) : static_cast<f64>(static_cast<i64>(in[i]));
      std::memcpy(&out[i], &real, 8);
    }
    values.words = out;
  } else if (lane.form == LaneForm::Up || lane.form == LaneForm::Down) {
    const u64 flip = lane.form == LaneForm::Down ? ~u64{0} : 0;
    u64* out = storage();
    if (is_float(type)) {
      kernels.order_reals(reinterpret_cast<const f64*>(in), set.rows, flip, out);
    } else if (type == Type::U64) {
      kernels.order_unsigned(in, set.rows, flip, out);
    } else {
      kernels.order_integers(in, set.rows, flip, out);
    }
    values.words = out;
  }
}

void StateUpdater::update(const ArgumentBatch& batch, const UpdateTarget& target, i32 stream) {
  const std::size_t feed = static_cast<std::size_t>(stream + 1);
  if (batch.rows() == 0 || used_sets_[feed].empty()) return;
  for (u32 set : used_sets_[feed]) narrow(batch, target, set);
  for (u32 lane : used_lanes_[feed]) form_lane(batch, lane);
  const bool single = aggregate_kernels().single(target.group, batch.rows());
  const u32 step = single ? kVectorRows : kBlockRows;
  for (u32 begin = 0; begin < batch.rows(); begin += step) {
    for (const Part& part : plan_.parts) {
      if (part.stream != stream || part.kind == PartKind::Result) continue;
      const u32 rows = sets_[part.row_set].rows;
      if (begin < rows) update_part(part, target, begin, std::min(rows, begin + step), single);
    }
  }
}

void StateUpdater::update_part(const Part& part, const UpdateTarget& target, u32 begin, u32 end, bool single) {
  const AggregateTable& kernels = aggregate_kernels();
  const RowSet& set = sets_[part.row_set];
  const u32 n = end - begin;
  const u32* group = set.group + begin;
  u8* base = target.states + part.offset;
  const u64 stride = target.stride;
  const auto words = [&](u32 lane) { return lanes_[lane].words + begin; };
  const auto whole = [&](u32 lane) { return reinterpret_cast<const i64*>(words(lane)); };
  const auto real = [&](u32 lane) { return reinterpret_cast<const f64*>(words(lane)); };
  u8* one = base + group[0] * stride;
  switch (part.kind) {
    case PartKind::Count:
      if (single) {
        *reinterpret_cast<u64*>(one) += n;
      } else {
        kernels.count(base, stride, group, n);
      }
      break;
    case PartKind::SumNarrow:
      single ? kernels.one_sum_narrow(one, whole(part.lane), n)
             : kernels.sum_narrow(base, stride, group, whole(part.lane), n);
      break;
    case PartKind::SumWide:
      single ? kernels.one_sum_wide(one, whole(part.lane), n)
             : kernels.sum_wide(base, stride, group, whole(part.lane), n);
      break;
    case PartKind::SumUnsigned:
      single ? kernels.one_sum_unsigned(one, words(part.lane), n)
             : kernels.sum_unsigned(base, stride, group, words(part.lane), n);
      break;
    case PartKind::SumReal:
      single ? kernels.one_sum_real(one, real(part.lane), n)
             : kernels.sum_real(base, stride, group, real(part.lane), n);
      break;
    case PartKind::ProductNarrow:
      single ? kernels.one_product_narrow(one, whole(part.lane), whole(part.lane2), n)
             : kernels.product_narrow(base, stride, group, whole(part.lane), whole(part.lane2), n);
      break;
    case PartKind::ProductWide:
      single ? kernels.one_product_wide(one, whole(part.lane), whole(part.lane2), n)
             : kernels.product_wide(base, stride, group, whole(part.lane), whole(part.lane2), n);
      break;
    case PartKind::Moments:
      single ? kernels.one_moments(one, real(part.lane), n) : kernels.moments(base, stride, group, real(part.lane), n);
      break;
    case PartKind::Comoments:
      single ? kernels.one_comoments(one, real(part.lane), real(part.lane2), n)
             : kernels.comoments(base, stride, group, real(part.lane), real(part.lane2), n);
      break;
    case PartKind::Maximum:
      single ? kernels.one_maximum(one, words(part.lane), n)
             : kernels.maximum(base, stride, group, words(part.lane), n);
      break;
    case PartKind::FirstWord:
    case PartKind::LastWord: update_words(part, base, stride, set, begin, end); break;
    case PartKind::LeastText:
    case PartKind::MostText:
    case PartKind::FirstText:
    case PartKind::LastText: update_texts(part, base, stride, set, begin, end, *target.texts); break;
    case PartKind::Result: break;
  }
}

void StateUpdater::update_words(const Part& part, u8* base, u64 stride, const RowSet& set, u32 begin, u32 end) {
  const u64* values = lanes_[part.lane].words;
  const bool first = part.kind == PartKind::FirstWord;
  for (u32 i = begin; i < end; ++i) {
    auto* state = reinterpret_cast<WordAt*>(base + set.group[i] * stride);
    const u64 position = set.position[i] + 1;
    // Unset, 0, wraps round to the greatest.
    if (first ? position - 1 < state->position - 1 : position > state->position) *state = {position, values[i]};
  }
}

void StateUpdater::update_texts(const Part& part, u8* base, u64 stride, const RowSet& set, u32 begin, u32 end,
                                Arena& arena) {
  const StringView* values = lanes_[part.lane].texts;
  for (u32 i = begin; i < end; ++i) {
    auto* state = reinterpret_cast<TextAt*>(base + set.group[i] * stride);
    const StringView& text = values[i];
    const u64 position = set.position == nullptr ? 1 : set.position[i] + 1;
    bool better = state->position == 0;
    if (!better) {
      switch (part.kind) {
        case PartKind::LeastText: better = text.text() < state->text.text(); break;
        case PartKind::MostText: better = text.text() > state->text.text(); break;
        case PartKind::FirstText: better = position < state->position; break;
        default: better = position > state->position; break;
      }
    }
    if (!better) continue;
    state->position = position;
    if (text.is_inline()) {
      state->text = text;
      continue;
    }
    if (text.length > state->capacity) {
      state->capacity = (u64{text.length} + text.length / 2 + 7) & ~u64{7};
      state->own = arena.allocate(state->capacity);
    }
    std::memcpy(state->own, text.data(), text.length);
    state->text = StringView(state->own, text.length);
  }
}

}  // namespace spillway
