// Where buffers' and arenas' bytes come from: the allocator when small, pages of the system when large.
#include <cstdlib>
#include <cstring>
#include <new>

#include <sys/mman.h>

#include "engine/byte_text.h"
#include "engine/memory.h"

namespace spillway {
namespace {

constexpr std::size_t kAlignment = 64;
// From here up fewer, larger pages are worth asking for: a fault per 2 MiB instead of one per 4 KiB.
constexpr std::size_t kHugeBytes = std::size_t{4} << 20;
constexpr std::size_t kHugePage = std::size_t{2} << 20;

u8* map_pages(std::size_t bytes) {
  void* mapped = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return mapped == MAP_FAILED ? nullptr : static_cast<u8*>(mapped);
}

// Starts at a large page's boundary; what was mapped around it goes back at once.
u8* map_huge(std::size_t bytes) {
  if (bytes > ~std::size_t{0} / 2) return nullptr;
  std::size_t whole = (bytes + 4095) & ~std::size_t{4095};
  u8* mapped = map_pages(whole + kHugePage);
  if (mapped == nullptr) return nullptr;
  std::size_t head = (kHugePage - reinterpret_cast<std::uintptr_t>(mapped) % kHugePage) % kHugePage;
  if (head != 0) ::munmap(mapped, head);
  if (head != kHugePage) ::munmap(mapped + head + whole, kHugePage - head);
#if defined(MADV_HUGEPAGE)
  (void)::madvise(mapped + head, whole, MADV_HUGEPAGE);
#endif
  return mapped + head;
}

u8* allocate(std::size_t bytes) {
  if (bytes >= kHugeBytes) return map_huge(bytes);
  if (bytes >= kBlockBytes) return map_pages(bytes);
  void* aligned = nullptr;
  return ::posix_memalign(&aligned, kAlignment, bytes) == 0 ? static_cast<u8*>(aligned) : nullptr;
}

}  // namespace

Buffer::Buffer(std::size_t bytes) : size_(bytes) {
  if (bytes == 0) return;
  data_ = allocate(bytes);
  if (data_ == nullptr) {
    throw Error(ErrorCode::Memory, "the system refused " + byte_text(bytes) + "; set a lower `memory` for the query");
  }
}

Buffer::Buffer(Buffer&& other) noexcept : data_(other.data_), size_(other.size_) {
  other.data_ = nullptr;
  other.size_ = 0;
}

Buffer& Buffer::operator=(Buffer&& other) noexcept {
  if (this != &other) {
    free(data_, size_);
    data_ = other.data_;
    size_ = other.size_;
    other.data_ = nullptr;
    other.size_ = 0;
  }
  return *this;
}

Buffer::~Buffer() { free(data_, size_); }

u8* Buffer::release() {
  u8* data = data_;
  data_ = nullptr;
  size_ = 0;
  return data;
}

void Buffer::free(u8* data, std::size_t size) noexcept {
  if (data == nullptr) return;
  if (size >= kBlockBytes) {
    ::munmap(data, size);
  } else {
    std::free(data);
  }
}

struct Arena::Block {
  Block* next;
  std::size_t bytes;  // of the payload that follows
  char* payload() { return reinterpret_cast<char*>(this + 1); }
};

Arena::~Arena() {
  while (head_ != nullptr) {
    Block* next = head_->next;
    std::free(head_);
    head_ = next;
  }
}

Arena::Arena(Arena&& other) noexcept
    : head_(other.head_), offset_(other.offset_), block_bytes_(other.block_bytes_), total_(other.total_) {
  other.head_ = nullptr;
  other.offset_ = 0;
  other.total_ = 0;
}

Arena& Arena::operator=(Arena&& other) noexcept {
  if (this != &other) {
    std::swap(head_, other.head_);
    std::swap(offset_, other.offset_);
    std::swap(block_bytes_, other.block_bytes_);
    std::swap(total_, other.total_);
  }
  return *this;
}

char* Arena::allocate(std::size_t bytes) {
  bytes = (bytes + 7) & ~std::size_t{7};
  if (head_ == nullptr || head_->bytes - offset_ < bytes) {
    std::size_t size = bytes > block_bytes_ ? bytes : block_bytes_;
    auto* block = static_cast<Block*>(std::malloc(sizeof(Block) + size));
    if (block == nullptr) throw std::bad_alloc();
    block->bytes = size;
    block->next = head_;
    head_ = block;
    offset_ = 0;
    total_ += sizeof(Block) + size;
  }
  char* place = head_->payload() + offset_;
  offset_ += bytes;
  return place;
}

StringView Arena::copy(const StringView& text) {
  if (text.is_inline()) return text;
  char* place = allocate(text.length);
  std::memcpy(place, text.pointer, text.length);
  return {place, text.length};
}

void Arena::reset() {
  // The oldest block is kept: the newest may be of any size, made for one long text.
  while (head_ != nullptr && head_->next != nullptr) {
    Block* next = head_->next;
    total_ -= sizeof(Block) + head_->bytes;
    std::free(head_);
    head_ = next;
  }
  offset_ = 0;
}

}  // namespace spillway
