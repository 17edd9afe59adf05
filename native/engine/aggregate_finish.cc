// Results out of states: the last rounding, nulls for empty groups, the range check of integer sums.
#include <algorithm>
#include <limits>
#include <string>

#include "engine/aggregate_state.h"
#include "engine/pair_real.h"
#include "kernels/aggregate.h"

namespace spillway {
namespace {

u64 word_at(const u8* state) {
  u64 word;
  std::memcpy(&word, state, 8);
  return word;
}

template <class T>
T state_as(const u8* state) {
  T value;
  std::memcpy(&value, state, sizeof value);
  return value;
}

class Finisher {
 public:
  Finisher(const AggregatePlan& plan, const Output& output) : plan_(plan), output_(output) {}

  bool can_be_null() const {
    switch (output_.form) {
      case OutputForm::VarianceInteger:
      case OutputForm::VarianceReal:
      case OutputForm::CorrelationReal:
      case OutputForm::Word:
      case OutputForm::Result:
      case OutputForm::Text: return true;
      default: return output_.count >= 0;
    }
  }

  bool null(const u8* state) const {
    if (output_.count >= 0 && word_at(part(state, static_cast<u32>(output_.count))) == 0) return true;
    const u8* first = part(state, output_.parts[0]);
    switch (output_.form) {
      case OutputForm::VarianceInteger: return word_at(first) < 2;
      case OutputForm::VarianceReal: return state_as<RealMoments>(first).count < 2;
      case OutputForm::CorrelationReal: return state_as<RealComoments>(first).count == 0;
      case OutputForm::Word:
      case OutputForm::Result:
      case OutputForm::Text: return word_at(first) == 0;
      default: return false;
    }
  }

  f64 real(const u8* state) const {
    switch (output_.form) {
      case OutputForm::SumReal: return real_sum(state).value();
      case OutputForm::MeanReal: return mean_real(state);
      case OutputForm::MeanInteger:
        return static_cast<f64>(integer(state, 0)) / static_cast<f64>(word_at(part(state, output_.parts[1])));
      case OutputForm::VarianceInteger: return rooted(variance_integer(state));
      case OutputForm::VarianceReal: return rooted(variance_real(state));
      case OutputForm::CorrelationInteger: return correlation_integer(state);
      case OutputForm::CorrelationReal: return correlation_real(state);
      default: return 0;
    }
  }

  i64 whole(const u8* state) const {
    if (output_.form == OutputForm::Count) return static_cast<i64>(word_at(part(state, output_.parts[0])));
    const i128 sum = integer(state, 0);
    if (sum < std::numeric_limits<i64>::min() || sum > std::numeric_limits<i64>::max()) {
      throw Error(ErrorCode::Data, "a sum of integers is about " + std::to_string(static_cast<f64>(sum)) +
                                       ", which does not fit int64; cast the column to float64 before summing");
    }
    return static_cast<i64>(sum);
  }

  // The value whose order word is the maximum, back in its own bits.
  u64 extreme(const u8* state) const {
    u64 word = word_at(part(state, output_.parts[0]));
    if (output_.form == OutputForm::Least) word = ~word;
    const u64 sign = u64{1} << 63;
    if (output_.argument_type == Type::U64) return word;
    if (is_float(output_.argument_type)) return (word & sign) != 0 ? word ^ sign : ~word;
    return word ^ sign;
  }

  const u8* part(const u8* state, u32 number) const { return state + plan_.parts[number].offset; }

 private:
  f64 rooted(f64 variance) const { return output_.root ? std::sqrt(variance) : variance; }

  i128 integer(const u8* state, u32 index) const {
    const u8* at = part(state, output_.parts[index]);
    if (!output_.wide[index]) return static_cast<i64>(word_at(at));
    return state_as<i128>(at);
  }

  PairReal real_sum(const u8* state) const {
    const auto sum = state_as<RealSum>(part(state, output_.parts[0]));
    return {sum.high, sum.low};
  }

  f64 mean_real(const u8* state) const {
    const f64 n = static_cast<f64>(word_at(part(state, output_.parts[1])));
    const PairReal sum = real_sum(state);
    return sum.finite() ? (sum / PairReal(n)).value() : sum.high;
  }

  // n·Σxy − Σx·Σy, exactly where it fits.
  static PairReal spread(i128 n, i128 xy, i128 x, i128 y) {
    i128 a, b, difference;
    if (!__builtin_mul_overflow(n, xy, &a) && !__builtin_mul_overflow(x, y, &b) &&
        !__builtin_sub_overflow(a, b, &difference)) {
      return PairReal::of(difference);
    }
    return PairReal::of(n) * PairReal::of(xy) - PairReal::of(x) * PairReal::of(y);
  }

  static PairReal spread(f64 n, const RealSum& xy, const RealSum& x, const RealSum& y) {
    return PairReal(n) * PairReal(xy.high, xy.low) - PairReal(x.high, x.low) * PairReal(y.high, y.low);
  }

