// The sinks a description can name, one factory each; a factory lives beside its sink.
#pragma once

#include <memory>
#include <vector>

#include "engine/description.h"
#include "engine/handle.h"
#include "engine/sink.h"

namespace spillway {

class OutputQueue;  // where the Batches and Collect sinks leave finished blocks for JavaScript (output_queue.h)

std::unique_ptr<Sink> make_batch_sink(const SinkDescription& description, std::shared_ptr<OutputQueue> output);
std::unique_ptr<Sink> make_collect_sink(const SinkDescription& description, std::shared_ptr<OutputQueue> output);
std::unique_ptr<Sink> make_materialise_sink(const SinkDescription& description);
std::unique_ptr<Sink> make_aggregate_sink(const SinkDescription& description);
std::unique_ptr<Sink> make_sort_sink(const SinkDescription& description);
std::unique_ptr<Sink> make_neighbor_sink(const SinkDescription& description);  // neighbors/join_sink.cc
std::unique_ptr<Sink> make_fold_sink(const SinkDescription& description, std::shared_ptr<OutputQueue> output);

// The sink of a pipeline. WriteVtr and WriteShards ask the handle that the description names (Handle::open_sink).
std::unique_ptr<Sink> make_sink(QueryContext& context, const SinkDescription& description,
                                const std::vector<std::shared_ptr<Handle>>& handles,
                                const std::shared_ptr<OutputQueue>& output);

}  // namespace spillway
