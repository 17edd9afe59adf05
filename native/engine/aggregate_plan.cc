// Breaks aggregates into shared parts: sum, mean and count of one column are one sum and one count.
#include "engine/aggregate_plan.h"

#include <algorithm>

#include "engine/aggregate_state.h"

namespace spillway {
namespace {

// A group never has more rows than this, so that sums of values below 2^23 fit an i64.
constexpr u32 kRowBits = 40;

class Builder {
 public:
  Builder(AggregatePlan& plan, const std::vector<ColumnFacts>& inputs, bool grouped)
      : plan_(plan), inputs_(inputs), grouped_(grouped) {
    plan_.row_sets.emplace_back();
  }

  void add(const AggregateDescription& aggregate);

 private:
  u32 argument(u32 column);
  u32 row_set(std::vector<u32> arguments);
  u32 lane(u32 argument, LaneForm form, u32 row_set);
  u32 part(PartKind kind, u32 row_set, u32 lane = 0, u32 lane2 = 0);
  u32 stream(u32 argument, bool distinct, bool selects);
  u32 result_part(u32 stream, f64 p);
  // |value| never exceeds this; all ones when unknown.
  u64 bound(u32 argument) const;
  bool whole(u32 argument) const { return !is_float(plan_.arguments[argument].facts.type); }
  void add_sum(Output& output, u32 argument, u32 set, bool mean);
  void add_variance(Output& output, u32 argument, u32 set);
  void add_correlation(Output& output, u32 x, u32 y, u32 set);
  void add_extreme(Output& output, u32 argument, u32 set, bool most);
  static void check_type(const Output& output, const std::string& name);
  void add_end(Output& output, u32 argument, u32 set, bool first);
  u32 product(u32 x, u32 y, u32 set, bool& wide);
  u32 sum(u32 argument, u32 set, bool& wide);

