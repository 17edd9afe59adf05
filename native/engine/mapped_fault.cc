// One handler for the process, installed with the first mapping. It only reads atomics and maps a page: all that a
// handler may do. What it walks through is never freed.
#include "engine/mapped_fault.h"

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstring>

#include <sys/mman.h>
#include <unistd.h>

namespace spillway {
namespace {

struct Watched {
  std::atomic<std::uintptr_t> begin{0};  // 0: free
  std::atomic<u64> bytes{0};
};

struct Page {
  static constexpr u32 kSlots = 64;
  Watched slots[kSlots];
  std::atomic<Page*> next{nullptr};
};

Page first_page;
std::uintptr_t page_bytes = 4096;
struct sigaction before;

bool fill_with_zeros(std::uintptr_t at) {
  for (Page* page = &first_page; page != nullptr; page = page->next.load(std::memory_order_acquire)) {
    for (Watched& slot : page->slots) {
      const std::uintptr_t begin = slot.begin.load(std::memory_order_acquire);
      if (begin == 0 || at < begin || at - begin >= slot.bytes.load(std::memory_order_relaxed)) continue;
      void* from = reinterpret_cast<void*>(at / page_bytes * page_bytes);
      return ::mmap(from, page_bytes, PROT_READ, MAP_FIXED | MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED;
    }
  }
  return false;
}

void on_bus_error(int number, siginfo_t* info, void* context) {
  const int kept = errno;
  const bool ours = fill_with_zeros(reinterpret_cast<std::uintptr_t>(info->si_addr));
  errno = kept;
  if (ours) return;
  if ((before.sa_flags & SA_SIGINFO) != 0) return before.sa_sigaction(number, info, context);
  if (before.sa_handler != SIG_DFL && before.sa_handler != SIG_IGN) return before.sa_handler(number);
  // The touch is tried again, and ends the process as it would have without us.
  std::signal(number, SIG_DFL);
}

bool install() {
  page_bytes = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  struct sigaction action;
  std::memset(&action, 0, sizeof action);
  action.sa_sigaction = on_bus_error;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  ::sigemptyset(&action.sa_mask);
  return ::sigaction(SIGBUS, &action, &before) == 0;
}

bool take_slot(Page& page, const u8* data, u64 bytes) {
  for (Watched& slot : page.slots) {
    std::uintptr_t free = 0;
    // A slot that is being taken covers nothing yet.
    if (!slot.begin.compare_exchange_strong(free, 1)) continue;
    slot.bytes.store(bytes, std::memory_order_relaxed);
    slot.begin.store(reinterpret_cast<std::uintptr_t>(data), std::memory_order_release);
    return true;
  }
  return false;
}

}  // namespace

void watch_mapping(const u8* data, u64 bytes) {
  static const bool installed = install();
  if (!installed) return;
  Page* page = &first_page;
  while (!take_slot(*page, data, bytes)) {
    Page* next = page->next.load(std::memory_order_acquire);
    if (next == nullptr) {
      Page* fresh = new Page;
      if (page->next.compare_exchange_strong(next, fresh)) {
        next = fresh;
      } else {
        delete fresh;
      }
    }
    page = next;
  }
}

void forget_mapping(const u8* data) noexcept {
  for (Page* page = &first_page; page != nullptr; page = page->next.load(std::memory_order_acquire)) {
    for (Watched& slot : page->slots) {
      if (slot.begin.load(std::memory_order_relaxed) != reinterpret_cast<std::uintptr_t>(data)) continue;
      slot.bytes.store(0, std::memory_order_relaxed);
      slot.begin.store(0, std::memory_order_release);
      return;
    }
  }
}

}  // namespace spillway
