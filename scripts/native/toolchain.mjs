// What the compiler is and which flags it gets: per mode (release, asan, tsan) and per instruction set.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { BUILD, ROOT } from './layout.mjs';

/** @typedef {'release' | 'asan' | 'tsan'} Mode */

export const MODES = ['release', 'asan', 'tsan'];

/** Flags by instruction set; `base` is what every processor of the architecture has. */
const ISA_FLAGS = {
  base: [],
  avx2: ['-mavx2', '-mfma', '-mbmi', '-mbmi2', '-mlzcnt', '-mpopcnt'],
  avx512: [
    ...['-mavx2', '-mfma', '-mbmi', '-mbmi2', '-mlzcnt', '-mpopcnt'],
    ...['-mavx512f', '-mavx512bw', '-mavx512dq', '-mavx512vl', '-mprefer-vector-width=512'],
  ],
};

const MODE_FLAGS = {
  // NDEBUG is left out on purpose: assert() is not used, and checks that matter are never compiled away.
  release: ['-O3', '-g1'],
  asan: [
    ...['-O1', '-g1', '-fno-omit-frame-pointer', '-D_GLIBCXX_ASSERTIONS', '-DSPILLWAY_SANITIZE=1'],
    ...['-fsanitize=address,undefined', '-fno-sanitize-recover=all'],
  ],
  tsan: ['-O1', '-g1', '-fno-omit-frame-pointer', '-DSPILLWAY_SANITIZE=1', '-fsanitize=thread'],
};

const WARNINGS = [
  ...['-Wall', '-Wextra', '-Werror'],
  // These come from the optimizer's guesses about inlined code and differ by compiler version: shown, never fatal.
  ...['-Wno-error=maybe-uninitialized', '-Wno-error=stringop-overflow', '-Wno-error=stringop-overread'],
  ...['-Wno-error=array-bounds', '-Wno-error=free-nonheap-object', '-Wno-error=restrict', '-Wno-psabi'],
];

const SHARED = [
  '-fPIC',
  '-pthread',
  '-fvisibility=hidden',
  '-fno-math-errno',
  '-ffp-contract=off',
  '-fno-plt',
];

/** Headers of third parties; order matters: lz4 carries an old xxhash.h of its own. */
const THIRD_PARTY_HEADERS = [
  'node_modules/xxhash-addon/xxHash',
  'node_modules/zstd-napi/deps/zstd/lib',
  'node_modules/lz4/deps/lz4/lib',
];

const NODE_HEADERS = ['node_modules/node-api-headers/include', 'node_modules/node-addon-api'];

function packageVersion(name) {
  return JSON.parse(readFileSync(path.join(ROOT, 'node_modules', name, 'package.json'), 'utf8')).version;
}

function tryVersion(command) {
  const run = spawnSync(command, ['--version'], { encoding: 'utf8' });
  return run.status === 0 ? run.stdout.split('\n')[0] : null;
}

/**
 * The C++ compiler to use: `$CXX`, else the first of c++, g++, clang++ that answers.
 *
 * @returns `{ command, id, clang }`; `id` names compiler, target and third-party versions, and is part of every cache key
 * @throws Error that says what to install if there is none
 */
export function findToolchain() {
  if (process.platform === 'win32') {
    throw new Error('building on Windows is not supported yet; use WSL or a Linux or macOS machine');
  }
  const candidates = process.env.CXX ? [process.env.CXX] : ['c++', 'g++', 'clang++'];
  for (const command of candidates) {
    const version = tryVersion(command);
    if (version === null) continue;
    const target = spawnSync(command, ['-dumpmachine'], { encoding: 'utf8' }).stdout.trim();
    const packages = ['node-addon-api', 'node-api-headers', 'zstd-napi', 'lz4', 'xxhash-addon'];
    const versions = packages.map((name) => `${name}@${packageVersion(name)}`).join(' ');
    return { command, id: `${version} ${target} ${versions}`, clang: /clang/i.test(version) };
  }
  throw new Error(
    `no C++ compiler: tried ${candidates.join(', ')}. Install g++ 12 or newer (Debian: apt-get install g++; ` +
      'Fedora: dnf install gcc-c++; macOS: xcode-select --install) or set CXX to one',
  );
}

/** Instruction sets that this machine's architecture has variants for, baseline first. */
export function isaVariants() {
  return process.arch === 'x64' ? ['base', 'avx2', 'avx512'] : ['base'];
}

/** Of those, the ones this processor can run, baseline first: for tests that force each. */
export function runnableIsas() {
  let features = '';
  try {
    features = /^flags\s*: (.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1] ?? '';
  } catch {
    // Not Linux: the baseline is certain, the rest is not known here.
  }
  const has = (...names) => names.every((name) => ` ${features} `.includes(` ${name} `));
  const avx2 = has('avx2', 'fma', 'bmi1', 'bmi2', 'abm');
  const avx512 = avx2 && has('avx512f', 'avx512bw', 'avx512dq', 'avx512vl');
  return isaVariants().filter((isa) => isa === 'base' || (isa === 'avx2' ? avx2 : avx512));
}

