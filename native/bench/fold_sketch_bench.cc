// Nanoseconds of processor time per row, on one thread and without decoding, of the folds that keep samples and hashes:
// npm run bench:native -- fold_sketch [millions of rows]
#include <time.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "engine/fold_state.h"

namespace spillway {
namespace {

constexpr u32 kMorselRows = 131072;

u64 mix(u64 x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

f64 seconds() {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<f64>(time.tv_sec) + static_cast<f64>(time.tv_nsec) * 1e-9;
}

class Texts final : public Dictionary {
 public:
  explicit Texts(u32 count) {
    for (u32 i = 0; i < count; ++i) texts_.push_back("a text of many letters " + std::to_string(i));
    for (const std::string& text : texts_) views_.emplace_back(std::string_view(text));
  }
  u32 size() const override { return static_cast<u32>(views_.size()); }
  const StringView* entries() const override { return views_.data(); }

 private:
  std::vector<std::string> texts_;
  std::vector<StringView> views_;
};

struct Data {
  std::vector<f64> uniform, normal, sorted;
  std::vector<i64> whole;
  std::vector<u32> codes;
  std::vector<StringView> texts;
  Texts dictionary{100000};

  explicit Data(u64 rows) {
    for (u64 r = 0; r < rows; ++r) {
      const f64 a = static_cast<f64>(mix(r) >> 11) * 0x1p-53, b = static_cast<f64>(mix(~r) >> 11) * 0x1p-53;
      uniform.push_back(a);
      normal.push_back(std::sqrt(-2 * std::log(a + 1e-300)) * std::cos(6.283185307179586 * b));
      sorted.push_back(static_cast<f64>(r));
      whole.push_back(static_cast<i64>(mix(r) % 1000000));
      codes.push_back(static_cast<u32>(mix(r + 7) % 100000));
      texts.push_back(dictionary.entries()[codes.back()]);
    }
  }
};

struct Task {
  const char* shown;
  const char* fold;
  std::vector<Vector> columns;
  std::vector<f64> parameters;
};

Vector vector_of(Type type, const void* data, const Dictionary* dictionary = nullptr) {
  Vector vector;
  vector.type = type;
  vector.data = data;
  vector.dictionary = dictionary;
  return vector;
}

void run(const Task& task, u64 rows) {
  f64 best = 1e9;
  std::size_t saved = 0, held = 0;
  for (u32 repeat = 0; repeat < 3; ++repeat) {
    FoldDescription fold;
    fold.name = task.fold;
    fold.parameters = task.parameters;
    std::vector<ColumnFacts> facts(task.columns.size());
    for (u32 c = 0; c < facts.size(); ++c) {
      fold.arguments.push_back(c);
      facts[c].type = task.columns[c].type;
    }
    const std::unique_ptr<FoldState> state = make_fold(fold, facts);
    const f64 begin = seconds();
    std::vector<Vector> vectors = task.columns;
    for (u64 r = 0; r < rows; r += kVectorRows) {
      if (r % kMorselRows == 0) state->begin_morsel(r / kMorselRows);
      for (u32 c = 0; c < vectors.size(); ++c) {
        const u32 width = vectors[c].dictionary != nullptr ? 4 : width_of(vectors[c].type);
        vectors[c].data = static_cast<const u8*>(task.columns[c].data) + r * width;
      }
      Chunk chunk;
      chunk.rows = chunk.selected = static_cast<u32>(std::min<u64>(kVectorRows, rows - r));
      chunk.column_count = static_cast<u32>(vectors.size());
      chunk.columns = vectors.data();
      chunk.first_row = r;
      state->update(chunk, vectors.data());
    }
    best = std::min(best, seconds() - begin);
    format::Bytes bytes;
    state->save(bytes);
    saved = bytes.size();
    held = state->bytes();
  }
  std::printf("%-44s %7.2f ns/row   state %8zu bytes, held %8zu\n", task.shown, best * 1e9 / static_cast<f64>(rows),
              saved, held);
}

}  // namespace
}  // namespace spillway

int main(int count, char** arguments) {
  using namespace spillway;
  const u64 rows = static_cast<u64>(count > 1 ? std::atof(arguments[1]) * 1e6 : 4e6);
  const Data data(rows);
  const Vector uniform = vector_of(Type::F64, data.uniform.data()), normal = vector_of(Type::F64, data.normal.data());
  const Vector sorted = vector_of(Type::F64, data.sorted.data()), whole = vector_of(Type::I64, data.whole.data());
  const Vector codes = vector_of(Type::Utf8, data.codes.data(), &data.dictionary);
  const Vector texts = vector_of(Type::Utf8, data.texts.data());
  const std::vector<Task> tasks{
      {"quantileSketch k 1024, uniform", "quantileSketch", {uniform}, {1024, 0, -1}},
      {"quantileSketch k 1024, normal", "quantileSketch", {normal}, {1024, 0, -1}},
      {"quantileSketch k 1024, sorted", "quantileSketch", {sorted}, {1024, 0, -1}},
      {"quantileSketch k 1024, integers", "quantileSketch", {whole}, {1024, 0, -1}},
      {"quantileSketch k 128, normal", "quantileSketch", {normal}, {128, 0, -1}},
      {"distinctSketch, float64", "distinctSketch", {normal}, {14}},
      {"distinctSketch, text in a dictionary", "distinctSketch", {codes}, {14}},
      {"distinctSketch, plain text", "distinctSketch", {texts}, {14}},
      {"distinctSketch, float64 and text", "distinctSketch", {normal, codes}, {14}},
      {"topK 100 by float64 with text", "topK", {normal, texts}, {100, 1, -1, -1}},
      {"topK 10000 by float64 with text", "topK", {normal, texts}, {10000, 1, -1, -1}},
      {"topK 100 by text", "topK", {texts}, {100, 1, -1}},
      {"topK 100, ascending input", "topK", {sorted}, {100, 1, -1}},
      {"reservoir 1000 of float64 and text", "reservoir", {normal, texts}, {1000, 1, -1, -1}},
  };
  for (const Task& task : tasks) run(task, rows);
  return 0;
}
