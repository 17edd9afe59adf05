// Builds and runs the C++ tests.
//
//   npm run test:native -- [--mode asan|tsan|release] [--filter part-of-a-name,another] [--list] [--jobs N] [--isa base|avx2|avx512]
import { spawn, spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { buildTests } from './build-native.mjs';
import { ROOT } from './native/layout.mjs';
import { MODES } from './native/toolchain.mjs';

const RUNTIME_OPTIONS = {
  ASAN_OPTIONS:
    'detect_leaks=1:strict_string_checks=1:detect_stack_use_after_return=1:allocator_may_return_null=1',
  UBSAN_OPTIONS: 'print_stacktrace=1:halt_on_error=1',
  TSAN_OPTIONS: 'halt_on_error=1:second_deadlock_stack=1',
};

/** Most processes that tests run in side by side; each may start several threads. */
const MOST_PROCESSES = 4;

function optionsOf(environment) {
  return { cwd: ROOT, env: { ...RUNTIME_OPTIONS, ...process.env, ...environment } };
}

/** Runs every `processes`-th test; passes on what it prints but the summary. Resolves to `{ code, passed, failed, isa }`. */
function runShare(binary, args, environment, share, processes) {
  return new Promise((resolve) => {
    const child = spawn(binary, ['--share', `${share}/${processes}`, ...args], {
      ...optionsOf(environment),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const counts = { passed: 0, failed: 0, isa: '' };
    const lines = createInterface({ input: child.stdout });
    lines.on('line', (line) => {
      const summary = /^(\d+) passed, (\d+) failed \((\w+)\)$/.exec(line);
      if (summary === null) return void process.stdout.write(`${line}\n`);
      Object.assign(counts, { passed: Number(summary[1]), failed: Number(summary[2]), isa: summary[3] });
    });
    let ended = null;
    const end = () => {
      // A crash leaves no summary; it is a failure of its own.
      const crashed = ended !== 0 && counts.failed === 0 ? 1 : 0;
      resolve({ ...counts, failed: counts.failed + crashed, code: ended });
    };
    child.on('error', () => resolve({ ...counts, failed: 1, code: 1 }));
    child.on('exit', (code, signal) => {
      if (signal !== null) process.stdout.write(`killed by ${signal}\n`);
      ended = code ?? 1;
    });
    child.on('close', end);
  });
}

/** Runs the tests in processes side by side; the last line says `N passed, N failed` of all. Resolves to the exit code. */
async function runBinary(binary, args, environment) {
  const processes = Math.min(MOST_PROCESSES, availableParallelism());
  const shares = Array.from({ length: processes }, (_, share) =>
    runShare(binary, args, environment, share, processes),
  );
  const done = await Promise.all(shares);
  const sum = (name) => done.reduce((total, share) => total + share[name], 0);
  process.stdout.write(`${sum('passed')} passed, ${sum('failed')} failed (${done[0].isa})\n`);
  return done.every(({ code }) => code === 0) ? 0 : 1;
}

async function main() {
  const { values } = parseArgs({
    options: {
      mode: { type: 'string', default: 'asan' },
      filter: { type: 'string' },
      list: { type: 'boolean', default: false },
      jobs: { type: 'string' },
      isa: { type: 'string' },
    },
  });
  if (!MODES.includes(values.mode)) throw new Error(`--mode ${values.mode}: choose ${MODES.join(', ')}`);
  const jobs = values.jobs ?? process.env.SPILLWAY_BUILD_JOBS;
  const binary = path.join(
    ROOT,
    await buildTests(values.mode, jobs === undefined ? {} : { jobs: Number(jobs) }),
  );
  const args = values.filter?.split(',') ?? [];
  const environment = values.isa === undefined ? {} : { SPILLWAY_ISA: values.isa };
  if (values.list) {
    const listed = spawnSync(binary, ['--list', ...args], { ...optionsOf(environment), stdio: 'inherit' });
    process.exitCode = listed.status ?? 1;
    return;
  }
  process.exitCode = await runBinary(binary, args, environment);
}

main().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
