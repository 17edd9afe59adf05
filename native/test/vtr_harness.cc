// A small stand-in for the query driver: morsels on plain threads, tasks whenever the sink has some.
#include "vtr_harness.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <exception>
#include <thread>

namespace spillway::vtr_test {
namespace {

std::string hex(const u8* bytes, u32 size) {
  static const char* kDigits = "0123456789abcdef";
  std::string text;
  for (u32 i = size; i-- > 0;) {
    text += kDigits[bytes[i] / 16];
    text += kDigits[bytes[i] % 16];
  }
  return text;
}

constexpr format::FileId kId = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};

// Feeds one morsel's rows to the sink, vector by vector.
void feed(Sink& sink, Sink::Local& local, const Table& table, u64 from, u64 to, u32 keep_every) {
  std::vector<Vector> vectors(table.columns.size());
  std::vector<std::vector<StringView>> texts(table.columns.size());
  std::vector<std::vector<u64>> validity(table.columns.size());
  std::vector<u16> selection;
  for (u64 first = from; first < to; first += kVectorRows) {
    const u32 rows = static_cast<u32>(std::min<u64>(to - first, kVectorRows));
    selection.clear();
    for (u32 i = 0; i < rows; ++i) {
      if ((first + i) % keep_every == 0) selection.push_back(static_cast<u16>(i));
    }
    for (std::size_t c = 0; c < vectors.size(); ++c) {
      const Column& column = table.columns[c];
      vectors[c] = Vector();
      vectors[c].type = column.type;
      if (column.type == Type::Utf8) {
        texts[c].clear();
        for (u32 i = 0; i < rows; ++i) texts[c].emplace_back(column.words[first + i]);
        vectors[c].data = texts[c].data();
      } else {
        vectors[c].data = column.values.data() + first * width_of(column.type);
      }
      if (column.valid.empty()) continue;
      validity[c].assign(kVectorWords, 0);
      for (u32 i = 0; i < rows; ++i) {
        if (column.valid[first + i]) validity[c][i / 64] |= u64{1} << (i % 64);
      }
      vectors[c].validity = validity[c].data();
    }
    Chunk chunk;
    chunk.rows = rows;
    chunk.selected = static_cast<u32>(selection.size());
    chunk.selection = chunk.selected == rows ? nullptr : selection.data();
    chunk.column_count = static_cast<u32>(vectors.size());
    chunk.columns = vectors.data();
    if (chunk.selected > 0) sink.consume(local, chunk);
  }
}

void drive(Sink& sink, const Table& table, const WriteSettings& settings) {
  const u64 morsels = (table.rows + settings.morsel_rows - 1) / settings.morsel_rows;
  std::mutex mutex;
  u64 next = 0;
  std::atomic<u32> active{0};
  std::exception_ptr error;
  const auto work = [&] {
    std::unique_ptr<Sink::Local> local;
    {
      std::lock_guard<std::mutex> lock(mutex);
      local = sink.make_local();
    }
    try {
      for (;;) {
        std::function<void()> task;
        u64 morsel = ~u64{0};
        {
          std::lock_guard<std::mutex> lock(mutex);
          if (error != nullptr) return;
          task = sink.take_task();
          if (!task && next < morsels && sink.admits(next)) morsel = next++;
          if (!task && morsel == ~u64{0} && next == morsels && active.load() == 0) return;
          if (task || morsel != ~u64{0}) active.fetch_add(1);
        }
        if (task) {
          task();
        } else if (morsel != ~u64{0}) {
          sink.begin_morsel(*local, morsel);
          feed(sink, *local, table, morsel * settings.morsel_rows,
               std::min<u64>(table.rows, (morsel + 1) * settings.morsel_rows), settings.keep_every);
          sink.end_morsel(*local, morsel);
        } else {
          std::this_thread::yield();
          continue;
        }
        active.fetch_sub(1);
      }
    } catch (...) {
      std::lock_guard<std::mutex> lock(mutex);
      error = std::current_exception();
    }
  };
  std::vector<std::thread> threads;
  for (u32 t = 0; t < settings.threads; ++t) threads.emplace_back(work);
  for (std::thread& thread : threads) thread.join();
  if (error != nullptr) {
    sink.abort();
    std::rethrow_exception(error);
  }
  for (u32 phase = 0; u32 tasks = sink.begin_phase(phase); ++phase) {
    for (u32 task = 0; task < tasks; ++task) sink.run_task(phase, task);
  }
}

}  // namespace

Column text_column(u64 rows, const std::function<std::string(u64)>& make) {
  Column column;
  column.type = Type::Utf8;
  for (u64 row = 0; row < rows; ++row) column.words.push_back(make(row));
  return column;
}

std::string show(const Column& column, u64 row) {
  if (!column.is_valid(row)) return "null";
  if (column.type == Type::Utf8) return "'" + column.words[row] + "'";
  const u32 width = width_of(column.type);
  return hex(column.values.data() + row * width, width);
}

