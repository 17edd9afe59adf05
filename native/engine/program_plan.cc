// Compiles a description: equal steps once, steps in the order the filters need them, buffers reused when dead.
#include "engine/program_plan.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "engine/program_facts.h"

namespace spillway {
namespace {

constexpr u32 kForever = ~u32{0};

Error malformed(const std::string& what) { return Error(ErrorCode::Internal, "a program is malformed: " + what); }

class Planner {
 public:
  Planner(ProgramPlan& plan, const std::vector<ColumnFacts>& inputs) : plan_(plan), inputs_(inputs) {}

  void run() {
    declare_registers();
    store_constants();
    merge_equal_instructions();
    order_steps();
    assign_slots();
    describe_filters();
    plan_.facts = program_facts(plan_, inputs_);
  }

 private:
  const std::vector<Instruction>& instructions() const { return plan_.description.instructions; }
  bool is_filter(u32 i) const { return instructions()[i].operation == "filter"; }

  void declare_registers() {
    const ProgramDescription& d = plan_.description;
    plan_.constants_begin = static_cast<u32>(d.inputs.size());
    plan_.results_begin = plan_.constants_begin + static_cast<u32>(d.constants.size());
    plan_.register_types = d.inputs;
    for (const Constant& constant : d.constants) plan_.register_types.push_back(constant.type);
    for (const Instruction& instruction : d.instructions) {
      const u32 next = plan_.register_count();
      for (const u32 argument : instruction.arguments) {
        if (argument >= next) throw malformed("an operand is used before it is computed");
      }
      plan_.register_types.push_back(instruction.result);
    }
    if (inputs_.size() != d.inputs.size()) throw malformed("the inputs are not the source's columns");
    for (const u32 output : d.outputs) {
      if (output >= plan_.register_count()) throw malformed("an output is no register");
    }
  }

  void store_constants() {
    const std::vector<Constant>& constants = plan_.description.constants;
    plan_.constants.resize(constants.size());
    plan_.constant_texts.resize(constants.size());
    plan_.constant_values.resize(constants.size());
    static constexpr u64 kNull = 0;
    for (std::size_t i = 0; i < constants.size(); ++i) {
      const Constant& constant = constants[i];
      Vector& v = plan_.constants[i];
      v.type = constant.type;
      v.constant = true;
      if (constant.null) v.validity = &kNull;
      if (constant.type == Type::Utf8) {
        plan_.constant_texts[i] = StringView(constant.text);
        v.data = &plan_.constant_texts[i];
        continue;
      }
      if (constant.type == Type::F64) {
        std::memcpy(&plan_.constant_values[i], &constant.real, 8);
      } else if (constant.type == Type::F32) {
        const f32 narrow = static_cast<f32>(constant.real);
        std::memcpy(&plan_.constant_values[i], &narrow, 4);
      } else {
        std::memcpy(&plan_.constant_values[i], &constant.integer, 8);  // little-endian: the low bytes come first
      }
      v.data = &plan_.constant_values[i];
    }
  }

  // replaced_[r]: the first register that computes the same.
  void merge_equal_instructions() {
    replaced_.resize(plan_.register_count());
    for (u32 r = 0; r < plan_.results_begin; ++r) replaced_[r] = r;
    using Key = std::tuple<std::string, Type, std::vector<u32>, std::vector<i64>>;
    std::map<Key, u32> seen;
    for (u32 i = 0; i < instructions().size(); ++i) {
      const u32 r = plan_.results_begin + i;
      if (is_filter(i)) {
        replaced_[r] = r;
        continue;
      }
      const Instruction& instruction = instructions()[i];
      replaced_[r] =
          seen.try_emplace(Key{instruction.operation, instruction.result, arguments_of(i), instruction.parameters}, r)
              .first->second;
    }
    for (const u32 output : plan_.description.outputs) plan_.outputs.push_back(replaced_[output]);
  }

  std::vector<u32> arguments_of(u32 i) const {
    std::vector<u32> arguments;
    for (const u32 argument : instructions()[i].arguments) arguments.push_back(replaced_[argument]);
    return arguments;
  }

  // Filters in their order, each preceded by what it needs and no more; then what the outputs need.
  void order_steps() {
    placed_.assign(plan_.register_count(), false);
    for (u32 i = 0; i < instructions().size(); ++i) {
      if (!is_filter(i)) continue;
      const std::vector<u32> arguments = arguments_of(i);
      if (arguments.size() != 1 || plan_.register_types[arguments[0]] != Type::Bool) {
        throw malformed("a filter takes one bool");
      }
      place(arguments[0]);
      Step step;
      step.is_filter = true;
      step.instruction = i;
      step.arguments = arguments;
      plan_.steps.push_back(std::move(step));
    }
    for (const u32 output : plan_.outputs) {
      if (output >= plan_.results_begin && is_filter(output - plan_.results_begin)) {
        throw malformed("a filter's register is used as a value");
      }
      place(output);
    }
  }

