// Builds and runs the C++ tests.
//
//   npm run test:native -- [--mode asan|tsan|release] [--filter part-of-a-name,another] [--list] [--jobs N] [--isa base|avx2|avx512]
import { spawnSync } from 'node:child_process';
import path from 'node:path';
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

function runBinary(binary, args, environment) {
  const options = {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...RUNTIME_OPTIONS, ...process.env, ...environment },
  };
  const first = spawnSync(binary, args, options);
  return first.status ?? 1;
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
  const args = [...(values.list ? ['--list'] : []), ...(values.filter?.split(',') ?? [])];
  process.exitCode = runBinary(binary, args, values.isa === undefined ? {} : { SPILLWAY_ISA: values.isa });
}

main().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
