// The pool: turns, caps, wake-ups that are never lost, and a cost per piece of work that does not matter.
#include "engine/pool.h"

#include <algorithm>
#include <chrono>

#include "test/check.h"

namespace spillway {
namespace {

void wait_until(const std::function<bool()>& condition) {
  for (int i = 0; i < 20'000 && !condition(); ++i) std::this_thread::sleep_for(std::chrono::microseconds(500));
}

// So many pieces of work, each seen by `piece`.
class Pieces final : public PoolClient {
 public:
  Pieces(u32 cap, u64 count, std::function<void(u64)> piece = {})
      : PoolClient(cap), count_(count), piece_(std::move(piece)) {}

  bool run_one() noexcept override {
    u64 taken = next_.fetch_add(1);
    if (taken >= count_.load()) {
      next_.fetch_sub(1);
      return false;
    }
    u32 now = running_.fetch_add(1) + 1;
    u32 most = most_.load();
    while (most < now && !most_.compare_exchange_weak(most, now)) {
    }
    if (piece_) piece_(taken);
    running_.fetch_sub(1);
    done_.fetch_add(1);
    return true;
  }

  void add(u64 more) { count_.fetch_add(more); }
  u64 done() const { return done_.load(); }
  u32 most() const { return most_.load(); }

 private:
  std::atomic<u64> count_;
  std::function<void(u64)> piece_;
  std::atomic<u64> next_{0}, done_{0};
  std::atomic<u32> running_{0}, most_{0};
};

TEST(all_pieces_are_done_once) {
  Pool pool(4);
  auto client = std::make_shared<Pieces>(4, 10'000);
  pool.notify(client);
  // A thread counts the pieces of its turn when the turn ends, after the last piece is done.
  wait_until([&] { return pool.counters().pieces >= 10'000; });
  CHECK_EQ(client->done(), 10'000u);
  CHECK_EQ(pool.counters().pieces, 10'000u);
}

TEST(no_more_threads_than_the_cap_work_for_a_client) {
  Pool pool(8);
  auto client =
      std::make_shared<Pieces>(3, 300, [](u64) { std::this_thread::sleep_for(std::chrono::microseconds(200)); });
  pool.notify(client);
  wait_until([&] { return client->done() == 300; });
  CHECK_EQ(client->most(), 3u);
}

TEST(clients_take_turns) {
  Pool pool(1);
  std::mutex mutex;
  std::vector<int> order;
  auto log = [&](int who) {
    return [&, who](u64) {
      std::lock_guard<std::mutex> lock(mutex);
      order.push_back(who);
      std::this_thread::sleep_for(std::chrono::microseconds(100));
    };
  };
  auto gate = std::make_shared<Pieces>(1, 1, [](u64) { std::this_thread::sleep_for(std::chrono::milliseconds(20)); });
  auto a = std::make_shared<Pieces>(1, 50, log(0));
  auto b = std::make_shared<Pieces>(1, 50, log(1));
  pool.notify(gate);
  pool.notify(a);
  pool.notify(b);
  wait_until([&] { return a->done() + b->done() == 100; });
  std::lock_guard<std::mutex> lock(mutex);
  u32 changes = 0;
  for (std::size_t i = 1; i < order.size(); ++i) changes += order[i] != order[i - 1];
  CHECK(changes >= 95);
}

TEST(a_notification_during_the_last_look_is_not_lost) {
  Pool pool(2);
  auto client = std::make_shared<Pieces>(2, 0);
  for (u64 i = 1; i <= 20'000; ++i) {
    client->add(1);
    pool.notify(client);
    if (i % 64 == 0) wait_until([&] { return client->done() == i; });
    if (i % 64 == 0 && client->done() != i) break;
  }
  wait_until([&] { return client->done() == 20'000; });
  CHECK_EQ(client->done(), 20'000u);
}

TEST(the_pool_ends_while_clients_wait_in_it) {
  auto client =
      std::make_shared<Pieces>(2, ~u64{0} / 2, [](u64) { std::this_thread::sleep_for(std::chrono::microseconds(50)); });
  {
    Pool pool(2);
    pool.notify(client);
    wait_until([&] { return client->done() > 10; });
  }
  u64 after = client->done();
  std::this_thread::sleep_for(std::chrono::milliseconds(5));
  CHECK_EQ(client->done(), after);
}

TEST(threads_that_have_nothing_to_do_sleep) {
  Pool pool(2);
  auto client = std::make_shared<Pieces>(2, 1);
  pool.notify(client);
  wait_until([&] { return client->done() == 1; });
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  u64 turns = pool.counters().handouts;
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  CHECK_EQ(pool.counters().handouts, turns);
}

TEST(what_has_a_deadline_is_looked_at_by_idle_threads) {
  Pool pool(1);
  std::atomic<int> looks{0};
  pool.on_idle([&] { looks.fetch_add(1); });
  pool.watch(true);
  auto client = std::make_shared<Pieces>(1, 1);
  pool.notify(client);
  wait_until([&] { return looks.load() >= 2; });
  CHECK(looks.load() >= 2);
}

}  // namespace
}  // namespace spillway
