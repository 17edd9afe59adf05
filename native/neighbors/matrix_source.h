// The rows of a matrix on disk as a query's source.
#pragma once

#include <memory>

#include "engine/source.h"
#include "neighbors/matrix_file.h"

namespace spillway {

// Columns and rows as the description says; throws Error Internal for a column the matrix does not have.
std::shared_ptr<Source> make_matrix_source(std::shared_ptr<const MatrixFile> file,
                                           const SourceDescription& description);

}  // namespace spillway
