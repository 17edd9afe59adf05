// Which blocks stay, which are spilled, and the reader that loads only the columns it is asked for.
#include "engine/block_store.h"

#include "engine/block_reader.h"

namespace spillway {

BlockStore::BlockStore(QueryContext& context, std::vector<ColumnFacts> facts)
    : context_(context),
      inputs_(std::move(facts)),
      has_null_(inputs_.size(), false),
      same_dictionary_(inputs_.size(), true) {}

// At most half of the budget is held: what reads the blocks needs memory, too.
bool BlockStore::keep(Block& block) {
  if (context_.options.force_spill) return false;
  std::size_t bytes = block.bytes();
  if (context_.memory.used() + bytes > context_.memory.cap() / 2) return false;
  block.reserved = Reservation(context_.memory);
  return block.reserved.try_grow(bytes);
}

void BlockStore::add(Block&& block) {
  Entry entry;
  entry.rows = block.rows;
  rows_ += block.rows;
  for (u32 c = 0; c < inputs_.size(); ++c) {
    const BlockColumn& column = block.columns[c];
    if (column.null_count != 0) has_null_[c] = true;
    if (column.dictionary == nullptr || column.dictionary != inputs_[c].dictionary) same_dictionary_[c] = false;
  }
  if (keep(block)) {
    entry.block = std::make_shared<Block>(std::move(block));
  } else {
    spill(std::move(block), entry);
  }
  entries_.push_back(std::move(entry));
}

void BlockStore::spill(Block&& block, Entry& entry) {
  if (file_ == nullptr) file_ = context_.spill.create();
  for (const BlockColumn& column : block.columns) entry.stored.push_back(store_column(*file_, column, block.rows));
}

void BlockStore::forget(Entry& entry) {
  entry.block.reset();
  for (const StoredColumn& column : entry.stored) discard_column(*file_, column);
  entry.stored.clear();
}

ColumnFacts BlockStore::facts(u32 column) const {
  ColumnFacts facts = inputs_[column];
  facts.may_be_null = has_null_[column];
  if (!same_dictionary_[column]) facts.dictionary = nullptr;
  return facts;
}

class BlockStoreReader final : public MorselReader {
 public:
  BlockStoreReader(BlockStore& store, std::vector<u32> columns)
      : store_(store), columns_(columns), reader_(std::move(columns)) {}

  ~BlockStoreReader() override { finish(); }

  void open(const Morsel& morsel) override {
    finish();
    entry_ = static_cast<BlockStore::Entry*>(morsel.payload.get());
    Morsel inner = morsel;
    block_ = entry_->block;
    if (block_ == nullptr) {
      block_ = std::make_shared<Block>();
      block_->rows = entry_->rows;
      block_->columns.resize(entry_->stored.size());
    }
    loaded_.assign(block_->columns.size(), entry_->stored.empty());
    inner.payload = block_;
    reader_.open(inner);
  }

  u32 next() override {
    u32 rows = reader_.next();
    if (rows == 0) finish();
    return rows;
  }

  const Vector& column(u32 index) override {
    u32 column = columns_[index];
    if (!loaded_[column]) {
      block_->columns[column] = load_column(*store_.file_, entry_->stored[column]);
      loaded_[column] = true;
    }
    return reader_.column(index);
  }

  u64 row() const override { return reader_.row(); }

 private:
  void finish() {
    if (entry_ == nullptr) return;
    block_.reset();
    store_.forget(*entry_);
    entry_ = nullptr;
  }

  BlockStore& store_;
  std::vector<u32> columns_;
  BlockReader reader_;
  BlockStore::Entry* entry_ = nullptr;
  std::shared_ptr<Block> block_;
  std::vector<bool> loaded_;
};

class BlockStoreSource final : public Source {
 public:
  explicit BlockStoreSource(BlockStore& store) : store_(store) {}
  u32 column_count() const override { return static_cast<u32>(store_.inputs_.size()); }
  ColumnFacts facts(u32 column) const override { return store_.facts(column); }
  std::optional<u64> rows_at_most() const override { return store_.rows(); }
  std::optional<u64> rows_in_place() const override { return store_.rows(); }
  void start(QueryContext&) override {}

  Next next_morsel(Morsel& morsel) override {
    if (next_ == store_.entries_.size()) return Next::End;
    BlockStore::Entry& entry = store_.entries_[next_];
    morsel.sequence = next_++;
    morsel.first = row_;
    row_ += entry.rows;
    morsel.last = row_;
    // The entry belongs to the store; the morsel only points at it.
    morsel.payload = std::shared_ptr<void>(std::shared_ptr<void>(), &entry);
    return Next::Ready;
  }

  std::unique_ptr<MorselReader> make_reader() override {
    std::vector<u32> columns(column_count());
    for (u32 i = 0; i < columns.size(); ++i) columns[i] = i;
    return std::make_unique<BlockStoreReader>(store_, std::move(columns));
  }

  double fraction() const override {
    return store_.rows() == 0 ? 1 : static_cast<double>(row_) / static_cast<double>(store_.rows());
  }

 private:
  BlockStore& store_;
  std::size_t next_ = 0;
  u64 row_ = 0;
};

std::shared_ptr<Source> BlockStore::make_source() { return std::make_shared<BlockStoreSource>(*this); }

}  // namespace spillway
