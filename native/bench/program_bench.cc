// What the program interpreter costs per row: filters, arithmetic, dictionary predicates, functions.
//
//   npm run bench:native -- program [part of a name]
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <functional>
#include <string>
#include <vector>

#include "engine/program.h"
#include "kernels/dispatch.h"

using namespace spillway;

namespace {

constexpr u32 kVectors = 16;  // 32,768 rows: the columns stay in the second-level cache
constexpr u32 kRounds = 300;

class Texts final : public Dictionary {
 public:
  explicit Texts(u32 count) : texts_(count), views_(count) {
    for (u32 i = 0; i < count; ++i) {
      texts_[i] = "id" + std::to_string(1000000000 + i);
      views_[i] = StringView(texts_[i]);
    }
  }
  u32 size() const override { return static_cast<u32>(views_.size()); }
  const StringView* entries() const override { return views_.data(); }

 private:
  std::vector<std::string> texts_;
  std::vector<StringView> views_;
};

// Columns: 0 f64 in [0, 100), 1 f64, 2 i32 in [0, 1000), 3 i64, 4 codes of 100 texts, 5 the texts, 6 timestamp in ms,
// 7 f64 with a tenth of nulls.
class Columns final : public MorselReader {
 public:
  Columns() : dictionary_(100) {
    constexpr u32 rows = kVectors * kVectorRows;
    u64 state = 1;
    const auto random = [&] { return (state = state * 6364136223846793005u + 1442695040888963407u) >> 33; };
    validity_.assign(rows / 64, ~u64{0});
    for (u32 r = 0; r < rows; ++r) {
      real_.push_back(static_cast<f64>(random() % 1000000) / 10000);
      real2_.push_back(static_cast<f64>(random() % 1000000) / 10000);
      narrow_.push_back(static_cast<i32>(random() % 1000));
      wide_.push_back(static_cast<i64>(random()));
      codes_.push_back(static_cast<u32>(random() % 100));
      texts_.push_back(dictionary_.entries()[codes_.back()]);
      ticks_.push_back(static_cast<i64>(random()) * 1000);
      if (random() % 10 == 0) validity_[r / 64] &= ~(u64{1} << (r % 64));
    }
  }
  static std::vector<Type> types() {
    return {Type::F64, Type::F64, Type::I32, Type::I64, Type::Utf8, Type::Utf8, Type::Timestamp, Type::F64};
  }
  void open(const Morsel&) override { at_ = 0; }
  u32 next() override {
    if (at_ == kVectors) return 0;
    const u32 first = at_++ * kVectorRows;
    const void* data[] = {&real_[first],  &real2_[first], &narrow_[first], &wide_[first],
                          &codes_[first], &texts_[first], &ticks_[first],  &real_[first]};
    const std::vector<Type> types = Columns::types();
    vectors_.resize(types.size());
    for (std::size_t i = 0; i < types.size(); ++i) {
      vectors_[i].type = types[i];
      vectors_[i].data = data[i];
    }
    vectors_[4].dictionary = &dictionary_;
    vectors_[7].validity = &validity_[first / 64];
    return kVectorRows;
  }
  const Vector& column(u32 index) override { return vectors_[index]; }
  u64 row() const override { return 0; }

 private:
  Texts dictionary_;
  std::vector<f64> real_, real2_;
  std::vector<i32> narrow_;
  std::vector<i64> wide_, ticks_;
  std::vector<u32> codes_;
  std::vector<StringView> texts_;
  std::vector<u64> validity_;
  std::vector<Vector> vectors_;
  u32 at_ = 0;
};

struct Builder {
  ProgramDescription d;
  Builder() { d.inputs = Columns::types(); }
  u32 constant(Type type, i64 integer, f64 real = 0, const char* text = "") {
    d.constants.push_back({type, false, integer, real, text});
    return static_cast<u32>(d.inputs.size() + d.constants.size() - 1);
  }
  u32 op(const char* name, Type result, std::vector<u32> arguments, std::vector<i64> parameters = {}) {
    d.instructions.push_back({name, result, std::move(arguments), std::move(parameters), name});
    return static_cast<u32>(d.inputs.size() + d.constants.size() + d.instructions.size() - 1);
  }
};

// Time this thread was running: other work on the machine does not count.
f64 nanoseconds() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<f64>(now.tv_sec) * 1e9 + static_cast<f64>(now.tv_nsec);
}

void measure(const char* name, Columns& columns, const std::function<std::vector<u32>(Builder&)>& make) {
  Builder b;
  b.d.outputs = make(b);
  std::vector<ColumnFacts> facts(b.d.inputs.size());
  for (std::size_t i = 0; i < facts.size(); ++i) facts[i].type = b.d.inputs[i];
  const auto program = Program::compile(b.d, facts);
  const auto state = program->make_state();
  f64 best = 1e9;
  u64 selected = 0;
  for (u32 attempt = 0; attempt < 5; ++attempt) {
    const f64 begin = nanoseconds();
    selected = 0;
    for (u32 round = 0; round < kRounds; ++round) {
      columns.open({});
      while (const u32 rows = columns.next()) selected += state->run(columns, rows).selected;
    }
    const f64 nanos = nanoseconds() - begin;
    best = std::min(best, nanos / kRounds / kVectors / kVectorRows);
  }
  std::printf("%-44s %7.3f ns/row, %5.1f %% survive\n", name, best,
              100.0 * static_cast<f64>(selected) / kRounds / kVectors / kVectorRows);
}

}  // namespace

