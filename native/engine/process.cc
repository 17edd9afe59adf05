// Defaults from the machine; settings that are fixed at first use.
#include "engine/process.h"

#include "engine/byte_text.h"
#include "engine/machine.h"

namespace spillway {
namespace {

ProcessSettings with_defaults(ProcessSettings settings) {
  if (settings.threads == 0) settings.threads = available_threads();
  if (settings.memory == 0) settings.memory = available_memory() / 2;
  if (settings.temp_directory.empty()) settings.temp_directory = default_temp_folder();
  return settings;
}

void check_memory(const ProcessSettings& settings) {
  if (settings.memory >= minimum_memory(1)) return;
  throw Error(ErrorCode::Memory, "memory of " + byte_text(settings.memory) +
                                     " for the process is too little to work with; " + "give at least " +
                                     byte_text(minimum_memory(1)));
}

}  // namespace

Process::Process(const ProcessSettings& settings)
    : memory(0), admission(memory), pool(1), settings_(with_defaults(settings)) {
  pool.set_size(settings_.threads);
  memory.set_limit(settings_.memory);
  pool.on_idle([this] { pool.watch(admission.refuse_hopeless()); });
  admission.on_waiting([this] { pool.watch(true); });
}

void Process::configure(const ProcessSettings& given) {
  ProcessSettings settings = with_defaults(given);
  check_memory(settings);
  std::lock_guard<std::mutex> lock(mutex_);
  bool fixed = pool.started() || memory.used() != 0;
  if (fixed && (settings.threads != settings_.threads || settings.memory != settings_.memory)) {
    throw Error(ErrorCode::Argument, "threads and memory of the process are fixed since its first query: " +
                                         std::to_string(settings_.threads) + " threads, " +
                                         byte_text(settings_.memory) +
                                         "; configure before, or give a query its own `threads` and `memory`");
  }
  settings_ = settings;
  if (fixed) return;
  pool.set_size(settings_.threads);
  memory.set_limit(settings_.memory);
}

ProcessSettings Process::settings() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return settings_;
}

Process& process() {
  static Process instance{ProcessSettings{}};
  return instance;
}

}  // namespace spillway