std::string scratch_path(const std::string& name) {
  static std::atomic<u32> counter{0};
  const std::string path =
      "/tmp/spillway-test-" + std::to_string(::getpid()) + "-" + std::to_string(counter.fetch_add(1)) + "-" + name;
  ::unlink(path.c_str());
  return path;
}

QueryOptions options(u32 threads, std::size_t memory) {
  QueryOptions made;
  made.threads = threads;
  made.memory = memory;
  made.temp_directory = "/tmp";
  return made;
}

Written write_table(const std::string& path, const Table& table, const WriteSettings& settings) {
  VtrWriterOptions writer;
  writer.path = path;
  writer.id = kId;
  writer.compression = settings.compression;
  for (const Column& column : table.columns) writer.types.push_back(column.type);
  Written result;
  result.description = {path, kId, writer.types, {}, VtrVerify::Always};
  if (settings.append_to == nullptr) {
    std::vector<u8> header(format::kHeaderBytes);
    std::memcpy(header.data() + 16, kId.data(), 16);
    write_file(path, header);
  } else {
    result.description = settings.append_to->description;
    writer.start = format::round_up8(settings.append_to->end);
    writer.appended_to = std::make_shared<VtrFile>(result.description);
    writer.first_group = static_cast<u32>(writer.appended_to->groups().size());
  }
  VtrWriter handle(writer);
  MemoryPool pool(std::size_t{4} << 30);
  QueryContext context(pool, options(settings.threads, settings.memory));
  std::unique_ptr<Sink> sink = handle.open_sink(context, SinkDescription());
  sink->on_ready([] {});
  std::vector<ColumnFacts> facts;
  for (const Column& column : table.columns) {
    ColumnFacts fact;
    fact.type = column.type;
    facts.push_back(fact);
  }
  sink->start(context, facts);
  drive(*sink, table, settings);
  const std::shared_ptr<const VtrWritten> written = handle.written();
  result.description.segments.push_back(written->segment);
  result.end = written->end;
  result.nulls = written->nulls;
  return result;
}

std::vector<std::string> read_rows(const VtrDescription& description, const ReadSettings& settings) {
  VtrDescription opened = description;
  opened.verify = settings.verify;
  auto file = std::make_shared<VtrFile>(opened);
  std::vector<u32> columns = settings.columns;
  for (u32 c = 0; columns.empty() && c < file->column_count(); ++c) {
    for (u32 all = 0; all < file->column_count(); ++all) columns.push_back(all);
  }
  MemoryPool pool(std::size_t{4} << 30);
  QueryContext context(pool, options(settings.threads));
  VtrSource source(file, columns, settings.predicates, settings.rows);
  source.start(context);
  std::unique_ptr<MorselReader> reader = source.make_reader();
  std::vector<std::string> rows;
  Morsel morsel;
  for (u64 sequence = 0; source.next_morsel(morsel) == Source::Next::Ready; ++sequence) {
    if (morsel.sequence != sequence) throw Error(ErrorCode::Internal, "sequence numbers with gaps");
    reader->open(morsel);
    while (u32 count = reader->next()) {
      for (u32 i = 0; i < count; ++i) {
        std::string text = std::to_string(reader->row() + i);
        for (u32 c = 0; c < columns.size(); ++c) {
          const Vector& vector = reader->column(c);
          const u32 at = vector.constant ? 0 : i;
          text += '|';
          if (!vector.valid(i)) {
            text += "null";
          } else if (vector.type == Type::Utf8) {
            const StringView view = vector.dictionary != nullptr
                                        ? vector.dictionary->entries()[vector.values<u32>()[at]]
                                        : vector.values<StringView>()[at];
            text += "'" + std::string(view.text()) + "'";
          } else {
            const u32 width = width_of(vector.type);
            text += hex(vector.values<u8>() + std::size_t{at} * width, width);
          }
        }
        rows.push_back(std::move(text));
      }
    }
  }
  if (settings.counters) settings.counters(context.counters);
  return rows;
}

std::vector<std::string> show_rows(const Table& table, u32 keep_every, u64 first_number) {
  std::vector<std::string> rows;
  u64 number = first_number;
  for (u64 row = 0; row < table.rows; row += keep_every) {
    std::string text = std::to_string(number++);
    for (const Column& column : table.columns) text += '|' + show(column, row);
    rows.push_back(std::move(text));
  }
  return rows;
}

std::vector<u8> read_file(const std::string& path) {
  File file(path, File::Mode::Read);
  std::vector<u8> bytes(static_cast<std::size_t>(file.size()));
  file.read(0, bytes.data(), bytes.size());
  return bytes;
}

void write_file(const std::string& path, const std::vector<u8>& bytes) {
  try_remove_file(path);
  File file(path, File::Mode::Create);
  file.write(0, bytes.data(), bytes.size());
}

}  // namespace spillway::vtr_test
