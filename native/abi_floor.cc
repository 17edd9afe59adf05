// Stands in for what newer C and C++ libraries export, so that the addon loads where it does not exist; see
// abi_floor.h. The linker's version script keeps these definitions inside the addon.
#if defined(__linux__)

#include <new>

// std::shared_ptr asks it (glibc 2.32 and later) whether the process has one thread only, to count without atomics. A
// process that has loaded this addon has several, so the answer is always no.
extern "C" {
__attribute__((visibility("hidden"))) extern char __libc_single_threaded;
char __libc_single_threaded = 0;
}

#if defined(__GLIBCXX__)
namespace std {
// Called by std::allocator of GCC 12's headers for a size that overflows; exported by libstdc++ since GLIBCXX_3.4.29.
[[noreturn]] void __throw_bad_array_new_length();
void __throw_bad_array_new_length() { throw std::bad_array_new_length(); }
}  // namespace std
#endif

#endif
