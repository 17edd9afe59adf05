// Blocks: built from chunks of every kind, sliced, joined, put in order and assembled without losing a bit.
#include "engine/block.h"

#include <algorithm>
#include <atomic>
#include <random>
#include <thread>

#include "engine/block_assembly.h"
#include "engine/block_builder.h"
#include "engine/block_reader.h"
#include "engine/block_sequencer.h"
#include "engine/column_placer.h"
#include "engine/output_queue.h"
#include "test/check.h"
#include "test/random_chunk.h"

namespace spillway {
namespace {

using Rows = std::vector<std::string>;

Rows rows_of(const std::vector<Block>& blocks) {
  Rows rows;
  for (const Block& block : blocks) RandomChunks::show(block, rows);
  return rows;
}

struct Built {
  std::vector<Block> blocks;
  Rows rows;
};

Built build(RandomChunks& chunks, u32 count, u32 block_rows, u32 dictionaries) {
  Built built;
  BlockBuilder builder(RandomChunks::types(), block_rows);
  for (u32 i = 0; i < count; ++i) {
    const Chunk& chunk = chunks.next(dictionaries);
    RandomChunks::show(chunk, built.rows);
    builder.append(chunk, 0, chunk.selected, built.blocks);
  }
  if (builder.rows() != 0) built.blocks.push_back(builder.finish());
  return built;
}

void check_counts(const std::vector<Block>& blocks) {
  for (const Block& block : blocks) {
    for (const BlockColumn& column : block.columns) {
      u64 nulls = 0;
      for (u32 row = 0; row < block.rows; ++row) nulls += !column.valid(row);
      CHECK_EQ(column.null_count, nulls);
    }
  }
}

TEST(bits_are_copied_at_any_offsets) {
  std::mt19937 random(7);
  for (int round = 0; round < 3000; ++round) {
    u8 source[64], target[64], expected[64];
    for (int i = 0; i < 64; ++i)
      source[i] = static_cast<u8>(random()), target[i] = expected[i] = static_cast<u8>(random());
    u64 from = random() % 100, to = random() % 100, count = random() % 300;
    u64 ones = 0;
    for (u64 i = 0; i < count; ++i) {
      u8 bit = (source[(from + i) / 8] >> ((from + i) % 8)) & 1;
      ones += bit;
      u8& byte = expected[(to + i) / 8];
      byte = static_cast<u8>((byte & ~(1u << ((to + i) % 8))) | (bit << ((to + i) % 8)));
    }
    CHECK_EQ(count_bits(source, from, count), ones);
    copy_bits(target, to, source, from, count);
    CHECK(std::equal(target, target + 64, expected));
    set_bits(target, to, count);
    CHECK_EQ(count_bits(target, to, count), count);
  }
}

TEST(blocks_hold_what_chunks_gave_them) {
  for (u32 seed = 1; seed <= 12; ++seed) {
    RandomChunks chunks(seed);
    Built built = build(chunks, 12, seed % 3 == 0 ? 1000 : 20'000, seed % 2 + 1);
    CHECK(rows_of(built.blocks) == built.rows);
    check_counts(built.blocks);
  }
}

TEST(codes_stay_codes_while_one_dictionary_serves) {
  RandomChunks chunks(3);
  Built one = build(chunks, 5, 100'000, 1);
  CHECK(one.blocks[0].columns.back().dictionary != nullptr);
  Built two = build(chunks, 10, 100'000, 2);
  CHECK(two.blocks[0].columns.back().dictionary == nullptr);
}

TEST(equal_rows_are_equal_bytes_whatever_lies_under_nulls) {
  std::vector<Block> made[2];
  for (u8 filler : {u8{0x00}, u8{0xFF}}) {
    i32 values[100];
    std::memset(values, filler, sizeof values);
    u64 validity[2] = {0x5555555555555555ull, 0x5555555555555555ull};
    for (int i = 0; i < 100; i += 2) values[i] = i;
    Vector vector;
    vector.type = Type::I32;
    vector.data = values;
    vector.validity = validity;
    Chunk chunk{100, 100, nullptr, 1, &vector};
    BlockBuilder builder({Type::I32}, 1000);
    std::vector<Block> none;
    builder.append(chunk, 0, 100, none);
    made[filler == 0 ? 0 : 1].push_back(builder.finish());
  }
  CHECK(std::memcmp(made[0][0].columns[0].values.data(), made[1][0].columns[0].values.data(), 400) == 0);
}

TEST(slices_and_readers_see_the_same_rows) {
  RandomChunks chunks(11);
  Built built = build(chunks, 6, 100'000, 2);
  auto block = std::make_shared<Block>(std::move(built.blocks[0]));
  for (u32 round = 0; round < 20; ++round) {
    u32 from = chunks.below(block->rows);
    u32 count = chunks.below(block->rows - from + 1);
    Rows sliced;
    RandomChunks::show(slice_block(*block, from, count), sliced);
    CHECK(std::equal(sliced.begin(), sliced.end(), built.rows.begin() + from));
    CHECK_EQ(sliced.size(), count);
  }
  BlockReader reader({0, 1, 2, 3, 4, 5, 6});
  Morsel morsel;
  morsel.payload = block;
  reader.open(morsel);
  Rows read;
  while (u32 rows = reader.next()) {
    for (u32 row = 0; row < rows; ++row) {
      std::string text;
      for (u32 c = 0; c < 7; ++c) text += show_value(reader.column(c), row) + "|";
      read.push_back(std::move(text));
    }
  }
  CHECK(read == built.rows);
}

TEST(sequencers_restore_order_and_cut_exactly) {
  for (u32 seed = 1; seed <= 10; ++seed) {
    RandomChunks chunks(seed);
    Built built = build(chunks, 30, 500, 2);
    SequencerOptions options;
    options.offset = seed % 3 == 0 ? 0 : chunks.below(5000);
    options.limit = seed % 4 == 0 ? ~u64{0} : chunks.below(30'000);
    options.join_rows = seed % 2 == 0 ? 0 : 3000;
    options.exact = seed % 4 == 3;
    std::vector<Block> emitted;
    BlockSequencer sequencer(RandomChunks::types(), options,
                             [&](Block&& block) { emitted.push_back(std::move(block)); });
    std::vector<u64> order(built.blocks.size());
    for (u64 i = 0; i < order.size(); ++i) order[i] = i;
    std::mt19937 random(seed);
    std::shuffle(order.begin(), order.end(), random);
    for (u64 i : order) {
      std::vector<Block> part;
      part.push_back(std::move(built.blocks[i]));
      sequencer.commit(i, std::move(part));
    }
    sequencer.flush();
    std::size_t from = std::min<std::size_t>(options.offset, built.rows.size());
    std::size_t to = from + std::min<u64>(options.limit, built.rows.size() - from);
    CHECK(rows_of(emitted) == Rows(built.rows.begin() + from, built.rows.begin() + to));
    CHECK_EQ(sequencer.satisfied(), options.limit <= built.rows.size() - from);
    check_counts(emitted);
    if (options.exact) {
      for (std::size_t i = 0; i + 1 < emitted.size(); ++i) CHECK_EQ(emitted[i].rows, 3000u);
    }
    CHECK_EQ(sequencer.waiting_bytes(), 0u);
  }
}

TEST(assembly_makes_one_block_of_many) {
  for (u32 seed = 1; seed <= 8; ++seed) {
    RandomChunks chunks(seed);
    Built built = build(chunks, seed * 3, 700, seed % 2 + 1);
    BlockAssembly assembly(RandomChunks::types(), std::move(built.blocks));
    for (u32 i = 0; i < assembly.flatten_tasks(); ++i) assembly.flatten(i);
    assembly.plan();
    for (u32 i = assembly.copy_tasks(); i > 0; --i) assembly.copy(i - 1);
    std::vector<Block> one;
    one.push_back(assembly.take());
    CHECK(rows_of(one) == built.rows);
    check_counts(one);
    CHECK_EQ(one[0].columns[4].values.size(), built.rows.size() * 8);
  }
}

TEST(assembly_of_nothing_is_an_empty_block) {
  BlockAssembly assembly(RandomChunks::types(), {});
  CHECK_EQ(assembly.flatten_tasks(), 0u);
  assembly.plan();
  for (u32 i = 0; i < assembly.copy_tasks(); ++i) assembly.copy(i);
  Block block = assembly.take();
  CHECK_EQ(block.rows, 0u);
  CHECK_EQ(block.columns.size(), 7u);
  CHECK_EQ(block.columns[5].offsets.as<i32>()[0], 0);
}

// Each chunk's rows (never a selection here) put into place by one of several threads.
TEST(columns_are_filled_from_many_threads_at_once) {
  for (u32 seed = 1; seed <= 6; ++seed) {
    RandomChunks chunks(seed);
    std::vector<Block> none;
    BlockBuilder builder(RandomChunks::types(), 1'000'000);
    Rows rows;
    for (u32 i = 0; i < 20; ++i) {
      const Chunk& chunk = chunks.next();
      RandomChunks::show(chunk, rows);
      builder.append(chunk, 0, chunk.selected, none);
    }
    auto block = std::make_shared<Block>(builder.finish());
    std::vector<std::unique_ptr<ColumnPlacer>> placers;
    for (const BlockColumn& column : block->columns) {
      ColumnFacts facts;
      facts.type = column.type;
      facts.may_be_null = column.null_count != 0;
      facts.dictionary = column.dictionary;
      bool placed = ColumnPlacer::can_place(facts);
      CHECK_EQ(placed, !column.is_plain_text());
      placers.push_back(placed ? std::make_unique<ColumnPlacer>(facts, block->rows) : nullptr);
    }
    std::vector<std::atomic<u64>> nulls(placers.size());
    std::atomic<u32> next{0};
    auto work = [&] {
      // Steps of odd sizes: neighbours share bytes of bits.
      for (u32 from; (from = next.fetch_add(77)) < block->rows;) {
        auto part = std::make_shared<Block>(slice_block(*block, from, std::min(77u, block->rows - from)));
        BlockReader reader({0, 1, 2, 3, 4, 5, 6});
        Morsel morsel;
        morsel.payload = part;
        reader.open(morsel);
        u32 count = reader.next();
        for (u32 c = 0; c < placers.size(); ++c) {
          if (placers[c] != nullptr) nulls[c].fetch_add(placers[c]->place(reader.column(c), from, count));
        }
      }
    };
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) threads.emplace_back(work);
    for (std::thread& thread : threads) thread.join();
    for (u32 c = 0; c < placers.size(); ++c) {
      if (placers[c] == nullptr) continue;
      BlockColumn column = placers[c]->finish(nulls[c].load());
      const BlockColumn& expected = block->columns[c];
      CHECK_EQ(column.null_count, expected.null_count);
      std::size_t width = block_width(column.type, true);
      std::size_t bytes = column.type == Type::Bool ? (block->rows + 7) / 8 : block->rows * width;
      CHECK(std::memcmp(column.values.data(), expected.values.data(), bytes) == 0);
      if (column.null_count != 0) {
        CHECK(std::memcmp(column.validity.data(), expected.validity.data(), (block->rows + 7) / 8) == 0);
      }
    }
  }
}

TEST(output_brings_a_dictionary_along_or_writes_its_texts_out) {
  TextDictionary small("s", 10), large("l", 100'000);
  OutputQueue output;
  for (const Dictionary* dictionary :
       {static_cast<const Dictionary*>(&small), static_cast<const Dictionary*>(&large)}) {
    u32 codes[3] = {7, 0, 9};
    Vector vector;
    vector.type = Type::Utf8;
    vector.data = codes;
    vector.dictionary = dictionary;
    Chunk chunk{3, 3, nullptr, 1, &vector};
    BlockBuilder builder({Type::Utf8}, 10);
    std::vector<Block> none;
    builder.append(chunk, 0, 3, none);
    output.push(builder.finish());
  }
  CHECK_EQ(output.blocks(), 2u);
  Block block;
  CHECK(output.pop(block));
  CHECK(block.columns[0].flat != nullptr);
  CHECK_EQ(block.columns[0].flat->size, 10u);
  const i32* offsets = block.columns[0].flat->offsets.as<i32>();
  CHECK_EQ(offsets[10], static_cast<i32>(block.columns[0].flat->text_bytes));
  CHECK(output.pop(block));
  CHECK(block.columns[0].is_plain_text());
  CHECK(show_value(block.columns[0], 2) == large.entries()[9].text());
  CHECK(!output.pop(block));
  CHECK_EQ(output.bytes(), 0u);
}

}  // namespace
}  // namespace spillway
