// What the binary demands of a system and shows to it: old enough versions, nothing exported but the entry points,
// and kernels that leave nothing behind but their table.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { isMain } from './is-main.mjs';
import { ADDON, BUILD, ROOT, filesBelow } from './native/layout.mjs';
import { isaVariants } from './native/toolchain.mjs';

/** The oldest system that Node 20 itself runs on. */
const FLOORS = { GLIBC: [2, 28], GLIBCXX: [3, 4, 25], CXXABI: [1, 3, 11], GCC: [8, 0, 0] };

const ENTRY_POINTS = new Set(['napi_register_module_v1', 'node_api_module_get_api_version_v1']);

/** What a kernel may call: what the compiler itself inserts, and functions whose result IEEE 754 fixes to the bit. */
const KERNEL_MAY_CALL = new Set([
  ...['memcpy', 'memmove', 'memset', 'memcmp', 'bcmp', '_GLOBAL_OFFSET_TABLE_', '__stack_chk_fail'],
  ...[
    'floor',
    'ceil',
    'trunc',
    'rint',
    'nearbyint',
    'sqrt',
    'fma',
    'floorf',
    'ceilf',
    'truncf',
    'rintf',
    'fmod',
    'fmodf',
  ],
  // 128-bit division and conversions come from the compiler's own runtime, linked statically.
  ...[
    '__udivti3',
    '__umodti3',
    '__divti3',
    '__modti3',
    '__popcountdi2',
    '__floattidf',
    '__floatuntidf',
    '__udivmodti4',
  ],
]);

function nm(args, file) {
  const run = spawnSync('nm', [...args, file], { cwd: ROOT, encoding: 'utf8', maxBuffer: 1 << 28 });
  if (run.status !== 0)
    throw new Error(`nm ${file}: ${run.stderr || run.error?.message} (run npm run build:native)`);
  return run.stdout
    .split('\n')
    .map((line) => /^[0-9a-f]*\s*([A-Za-z]) (\S+)$/.exec(line))
    .filter((match) => match !== null)
    .map(([, kind, symbol]) => ({ kind, symbol }));
}

function newer(version, floor) {
  for (let i = 0; i < Math.max(version.length, floor.length); i++) {
    const difference = (version[i] ?? 0) - (floor[i] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return false;
}

/** Complaints about the symbols of a shared object. @param symbols `{ kind, symbol }` as `nm -D` prints them */
export function addonProblems(symbols) {
  const problems = [];
  for (const { kind, symbol } of symbols) {
    const version = /@+([A-Z]+)_(\d+(?:\.\d+)*)$/.exec(symbol);
    if (kind !== 'U' && kind !== 'w' && !ENTRY_POINTS.has(symbol)) problems.push(`exports ${symbol}`);
    if (version === null || !(version[1] in FLOORS)) continue;
    const floor = FLOORS[version[1]];
    if (newer(version[2].split('.').map(Number), floor)) {
      problems.push(`needs ${symbol}, newer than ${version[1]}_${floor.join('.')} (see native/abi_floor.h)`);
    }
  }
  for (const name of ENTRY_POINTS) {
    if (!symbols.some((entry) => entry.symbol === name && entry.kind === 'T'))
      problems.push(`does not export ${name}`);
  }
  return problems;
}

/** Complaints about the object of one kernel variant. */
export function kernelProblems(symbols, table) {
  const problems = [];
  for (const { kind, symbol } of symbols) {
    if (kind === 'U' || kind === 'w') {
      if (!KERNEL_MAY_CALL.has(symbol)) problems.push(`calls ${symbol}; kernels are pure loops`);
    } else if (kind === kind.toUpperCase() && symbol !== table) {
      problems.push(
        `leaves ${symbol} to the linker; put everything but the table into an anonymous namespace`,
      );
    }
  }
  if (!symbols.some((entry) => entry.symbol === table)) problems.push(`does not define ${table}`);
  return problems;
}

/** The baseline must run on any processor of the architecture: no 256- or 512-bit registers in it. */
function wideRegisters(object) {
  const run = spawnSync('objdump', ['-d', '--no-show-raw-insn', object], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 1 << 29,
  });
  return run.status === 0 ? (run.stdout.match(/%[yz]mm\d/g) ?? []).length : 0;
}

function main() {
  if (process.platform !== 'linux') {
    process.stdout.write('symbol versions exist on Linux only: nothing to check\n');
    return;
  }
  if (!existsSync(path.join(ROOT, ADDON))) throw new Error(`${ADDON} is missing: run npm run build:native`);
  const problems = addonProblems(nm(['-D'], ADDON)).map((problem) => `${ADDON} ${problem}`);
  for (const inc of filesBelow('native/kernels', '.inc')) {
    const name = path.posix.basename(inc, '.inc');
    for (const isa of isaVariants()) {
      const object = `${BUILD}/obj/release/${BUILD}/generated/kernels/${name}.${isa}.cc.o`;
      const own = kernelProblems(nm([], object), `${name}_table_${isa}`);
      if (process.arch === 'x64' && isa === 'base' && wideRegisters(object) > 0)
        own.push('uses wide registers');
      problems.push(...own.map((problem) => `${object} ${problem}`));
    }
  }
  for (const problem of problems) process.stdout.write(`${problem}\n`);
  if (problems.length > 0) process.exitCode = 1;
}

if (isMain(import.meta.url)) {
  try {
    main();
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