  // Depth first without recursion: expressions may be deep.
  void place(u32 wanted) {
    std::vector<u32> open{wanted};
    while (!open.empty()) {
      const u32 r = open.back();
      if (r < plan_.results_begin || placed_[r]) {
        open.pop_back();
        continue;
      }
      const u32 i = r - plan_.results_begin;
      if (is_filter(i)) throw malformed("a filter's register is used as a value");
      const std::vector<u32> arguments = arguments_of(i);
      bool ready = true;
      for (auto a = arguments.rbegin(); a != arguments.rend(); ++a) {
        if (*a < plan_.results_begin || placed_[*a]) continue;
        open.push_back(*a);
        ready = false;
      }
      if (!ready) continue;
      open.pop_back();
      placed_[r] = true;
      plan_.steps.push_back(make_step(i, r, arguments));
    }
  }

  Step make_step(u32 i, u32 r, const std::vector<u32>& arguments) const {
    Step step;
    step.instruction = i;
    step.result = r;
    step.type = instructions()[i].result;
    step.arguments = arguments;
    std::vector<Type> types;
    for (const u32 argument : arguments) types.push_back(plan_.register_types[argument]);
    step.operation = resolve_operation(instructions()[i], types);
    step.memo = make_memo(step);
    return step;
  }

  // One text register varies, the rest are constants of the program.
  std::shared_ptr<Memo> make_memo(const Step& step) const {
    u32 column = kForever;
    std::vector<Vector> operands(step.arguments.size());
    std::vector<bool> varying(step.arguments.size());
    for (std::size_t a = 0; a < step.arguments.size(); ++a) {
      const u32 r = step.arguments[a];
      if (plan_.is_constant(r)) {
        operands[a] = plan_.constants[r - plan_.constants_begin];
      } else if ((column == kForever || column == r) && plan_.register_types[r] == Type::Utf8) {
        column = r;
        varying[a] = true;
      } else {
        return nullptr;
      }
    }
    if (column == kForever) return nullptr;
    return std::make_shared<Memo>(step.operation, step.type, std::move(operands), std::move(varying));
  }

  void assign_slots() {
    const u32 end = static_cast<u32>(plan_.steps.size());
    last_use_.assign(plan_.register_count(), 0);
    for (u32 s = 0; s < end; ++s) {
      for (const u32 argument : plan_.steps[s].arguments) last_use_[argument] = s;
    }
    for (const u32 output : plan_.outputs) last_use_[output] = kForever;
    std::vector<std::vector<u32>> ending(end);
    std::map<u32, std::vector<u32>> spare;  // by width; the one freed last is the one still in the cache
    for (u32 s = 0; s < end; ++s) {
      Step& step = plan_.steps[s];
      if (!step.is_filter) {
        const u32 width = width_of(step.type);
        std::vector<u32>& free = spare[width];
        if (free.empty()) {
          free.push_back(static_cast<u32>(plan_.slot_widths.size()));
          plan_.slot_widths.push_back(width);
        }
        step.slot = free.back();
        free.pop_back();
        const u32 last = std::max(last_use_[step.result], s);
        if (last < end) ending[last].push_back(step.slot);
      }
      for (const u32 slot : ending[s]) spare[plan_.slot_widths[slot]].push_back(slot);
    }
  }

  void describe_filters() {
    for (u32 s = 0; s < plan_.steps.size(); ++s) {
      Step& filter = plan_.steps[s];
      if (!filter.is_filter) continue;
      std::vector<bool> counted(plan_.register_count());
      const auto count = [&](u32 r) {
        if (plan_.is_constant(r) || counted[r]) return;
        counted[r] = true;
        filter.later_columns += 1;
      };
      for (u32 t = 0; t < s; ++t) {
        const Step& earlier = plan_.steps[t];
        if (earlier.is_filter || last_use_[earlier.result] <= s) continue;
        filter.live.push_back(earlier.result);
        count(earlier.result);
      }
      for (u32 t = s + 1; t < plan_.steps.size(); ++t) {
        filter.later_cost += plan_.steps[t].is_filter ? 0 : plan_.steps[t].operation.cost;
        for (const u32 argument : plan_.steps[t].arguments) {
          if (plan_.is_source(argument)) count(argument);
        }
      }
      for (const u32 output : plan_.outputs) {
        if (plan_.is_source(output)) count(output);
      }
    }
  }

  ProgramPlan& plan_;
  const std::vector<ColumnFacts>& inputs_;
  std::vector<u32> replaced_;
  std::vector<bool> placed_;
  std::vector<u32> last_use_;
};

class CompiledProgram final : public Program {
 public:
  explicit CompiledProgram(std::shared_ptr<const ProgramPlan> plan) : plan_(std::move(plan)) {}
  const std::vector<ColumnFacts>& outputs() const override { return plan_->facts; }
  std::unique_ptr<ProgramState> make_state() const override { return make_interpreter(plan_); }

 private:
  std::shared_ptr<const ProgramPlan> plan_;
};

}  // namespace

std::shared_ptr<const ProgramPlan> plan_program(ProgramDescription description,
                                                const std::vector<ColumnFacts>& inputs) {
  auto plan = std::make_shared<ProgramPlan>();
  plan->description = std::move(description);
  Planner(*plan, inputs).run();
  return plan;
}

std::shared_ptr<const Program> Program::compile(ProgramDescription description,
                                                const std::vector<ColumnFacts>& inputs) {
  return std::make_shared<CompiledProgram>(plan_program(std::move(description), inputs));
}

}  // namespace spillway
