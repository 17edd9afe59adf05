// The driver: which piece of work is next (under the lock, O(1)), doing it (without), what follows from it.
#include "engine/query.h"

#include <new>

namespace spillway {

// The first error wins; the others are its consequences.
void Query::fail(Error error) noexcept {
  std::lock_guard<std::mutex> lock(mutex_);
  // With the final statistics taken, cleaning up has begun and the context may be gone.
  if (stage_ == Stage::Ended || stage_ == Stage::Closed || final_statistics_) return;
  if (!error_) error_.emplace(std::move(error));
  context_->cancel();
}

bool Query::run_one() noexcept {
  Work work;
  {
    std::unique_lock<std::mutex> lock(mutex_, std::try_to_lock);
    if (!lock.owns_lock()) {
      lock_waits_.fetch_add(1, std::memory_order_relaxed);
      lock.lock();
    }
    try {
      work = take();
    } catch (const Error& error) {
      if (!error_) error_.emplace(error);
      context_->cancel();
      work = take();
    } catch (const std::exception& error) {
      if (!error_) error_.emplace(ErrorCode::Internal, error.what());
      context_->cancel();
      work = take();
    }
    if (work.kind == Kind::None) {
      parked_ = true;
      if (running_ == 0 && stage_ == Stage::Consume) context_->counters.parked.fetch_add(1, std::memory_order_relaxed);
      return false;
    }
    running_ += 1;
  }
  perform(work);
  return true;
}

Query::Work Query::exclusive(Kind kind) {
  stage_ = Stage::Busy;
  Work work;
  work.kind = kind;
  return work;
}

Query::Work Query::take() {
  if (stage_ == Stage::Ended) return close_requested_ && running_ == 0 ? exclusive(Kind::CleanUp) : Work{};
  if (stage_ == Stage::Closed || stage_ == Stage::Busy) return {};
  if (error_) return running_ == 0 ? exclusive(Kind::Abort) : Work{};
  if (stage_ == Stage::SetUp) return exclusive(Kind::SetUp);
  if (stage_ == Stage::Consume) {
    Work work = take_row_work();
    if (work.kind != Kind::None || stage_ == Stage::Consume) return work;
  }
  if (stage_ == Stage::Phase && next_task_ == phase_tasks_ && running_ == 0) {
    phase_ += 1;
    stage_ = Stage::BeginPhase;
  }
  if (stage_ == Stage::BeginPhase) {
    Work work = exclusive(Kind::BeginPhase);
    work.phase = phase_;
    return work;
  }
  if (stage_ == Stage::Phase && next_task_ < phase_tasks_ && current().sink().task_admitted(phase_, next_task_)) {
    Work work;
    work.kind = Kind::PhaseTask;
    work.phase = phase_;
    work.index = next_task_++;
    return work;
  }
  return {};
}

// The sink's own work goes first: it frees what morsels will need.
Query::Work Query::take_row_work() {
  Work work;
  Sink& sink = current().sink();
  work.task = sink.take_task();
  if (work.task) {
    work.kind = Kind::SinkTask;
    return work;
  }
  if (!exhausted_ && sink.satisfied()) exhausted_ = true;
  if (!exhausted_ && sink.admits(next_sequence_)) {
    switch (current().source().next_morsel(work.morsel)) {
      case Source::Next::Ready:
        next_sequence_ = work.morsel.sequence + 1;
        work.kind = Kind::Morsel;
        return work;
      case Source::Next::End: exhausted_ = true; break;
      case Source::Next::Wait: break;
    }
  }
  if (exhausted_ && running_ == 0) {
    phase_ = 0;
    stage_ = Stage::BeginPhase;
  }
  return work;
}

void Query::perform(Work& work) {
  u64 begin = now_nanos();
  u32 tasks = 0;
  std::optional<Error> error;
  try {
    switch (work.kind) {
      case Kind::SetUp: begin_pipeline(); break;
      case Kind::Morsel: current().run_morsel(work.morsel); break;
      case Kind::SinkTask: work.task(); break;
      case Kind::BeginPhase:
        if (work.phase == 0) current().end_input();
        tasks = current().sink().begin_phase(work.phase);
        break;
      case Kind::PhaseTask: current().sink().run_task(work.phase, work.index); break;
      // Whoever cancelled is told next: giving back gigabytes of memory and spilled bytes is left to the clean-up.
      case Kind::Abort:
        for (auto& pipeline : pipelines_) pipeline->abort();
        break;
      case Kind::CleanUp: clean_up(); break;
      case Kind::None: break;
    }
    if (work.kind == Kind::BeginPhase && tasks == 0) conclude_pipeline();
  } catch (const Error& thrown) {
    error.emplace(thrown);
  } catch (const std::bad_alloc&) {
    error.emplace(ErrorCode::Memory,
                  "the system has no more memory to give; set a lower `memory`, or use fewer threads");
  } catch (const std::exception& thrown) {
    error.emplace(ErrorCode::Internal,
                  std::string("an unexpected fault of the engine: ") + thrown.what() + "; please report it");
  } catch (...) {
    error.emplace(ErrorCode::Internal, "an unknown fault of the engine; please report it");
  }
  // What a task holds on to goes before the query counts it as done.
  work.task = {};
  work.morsel.payload.reset();
  u64 end = now_nanos();
  last_activity_.store(end, std::memory_order_relaxed);
  bool tell = false, look = false;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    running_ -= 1;
    if (work.kind != Kind::CleanUp) {
      context_->counters.busy_nanos.fetch_add(end - begin, std::memory_order_relaxed);
      if (current_ < pipelines_.size()) {
        PipelineCounters& counters = current().counters();
        counters.busy_nanos.fetch_add(end - begin, std::memory_order_relaxed);
        if (work.kind == Kind::SinkTask || work.kind == Kind::PhaseTask)
          counters.tasks.fetch_add(1, std::memory_order_relaxed);
      }
    }
    if (error) {
      if (!error_) error_ = std::move(error);
      context_->cancel();
      if (stage_ == Stage::Busy) stage_ = Stage::Phase;  // any stage from which the abort is taken
    } else {
      settle(work, tasks);
    }
    tell = stage_ == Stage::Ended || stage_ == Stage::Closed;
    look = parked_;
    parked_ = false;
    if (tell) condition_.broadcast();
  }
  if (look) notify();
  if (tell && changed_) changed_();
}

