// Reads the rows of a join: a vector of the input's rows at a time is searched for, and its neighbours are told in
// vectors.
#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "engine/program.h"
#include "engine/source.h"
#include "neighbors/join_target.h"

namespace spillway {

// Rows [first, end) of what a morsel of the input has, counted from its first.
struct JoinMorsel {
  Morsel input;
  u64 first = 0;
  u64 end = ~u64{0};
};

// What the readers of a join share.
struct JoinView {
  QueryContext* context = nullptr;
  std::shared_ptr<const JoinTarget> target;
  JoinFacts facts;  // of the target
  std::shared_ptr<const Program> program;
  std::vector<u32> columns;             // of the payload
  u32 carried = 0;                      // columns of the input that come out
  std::atomic<u64>* read = nullptr;     // count rows of the input …
  std::atomic<u64>* scanned = nullptr;  // … if not nullptr
  bool numbered = false;                // row() must be the same under every setting

  // Behind what is carried: rank, distance, and the row if it is told; then the payload.
  u32 first_of_payload() const { return carried + (facts.tells_row ? 3 : 2); }
};

class JoinReader final : public MorselReader {
 public:
  // `view` outlives the reader. A morsel's payload is a JoinMorsel.
  JoinReader(const JoinView& view, std::unique_ptr<MorselReader> input);

  void open(const Morsel& morsel) override;
  u32 next() override;
  const Vector& column(u32 index) override;
  u64 row() const override { return row_; }

 private:
  bool next_queries();
  void take_queries(u32 first, u32 end);
  void tell();
  void tell_row(u32 query, u32 from, u32 count);

  const JoinView& view_;
  std::unique_ptr<MorselReader> input_;
  std::unique_ptr<ProgramState> program_;
  std::unique_ptr<JoinFinder> finder_;
  std::shared_ptr<void> payload_;
  u64 at_ = 0, first_ = 0, end_ = 0;  // of the morsel's rows: the next one, and those wanted

  const Chunk* chunk_ = nullptr;
  std::vector<u16> rows_;            // of the chunk: those that ask
  u32 batch_ = 0, batch_count_ = 0;  // queries that were searched together
  u32 query_ = 0, rank_ = 0;         // of the batch: what is told next

  // The vector told.
  u32 count_ = 0;
  u64 row_ = 0;
  std::vector<u16> from_, order_;  // rows of the chunk; order in which the neighbours' rows rise
  std::vector<i32> ranks_;
  std::vector<f64> distances_;
  std::vector<u32> neighbors_;  // rows of the reference
  bool ordered_ = false;
  Vector rank_vector_, distance_vector_, neighbor_vector_;
  std::vector<GatheredColumn> columns_;
  std::vector<bool> made_;
};

}  // namespace spillway
