// Runs a query to its end, in a process of its own that must have given back all memory by then.
#pragma once

#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "engine/query.h"
#include "test/check.h"
#include "test/scratch_name.h"

namespace spillway {

// Shows every block of the result. Throws what the query fails with.
inline QueryStatistics run_query(QueryDescription description, std::vector<std::shared_ptr<Handle>> handles,
                                 QueryOptions options, u32 threads, const std::function<void(const Block&)>& see) {
  ProcessSettings settings;
  settings.threads = threads;
  settings.memory = std::size_t{256} << 20;
  settings.temp_directory = scratch_folder();
  Process process(settings);
  options.threads = 0;
  auto query = Query::start(process, std::move(description), std::move(handles), options, {});
  QueryStatistics statistics;
  try {
    Block block;
    for (;;) {
      const Query::Pull pull = query->pull(block);
      if (pull == Query::Pull::End) break;
      if (pull == Query::Pull::Pending) {
        query->wait_changed(1'000'000);
        continue;
      }
      see(block);
      block = Block();
    }
    statistics = query->statistics();
  } catch (const Error&) {
    query->close();
    query->wait_closed();
    throw;
  }
  query->close();
  query->wait_closed();
  CHECK_EQ(process.memory.used(), 0u);
  return statistics;
}

}  // namespace spillway
