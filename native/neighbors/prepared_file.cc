// Pieces are written, read and checked in parallel; the header comes last, so that an unfinished file is none.
#include "neighbors/prepared_file.h"

#include <algorithm>

namespace spillway {
namespace {

u64 aligned(u64 offset) { return (offset + kPreparedAlignment - 1) / kPreparedAlignment * kPreparedAlignment; }

// Which section a piece of the file belongs to.
u32 section_of(const std::vector<u64>& first_piece, u64 piece) {
  return static_cast<u32>(std::upper_bound(first_piece.begin(), first_piece.end(), piece) - first_piece.begin() - 1);
}

std::vector<u64> first_pieces(const std::vector<PreparedSection>& sections) {
  std::vector<u64> first = {0};
  for (const PreparedSection& section : sections) first.push_back(first.back() + pieces_of(section.bytes));
  return first;
}

u32 parts_for(u64 pieces) {
  if (pieces >= ~u32{0}) throw Error(ErrorCode::Limit, "a prepared reference of too many bytes");
  return static_cast<u32>(pieces);
}

f64 share(u64 done, const std::vector<u64>& first_piece) {
  if (first_piece.empty() || first_piece.back() == 0) return -1;
  return static_cast<f64>(done) / static_cast<f64>(first_piece.back());
}

}  // namespace

void ResidentPoints::read(u64 first, u64 count, f64* into) const {
  const std::size_t from = first * rows_.columns, values = count * rows_.columns;
  if (rows_.floats != nullptr) {
    std::copy_n(rows_.floats + from, values, into);
  } else {
    std::copy_n(rows_.doubles + from, values, into);
  }
}

void ResidentPoints::read_single(u64 first, u64 count, f32* into) const {
  std::copy_n(rows_.floats + first * rows_.columns, count * rows_.columns, into);
}

PreparedWriteWork::PreparedWriteWork(std::shared_ptr<const Reference> reference, std::string path,
                                     std::string fingerprint, const format::FileId& id)
    : reference_(std::move(reference)), file_(std::move(path), File::Mode::Create) {
  manifest_.fingerprint = std::move(fingerprint);
  header_.id = id;
}

f64 PreparedWriteWork::fraction() const { return share(done_.load(), first_piece_); }

u32 PreparedWriteWork::begin_step(u32 step) {
  if (step == 0) {
    const ReferenceRows& rows = reference_->resident();
    manifest_.metric = reference_->metric();
    manifest_.skip_missing = reference_->options().skip_missing;
    manifest_.single = rows.floats != nullptr;
    manifest_.rows = rows.count;
    manifest_.columns = rows.columns;
    manifest_.method = reference_->index().method();
    std::vector<IndexSection> sections = reference_->index().sections();
    const void* values = rows.floats != nullptr ? static_cast<const void*>(rows.floats) : rows.doubles;
    const std::size_t bytes = std::size_t{rows.count} * rows.columns * (manifest_.single ? 4 : 8);
    sections.insert(sections.begin(), {"rows", values, bytes});
    u64 end = kPreparedHeaderBytes;
    for (const IndexSection& section : sections) {
      const u64 offset = aligned(end);
      manifest_.sections.push_back({section.name, offset, section.bytes, std::vector<u64>(pieces_of(section.bytes))});
      data_.push_back(static_cast<const u8*>(section.data));
      end = offset + section.bytes;
    }
    header_.manifest_offset = aligned(end);
    first_piece_ = first_pieces(manifest_.sections);
    return parts_for(first_piece_.back());
  }
  if (step != 1) return 0;
  const format::Bytes manifest = encode_manifest(manifest_);
  header_.manifest_bytes = manifest.size();
  header_.manifest_checksum = manifest_checksum(header_.id, manifest);
  file_.write(header_.manifest_offset, manifest.data(), manifest.size());
  const format::Bytes header = encode_header(header_);
  file_.write(0, header.data(), header.size());
  file_.sync();
  bytes = header_.manifest_offset + header_.manifest_bytes;
  return 0;
}

void PreparedWriteWork::run_part(u32, u32 part) {
  const u32 number = section_of(first_piece_, part);
  PreparedSection& section = manifest_.sections[number];
  const u32 piece = static_cast<u32>(part - first_piece_[number]);
  const u64 from = u64{piece} * kPreparedPieceBytes;
  const std::size_t size = static_cast<std::size_t>(std::min<u64>(kPreparedPieceBytes, section.bytes - from));
  section.checksums[piece] = piece_checksum(header_.id, number, piece, data_[number] + from, size);
  file_.write(section.offset + from, data_[number] + from, size);
  done_ += 1;
}

PreparedReadWork::PreparedReadWork(Process& process, std::string path, PreparedReadOptions options)
    : process_(process), path_(std::move(path)), options_(options) {}

f64 PreparedReadWork::fraction() const { return share(done_.load(), first_piece_); }

void PreparedReadWork::damaged(const std::string& what) const {
  throw Error(ErrorCode::Format,
              path_ + " cannot be used as a prepared reference: " + what + "; prepare the reference again",
              {{"path", path_}});
}

void PreparedReadWork::open() {
  file_ = File(path_, File::Mode::Read);
  const u64 size = file_.size();
  if (size < kPreparedHeaderBytes) damaged("it has " + std::to_string(size) + " bytes, less than a header");
  try {
    u8 head[kPreparedHeaderBytes];
    file_.read(0, head, sizeof head);
    header_ = decode_header(head, size);
    format::Bytes bytes(header_.manifest_bytes);
    file_.read(header_.manifest_offset, bytes.data(), bytes.size());
    if (manifest_checksum(header_.id, bytes) != header_.manifest_checksum) {
      damaged("the checksum of its manifest does not match");
    }
    manifest = decode_manifest(bytes, header_.manifest_offset);
  } catch (const format::Fault& fault) {
    damaged(fault.what);
  }
}

// All sections in one stretch of memory, as far apart as they are in the file.
void PreparedReadWork::make_room() {
  bool known = false;
  for (const SearchMethod& method : search_methods()) known = known || method.name == manifest.method;
  if (!known) damaged("this release has no search method " + manifest.method);
  ReferenceOptions options;
  options.metric = manifest.metric;
  options.skip_missing = manifest.skip_missing;
  options.method = manifest.method;
  options.threads = options_.threads;
  options.memory = options_.memory;
  ReferenceRows rows;
  rows.count = static_cast<u32>(manifest.rows);
  rows.columns = manifest.columns;
  // The pointers are not read before there are rows; that there are some decides how they are treated.
  alignas(8) static constexpr u8 kNowhere[8] = {};
  rows.floats = manifest.single ? reinterpret_cast<const f32*>(kNowhere) : nullptr;
  rows.doubles = manifest.single ? nullptr : reinterpret_cast<const f64*>(kNowhere);
  auto points = std::make_shared<ResidentPoints>(rows);
  reference = std::make_shared<Reference>(process_, points, options);
  reserved_ = Reservation(reference->budget());
  const std::size_t bytes = static_cast<std::size_t>(header_.manifest_offset);
  reserved_.grow(bytes, "a prepared reference");
  reference->plan_resident();
  memory_ = std::make_shared<Buffer>(bytes);
  const u8* at = memory_->data() + manifest.sections.front().offset;
  if (manifest.single) {
    rows.floats = reinterpret_cast<const f32*>(at);
  } else {
    rows.doubles = reinterpret_cast<const f64*>(at);
  }
  points->place(rows, memory_);
}

u32 PreparedReadWork::begin_step(u32 step) {
  if (step == 0) {
    open();
    make_room();
    first_piece_ = first_pieces(manifest.sections);
    return parts_for(first_piece_.back());
  }
  if (phase_ == Phase::Read) {
    phase_ = Phase::Check;
    making_ = std::make_unique<BlockMaking>(*reference, 0, reference->rows());
    return making_->read_parts();
  }
  if (phase_ == Phase::Check) {
    phase_ = Phase::Build;
    std::unique_ptr<SearchIndex> index = restored();
    if (index != nullptr) {
      finish(std::move(index));
      return 0;
    }
    if (const u32 parts = making_->begin_build(); parts != 0) return parts;
  }
  if (making_ != nullptr) finish(nullptr);
  return 0;
}

void PreparedReadWork::run_part(u32, u32 part) {
  if (phase_ == Phase::Build) return making_->build_part(part);
  if (phase_ == Phase::Check) {
    try {
      making_->read_part(part);
    } catch (const Error& error) {
      if (error.code() != ErrorCode::Data) throw;
      damaged(error.what());
    }
    return;
  }
  const u32 number = section_of(first_piece_, part);
  const PreparedSection& section = manifest.sections[number];
  const u32 piece = static_cast<u32>(part - first_piece_[number]);
  const u64 from = u64{piece} * kPreparedPieceBytes;
  const std::size_t size = static_cast<std::size_t>(std::min<u64>(kPreparedPieceBytes, section.bytes - from));
  u8* into = memory_->data() + section.offset + from;
  file_.read(section.offset + from, into, size);
  if (options_.verify && piece_checksum(header_.id, number, piece, into, size) != section.checksums[piece]) {
    damaged("the checksum of piece " + std::to_string(piece) + " of its section " + section.name + " does not match");
  }
  done_ += 1;
}

// The index from its sections; nullptr when it is to be built again.
std::unique_ptr<SearchIndex> PreparedReadWork::restored() const {
  const SearchMethod& method = reference->method();
  if (method.restore == nullptr || manifest.sections.size() == 1) return nullptr;
  std::vector<IndexSection> sections;
  for (const PreparedSection& section : manifest.sections) {
    if (&section == &manifest.sections.front()) continue;
    sections.push_back({section.name, memory_->data() + section.offset, static_cast<std::size_t>(section.bytes)});
  }
  try {
    return method.restore(manifest.metric, making_->rows(), sections, memory_);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::Format) throw;
    damaged(error.what());
  }
}

void PreparedReadWork::finish(std::unique_ptr<SearchIndex> index) {
  std::unique_ptr<ReferenceBlock> block = making_->finish(std::move(index));
  making_.reset();
  reserved_.grow(block->reserved.bytes(), "a prepared reference");
  block->reserved = std::move(reserved_);
  block->memory = memory_;
  reference->adopt(std::move(block));
}

}  // namespace spillway
