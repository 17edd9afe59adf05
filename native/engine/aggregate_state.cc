// Merging states part by part.
#include "engine/aggregate_state.h"

#include <algorithm>

#include "engine/pair_real.h"
#include "kernels/aggregate.h"

namespace spillway {

u32 part_bytes(PartKind kind) {
  switch (kind) {
    case PartKind::Count:
    case PartKind::SumNarrow:
    case PartKind::ProductNarrow:
    case PartKind::Maximum: return 8;
    case PartKind::SumWide:
    case PartKind::SumUnsigned:
    case PartKind::ProductWide:
    case PartKind::SumReal: return 16;
    case PartKind::Moments: return sizeof(RealMoments);
    case PartKind::Comoments: return sizeof(RealComoments);
    case PartKind::FirstWord:
    case PartKind::LastWord:
    case PartKind::Result: return sizeof(WordAt);
    case PartKind::LeastText:
    case PartKind::MostText:
    case PartKind::FirstText:
    case PartKind::LastText: return sizeof(TextAt);
  }
  return 0;
}

namespace {

RealSum sum_of(PairReal p) { return {p.high, p.low}; }
PairReal pair_of(const RealSum& s) { return {s.high, s.low}; }

void merge_real(RealSum& into, const RealSum& from) {
  const f64 plain = into.high + from.high;
  into = std::isfinite(plain) ? sum_of(pair_of(into) + pair_of(from)) : RealSum{plain, 0};
}

// Sums about another origin: with every difference longer by `shift`.
void merge_moments(RealMoments& into, const RealMoments& from) {
  if (from.count == 0) return;
  if (into.count == 0) {
    into = from;
    return;
  }
  const PairReal shift = two_sum(from.origin, -into.origin);
  const PairReal n(static_cast<f64>(from.count)), first = pair_of(from.first);
  into.first = sum_of(pair_of(into.first) + (first + n * shift));
  into.second = sum_of(pair_of(into.second) + (pair_of(from.second) + (PairReal(2) * first + n * shift) * shift));
  into.count += from.count;
}

void merge_comoments(RealComoments& into, const RealComoments& from) {
  if (from.count == 0) return;
  if (into.count == 0) {
    into = from;
    return;
  }
  const PairReal dx = two_sum(from.origin_x, -into.origin_x), dy = two_sum(from.origin_y, -into.origin_y);
  const PairReal n(static_cast<f64>(from.count)), x = pair_of(from.x), y = pair_of(from.y);
  into.xx = sum_of(pair_of(into.xx) + (pair_of(from.xx) + (PairReal(2) * x + n * dx) * dx));
  into.yy = sum_of(pair_of(into.yy) + (pair_of(from.yy) + (PairReal(2) * y + n * dy) * dy));
  into.xy = sum_of(pair_of(into.xy) + (pair_of(from.xy) + (x * dy + (y + n * dy) * dx)));
  into.x = sum_of(pair_of(into.x) + (x + n * dx));
  into.y = sum_of(pair_of(into.y) + (y + n * dy));
  into.count += from.count;
}

void merge_wide(i128& into, const i128& from) {
  u128 a, b;
  std::memcpy(&a, &into, 16);
  std::memcpy(&b, &from, 16);
  a += b;
  std::memcpy(&into, &a, 16);
}

// The bytes are not to be overwritten by the next text.
void take_text(TextAt& into, const TextAt& from, Arena* texts) {
  into.position = from.position;
  into.capacity = 0;
  into.own = nullptr;
  into.text = texts == nullptr ? from.text : texts->copy(from.text);
}

void merge_text(PartKind kind, TextAt& into, const TextAt& from, Arena* texts) {
  if (from.position == 0) return;
  bool better = into.position == 0;
  if (!better) {
    switch (kind) {
      case PartKind::LeastText: better = from.text.text() < into.text.text(); break;
      case PartKind::MostText: better = from.text.text() > into.text.text(); break;
      case PartKind::FirstText: better = from.position < into.position; break;
      default: better = from.position > into.position; break;
    }
  }
  if (better) take_text(into, from, texts);
}

void merge_part(PartKind kind, u8* into, const u8* from, Arena* texts) {
  switch (kind) {
    case PartKind::Count:
    case PartKind::SumNarrow:
    case PartKind::ProductNarrow: *reinterpret_cast<u64*>(into) += *reinterpret_cast<const u64*>(from); break;
    case PartKind::Maximum:
      *reinterpret_cast<u64*>(into) = std::max(*reinterpret_cast<u64*>(into), *reinterpret_cast<const u64*>(from));
      break;
    case PartKind::SumWide:
    case PartKind::SumUnsigned:
    case PartKind::ProductWide: {
      i128 a, b;
      std::memcpy(&a, into, 16);
      std::memcpy(&b, from, 16);
      merge_wide(a, b);
      std::memcpy(into, &a, 16);
      break;
    }
    case PartKind::SumReal:
      merge_real(*reinterpret_cast<RealSum*>(into), *reinterpret_cast<const RealSum*>(from));
      break;
    case PartKind::Moments:
      merge_moments(*reinterpret_cast<RealMoments*>(into), *reinterpret_cast<const RealMoments*>(from));
      break;
    case PartKind::Comoments:
      merge_comoments(*reinterpret_cast<RealComoments*>(into), *reinterpret_cast<const RealComoments*>(from));
      break;
    case PartKind::FirstWord:
    case PartKind::LastWord:
    case PartKind::Result: {
      auto& a = *reinterpret_cast<WordAt*>(into);
      const auto& b = *reinterpret_cast<const WordAt*>(from);
      const bool later = b.position > a.position;
      if (b.position != 0 && (a.position == 0 || later == (kind != PartKind::FirstWord))) a = b;
      break;
    }
    case PartKind::LeastText:
    case PartKind::MostText:
    case PartKind::FirstText:
    case PartKind::LastText:
      merge_text(kind, *reinterpret_cast<TextAt*>(into), *reinterpret_cast<const TextAt*>(from), texts);
      break;
  }
}

}  // namespace

void merge_states(const AggregatePlan& plan, u8* base, u64 stride, const u32* group, const u8* const* from, u32 n,
                  Arena* texts, i32 stream) {
  for (const Part& part : plan.parts) {
    if (stream != kAllParts && part.stream != stream) continue;
    for (u32 i = 0; i < n; ++i)
      merge_part(part.kind, base + group[i] * stride + part.offset, from[i] + part.offset, texts);
  }
}

}  // namespace spillway
