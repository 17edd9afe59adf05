// Stands in for parts that are linked separately: a program without them says so instead of failing to load.
#include "engine/error.h"
#include "engine/program.h"

namespace spillway {

[[gnu::weak]] std::shared_ptr<const Program> Program::compile(ProgramDescription, const std::vector<ColumnFacts>&) {
  throw Error(ErrorCode::Internal, "this build has no program interpreter");
}

[[gnu::weak]] std::vector<std::string> operation_names() { return {}; }

}  // namespace spillway