  AggregatePlan& plan_;
  const std::vector<ColumnFacts>& inputs_;
  bool grouped_;
  i32 feeding_ = -1;  // the stream that new parts are fed by
};

u32 Builder::argument(u32 column) {
  if (column >= inputs_.size()) throw Error(ErrorCode::Internal, "an aggregate names a column that is not there");
  for (u32 i = 0; i < plan_.arguments.size(); ++i) {
    if (plan_.arguments[i].column == column) return i;
  }
  const ColumnFacts& facts = inputs_[column];
  plan_.arguments.push_back({column, facts, facts.type == Type::Utf8 && facts.dictionary == nullptr});
  return static_cast<u32>(plan_.arguments.size() - 1);
}

// Columns without nulls do not narrow a set.
u32 Builder::row_set(std::vector<u32> arguments) {
  std::erase_if(arguments, [&](u32 a) { return !plan_.arguments[a].facts.may_be_null; });
  std::sort(arguments.begin(), arguments.end());
  arguments.erase(std::unique(arguments.begin(), arguments.end()), arguments.end());
  const auto found = std::find(plan_.row_sets.begin(), plan_.row_sets.end(), arguments);
  if (found != plan_.row_sets.end()) return static_cast<u32>(found - plan_.row_sets.begin());
  plan_.row_sets.push_back(std::move(arguments));
  return static_cast<u32>(plan_.row_sets.size() - 1);
}

u32 Builder::lane(u32 argument, LaneForm form, u32 row_set) {
  for (u32 i = 0; i < plan_.lanes.size(); ++i) {
    const Lane& known = plan_.lanes[i];
    if (known.argument == argument && known.form == form && known.row_set == row_set) return i;
  }
  plan_.lanes.push_back({argument, form, row_set});
  return static_cast<u32>(plan_.lanes.size() - 1);
}

u32 Builder::part(PartKind kind, u32 row_set, u32 lane, u32 lane2) {
  for (u32 i = 0; i < plan_.parts.size(); ++i) {
    const Part& known = plan_.parts[i];
    if (kind != PartKind::Result && known.kind == kind && known.row_set == row_set && known.stream == feeding_ &&
        (kind == PartKind::Count || (known.lane == lane && known.lane2 == lane2))) {
      return i;
    }
  }
  Part part;
  part.kind = kind;
  part.offset = plan_.state_bytes;
  part.row_set = row_set;
  part.lane = lane;
  part.lane2 = lane2;
  part.stream = feeding_;
  plan_.state_bytes += part_bytes(kind);
  plan_.parts.push_back(part);
  return static_cast<u32>(plan_.parts.size() - 1);
}

u32 Builder::stream(u32 argument, bool distinct, bool selects) {
  for (u32 i = 0; i < plan_.streams.size(); ++i) {
    const ValueStream& known = plan_.streams[i];
    if (known.argument == argument && known.distinct == distinct && known.selects == selects) return i;
  }
  plan_.streams.push_back({argument, distinct, selects, {}});
  return static_cast<u32>(plan_.streams.size() - 1);
}

u32 Builder::result_part(u32 stream, f64 p) {
  for (const auto& [known, number] : plan_.streams[stream].quantiles) {
    if (known == p) return number;
  }
  const u32 number = part(PartKind::Result, 0);
  plan_.streams[stream].quantiles.emplace_back(p, number);
  return number;
}

u64 Builder::bound(u32 argument) const {
  const ColumnFacts& facts = plan_.arguments[argument].facts;
  if (facts.has_range) {
    const auto size = [](i64 v) { return v < 0 ? u64{0} - static_cast<u64>(v) : static_cast<u64>(v); };
    return std::max(size(facts.min), size(facts.max));
  }
  if (facts.type == Type::Bool) return 1;
  if (is_integer(facts.type) && width_of(facts.type) < 8) return u64{1} << (8 * width_of(facts.type));
  return ~u64{0};
}

u32 Builder::sum(u32 argument, u32 set, bool& wide) {
  const u32 values = lane(argument, LaneForm::Word, set);
  wide = bound(argument) >= u64{1} << (63 - kRowBits);
  if (!wide) return part(PartKind::SumNarrow, set, values);
  const bool unsigned_words = plan_.arguments[argument].facts.type == Type::U64;
  return part(unsigned_words ? PartKind::SumUnsigned : PartKind::SumWide, set, values);
}

u32 Builder::product(u32 x, u32 y, u32 set, bool& wide) {
  const u32 a = lane(x, LaneForm::Word, set), b = lane(y, LaneForm::Word, set);
  wide = static_cast<u128>(bound(x)) * bound(y) >= u128{1} << (63 - kRowBits);
  return part(wide ? PartKind::ProductWide : PartKind::ProductNarrow, set, a, b);
}

void Builder::add_sum(Output& output, u32 argument, u32 set, bool mean) {
  if (whole(argument)) {
    output.form = mean ? OutputForm::MeanInteger : OutputForm::SumInteger;
    output.parts[0] = sum(argument, set, output.wide[0]);
  } else {
    output.form = mean ? OutputForm::MeanReal : OutputForm::SumReal;
    output.parts[0] = part(PartKind::SumReal, set, lane(argument, LaneForm::Real, set));
  }
  if (mean) output.parts[1] = part(PartKind::Count, set);
}

void Builder::add_variance(Output& output, u32 argument, u32 set) {
  // Sums of squares of these stay below 2^126.
  if (whole(argument) && bound(argument) <= u64{1} << 43) {
    output.form = OutputForm::VarianceInteger;
    output.parts[0] = part(PartKind::Count, set);
    output.parts[1] = sum(argument, set, output.wide[1]);
    output.parts[2] = product(argument, argument, set, output.wide[2]);
  } else {
    output.form = OutputForm::VarianceReal;
    output.parts[0] = part(PartKind::Moments, set, lane(argument, LaneForm::Real, set));
  }
}

void Builder::add_correlation(Output& output, u32 x, u32 y, u32 set) {
  const u64 most = u64{1} << 43;
  if (whole(x) && whole(y) && bound(x) <= most && bound(y) <= most) {
    output.form = OutputForm::CorrelationInteger;
    output.parts[0] = sum(x, set, output.wide[0]);
    output.parts[1] = sum(y, set, output.wide[1]);
    output.parts[2] = product(x, x, set, output.wide[2]);
    output.parts[3] = product(y, y, set, output.wide[3]);
    output.parts[4] = product(x, y, set, output.wide[4]);
    output.count = static_cast<i32>(part(PartKind::Count, set));
  } else {
    output.form = OutputForm::CorrelationReal;
    output.parts[0] = part(PartKind::Comoments, set, lane(x, LaneForm::Real, set), lane(y, LaneForm::Real, set));
  }
}

void Builder::add_extreme(Output& output, u32 argument, u32 set, bool most) {
  const Argument& of = plan_.arguments[argument];
  if (of.facts.type == Type::Utf8) {  // codes have no order
    output.form = OutputForm::Text;
    output.parts[0] = part(most ? PartKind::MostText : PartKind::LeastText, set, lane(argument, LaneForm::Text, set));
    plan_.has_text = true;
    return;
  }
  output.form = most ? OutputForm::Most : OutputForm::Least;
  output.parts[0] = part(PartKind::Maximum, set, lane(argument, most ? LaneForm::Up : LaneForm::Down, set));
  output.facts = of.facts;
}

void Builder::add_end(Output& output, u32 argument, u32 set, bool first) {
  const Argument& of = plan_.arguments[argument];
  plan_.needs_positions = true;
  if (of.text) {
    output.form = OutputForm::Text;
    output.parts[0] = part(first ? PartKind::FirstText : PartKind::LastText, set, lane(argument, LaneForm::Text, set));
    plan_.has_text = true;
    return;
  }
  output.form = OutputForm::Word;
  output.parts[0] = part(first ? PartKind::FirstWord : PartKind::LastWord, set, lane(argument, LaneForm::Word, set));
  output.facts = of.facts;
}

// The plan's idea of the result must be what finishing writes.
void Builder::check_type(const Output& output, const std::string& name) {
  Type wanted = Type::F64;
  switch (output.form) {
    case OutputForm::Count:
    case OutputForm::SumInteger: wanted = Type::I64; break;
    case OutputForm::Most:
    case OutputForm::Least:
    case OutputForm::Word: wanted = output.argument_type; break;
    case OutputForm::Text: wanted = Type::Utf8; break;
    default: break;
  }
  if (output.type != wanted) throw Error(ErrorCode::Internal, "aggregate " + name + " has another type of result");
}

void Builder::add(const AggregateDescription& aggregate) {
  const std::string& name = aggregate.name;
  Output output;
  output.type = aggregate.result;
  const auto wants = [&](std::size_t count) {
    if (aggregate.arguments.size() != count)
      throw Error(ErrorCode::Internal,
                  "aggregate " + name + " does not take " + std::to_string(aggregate.arguments.size()) + " arguments");
  };
  if (name == "countAll") {
    wants(0);
    output.parts[0] = part(PartKind::Count, 0);
    output.facts.type = output.type;
    output.facts.may_be_null = false;
    plan_.outputs.push_back(output);
    return;
  }
  wants(name == "corr" ? 2 : 1);
  const u32 x = argument(aggregate.arguments[0]);
  output.argument_type = plan_.arguments[x].facts.type;
  u32 set = row_set({x});
  // Which of several equal values is taken does not change these.
  const bool insensitive =
      name == "min" || name == "max" || name == "first" || name == "last" || name == "any" || name == "all";
  const bool distinct = name == "nDistinct" || (aggregate.distinct && !insensitive);
  if (distinct && name == "corr") throw Error(ErrorCode::Unsupported, "corr of distinct pairs is not supported");
  const bool quantile = name == "median" || name == "quantile";
  const bool numeric = output.argument_type != Type::Utf8 && output.argument_type != Type::Date &&
                       output.argument_type != Type::Timestamp;
  const bool needs_numbers =
      quantile || name == "sum" || name == "mean" || name == "variance" || name == "sd" || name == "corr";
  if (needs_numbers && !numeric) throw Error(ErrorCode::Internal, "aggregate " + name + " takes numbers only");
  if (distinct && !quantile) feeding_ = static_cast<i32>(stream(x, true, false));
  bool counted = false;  // the result is a count, or tells null by itself
  if (name == "count" || name == "nDistinct") {
    output.parts[0] = part(PartKind::Count, set);
    counted = true;
  } else if (name == "sum" || name == "mean") {
    add_sum(output, x, set, name == "mean");
  } else if (name == "variance" || name == "sd") {
    add_variance(output, x, set);
    output.root = name == "sd";
    counted = true;
  } else if (name == "corr") {
    const u32 y = argument(aggregate.arguments[1]);
    set = row_set({x, y});
    add_correlation(output, x, y, set);
    counted = true;
  } else if (name == "min" || name == "all") {
    add_extreme(output, x, set, false);
  } else if (name == "max" || name == "any") {
    add_extreme(output, x, set, true);
  } else if (name == "first" || name == "last") {
    add_end(output, x, set, name == "first");
    counted = true;
  } else if (quantile) {
    if (name == "quantile" && aggregate.parameters.size() != 1)
      throw Error(ErrorCode::Internal, "aggregate quantile takes one parameter");
    const f64 p = name == "median" ? 0.5 : aggregate.parameters[0];
    if (!(p >= 0 && p <= 1)) throw Error(ErrorCode::Argument, "a quantile's p must lie between 0 and 1");
    output.form = OutputForm::Result;
    output.parts[0] = result_part(stream(x, distinct, true), p);
    counted = true;
  } else {
    throw Error(ErrorCode::Internal, "no aggregate is called " + name);
  }
  const bool text_tells = output.form == OutputForm::Text;
  const bool may_be_empty = set != 0 || !grouped_;
  if (!counted && !text_tells && may_be_empty) output.count = static_cast<i32>(part(PartKind::Count, set));
  feeding_ = -1;
  check_type(output, name);
  output.facts.type = output.type;
  const bool is_count = output.form == OutputForm::Count;
  output.facts.may_be_null = !is_count && (may_be_empty || name == "variance" || name == "sd");
  plan_.outputs.push_back(output);
}

}  // namespace

AggregatePlan AggregatePlan::make(const SinkDescription& description, const std::vector<ColumnFacts>& inputs) {
  AggregatePlan plan;
  Builder builder(plan, inputs, description.key_count > 0);
  for (const AggregateDescription& aggregate : description.aggregates) builder.add(aggregate);
  return plan;
}

}  // namespace spillway