function commonFlags(mode) {
  return [...SHARED, ...MODE_FLAGS[mode]];
}

function includes() {
  return ['-Inative', ...THIRD_PARTY_HEADERS.flatMap((folder) => ['-isystem', folder])];
}

// Symbols with a newer version than our floor are bound to their old version here, before any source is read.
function abiFloor() {
  return process.platform === 'linux' && process.arch === 'x64' ? ['-include', 'native/abi_floor.h'] : [];
}

/**
 * Where a sanitized build has the standard library's headers, compiled once; as plain text they do as well. Release
 * sources name each header they need and are built without it.
 */
export function standardHeaders(mode) {
  return mode === 'release' ? null : `${BUILD}/headers/${mode}/standard_headers.h`;
}

const CXX = ['-std=c++20', '-fvisibility-inlines-hidden', '-fstack-protector-strong', ...WARNINGS];

/** Arguments for engine and format sources. @param {Mode} mode */
export function engineFlags(mode) {
  const first = mode === 'release' ? abiFloor() : ['-include', standardHeaders(mode)];
  return [...headerFlags(mode), ...first, ...includes()];
}

/** Arguments that the standard headers are compiled with: those of whoever includes them. @param {Mode} mode */
export function headerFlags(mode) {
  return [...commonFlags(mode), ...CXX];
}

/** Arguments for the bindings: the engine's, plus Node-API headers with C++ exceptions. @param {Mode} mode */
export function bindingFlags(mode, version) {
  return [
    ...engineFlags(mode),
    ...NODE_HEADERS.flatMap((folder) => ['-isystem', folder]),
    ...['-DNAPI_VERSION=8', '-DNODE_ADDON_API_CPP_EXCEPTIONS', '-DNODE_ADDON_API_DISABLE_DEPRECATED'],
    // A worker that is being terminated takes no exception; it must not take the process with it.
    '-DNODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS',
    `-DSPILLWAY_VERSION="${version}"`,
  ];
}

/** Arguments for one variant of a kernel: no exceptions, no type information, one instruction set. */
export function kernelFlags(mode, isa) {
  return [
    ...commonFlags(mode).filter((flag) => flag !== '-D_GLIBCXX_ASSERTIONS'),
    ...CXX.filter((flag) => flag !== '-fstack-protector-strong'),
    ...['-fno-exceptions', '-fno-rtti', ...includes()],
    ...[`-DSPILLWAY_ISA_NAME=${isa}`, `-DSPILLWAY_ISA_${isa.toUpperCase()}=1`, ...ISA_FLAGS[isa]],
  ];
}

/** Arguments for C sources of third parties: always optimised, never instrumented, their warnings are not ours. */
export function thirdPartyFlags() {
  return [
    // Most of each library is not called; in sections, the linker can leave it out.
    ...['-ffunction-sections', '-fdata-sections'],
    ...commonFlags('release').filter((flag) => flag !== '-g1'),
    ...[
      '-w',
      '-fstack-protector-strong',
      '-DZSTD_DISABLE_ASM',
      '-DZSTDLIB_VISIBLE=',
      '-DZSTDERRORLIB_VISIBLE=',
    ],
    ...[
      '-DZSTD_LEGACY_SUPPORT=0',
      '-DXXH_NAMESPACE=SPILLWAY_ZSTD_',
      '-Inode_modules/zstd-napi/deps/zstd/lib',
    ],
  ];
}

function sanitizerFlags(mode) {
  return MODE_FLAGS[mode].filter((flag) => flag.startsWith('-fsanitize') || flag.startsWith('-fno-san'));
}

/** Arguments for linking the addon. @param {Mode} mode */
export function addonLinkFlags(mode) {
  if (process.platform === 'darwin') {
    return ['-bundle', '-undefined', 'dynamic_lookup', '-pthread', ...sanitizerFlags(mode)];
  }
  return [
    ...[
      '-shared',
      '-pthread',
      '-Wl,--gc-sections',
      '-Wl,-z,relro,-z,now',
      '-Wl,-z,noexecstack',
      '-Wl,--exclude-libs,ALL',
    ],
    ...['-Wl,--version-script=scripts/native/addon.map', '-Wl,--build-id=sha1', ...sanitizerFlags(mode)],
  ];
}

/** Arguments for linking a test executable. @param {Mode} mode */
export function testLinkFlags(mode) {
  return ['-pthread', ...sanitizerFlags(mode)];
}

/** Files that must be loaded before a process that is not itself instrumented can load an instrumented addon. */
export function sanitizerRuntimes(toolchain) {
  return ['libasan.so', 'libubsan.so'].map((name) =>
    spawnSync(toolchain.command, [`-print-file-name=${name}`], { encoding: 'utf8' }).stdout.trim(),
  );
}
