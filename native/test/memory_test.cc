// Budgets and pools keep exact accounts, whatever many threads do at once; buffers and arenas keep their promises.
#include "engine/memory.h"

#include <thread>
#include <vector>

#include "engine/byte_text.h"
#include "test/check.h"

namespace spillway {
namespace {

constexpr std::size_t kMiB = std::size_t{1} << 20;

TEST(a_budget_takes_from_the_pool_and_gives_back_all) {
  MemoryPool pool(100 * kMiB);
  {
    MemoryBudget budget(pool, 50 * kMiB);
    CHECK(budget.try_reserve(10 * kMiB));
    CHECK_EQ(pool.used(), 10 * kMiB);
    CHECK(!budget.try_reserve(41 * kMiB));
    CHECK_EQ(pool.used(), 10 * kMiB);
    CHECK(budget.try_reserve(40 * kMiB));
    budget.release(30 * kMiB);
    CHECK_EQ(budget.used(), 20 * kMiB);
    CHECK_EQ(budget.peak(), 50 * kMiB);
  }
  CHECK_EQ(pool.used(), 0u);
}

TEST(a_grant_is_held_used_or_not) {
  MemoryPool pool(100 * kMiB);
  MemoryBudget budget(pool, 50 * kMiB);
  CHECK(budget.try_grant(8 * kMiB));
  CHECK_EQ(pool.used(), 8 * kMiB);
  CHECK(budget.try_reserve(6 * kMiB));
  CHECK_EQ(pool.used(), 8 * kMiB);
  CHECK(budget.try_reserve(6 * kMiB));
  CHECK_EQ(pool.used(), 12 * kMiB);
  budget.release(12 * kMiB);
  CHECK_EQ(pool.used(), 8 * kMiB);
  CHECK(!budget.try_grant(kMiB));
}

TEST(an_eighth_of_the_pool_is_left_for_grants) {
  MemoryPool pool(80 * kMiB);
  MemoryBudget greedy(pool, 80 * kMiB);
  CHECK(!greedy.try_reserve(71 * kMiB));
  CHECK(greedy.try_reserve(70 * kMiB));
  MemoryBudget late(pool, 80 * kMiB);
  CHECK(!late.try_grant(11 * kMiB));
  CHECK(late.try_grant(10 * kMiB));
}

TEST(accounts_are_exact_when_many_threads_are_refused) {
  MemoryPool pool(3000);
  {
    MemoryBudget first(pool, 2500), second(pool, 2500);
    CHECK(first.try_grant(300));
    std::vector<std::thread> threads;
    for (u32 t = 0; t < 8; ++t) {
      threads.emplace_back([&, t] {
        MemoryBudget& budget = t % 2 == 0 ? first : second;
        std::size_t held = 0;
        for (u32 i = 0; i < 20'000; ++i) {
          std::size_t bytes = 1 + (i * 7919 + t) % 400;
          if (budget.try_reserve(bytes)) held += bytes;
          if (held > 600 || i % 3 == 0) {
            budget.release(held);
            held = 0;
          }
        }
        budget.release(held);
      });
    }
    for (std::thread& thread : threads) thread.join();
    CHECK_EQ(first.used(), 0u);
    CHECK_EQ(second.used(), 0u);
    CHECK_EQ(pool.used(), 300u);
  }
  CHECK_EQ(pool.used(), 0u);
}

TEST(a_refusal_names_purpose_cap_and_remedy) {
  MemoryPool pool(100 * kMiB);
  MemoryBudget budget(pool, 10 * kMiB);
  CHECK_THROWS(budget.reserve(11 * kMiB, "the sort"), Error, CHECK(error.code() == ErrorCode::Memory);
               std::string text = error.what(); CHECK(text.find("the sort needs 11.0 MiB") != std::string::npos);
               CHECK(text.find("10.0 MiB") != std::string::npos); CHECK(text.find("memory") != std::string::npos));
}

TEST(reservations_move_and_clear) {
  MemoryPool pool(1000);
  MemoryBudget budget(pool, 1000);
  Reservation a(budget);
  CHECK(a.try_grow(300));
  Reservation b = std::move(a);
  CHECK_EQ(budget.used(), 300u);
  b.shrink(100);
  CHECK_EQ(budget.used(), 200u);
  b = Reservation(budget);
  CHECK_EQ(budget.used(), 0u);
}

TEST(buffers_are_aligned_at_every_size) {
  for (std::size_t bytes :
       {std::size_t{1}, std::size_t{63}, std::size_t{4096}, kBlockBytes - 1, kBlockBytes, 9 * kMiB}) {
    Buffer buffer(bytes);
    CHECK_EQ(reinterpret_cast<std::uintptr_t>(buffer.data()) % 64, 0u);
    buffer.data()[0] = 1;
    buffer.data()[bytes - 1] = 2;
    std::size_t size = buffer.size();
    u8* data = buffer.release();
    CHECK(buffer.empty());
    Buffer::free(data, size);
  }
  CHECK(Buffer().data() == nullptr);
}

TEST(an_arena_copies_long_texts_and_starts_over) {
  Arena arena(256);
  std::string text(1000, 'x');
  StringView copy = arena.copy(StringView(text));
  CHECK(copy.text() == text);
  CHECK(copy.data() != text.data());
  for (int i = 0; i < 100; ++i) CHECK_EQ(reinterpret_cast<std::uintptr_t>(arena.allocate(13)) % 8, 0u);
  std::size_t before = arena.bytes();
  arena.reset();
  CHECK(arena.bytes() < before);
  CHECK(arena.allocate(8) != nullptr);
}

TEST(sizes_are_written_for_people) {
  CHECK_EQ(byte_text(812), "812 B");
  CHECK_EQ(byte_text(4 * kMiB), "4.0 MiB");
  CHECK_EQ(byte_text(1536), "1.5 KiB");
  CHECK_EQ(byte_text(256 * kMiB), "256 MiB");
}

}  // namespace
}  // namespace spillway