  f64 variance_integer(const u8* state) const {
    const f64 n = static_cast<f64>(word_at(part(state, output_.parts[0])));
    const i128 sum = integer(state, 1);
    const PairReal top = spread(static_cast<i128>(n), integer(state, 2), sum, sum);
    return std::max(0.0, (top / (PairReal(n) * PairReal(n - 1))).value());
  }

  f64 variance_real(const u8* state) const {
    const auto moments = state_as<RealMoments>(part(state, output_.parts[0]));
    const f64 n = static_cast<f64>(moments.count);
    const f64 variance =
        (spread(n, moments.second, moments.first, moments.first) / (PairReal(n) * PairReal(n - 1))).value();
    return variance < 0 ? 0 : variance;  // NaN stays
  }

  static f64 correlation(PairReal xy, PairReal xx, PairReal yy) {
    if (!(xx.high > 0) || !(yy.high > 0)) return std::numeric_limits<f64>::quiet_NaN();
    const f64 r = xy.value() / (std::sqrt(xx.value()) * std::sqrt(yy.value()));
    return r > 1 ? 1 : r < -1 ? -1 : r;
  }

  f64 correlation_integer(const u8* state) const {
    const i128 n = static_cast<i128>(word_at(part(state, static_cast<u32>(output_.count))));
    const i128 x = integer(state, 0), y = integer(state, 1);
    return correlation(spread(n, integer(state, 4), x, y), spread(n, integer(state, 2), x, x),
                       spread(n, integer(state, 3), y, y));
  }

  f64 correlation_real(const u8* state) const {
    const auto c = state_as<RealComoments>(part(state, output_.parts[0]));
    const f64 n = static_cast<f64>(c.count);
    return correlation(spread(n, c.xy, c.x, c.y), spread(n, c.xx, c.x, c.x), spread(n, c.yy, c.y, c.y));
  }

  const AggregatePlan& plan_;
  const Output& output_;
};

// A word (integer bits, or a double's for floats) as a value of the type.
void store_word(Type type, u64 word, u32 row, void* values) {
  switch (type) {
    case Type::Bool:
    case Type::I8:
    case Type::U8: static_cast<u8*>(values)[row] = static_cast<u8>(word); break;
    case Type::I16:
    case Type::U16: static_cast<u16*>(values)[row] = static_cast<u16>(word); break;
    case Type::I32:
    case Type::U32:
    case Type::Date:
    case Type::Utf8: static_cast<u32*>(values)[row] = static_cast<u32>(word); break;
    case Type::I64:
    case Type::U64:
    case Type::F64:
    case Type::Timestamp: static_cast<u64*>(values)[row] = word; break;
    case Type::F32: {
      f64 wide;
      std::memcpy(&wide, &word, 8);
      static_cast<f32*>(values)[row] = static_cast<f32>(wide);
      break;
    }
  }
}

}  // namespace

bool finish_output(const AggregatePlan& plan, u32 index, const u8* const* states, u32 rows, void* values,
                   u64* validity) {
  const Output& output = plan.outputs[index];
  const Finisher finisher(plan, output);
  std::fill(validity, validity + kVectorWords, ~u64{0});
  bool any_null = false;
  // `store` puts the result of state i in place; a null's place gets the type's zero.
  const auto each = [&](const auto& store, const auto& store_null) {
    if (!finisher.can_be_null()) {
      for (u32 i = 0; i < rows; ++i) store(i);
      return;
    }
    for (u32 i = 0; i < rows; ++i) {
      if (!finisher.null(states[i])) {
        store(i);
        continue;
      }
      validity[i / 64] &= ~(u64{1} << (i % 64));
      any_null = true;
      store_null(i);
    }
  };
  const auto no_word = [&](u32 i) { store_word(output.type, 0, i, values); };
  switch (output.form) {
    case OutputForm::Count:
    case OutputForm::SumInteger:
      each([&](u32 i) { store_word(output.type, static_cast<u64>(finisher.whole(states[i])), i, values); }, no_word);
      break;
    case OutputForm::Most:
    case OutputForm::Least:
      each([&](u32 i) { store_word(output.type, finisher.extreme(states[i]), i, values); }, no_word);
      break;
    case OutputForm::Word:
    case OutputForm::Result:
      each(
          [&](u32 i) {
            const auto word = state_as<WordAt>(finisher.part(states[i], output.parts[0]));
            store_word(output.type, word.value, i, values);
          },
          no_word);
      break;
    case OutputForm::Text: {
      auto* texts = static_cast<StringView*>(values);
      each([&](u32 i) { texts[i] = state_as<TextAt>(finisher.part(states[i], output.parts[0])).text; },
           [&](u32 i) { texts[i] = StringView(); });
      break;
    }
    default: {
      auto* reals = static_cast<f64*>(values);
      each([&](u32 i) { reals[i] = finisher.real(states[i]); }, [&](u32 i) { reals[i] = 0; });
      break;
    }
  }
  return any_null;
}

}  // namespace spillway
