// Matrices on disk as JavaScript asks for them: opened, single cells, and tasks for everything long.
#include "bindings/column_view.h"
#include "bindings/exports.h"
#include "bindings/handle.h"
#include "bindings/raw_batch.h"
#include "bindings/task.h"
#include "neighbors/matrix_cells.h"
#include "neighbors/matrix_points.h"
#include "neighbors/matrix_work.h"

namespace spillway::bindings {
namespace {

u64 whole(const Napi::Value& value) {
  const f64 number = value.ToNumber().DoubleValue();
  if (!(number >= 0 && number <= 9007199254740991.0)) {
    throw Error(ErrorCode::Argument, "a number that counts no rows, columns or bytes");
  }
  return static_cast<u64>(number);
}

std::shared_ptr<MatrixFile> unwrap_matrix(const Napi::Value& value) { return unwrap_as<MatrixFile>(value, "a matrix"); }

// (paths, { type, totalRows, … }, writable)
Napi::Value open_matrix(const Napi::CallbackInfo& info) {
  Napi::Array given = info[0].As<Napi::Array>();
  std::vector<std::string> paths;
  for (u32 i = 0; i < given.Length(); ++i) paths.push_back(given.Get(i).ToString().Utf8Value());
  Napi::Object from = info[1].As<Napi::Object>();
  MatrixShape shape;
  shape.type = static_cast<CellType>(from.Get("type").ToNumber().Uint32Value());
  shape.total_rows = whole(from.Get("totalRows"));
  shape.total_columns = whole(from.Get("totalColumns"));
  shape.first_row = whole(from.Get("firstRow"));
  shape.rows = whole(from.Get("rows"));
  shape.first_column = whole(from.Get("firstColumn"));
  shape.columns = whole(from.Get("columns"));
  shape.separated = from.Get("separated").ToBoolean().Value();
  return wrap_handle(info.Env(), std::make_shared<MatrixFile>(std::move(paths), shape, info[2].ToBoolean().Value()));
}

// (matrix) → points
Napi::Value matrix_points(const Napi::CallbackInfo& info) {
  return wrap_handle(info.Env(), std::make_shared<MatrixPoints>(unwrap_matrix(info[0])));
}

// (matrix, row, column) → number, null when missing
Napi::Value matrix_cell(const Napi::CallbackInfo& info) {
  const std::shared_ptr<MatrixFile> file = unwrap_matrix(info[0]);
  const MatrixBlock block{whole(info[1]), 1, whole(info[2]), 1, {}, true};
  check_block(*file, block);
  return with_cell(file->type(), [&](auto* typed) -> Napi::Value {
    std::remove_pointer_t<decltype(typed)> cell;
    file->read(block.first_column, block.first_row, 1, &cell);
    if (is_missing(cell)) return info.Env().Null();
    return Napi::Number::New(info.Env(), static_cast<f64>(cell));
  });
}

// (matrix, row, column, number or null) → whether the type can hold it
Napi::Value set_matrix_cell(const Napi::CallbackInfo& info) {
  const std::shared_ptr<MatrixFile> file = unwrap_matrix(info[0]);
  const MatrixBlock block{whole(info[1]), 1, whole(info[2]), 1, {}, true};
  check_block(*file, block);
  if (!file->writable()) throw Error(ErrorCode::Argument, "the matrix was opened read-only");
  const f64 number = info[3].IsNull() ? missing_double() : info[3].ToNumber().DoubleValue();
  return with_cell(file->type(), [&](auto* typed) -> Napi::Value {
    std::remove_pointer_t<decltype(typed)> cell;
    const bool fits = put_number(number, cell);
    if (fits) file->write(block.first_column, block.first_row, 1, &cell);
    return Napi::Boolean::New(info.Env(), fits);
  });
}

// { firstRow, rows, firstColumn, columns, listed: Float64Array or null, rowMajor }
MatrixBlock read_block(const Napi::Value& value) {
  Napi::Object given = value.As<Napi::Object>();
  MatrixBlock block;
  block.first_row = whole(given.Get("firstRow"));
  block.rows = whole(given.Get("rows"));
  block.first_column = whole(given.Get("firstColumn"));
  block.columns = whole(given.Get("columns"));
  block.row_major = given.Get("rowMajor").ToBoolean().Value();
  if (Napi::Value listed = given.Get("listed"); listed.IsTypedArray()) {
    Napi::Float64Array columns = listed.As<Napi::Float64Array>();
    for (std::size_t i = 0; i < columns.ElementLength(); ++i) block.listed.push_back(static_cast<u64>(columns[i]));
  }
  return block;
}

// (matrix, block, threads) → task of an ArrayBuffer
Napi::Value read_matrix(const Napi::CallbackInfo& info) {
  auto work = std::make_unique<MatrixReadWork>(unwrap_matrix(info[0]), read_block(info[1]));
  return start_task(info.Env(), std::move(work), info[2].ToNumber().Uint32Value(),
                    [](Napi::Env env, ParallelWork& done) -> Napi::Value {
                      Buffer& cells = static_cast<MatrixReadWork&>(done).cells;
                      const std::size_t bytes = cells.size();
                      return give_buffer(env, std::move(cells), bytes);
                    });
}

// The values are copied.
std::unique_ptr<MatrixWriteWork> make_write(const Napi::CallbackInfo& info) {
  MatrixBlock block = read_block(info[1]);
  const Type type = static_cast<Type>(info[2].ToNumber().Uint32Value());
  const Bytes bytes = bytes_of(info[3]);
  const u64 most = block.columns == 0 ? 0 : bytes.size / block.columns;
  if (bytes.element != width_of(type) || block.rows > most ||
      bytes.size != block.rows * block.columns * bytes.element) {
    throw Error(ErrorCode::Argument, "values that do not fit the block that is to be written");
  }
  return std::make_unique<MatrixWriteWork>(unwrap_matrix(info[0]), std::move(block), type, bytes.data);
}

// (matrix, block, typeId, typed array, threads) → task of undefined
Napi::Value write_matrix(const Napi::CallbackInfo& info) {
  return start_task(info.Env(), make_write(info), info[4].ToNumber().Uint32Value(),
                    [](Napi::Env env, ParallelWork&) -> Napi::Value { return env.Undefined(); });
}

// (matrix, block, typeId, typed array): on this thread
Napi::Value write_matrix_now(const Napi::CallbackInfo& info) {
  const std::unique_ptr<MatrixWriteWork> work = make_write(info);
  for (u32 step = 0;; ++step) {
    const u32 parts = work->begin_step(step);
    if (parts == 0) return info.Env().Undefined();
    for (u32 part = 0; part < parts; ++part) work->run_part(step, part);
  }
}

// (matrix, first row, end row, threads) → task of a bigint
Napi::Value hash_matrix(const Napi::CallbackInfo& info) {
  auto work = std::make_unique<MatrixHashWork>(unwrap_matrix(info[0]), whole(info[1]), whole(info[2]));
  return start_task(info.Env(), std::move(work), info[3].ToNumber().Uint32Value(),
                    [](Napi::Env env, ParallelWork& done) -> Napi::Value {
                      return Napi::BigInt::New(env, static_cast<uint64_t>(static_cast<MatrixHashWork&>(done).hash));
                    });
}

// (matrix) → task of undefined
Napi::Value sync_matrix(const Napi::CallbackInfo& info) {
  return start_task(info.Env(), std::make_unique<MatrixSyncWork>(unwrap_matrix(info[0])), 1,
                    [](Napi::Env env, ParallelWork&) -> Napi::Value { return env.Undefined(); });
}

}  // namespace

void export_matrix(Napi::Env env, Napi::Object exports) {
  export_function<open_matrix>(env, exports, "openMatrix");
  export_function<matrix_points>(env, exports, "matrixPoints");
  export_function<matrix_cell>(env, exports, "matrixCell");
  export_function<set_matrix_cell>(env, exports, "setMatrixCell");
  export_function<read_matrix>(env, exports, "readMatrix");
  export_function<write_matrix>(env, exports, "writeMatrix");
  export_function<write_matrix_now>(env, exports, "writeMatrixNow");
  export_function<hash_matrix>(env, exports, "hashMatrix");
  export_function<sync_matrix>(env, exports, "syncMatrix");
}

}  // namespace spillway::bindings
