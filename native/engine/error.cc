// Spelling of error codes.
#include "engine/error.h"

namespace spillway {

const char* code_name(ErrorCode code) {
  switch (code) {
    case ErrorCode::Argument: return "argument";
    case ErrorCode::Plan: return "plan";
    case ErrorCode::Type: return "type";
    case ErrorCode::Sql: return "sql";
    case ErrorCode::Unsupported: return "unsupported";
    case ErrorCode::Data: return "data";
    case ErrorCode::Format: return "format";
    case ErrorCode::Changed: return "changed";
    case ErrorCode::Limit: return "limit";
    case ErrorCode::Io: return "io";
    case ErrorCode::NoSpace: return "no-space";
    case ErrorCode::Locked: return "locked";
    case ErrorCode::Memory: return "memory";
    case ErrorCode::Cancelled: return "cancelled";
    case ErrorCode::Native: return "native";
    case ErrorCode::Internal: return "internal";
  }
  return "internal";
}

}  // namespace spillway
