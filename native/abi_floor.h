// Binds what newer C libraries re-versioned to the versions that glibc 2.28 has; included before every C++ source by
// the builder.
//
// Linked on a newer system, these names would otherwise demand GLIBC_2.29 … 2.34 at load time although their old
// versions do the same. Not listed because no old version can be named: stat, fstat, lstat (use statx or lseek),
// arc4random, and the C++ library's newer parts. The symbol gate of `npm test` tells when something slipped through.
#pragma once

#if defined(__x86_64__) && defined(__linux__) && !defined(__SANITIZE_THREAD__) && !defined(__SANITIZE_ADDRESS__)
#define SPILLWAY_OLD_SYMBOL(name, version) __asm__(".symver " #name "," #name "@" version)
SPILLWAY_OLD_SYMBOL(pthread_create, "GLIBC_2.2.5");
SPILLWAY_OLD_SYMBOL(pthread_join, "GLIBC_2.2.5");
SPILLWAY_OLD_SYMBOL(pthread_detach, "GLIBC_2.2.5");
SPILLWAY_OLD_SYMBOL(pthread_once, "GLIBC_2.2.5");
SPILLWAY_OLD_SYMBOL(pthread_key_create, "GLIBC_2.2.5");
SPILLWAY_OLD_SYMBOL(pthread_key_delete, "GLIBC_2.2.5");
SPILLWAY_OLD_SYMBOL(pthread_getspecific, "GLIBC_2.2.5");
SPILLWAY_OLD_SYMBOL(pthread_setspecific, "GLIBC_2.2.5");
SPILLWAY_OLD_SYMBOL(pthread_mutex_trylock, "GLIBC_2.2.5");
SPILLWAY_OLD_SYMBOL(pthread_getaffinity_np, "GLIBC_2.3.4");
SPILLWAY_OLD_SYMBOL(pthread_setname_np, "GLIBC_2.12");
SPILLWAY_OLD_SYMBOL(dlsym, "GLIBC_2.2.5");
SPILLWAY_OLD_SYMBOL(dladdr, "GLIBC_2.2.5");
SPILLWAY_OLD_SYMBOL(exp, "GLIBC_2.2.5");
SPILLWAY_OLD_SYMBOL(exp2, "GLIBC_2.2.5");
SPILLWAY_OLD_SYMBOL(log, "GLIBC_2.2.5");
SPILLWAY_OLD_SYMBOL(log2, "GLIBC_2.2.5");
SPILLWAY_OLD_SYMBOL(pow, "GLIBC_2.2.5");
#undef SPILLWAY_OLD_SYMBOL
#endif
