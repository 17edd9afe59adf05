// What all queries of the process share: one thread pool, one memory pool, who waits to start.
#pragma once

#include <string>

#include "engine/admission.h"
#include "engine/memory.h"
#include "engine/pool.h"

namespace spillway {

struct ProcessSettings {
  u32 threads = 0;             // 0: as many as the machine offers
  std::size_t memory = 0;      // 0: half of what the process may use
  std::string temp_directory;  // empty: the system's
  u64 max_spill = ~u64{0};     // of one query
};

class Process {
 public:
  explicit Process(const ProcessSettings& settings);

  MemoryPool memory;
  Admission admission;
  Pool pool;  // last: its threads end before what they use

  // Throws Error Argument once a query has run with other values (threads and memory are fixed at first use).
  void configure(const ProcessSettings& settings);
  ProcessSettings settings() const;

 private:
  mutable std::mutex mutex_;
  ProcessSettings settings_;  // guarded by mutex_
};

// The one of this process, made at the first call.
Process& process();

}  // namespace spillway
