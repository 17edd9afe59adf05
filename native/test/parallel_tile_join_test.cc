// A self-join's parts on several threads at once: the lists do not depend on who comes first.
#include <atomic>
#include <thread>

#include "test/check.h"
#include "test/tile_cases.h"

namespace spillway {
namespace {

Lists joined(const SearchIndex& index, u32 rows, u32 k, u32 threads) {
  auto join = index.self_join(k, true, threads);
  Lists lists;
  CHECK(join != nullptr);
  if (join == nullptr) return lists;
  std::atomic<u32> next{0};
  std::vector<std::thread> workers;
  for (u32 t = 0; t < threads; ++t) {
    workers.emplace_back([&] {
      for (u32 part = next++; part < join->parts(); part = next++) join->part(part);
    });
  }
  for (std::thread& worker : workers) worker.join();
  for (u32 row = 0; row < rows; ++row) {
    std::vector<u32> found(k);
    std::vector<f64> distances(k);
    const u32 count = join->take(row, found.data(), distances.data());
    lists.rows.insert(lists.rows.end(), found.begin(), found.begin() + count);
    lists.distances.insert(lists.distances.end(), distances.begin(), distances.begin() + count);
  }
  return lists;
}

TEST(lists_are_the_same_on_any_number_of_threads) {
  Case data(4000, 90, 1);
  // Rows around a few centers, with many equal distances.
  data.fill([](u32 r, u32 j) { return static_cast<f64>((r % 7) * (j % 3)) + static_cast<f64>(normal() > 1); }, true);
  auto index = index_by("tile", Metric::Euclidean, data.resident());
  const Lists alone = joined(*index, data.rows, 5, 1);
  CHECK_EQ(alone.rows.size(), std::size_t{5} * data.rows);
  for (u32 threads : {2u, 5u}) CHECK(joined(*index, data.rows, 5, threads) == alone);
}

}  // namespace
}  // namespace spillway
