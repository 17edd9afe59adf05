// Asks the file's searcher for a few queries at a time, so that a query of the plan can be cancelled in between.
#include "annoy/annoy_join.h"

#include <algorithm>

#include "annoy/annoy_searcher.h"

namespace spillway {
namespace {

// Of one batch, at most: what its answers may take, and its time.
constexpr u32 kBatchQueries = 1024;
constexpr u64 kBatchAnswers = 1 << 18;
constexpr f64 kBatchSeconds = 0.02;

class AnnoyTarget final : public JoinTarget {
 public:
  AnnoyTarget(std::shared_ptr<const AnnoyFile> file, const AnnoyJoinDescription& join,
              std::shared_ptr<const JoinReference> reference)
      : file_(std::move(file)), join_(join), reference_(std::move(reference)) {
    const AnnoyLayout& layout = file_->layout();
    if (layout.dimension != join_.coordinates) {
      throw Error(ErrorCode::Internal, "an Annoy index of " + std::to_string(layout.dimension) +
                                           " dimensions was planned with " + std::to_string(join_.coordinates));
    }
    if (reference_ != nullptr && reference_->rows() != file_->items()) {
      const std::string rows = std::to_string(reference_->rows()), items = std::to_string(file_->items());
      throw Error(ErrorCode::Argument,
                  "the reference given to annoyJoin has " + rows + " rows, but the index " + file_->path() +
                      " was built from " + items + "; give the very rows it was built from, in their order",
                  {{"option", "reference"}, {"rows", rows}, {"items", items}, {"path", file_->path()}});
    }
    most_ = std::min(join_.k, file_->items());
    // As Annoy has it for the k asked for, however few items there are.
    search_k_ = join_.search_k != 0 ? join_.search_k : u64{join_.k} * file_->roots().size();
  }

  JoinFacts facts() const override {
    JoinFacts facts;
    facts.coordinates = join_.coordinates;
    facts.floats = true;
    facts.skip_missing = join_.skip_missing;
    facts.exclude_self = join_.exclude_self;
    facts.tells_row = true;
    facts.rows = file_->items();
    facts.most = most_;
    facts.query_seconds = join_.query_seconds;
    if (reference_ != nullptr) facts.payload = &reference_->payload();
    return facts;
  }
  std::unique_ptr<JoinFinder> make_finder(QueryContext& context) const override;

  const std::shared_ptr<const AnnoyFile>& file() const { return file_; }
  u32 most() const { return most_; }
  u64 search_k() const { return search_k_; }

  // How many queries are searched at once.
  u32 batch() const {
    f64 count = static_cast<f64>(kBatchAnswers) / std::max<u32>(1, most_);
    if (join_.query_seconds > 0) count = std::min(count, kBatchSeconds / join_.query_seconds);
    return static_cast<u32>(std::clamp(count, 1.0, f64{kBatchQueries}));
  }

  // The item that the source's row of this number is.
  u32 item_of(u64 number) const {
    if (!join_.exclude_self) return QueryRows::kNone;
    if (reference_ != nullptr) return reference_->place_of(number);
    return number < file_->items() ? static_cast<u32>(number) : QueryRows::kNone;
  }
  bool excludes_self() const { return join_.exclude_self; }

 private:
  std::shared_ptr<const AnnoyFile> file_;
  const AnnoyJoinDescription join_;
  std::shared_ptr<const JoinReference> reference_;
  u32 most_ = 0;
  u64 search_k_ = 0;
};

class AnnoyFinder final : public JoinFinder {
 public:
  AnnoyFinder(QueryContext& context, const AnnoyTarget& target)
      : context_(context),
        target_(target),
        columns_(target.facts().coordinates),
        reserved_(context.memory),
        searcher_(target.file(), target.most(), target.search_k()) {
    const std::size_t cells = std::size_t{target.batch()} * target.most();
    reserved_.grow(cells * (sizeof(u32) + sizeof(f64)), "the neighbours of a few rows");
    ids_.resize(cells);
    distances_.resize(cells);
    counts_.resize(target.batch());
  }

  void clear() override {
    coordinates_.clear();
    selves_.clear();
  }

  f64* add(const Vector*, u32, u64 number) override {
    selves_.push_back(target_.item_of(number));
    coordinates_.resize(coordinates_.size() + columns_);
    return coordinates_.data() + coordinates_.size() - columns_;
  }

  u32 run(u32 first) override {
    const u32 count = std::min(target_.batch(), static_cast<u32>(selves_.size()) - first);
    context_.check_cancelled();
    target_.file()->unchanged([&] {
      searcher_.search(coordinates_.data() + std::size_t{first} * columns_, count,
                       target_.excludes_self() ? selves_.data() + first : nullptr, ids_.data(), distances_.data(),
                       counts_.data(), &context_.cancel_flag());
    });
    context_.check_cancelled();
    return count;
  }

  JoinMatches matches(u32 q) const override {
    const std::size_t at = std::size_t{q} * target_.most();
    return {ids_.data() + at, distances_.data() + at, counts_[q]};
  }

 private:
  QueryContext& context_;
  const AnnoyTarget& target_;
  const u32 columns_;
  Reservation reserved_;
  AnnoySearcher searcher_;
  std::vector<f64> coordinates_;
  std::vector<u32> selves_, ids_, counts_;
  std::vector<f64> distances_;
};

std::unique_ptr<JoinFinder> AnnoyTarget::make_finder(QueryContext& context) const {
  return std::make_unique<AnnoyFinder>(context, *this);
}

}  // namespace

std::shared_ptr<const JoinTarget> annoy_join_target(const std::shared_ptr<Handle>& handle,
                                                    const AnnoyJoinDescription& join,
                                                    std::shared_ptr<const JoinReference> reference) {
  auto file = std::dynamic_pointer_cast<const AnnoyFile>(handle);
  if (file == nullptr) {
    throw Error(ErrorCode::Argument, std::string("annoyJoin searches an Annoy index, not a ") + handle->kind());
  }
  return std::make_shared<AnnoyTarget>(std::move(file), join, std::move(reference));
}

}  // namespace spillway
