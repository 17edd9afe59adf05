// Stands in for a variable of newer C libraries, so that the addon loads where it does not exist; see abi_floor.h.
#if defined(__linux__)

// std::shared_ptr asks it (glibc 2.32 and later) whether the process has one thread only, to count without atomics. A
// process that has loaded this addon has several, so the answer is always no.
extern "C" {
__attribute__((visibility("hidden"))) extern char __libc_single_threaded;
char __libc_single_threaded = 0;
}

#endif