int main(int count, char** arguments) {
  Columns columns;
  const char* wanted = count > 1 ? arguments[1] : "";
  const auto run = [&](const char* name, const std::function<std::vector<u32>(Builder&)>& make) {
    if (std::strstr(name, wanted) != nullptr) measure(name, columns, make);
  };
  std::printf("instruction set %s\n", isa_name(active_isa()));
  run("identity", [](Builder&) { return std::vector<u32>{0, 1}; });
  for (const i64 bound : {10, 100, 300, 500, 900}) {
    run(("filter i32 < " + std::to_string(bound) + " of 1000, keep two f64").c_str(), [&](Builder& b) {
      b.op("filter", Type::Bool, {b.op("lt", Type::Bool, {2, b.constant(Type::I32, bound)})});
      return std::vector<u32>{0, 1};
    });
  }
  for (const f64 bound : {9900.0, 5000.0, 500.0}) {
    run(("filter a * b + a > " + std::to_string(static_cast<int>(bound))).c_str(), [&](Builder& b) {
      const u32 c = b.constant(Type::F64, 0, bound);
      const u32 sum = b.op("add", Type::F64, {b.op("mul", Type::F64, {0, 1}), 0});
      b.op("filter", Type::Bool, {b.op("gt", Type::Bool, {sum, c})});
      return std::vector<u32>{0, 1};
    });
  }
  run("a * b + a", [](Builder& b) {
    return std::vector<u32>{b.op("add", Type::F64, {b.op("mul", Type::F64, {0, 1}), 0})};
  });
  run("a + b with nulls", [](Builder& b) { return std::vector<u32>{b.op("add", Type::F64, {7, 1})}; });
  run("i32 + i32 checked", [](Builder& b) { return std::vector<u32>{b.op("add", Type::I32, {2, 2})}; });
  run("i64 * i64 checked", [](Builder& b) {
    return std::vector<u32>{b.op("mul", Type::I64, {3, b.op("cast", Type::I64, {2})})};
  });
  run("i32 mod 7", [](Builder& b) {
    const u32 c = b.constant(Type::I32, 7);
    return std::vector<u32>{b.op("mod", Type::I32, {2, c})};
  });
  run("i32 to f64", [](Builder& b) { return std::vector<u32>{b.op("cast", Type::F64, {2}, {-1})}; });
  run("f64 > constant", [](Builder& b) {
    const u32 c = b.constant(Type::F64, 0, 50);
    return std::vector<u32>{b.op("gt", Type::Bool, {0, c})};
  });
  run("ifElse(a > b, a, b)", [](Builder& b) {
    return std::vector<u32>{b.op("ifElse", Type::F64, {b.op("gt", Type::Bool, {0, 1}), 0, 1})};
  });
  run("coalesce(nullable, b)", [](Builder& b) { return std::vector<u32>{b.op("coalesce", Type::F64, {7, 1})}; });
  run("i32 in (10 constants)", [](Builder& b) {
    std::vector<u32> arguments{2};
    for (i64 i = 0; i < 10; ++i) arguments.push_back(b.constant(Type::I32, i * 97));
    return std::vector<u32>{b.op("in", Type::Bool, arguments)};
  });
  run("round(f64, 2)", [](Builder& b) { return std::vector<u32>{b.op("round", Type::F64, {0}, {2})}; });
  run("filter dictionary = constant", [](Builder& b) {
    const u32 c = b.constant(Type::Utf8, 0, 0, "id1000000007");
    b.op("filter", Type::Bool, {b.op("eq", Type::Bool, {4, c})});
    return std::vector<u32>{0};
  });
  run("dictionary like pattern", [](Builder& b) {
    const u32 c = b.constant(Type::Utf8, 0, 0, "%7%");
    return std::vector<u32>{b.op("like", Type::Bool, {4, c})};
  });
  run("upper(dictionary)", [](Builder& b) { return std::vector<u32>{b.op("upper", Type::Utf8, {4})}; });
  run("text = constant", [](Builder& b) {
    const u32 c = b.constant(Type::Utf8, 0, 0, "id1000000007");
    return std::vector<u32>{b.op("eq", Type::Bool, {5, c})};
  });
  run("text like pattern", [](Builder& b) {
    const u32 c = b.constant(Type::Utf8, 0, 0, "%7%");
    return std::vector<u32>{b.op("like", Type::Bool, {5, c})};
  });
  run("upper(text)", [](Builder& b) { return std::vector<u32>{b.op("upper", Type::Utf8, {5})}; });
  run("length(text)", [](Builder& b) { return std::vector<u32>{b.op("length", Type::I64, {5})}; });
  run("f64 to text", [](Builder& b) { return std::vector<u32>{b.op("cast", Type::Utf8, {0})}; });
  run("hour(timestamp)", [](Builder& b) { return std::vector<u32>{b.op("hour", Type::I64, {6}, {1})}; });
  run("month(timestamp)", [](Builder& b) { return std::vector<u32>{b.op("month", Type::I64, {6}, {1})}; });
  for (const char* name : {"sqrt", "exp", "ln", "log10", "sin", "tan", "atan", "cbrt", "tanh"}) {
    run(name, [&](Builder& b) { return std::vector<u32>{b.op(name, Type::F64, {0})}; });
  }
  run("pow", [](Builder& b) { return std::vector<u32>{b.op("pow", Type::F64, {0, 1})}; });
  return 0;
}
