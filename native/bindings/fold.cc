// Folds outside of queries: states merged, and updated with columns of JavaScript's typed arrays, on its thread.
#include "bindings/column_view.h"
#include "bindings/exports.h"
#include "bindings/guard.h"
#include "engine/block_reader.h"
#include "engine/fold_state.h"

namespace spillway::bindings {
namespace {

struct GivenFold {
  FoldDescription description;
  std::vector<ColumnFacts> arguments;

  std::unique_ptr<FoldState> load(const Napi::Value& state) {
    const Bytes bytes = bytes_of(state);
    description.initial.assign(bytes.data, bytes.data + bytes.size);
    return make_fold(description, arguments);
  }
};

// (name, typeIds, params, …)
GivenFold read_fold(const Napi::CallbackInfo& info) {
  GivenFold fold;
  fold.description.name = info[0].ToString().Utf8Value();
  Napi::Array types = info[1].As<Napi::Array>();
  for (u32 i = 0; i < types.Length(); ++i) {
    const u32 id = types.Get(i).ToNumber().Uint32Value();
    if (id >= kTypeCount) throw Error(ErrorCode::Format, "no type has the number " + std::to_string(id));
    fold.arguments.emplace_back().type = static_cast<Type>(id);
    fold.description.arguments.push_back(i);
  }
  Napi::Array parameters = info[2].As<Napi::Array>();
  for (u32 i = 0; i < parameters.Length(); ++i) {
    fold.description.parameters.push_back(parameters.Get(i).ToNumber().DoubleValue());
  }
  return fold;
}

Napi::Value save(Napi::Env env, const FoldState& state) {
  format::Bytes bytes;
  state.save(bytes);
  Napi::Uint8Array saved = Napi::Uint8Array::New(env, bytes.size());
  if (!bytes.empty()) std::memcpy(saved.Data(), bytes.data(), bytes.size());
  return saved;
}

// (name, typeIds, params, a, b) → the state of both
Napi::Value merge_folds(const Napi::CallbackInfo& info) {
  GivenFold fold = read_fold(info);
  const std::unique_ptr<FoldState> a = fold.load(info[3]);
  const std::unique_ptr<FoldState> b = fold.load(info[4]);
  a->merge(*b);
  return save(info.Env(), *a);
}

// (name, typeIds, params, state, firstRow, rows, columns) → the state with these rows
Napi::Value update_fold(const Napi::CallbackInfo& info) {
  GivenFold fold = read_fold(info);
  const std::unique_ptr<FoldState> state = fold.load(info[3]);
  auto block = std::make_shared<Block>();
  block->rows = info[5].ToNumber().Uint32Value();
  Napi::Array given = info[6].As<Napi::Array>();
  const u32 count = static_cast<u32>(fold.arguments.size());
  if (given.Length() != count) throw Error(ErrorCode::Argument, "a fold was given more or fewer columns than it has");
  for (u32 i = 0; i < count; ++i) {
    const FeedColumn column = read_feed_column(fold.arguments[i].type, given.Get(i).As<Napi::Array>());
    block->columns.push_back(copy_feed_column(column, block->rows, i));
  }
  BlockReader reader(fold.description.arguments);
  Morsel morsel;
  morsel.first = static_cast<u64>(info[4].ToNumber().DoubleValue());
  morsel.last = morsel.first + block->rows;
  morsel.payload = block;
  reader.open(morsel);
  std::vector<Vector> columns(count);
  while (const u32 rows = reader.next()) {
    for (u32 i = 0; i < count; ++i) columns[i] = reader.column(i);
    Chunk chunk;
    chunk.rows = chunk.selected = rows;
    chunk.column_count = count;
    chunk.columns = columns.data();
    chunk.first_row = reader.row();
    state->update(chunk, columns.data());
  }
  return save(info.Env(), *state);
}

}  // namespace

void export_fold(Napi::Env env, Napi::Object exports) {
  export_function<merge_folds>(env, exports, "mergeFolds");
  export_function<update_fold>(env, exports, "updateFold");
}

}  // namespace spillway::bindings
