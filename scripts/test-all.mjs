// Runs every check in order and sums up; the order is: what fails fastest first.
//
//   npm test                       everything
//   npm test -- types vitest       only these (names below), in this order
//   npm test -- --list             the names
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { isMain } from './is-main.mjs';
import { ROOT } from './native/layout.mjs';
import { runnableIsas } from './native/toolchain.mjs';

const node = (...args) => [process.execPath, ...args];
const bin = (name, ...args) => node(`node_modules/${name}`, ...args);

const lint = [
  'eslint/bin/eslint.js',
  '.',
  '--cache',
  '--cache-location',
  'build/eslint/',
  '--max-warnings',
  '0',
];

/** Tests whose answers must be the same under every instruction set; the rest does not depend on it. */
const ANSWERS = ['test/logic', 'test/laws'].filter((folder) => existsSync(path.join(ROOT, folder)));

/** Instruction sets of this processor except the best, which every test runs with anyway. */
const otherIsas = runnableIsas().slice(0, -1);

/** Name → what is run; `needs` names the steps without which it cannot run. */
const STEPS = new Map([
  ['format', { command: node('scripts/format.mjs', '--check') }],
  ['house', { command: node('scripts/check-house.mjs') }],
  [
    'layers',
    {
      command: bin(
        'dependency-cruiser/bin/dependency-cruise.mjs',
        'src',
        '--config',
        '.dependency-cruiser.cjs',
      ),
    },
  ],
  ['types', { command: bin('typescript/bin/tsc', '-p', 'tsconfig.json') }],
  ['lint', { command: bin(...lint) }],
  ['native', { command: node('scripts/build-native.mjs', '--prebuild') }],
  ['dist', { command: node('scripts/build-ts.mjs') }],
  ['vitest', { command: bin('vitest/vitest.mjs', 'run'), needs: ['native', 'dist'] }],
  ...(ANSWERS.length === 0 ? [] : otherIsas).map((isa) => [
    `vitest-${isa}`,
    {
      command: bin('vitest/vitest.mjs', 'run', ...ANSWERS),
      needs: ['native', 'dist'],
      environment: { SPILLWAY_ISA: isa },
    },
  ]),
  // The best variant first, as users run it; then expressions, folds and distances under each other one. Tests of
  // single kernels go through all variants themselves, and whole queries do in vitest-<isa>.
  ['sanitized', { command: node('scripts/test-native.mjs', '--mode', 'asan') }],
  ...otherIsas.map((isa) => [
    `sanitized-${isa}`,
    {
      command: node(
        'scripts/test-native.mjs',
        '--mode',
        'asan',
        '--isa',
        isa,
        '--filter',
        'program_,fold_,distance_,tile_,tree_',
      ),
      needs: ['sanitized'],
    },
  ]),
  ['sanitized-addon', { command: node('scripts/test-sanitized-addon.mjs'), needs: ['sanitized', 'dist'] }],
  ['threads', { command: node('scripts/test-native.mjs', '--mode', 'tsan', '--isa', 'base') }],
  ['symbols', { command: node('scripts/check-symbols.mjs'), needs: ['native'] }],
  ['examples', { command: node('scripts/run-examples.mjs', '--no-build'), needs: ['native', 'dist'] }],
  ['package', { command: node('scripts/test-package.mjs'), needs: ['native', 'dist'] }],
]);

/** Runs a step, passing its output on; resolves to `{ code, output }`. */
function runStep({ command: [command, ...args], environment: extra = {} }) {
  return new Promise((resolve) => {
    const environment = {
      ...process.env,
      ...extra,
      ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : { NO_COLOR: '1' }),
    };
    const child = spawn(command, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'], env: environment });
    const output = [];
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        output.push(chunk);
        process.stdout.write(chunk);
      });
    }
    child.on('error', (error) => resolve({ code: 1, output: error.message }));
    child.on('close', (code) => resolve({ code: code ?? 1, output: Buffer.concat(output).toString() }));
  });
}

/** Tests that a step's own summary counts; a step without one is a single check. */
export function countTests(output, code) {
  const plain = output.replaceAll(/\u001b\[[0-9;]*m/g, '');
  const vitest = /^\s*Tests\s+(.*)\(\d+\)\s*$/m.exec(plain)?.[1];
  const counted = vitest ?? /^\d+ passed, \d+ failed.*$/m.exec(plain)?.[0];
  const number = (word) => Number(new RegExp(`(\\d+) ${word}`).exec(counted ?? '')?.[1] ?? 0);
  const [passed, failed] = [number('passed'), number('failed')];
  // A step that failed otherwise (a crash, an error outside any test) still counts as one failure.
  if (code !== 0) return { passed, failed: Math.max(1, failed) };
  return counted === undefined ? { passed: 1, failed: 0 } : { passed, failed };
}

async function main() {
  const { values, positionals } = parseArgs({
    options: { list: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  if (values.list) return void process.stdout.write(`${[...STEPS.keys()].join('\n')}\n`);
  const unknown = positionals.find((name) => !STEPS.has(name));
  if (unknown !== undefined)
    throw new Error(`no check named ${unknown}; there are ${[...STEPS.keys()].join(', ')}`);
  const broken = new Set();
  const lines = [];
  const total = { passed: 0, failed: 0 };
  for (const name of positionals.length > 0 ? positionals : STEPS.keys()) {
    const step = STEPS.get(name);
    const missing = step.needs?.find((need) => broken.has(need));
    process.stdout.write(`\n── ${name}\n`);
    const begin = Date.now();
    const { code, output } = missing === undefined ? await runStep(step) : { code: 1, output: '' };
    const { passed, failed } = countTests(output, code);
    if (code !== 0) broken.add(name);
    total.passed += passed;
    total.failed += failed;
    const why = missing === undefined ? '' : ` (needs ${missing})`;
    const seconds = ((Date.now() - begin) / 1000).toFixed(1).padStart(7);
    lines.push(
      `${code === 0 ? 'ok  ' : 'FAIL'} ${name.padEnd(16)} ${seconds} s  ${passed} passed, ${failed} failed${why}`,
    );
  }
  process.stdout.write(`\n${lines.join('\n')}\n\n${total.passed} passed, ${total.failed} failed\n`);
  if (broken.size > 0) process.exitCode = 1;
}

if (isMain(import.meta.url)) {
  main().catch((error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  });
}
