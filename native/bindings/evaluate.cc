// Constants folded by the very kernels that run queries: a program over one row without columns.
#include "bindings/constant.h"
#include "bindings/exports.h"
#include "bindings/guard.h"
#include "engine/program.h"

namespace spillway::bindings {
namespace {

class OneRow final : public MorselReader {
 public:
  void open(const Morsel&) override {}
  u32 next() override { return 1; }
  const Vector& column(u32) override { throw Error(ErrorCode::Internal, "a constant expression asked for a column"); }
  u64 row() const override { return 0; }
};

template <class T>
T first(const Vector& vector) {
  return vector.values<T>()[0];
}

Napi::Value to_js_value(Napi::Env env, const Vector& vector) {
  if (!vector.valid(0)) return env.Null();
  switch (vector.type) {
    case Type::Bool: return Napi::Boolean::New(env, first<u8>(vector) != 0);
    case Type::I8: return Napi::Number::New(env, first<i8>(vector));
    case Type::I16: return Napi::Number::New(env, first<i16>(vector));
    case Type::I32:
    case Type::Date: return Napi::Number::New(env, first<i32>(vector));
    case Type::U8: return Napi::Number::New(env, first<u8>(vector));
    case Type::U16: return Napi::Number::New(env, first<u16>(vector));
    case Type::U32: return Napi::Number::New(env, first<u32>(vector));
    case Type::I64:
    case Type::Timestamp: return Napi::BigInt::New(env, static_cast<int64_t>(first<i64>(vector)));
    case Type::U64: return Napi::BigInt::New(env, static_cast<uint64_t>(first<u64>(vector)));
    case Type::F32: return Napi::Number::New(env, first<f32>(vector));
    case Type::F64: return Napi::Number::New(env, first<f64>(vector));
    case Type::Utf8: {
      StringView text =
          vector.dictionary == nullptr ? first<StringView>(vector) : vector.dictionary->entries()[first<u32>(vector)];
      return Napi::String::New(env, text.data(), text.length);
    }
  }
  return env.Null();
}

// (operation, constants, parameters, result type, label) → value
Napi::Value evaluate(const Napi::CallbackInfo& info) {
  ProgramDescription program;
  Instruction instruction;
  instruction.operation = info[0].ToString().Utf8Value();
  Napi::Array constants = info[1].As<Napi::Array>();
  for (u32 i = 0; i < constants.Length(); ++i) {
    program.constants.push_back(read_constant(constants.Get(i).As<Napi::Array>()));
    instruction.arguments.push_back(i);
  }
  Napi::Array parameters = info[2].As<Napi::Array>();
  for (u32 i = 0; i < parameters.Length(); ++i)
    instruction.parameters.push_back(parameters.Get(i).ToNumber().Int64Value());
  instruction.result = read_type(info[3]);
  instruction.label = info[4].ToString().Utf8Value();
  program.outputs.push_back(constants.Length());
  program.instructions.push_back(std::move(instruction));
  std::shared_ptr<const Program> compiled = Program::compile(std::move(program), {});
  std::unique_ptr<ProgramState> state = compiled->make_state();
  OneRow row;
  const Chunk& chunk = state->run(row, row.next());
  return to_js_value(info.Env(), chunk.columns[0]);
}

Napi::Value operation_list(const Napi::CallbackInfo& info) {
  std::vector<std::string> names = operation_names();
  Napi::Array list = Napi::Array::New(info.Env(), names.size());
  for (u32 i = 0; i < names.size(); ++i) list.Set(i, names[i]);
  return list;
}

}  // namespace

void export_evaluate(Napi::Env env, Napi::Object exports) {
  export_function<evaluate>(env, exports, "evaluate");
  export_function<operation_list>(env, exports, "operationNames");
}

}  // namespace spillway::bindings
