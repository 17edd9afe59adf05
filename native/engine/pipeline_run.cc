// Runs morsels; everything that threads share is touched once per morsel.
#include "engine/pipeline_run.h"

#include <algorithm>

#include "annoy/annoy_join.h"
#include "engine/projected_source.h"
#include "neighbors/join_source.h"

namespace spillway {
namespace {

// Nothing but columns, in any order: no program has to run.
bool passes_through(const ProgramDescription& program) {
  if (!program.instructions.empty()) return false;
  for (u32 output : program.outputs) {
    if (output >= program.inputs.size()) return false;
  }
  return true;
}

bool keeps_all_rows(const ProgramDescription& program) {
  return std::none_of(program.instructions.begin(), program.instructions.end(),
                      [](const Instruction& instruction) { return instruction.operation == "filter"; });
}

}  // namespace

std::shared_ptr<Source> PipelineRun::open_source(const std::vector<std::shared_ptr<Handle>>& handles,
                                                 const std::vector<std::unique_ptr<PipelineRun>>& earlier) {
  const SourceDescription& source = description_.source;
  if (source.kind == SourceDescription::Kind::Scan) {
    if (source.index >= handles.size()) {
      throw Error(ErrorCode::Internal, "the query names scan " + std::to_string(source.index) + " of " +
                                           std::to_string(handles.size()) + " handles");
    }
    return handles[source.index]->open_source(context_, source);
  }
  std::shared_ptr<Source> result = earlier.at(source.index)->sink().result();
  if (result == nullptr) throw Error(ErrorCode::Internal, "a pipeline reads one that has no result");
  return project_source(std::move(result), source.columns);
}

std::shared_ptr<const JoinTarget> PipelineRun::open_target(const NeighborJoinDescription& join,
                                                           const std::vector<std::shared_ptr<Handle>>& handles,
                                                           const std::vector<std::unique_ptr<PipelineRun>>& earlier) {
  std::shared_ptr<const JoinReference> reference;
  if (!join.annoy || join.reference != NeighborJoinDescription::kNone) {
    reference = earlier.at(join.reference)->sink().neighbors();
    if (reference == nullptr) throw Error(ErrorCode::Internal, "a join reads a pipeline that made no reference");
  }
  if (!join.annoy) return reference;
  if (join.annoy->handle >= handles.size()) throw Error(ErrorCode::Internal, "a join names a handle that is not there");
  return annoy_join_target(handles[join.annoy->handle], *join.annoy, std::move(reference));
}

void PipelineRun::set_up(const std::vector<std::shared_ptr<Handle>>& handles,
                         const std::vector<std::unique_ptr<PipelineRun>>& earlier,
                         const std::shared_ptr<OutputQueue>& output, const std::function<void()>& wake) {
  scan_ = open_source(handles, earlier);
  source_ = scan_;
  for (const NeighborJoinDescription& join : description_.source.joins) {
    std::shared_ptr<const JoinTarget> target = open_target(join, handles, earlier);
    JoinCounts counts;
    if (source_ == scan_) {
      counts.read = &counters_.rows_in;
      if (description_.source.kind == SourceDescription::Kind::Scan) counts.scanned = &context_.counters.rows_scanned;
    }
    source_ = join_neighbors(std::move(source_), join, std::move(target), counts);
  }
  // What an earlier pipeline left in memory goes as soon as it is read.
  if (description_.source.kind != SourceDescription::Kind::Scan) scan_.reset();
  source_->on_ready(wake);
  source_->start(context_);
  const ProgramDescription& program = description_.program;
  if (program.inputs.size() > source_->column_count()) {
    throw Error(ErrorCode::Internal, "a program has more inputs than its source has columns");
  }
  std::vector<ColumnFacts> facts;
  for (u32 i = 0; i < program.inputs.size(); ++i) {
    facts.push_back(source_->facts(i));
    if (facts.back().type != program.inputs[i]) {
      throw Error(ErrorCode::Internal, "column " + std::to_string(i) + " of a source has type " +
                                           std::to_string(static_cast<int>(facts.back().type)) +
                                           ", but the plan says " +
                                           std::to_string(static_cast<int>(program.inputs[i])));
    }
  }
  std::vector<ColumnFacts> outputs;
  if (passes_through(program)) {
    for (u32 output_register : program.outputs) outputs.push_back(facts[output_register]);
  } else {
    program_ = Program::compile(program, facts);
    outputs = program_->outputs();
  }
  sink_ = make_sink(context_, description_.sink, handles, output);
  sink_->on_ready(wake);
  sink_->start(context_, outputs);
  if (sink_->looks_at_places()) source_->number_rows();
  if (std::optional<u64> rows = source_->rows_in_place(); rows && keeps_all_rows(program))
    places_ = sink_->knows_places(*rows);
  first_place_ = source_->first_place();
}

std::unique_ptr<PipelineRun::Slot> PipelineRun::take_slot() {
  std::lock_guard<std::mutex> lock(slot_mutex_);
  if (!free_slots_.empty()) {
    std::unique_ptr<Slot> slot = std::move(free_slots_.back());
    free_slots_.pop_back();
    return slot;
  }
  // Made under the lock, so that sources, programs and sinks need not expect two at once.
  auto slot = std::make_unique<Slot>();
  slot->reader = source_->make_reader();
  if (program_ != nullptr) slot->program = program_->make_state();
  slot->local = sink_->make_local();
  slot->columns.resize(description_.program.outputs.size());
  return slot;
}

void PipelineRun::give_slot(std::unique_ptr<Slot> slot) {
  std::lock_guard<std::mutex> lock(slot_mutex_);
  free_slots_.push_back(std::move(slot));
}

const Chunk& PipelineRun::pass_through(Slot& slot, u32 rows) {
  const std::vector<u32>& outputs = description_.program.outputs;
  for (std::size_t i = 0; i < outputs.size(); ++i) slot.columns[i] = slot.reader->column(outputs[i]);
  slot.chunk.rows = rows;
  slot.chunk.selected = rows;
  slot.chunk.column_count = static_cast<u32>(outputs.size());
  slot.chunk.columns = slot.columns.data();
  slot.chunk.first_row = slot.reader->row();
  return slot.chunk;
}

void PipelineRun::run_morsel(const Morsel& morsel) {
  std::unique_ptr<Slot> slot = take_slot();
  u64 rows_in = 0, rows_out = 0;
  slot->reader->open(morsel);
  sink_->begin_morsel(*slot->local, morsel.sequence);
  while (u32 rows = slot->reader->next()) {
    context_.check_cancelled();
    const Chunk& chunk = program_ == nullptr ? pass_through(*slot, rows) : slot->program->run(*slot->reader, rows);
    rows_in += rows;
    rows_out += chunk.selected;
    if (places_) {
      sink_->place(*slot->local, chunk, slot->reader->row() - first_place_);
    } else if (chunk.selected != 0) {
      sink_->consume(*slot->local, chunk);
    }
  }
  sink_->end_morsel(*slot->local, morsel.sequence);
  // What a join reads is counted where it is read: what it gives may be many rows for each.
  if (description_.source.joins.empty()) counters_.rows_in.fetch_add(rows_in, std::memory_order_relaxed);
  counters_.rows_out.fetch_add(rows_out, std::memory_order_relaxed);
  counters_.morsels.fetch_add(1, std::memory_order_relaxed);
  if (source_ == scan_) {
    context_.counters.rows_scanned.fetch_add(rows_in, std::memory_order_relaxed);
  }
  give_slot(std::move(slot));
}

// A scan stays: the dictionaries of its columns are used until the query ends.
void PipelineRun::end_input() {
  if (source_ == scan_) return;
  stop();
  std::lock_guard<std::mutex> lock(slot_mutex_);
  for (const auto& slot : free_slots_) slot->reader.reset();
  source_.reset();
}

void PipelineRun::conclude() {
  concluded_ = true;
  stop();
  std::lock_guard<std::mutex> lock(slot_mutex_);
  free_slots_.clear();
}

void PipelineRun::stop() noexcept {
  if (source_ != nullptr && !stopped_.exchange(true)) source_->stop();
}

void PipelineRun::abort() noexcept {
  stop();
  if (sink_ != nullptr && !concluded_) sink_->abort();
}

}  // namespace spillway
