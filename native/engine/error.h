// The one exception of the native side; its code, message and detail become an EngineError.
#pragma once

#include <exception>
#include <string>
#include <utility>
#include <vector>

namespace spillway {

enum class ErrorCode {
  Argument,
  Plan,
  Type,
  Sql,
  Unsupported,
  Data,
  Format,
  Changed,
  Limit,
  Io,
  NoSpace,
  Locked,
  Memory,
  Cancelled,
  Native,
  Internal,
};

class Error : public std::exception {
 public:
  using Detail = std::vector<std::pair<std::string, std::string>>;

  Error(ErrorCode code, std::string message, Detail detail = {})
      : code_(code), message_(std::move(message)), detail_(std::move(detail)) {}

  ErrorCode code() const { return code_; }
  const Detail& detail() const { return detail_; }
  const char* what() const noexcept override { return message_.c_str(); }

 private:
  ErrorCode code_;
  std::string message_;
  Detail detail_;
};

// "argument", "no-space", …: the spelling users see.
const char* code_name(ErrorCode code);

}  // namespace spillway
