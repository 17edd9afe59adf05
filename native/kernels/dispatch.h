// Which instruction set this process runs its kernels with: chosen once, from the processor or from SPILLWAY_ISA.
#pragma once

#include <cstdint>
#include <span>

namespace spillway {

enum class Isa : std::uint8_t { Base, Avx2, Avx512 };

// `problem` is null, or a sentence for the user: SPILLWAY_ISA names something unknown or something this processor
// lacks. Whoever starts the engine (the bindings, the test runner) must look at it and refuse to go on.
struct IsaChoice {
  Isa isa;
  const char* problem;
};

const IsaChoice& isa_choice() noexcept;

inline Isa active_isa() noexcept { return isa_choice().isa; }

// "base", "avx2" or "avx512": the words SPILLWAY_ISA takes.
const char* isa_name(Isa isa) noexcept;

// What this build has and this processor can run, baseline first.
std::span<const Isa> supported_isas() noexcept;

}  // namespace spillway
