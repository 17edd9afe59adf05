// What a handle answers when it is asked for something it is not.
#include "engine/handle.h"

namespace spillway {

std::shared_ptr<Source> Handle::open_source(QueryContext&, const SourceDescription&) {
  throw Error(ErrorCode::Argument,
              std::string("a query was asked to read from a ") + kind() + ", which is only written");
}

std::unique_ptr<Sink> Handle::open_sink(QueryContext&, const SinkDescription&) {
  throw Error(ErrorCode::Argument, std::string("a query was asked to write into a ") + kind() + ", which is only read");
}

}  // namespace spillway
