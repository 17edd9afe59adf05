// How fast rows are written by shards, through the driver: two text columns with dictionaries, two integers, two
// floats.
//
//   shard_bench [million rows] [threads] [memory, MB] [keys] [key: 0 text, 1 integer, 2 both] [compression]
//
// Prints time, work, peak resident size (of the write alone: the input is made by another process) and what reading one
// shard costs.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>
#include <vector>

#include "engine/process.h"
#include "engine/query.h"
#include "engine/vtr_scan.h"
#include "engine/vtr_source.h"
#include "engine/vtr_writer.h"

namespace spillway {
namespace {

using Clock = std::chrono::steady_clock;

constexpr format::FileId kInputId = {1}, kOutputId = {2};
const std::vector<Type> kTypes = {Type::Utf8, Type::Utf8, Type::I32, Type::I32, Type::F64, Type::F64};

double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

struct Words final : Dictionary {
  Words(u32 count, const char* form) {
    for (u32 i = 0; i < count; ++i) {
      char text[32];
      std::snprintf(text, sizeof text, form, i);
      words.emplace_back(text);
    }
    for (const std::string& word : words) views.emplace_back(word);
  }
  std::vector<std::string> words;
  std::vector<StringView> views;
  u32 size() const override { return static_cast<u32>(views.size()); }
  const StringView* entries() const override { return views.data(); }
};

u64 random_state = 88172645463325252u;
u64 random_number() {
  random_state ^= random_state << 13;
  random_state ^= random_state >> 7;
  random_state ^= random_state << 17;
  return random_state;
}

VtrWriterOptions new_file(const std::string& path, const format::FileId& id, std::vector<Type> types, u32 compression) {
  ::unlink(path.c_str());
  File file(path, File::Mode::Create);
  std::vector<u8> header(format::kHeaderBytes);
  std::memcpy(header.data() + 16, id.data(), id.size());
  file.write(0, header.data(), header.size());
  VtrWriterOptions options;
  options.path = path;
  options.id = id;
  options.types = std::move(types);
  options.compression = static_cast<format::Compression>(compression);
  return options;
}

VtrSegment make_input(const std::string& path, u64 rows, u32 keys) {
  const Words text(100, "id%03u"), key_text(keys, "key %07u");
  VtrWriter writer(new_file(path, kInputId, kTypes, 1));
  MemoryPool pool(std::size_t{4} << 30);
  QueryOptions options;
  options.memory = std::size_t{1} << 30;
  QueryContext context(pool, options);
  std::unique_ptr<Sink> sink = writer.open_sink(context, SinkDescription());
  sink->on_ready([] {});
  std::vector<ColumnFacts> facts(kTypes.size());
  for (u32 c = 0; c < kTypes.size(); ++c) facts[c].type = kTypes[c];
  facts[0].dictionary = &text;
  facts[1].dictionary = &key_text;
  sink->start(context, facts);
  std::unique_ptr<Sink::Local> local = sink->make_local();
  u32 codes[2][kVectorRows];
  i32 whole[2][kVectorRows];
  f64 real[2][kVectorRows];
  const void* data[6] = {codes[0], codes[1], whole[0], whole[1], real[0], real[1]};
  std::vector<Vector> vectors(kTypes.size());
  for (u32 c = 0; c < kTypes.size(); ++c) {
    vectors[c].type = kTypes[c];
    vectors[c].data = data[c];
    vectors[c].dictionary = facts[c].dictionary;
  }
  for (u64 first = 0; first < rows; first += kRowGroupRows) {
    sink->begin_morsel(*local, first / kRowGroupRows);
    for (u64 at = first; at < std::min<u64>(rows, first + kRowGroupRows); at += kVectorRows) {
      Chunk chunk;
      chunk.rows = chunk.selected = static_cast<u32>(std::min<u64>(kVectorRows, rows - at));
      chunk.column_count = static_cast<u32>(kTypes.size());
      chunk.columns = vectors.data();
      for (u32 i = 0; i < chunk.rows; ++i) {
        codes[0][i] = static_cast<u32>(random_number() % 100);
        codes[1][i] = static_cast<u32>(random_number() % keys);
        whole[0][i] = static_cast<i32>(random_number() % keys + 1);
        whole[1][i] = static_cast<i32>(random_number() % 15 + 1);
        real[0][i] = static_cast<f64>(random_number() % 100000000) / 1e6;
        real[1][i] = static_cast<f64>(random_number() % 10000) / 100;
      }
      sink->consume(*local, chunk);
    }
    sink->end_morsel(*local, first / kRowGroupRows);
    while (std::function<void()> task = sink->take_task()) task();
  }
  for (u32 phase = 0; u32 tasks = sink->begin_phase(phase); ++phase) {
    for (u32 task = 0; task < tasks; ++task) sink->run_task(phase, task);
  }
  return writer.written()->segment;
}

// In a process of its own, so that its memory is not this one's.
VtrSegment make_input_apart(const std::string& path, u64 rows, u32 keys) {
  int ends[2];
  if (::pipe(ends) != 0) std::abort();
  const pid_t child = ::fork();
  if (child == 0) {
    const VtrSegment segment = make_input(path, rows, keys);
    ::_exit(::write(ends[1], &segment, sizeof segment) == sizeof segment ? 0 : 1);
  }
  VtrSegment segment;
  if (::read(ends[0], static_cast<void*>(&segment), sizeof segment) != sizeof segment) std::abort();
  ::waitpid(child, nullptr, 0);
  return segment;
}

QueryDescription by_shards(const std::vector<u32>& keys) {
  QueryDescription query;
  PipelineDescription& pipeline = query.pipelines.emplace_back();
  for (u32 c = 0; c < kTypes.size(); ++c) pipeline.source.columns.push_back(c);
  pipeline.program.inputs = kTypes;
  pipeline.program.outputs = keys;
  for (u32 c = 0; c < kTypes.size(); ++c) pipeline.program.outputs.push_back(c);
  pipeline.sink.kind = SinkDescription::Kind::WriteShards;
  pipeline.sink.key_count = static_cast<u32>(keys.size());
  pipeline.sink.handle = 1;
  return query;
}

void wait(Query& query) {
  Block block;
  while (query.pull(block) != Query::Pull::End) query.wait_changed(1'000'000);
}

void read_shard(const std::shared_ptr<VtrFile>& file, u32 number) {
  MemoryPool pool(std::size_t{1} << 30);
  QueryOptions options;
  options.memory = std::size_t{1} << 28;
  QueryContext context(pool, options);
  ZonePredicate predicate;
  predicate.column = 6;
  Constant constant;
  constant.type = Type::U32;
  constant.integer = number;
  predicate.constants.push_back(constant);
  const Clock::time_point begin = Clock::now();
  VtrSource source(file, {0, 1, 2, 3, 4, 5, 6}, {predicate});
  source.start(context);
  std::unique_ptr<MorselReader> reader = source.make_reader();
  Morsel morsel;
  u64 rows = 0, matching = 0;
  while (source.next_morsel(morsel) == Source::Next::Ready) {
    reader->open(morsel);
    while (u32 count = reader->next()) {
      rows += count;
      const Vector& numbers = reader->column(6);
      for (u32 i = 0; i < count; ++i) matching += numbers.values<u32>()[numbers.constant ? 0 : i] == number;
      for (u32 c = 0; c < 6; ++c) reader->column(c);
    }
  }
  std::printf("shard %u: %llu rows, %llu read, %.2f ms\n", number, static_cast<unsigned long long>(matching),
              static_cast<unsigned long long>(rows), seconds_since(begin) * 1e3);
}

void run(u64 rows, u32 threads, std::size_t memory, u32 key_count, u32 key, u32 compression) {
  const std::string input = "/tmp/spillway-bench-" + std::to_string(::getpid()) + "-input.vtr";
  const std::string output = "/tmp/spillway-bench-" + std::to_string(::getpid()) + "-shards.vtr";
  const VtrSegment segment = make_input_apart(input, rows, key_count);
  ProcessSettings settings;
  settings.threads = threads;
  settings.memory = std::max(memory, std::size_t{1} << 30);
  settings.temp_directory = "/tmp";
  Process process(settings);
  std::vector<Type> types = kTypes;
  types.push_back(Type::U32);
  const std::vector<u32> keys = key == 0   ? std::vector<u32>{1}
                                : key == 1 ? std::vector<u32>{2}
                                           : std::vector<u32>{0, 2};
  std::shared_ptr<VtrWriter> writer;
  for (u32 round = 0; round < 3; ++round) {
    writer = std::make_shared<VtrWriter>(new_file(output, kOutputId, types, compression));
    const auto scan = std::make_shared<VtrScan>(
        std::make_shared<VtrFile>(VtrDescription{input, kInputId, kTypes, {segment}, VtrVerify::Always}));
    QueryOptions options;
    options.threads = threads;
    options.memory = memory;
    options.temp_directory = "/tmp";
    const Clock::time_point begin = Clock::now();
    const std::clock_t worked = std::clock();
    auto query = Query::start(process, by_shards(keys), {scan, writer}, options, {});
    wait(*query);
    const double seconds = seconds_since(begin);
    rusage usage;
    ::getrusage(RUSAGE_SELF, &usage);
    std::printf("%.3f s (%.3f s of work), %.1f MB written in %u row groups, peak %.1f MB held, %.1f MB resident\n",
                seconds, static_cast<double>(std::clock() - worked) / CLOCKS_PER_SEC,
                static_cast<double>(File(output, File::Mode::Read).size()) / 1e6, writer->written()->segment.groups,
                static_cast<double>(query->statistics().peak_memory) / 1e6, static_cast<double>(usage.ru_maxrss) / 1e3);
    query->close();
    query->wait_closed();
  }
  const auto file = std::make_shared<VtrFile>(
      VtrDescription{output, kOutputId, types, {writer->written()->segment}, VtrVerify::Always});
  for (u32 shard : {0u, 1u, key_count / 2}) read_shard(file, shard);
  ::unlink(input.c_str());
  ::unlink(output.c_str());
}

}  // namespace
}  // namespace spillway

int main(int count, char** arguments) {
  const auto argument = [&](int index, unsigned fallback) {
    return count > index ? static_cast<unsigned>(std::strtoul(arguments[index], nullptr, 10)) : fallback;
  };
  spillway::run(spillway::u64{argument(1, 20)} * 1000000, argument(2, 2), std::size_t{argument(3, 256)} << 20,
                argument(4, 1000), argument(5, 0), argument(6, 1));
  return 0;
}
