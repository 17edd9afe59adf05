// What is certain of a program's outputs before a row is read.
#pragma once

#include <vector>

#include "engine/program_plan.h"

namespace spillway {

std::vector<ColumnFacts> program_facts(const ProgramPlan& plan, const std::vector<ColumnFacts>& inputs);

}  // namespace spillway
