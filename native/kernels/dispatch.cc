// Asks the processor (and through it the operating system) what it can run, once per process.
#include "kernels/dispatch.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace spillway {
namespace {

struct Supported {
  Isa isas[3] = {Isa::Base};
  std::size_t count = 1;
};

Supported detect() noexcept {
  Supported found;
#if defined(__x86_64__)
  __builtin_cpu_init();
  // The features that the builder's flags let the compiler use; each test includes the system's saving of registers.
  const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi") &&
                    __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("lzcnt") &&
                    __builtin_cpu_supports("popcnt");
  const bool avx512 = avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
  if (avx2) found.isas[found.count++] = Isa::Avx2;
  if (avx512) found.isas[found.count++] = Isa::Avx512;
#endif
  return found;
}

const Supported& supported() noexcept {
  static const Supported found = detect();
  return found;
}

IsaChoice choose() noexcept {
  const Supported& found = supported();
  const Isa best = found.isas[found.count - 1];
  const char* wish = std::getenv("SPILLWAY_ISA");
  if (wish == nullptr || *wish == '\0') return {best, nullptr};
  for (std::size_t i = 0; i < found.count; ++i) {
    if (std::strcmp(wish, isa_name(found.isas[i])) == 0) return {found.isas[i], nullptr};
  }
  static char problem[160];
  std::snprintf(problem, sizeof problem,
                "SPILLWAY_ISA=%.32s: this processor and build can run base%s%s; unset it for the best", wish,
                found.count > 1 ? ", avx2" : "", found.count > 2 ? ", avx512" : "");
  return {Isa::Base, problem};
}

}  // namespace

const IsaChoice& isa_choice() noexcept {
  static const IsaChoice choice = choose();
  return choice;
}

const char* isa_name(Isa isa) noexcept {
  switch (isa) {
    case Isa::Avx512: return "avx512";
    case Isa::Avx2: return "avx2";
    case Isa::Base: break;
  }
  return "base";
}

std::span<const Isa> supported_isas() noexcept { return {supported().isas, supported().count}; }

}  // namespace spillway