void Query::settle(const Work& work, u32 tasks) {
  switch (work.kind) {
    case Kind::SetUp:
      exhausted_ = false;
      next_sequence_ = 0;
      stage_ = Stage::Consume;
      break;
    case Kind::BeginPhase:
      if (tasks == 0) {
        current_ += 1;
        exhausted_ = false;
        bool last = current_ == pipelines_.size();
        stage_ = last ? Stage::Ended : Stage::SetUp;
        if (last) ended_.store(true, std::memory_order_release);
      } else {
        phase_tasks_ = tasks;
        next_task_ = 0;
        stage_ = Stage::Phase;
      }
      break;
    case Kind::Abort:
      stage_ = Stage::Ended;
      ended_.store(true, std::memory_order_release);
      break;
    case Kind::CleanUp:
      stage_ = Stage::Closed;
      closed_.store(true, std::memory_order_release);
      break;
    default: return;
  }
  parked_ = true;  // a new stage: threads that gave up may have work now
}

void Query::begin_pipeline() {
  PipelineCounters& counters = current().counters();
  counters.began.store(now_nanos(), std::memory_order_relaxed);
  counters.bytes_read.store(context_->counters.bytes_read.load(std::memory_order_relaxed), std::memory_order_relaxed);
  counters.spilled.store(context_->spill.bytes_written(), std::memory_order_relaxed);
  std::weak_ptr<Query> weak = weak_from_this();
  current().set_up(handles_, pipelines_, output_, [weak] {
    if (std::shared_ptr<Query> held = weak.lock()) held->notify();
  });
}

void Query::conclude_pipeline() {
  PipelineCounters& counters = current().counters();
  current().conclude();
  counters.ended.store(now_nanos(), std::memory_order_relaxed);
  u64 read = context_->counters.bytes_read.load(std::memory_order_relaxed);
  counters.bytes_read.store(read - counters.bytes_read.load(std::memory_order_relaxed), std::memory_order_relaxed);
  u64 spilled = context_->spill.bytes_written();
  counters.spilled.store(spilled - counters.spilled.load(std::memory_order_relaxed), std::memory_order_relaxed);
}

void Query::clean_up() noexcept {
  QueryStatistics last = statistics();
  {
    std::lock_guard<std::mutex> lock(mutex_);
    final_statistics_.emplace(std::move(last));
  }
  output_->clear();
  while (!pipelines_.empty()) pipelines_.pop_back();  // later ones read from earlier ones
  context_.reset();
  for (const auto& handle : handles_) handle->query_ended();
  handles_.clear();
  process_.admission.leave(this);
}

}  // namespace spillway
