// Which factory makes which kind of sink.
#include "engine/sinks.h"

namespace spillway {

std::unique_ptr<Sink> make_sink(QueryContext& context, const SinkDescription& description,
                                const std::vector<std::shared_ptr<Handle>>& handles,
                                const std::shared_ptr<OutputQueue>& output) {
  switch (description.kind) {
    case SinkDescription::Kind::Batches: return make_batch_sink(description, output);
    case SinkDescription::Kind::Collect: return make_collect_sink(description, output);
    case SinkDescription::Kind::Aggregate: return make_aggregate_sink(description);
    case SinkDescription::Kind::Sort: return make_sort_sink(description);
    case SinkDescription::Kind::Materialise: return make_materialise_sink(description);
    case SinkDescription::Kind::Neighbors: return make_neighbor_sink(description);
    case SinkDescription::Kind::Fold: return make_fold_sink(description, output);
    case SinkDescription::Kind::WriteVtr:
    case SinkDescription::Kind::WriteShards:
      if (description.handle >= handles.size()) {
        throw Error(ErrorCode::Internal, "the query names writer " + std::to_string(description.handle) + " of " +
                                             std::to_string(handles.size()) + " handles");
      }
      return handles[description.handle]->open_sink(context, description);
  }
  throw Error(ErrorCode::Internal, "the query names an unknown kind of sink");
}

}  // namespace spillway
