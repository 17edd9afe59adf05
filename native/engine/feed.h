// Rows that JavaScript pushes into a query: a bounded queue of blocks with a source at its other end.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "engine/block.h"
#include "engine/handle.h"

namespace spillway {

// JavaScript's side pushes from its thread; one query reads, once.
class Feed final : public Handle, public std::enable_shared_from_this<Feed> {
 public:
  explicit Feed(std::vector<Type> types) : types_(std::move(types)) {}

  const char* kind() const override { return "feed"; }
  const std::vector<Type>& types() const { return types_; }

  // Blocks of at most kFeedRows rows with these types, offsets rising, codes within their dictionaries.
  void push(Block&& block);
  void end();              // no more rows
  void fail(Error error);  // the query ends with this error

  enum class Wants { More, Full, Stopped };
  Wants wants() const;
  // Called, from any thread and without a lock, when the answer of wants() changes from Full. Set before the query
  // starts.
  void on_change(std::function<void()> call);

  std::shared_ptr<Source> open_source(QueryContext& context, const SourceDescription& description) override;

  void query_ended() noexcept override { stop(); }

  static constexpr u32 kFeedRows = 65536;

 private:
  friend class FeedSource;
  Source::Next take(Morsel& morsel);
  void stop();

  const std::vector<Type> types_;
  mutable std::mutex mutex_;  // all below
  std::deque<std::shared_ptr<Block>> queue_;
  u64 queued_rows_ = 0, rows_ = 0, sequence_ = 0;
  bool opened_ = false, ended_ = false, stopped_ = false;
  std::optional<Error> error_;
  std::function<void()> wake_, changed_;
};

}  // namespace spillway
