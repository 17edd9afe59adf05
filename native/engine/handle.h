// What a description's indices stand for: things JavaScript made (files, feeds, writers) that a query opens.
#pragma once

#include <memory>

#include "engine/context.h"
#include "engine/description.h"
#include "engine/sink.h"
#include "engine/source.h"

namespace spillway {

// Shared by JavaScript and the queries that use it; a query keeps it alive until it has ended.
class Handle {
 public:
  virtual ~Handle() = default;

  // "vtr scan", "feed", "vtr writer": how errors name it.
  virtual const char* kind() const = 0;

  // A fresh source for one query. Its columns are exactly `description.columns`, in that order, and its predicates'
  // columns are positions among them. Called on a pool thread: may read files. Throws Error Argument when this is not
  // something that is read.
  virtual std::shared_ptr<Source> open_source(QueryContext& context, const SourceDescription& description);

  // A sink that fills this handle. Throws Error Argument when this is not something that is written.
  virtual std::unique_ptr<Sink> open_sink(QueryContext& context, const SinkDescription& description);

  // A query that was given this handle has ended, whether or not it opened it.
  virtual void query_ended() noexcept {}
};

}  // namespace spillway
