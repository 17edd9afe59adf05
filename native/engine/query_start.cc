// A query's outside: starting within the process's limits, being admitted, read, cancelled and closed.
#include <algorithm>

#include "engine/byte_text.h"
#include "engine/query.h"

namespace spillway {

Query::Query(Process& process, QueryDescription description, std::vector<std::shared_ptr<Handle>> handles,
             QueryOptions options, std::function<void()> changed)
    : PoolClient(options.threads),
      process_(process),
      description_(std::move(description)),
      threads_(options.threads),
      changed_(std::move(changed)),
      handles_(std::move(handles)),
      context_(std::make_unique<QueryContext>(process.memory, std::move(options))) {
  for (const PipelineDescription& pipeline : description_.pipelines) {
    pipelines_.push_back(std::make_unique<PipelineRun>(*context_, pipeline));
  }
}

std::shared_ptr<Query> Query::start(Process& process, QueryDescription description,
                                    std::vector<std::shared_ptr<Handle>> handles, QueryOptions options,
                                    std::function<void()> changed) {
  ProcessSettings settings = process.settings();
  if (options.threads == 0 || options.threads > settings.threads) options.threads = settings.threads;
  if (options.memory == 0 || options.memory > settings.memory) options.memory = settings.memory;
  if (options.temp_directory.empty()) options.temp_directory = settings.temp_directory;
  options.max_spill = std::min(options.max_spill, settings.max_spill);
  std::size_t minimum = minimum_memory(options.threads);
  if (options.memory < minimum) {
    throw Error(ErrorCode::Memory,
                "memory of " + byte_text(options.memory) + " is too little for " + std::to_string(options.threads) +
                    " threads; give at least " + byte_text(minimum) + " (4 MiB and 2 MiB per thread), or fewer threads",
                {{"memory", std::to_string(options.memory)}, {"minimum", std::to_string(minimum)}});
  }
  std::shared_ptr<Query> query(
      new Query(process, std::move(description), std::move(handles), std::move(options), std::move(changed)));
  std::weak_ptr<Query> weak = query;
  query->output_->on_push([raw = query.get()] { raw->changed(); });  // only pushed to while the query runs
  query->output_->on_pop([weak] {
    if (std::shared_ptr<Query> held = weak.lock()) held->notify();
  });
  query->last_activity_.store(now_nanos(), std::memory_order_relaxed);
  process.admission.enter(query);
  return query;
}

bool Query::try_grant() {
  if (!context_->memory.try_grant(minimum())) return false;
  granted_ = true;
  return true;
}

void Query::admitted() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    if (stage_ == Stage::Waiting) stage_ = Stage::SetUp;
  }
  notify();
}

void Query::refused(Error error) {
  fail(std::move(error));
  notify();
}

void Query::notify() {
  last_activity_.store(now_nanos(), std::memory_order_relaxed);
  process_.pool.notify(shared_from_this());
}

void Query::changed() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    condition_.broadcast();
  }
  if (changed_) changed_();
}

Query::Pull Query::pull(Block& block) {
  last_activity_.store(now_nanos(), std::memory_order_relaxed);
  bool ended = ended_.load(std::memory_order_acquire);  // before looking: what was pushed before the end is seen
  if (ended) {
    std::lock_guard<std::mutex> lock(mutex_);
    if (error_) throw *error_;
  }
  if (output_->pop(block)) return Pull::Block;
  return ended ? Pull::End : Pull::Pending;
}

void Query::cancel() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    if (stage_ == Stage::Ended || stage_ == Stage::Closed) return;
  }
  fail(Error(ErrorCode::Cancelled, "the query was cancelled"));
  notify();
}

void Query::close() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    if (close_requested_) return;
    close_requested_ = true;
  }
  if (!ended_.load(std::memory_order_acquire)) fail(Error(ErrorCode::Cancelled, "the query was closed"));
  notify();
}

void Query::wait_closed() {
  std::unique_lock<std::mutex> lock(mutex_);
  while (stage_ != Stage::Closed) condition_.wait(lock);
}

void Query::wait_changed(u64 nanos) {
  std::unique_lock<std::mutex> lock(mutex_);
  condition_.wait_for(lock, nanos);
}

}  // namespace spillway
