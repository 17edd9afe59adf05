// Builds everything and runs a benchmark of test/bench by its name.
//
//   npm run bench [-- task …]        test/bench/main.ts, all tasks or those named
//   npm run bench -- machine …       test/bench/machine.ts, with the remaining arguments
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { buildTypeScript } from './build-ts.mjs';
import { ROOT } from './native/layout.mjs';
import { compileRunnables } from './run-examples.mjs';

/** Names of the benchmarks that can be run. */
function benchmarks() {
  const files = readdirSync(path.join(ROOT, 'test/bench')).filter((name) => name.endsWith('.ts'));
  return files.map((name) => name.slice(0, -'.ts'.length)).sort();
}

function main() {
  const given = process.argv.slice(2);
  const named = benchmarks().includes(given[0]);
  const name = named ? given[0] : 'main';
  const rest = named ? given.slice(1) : given;
  const native = spawnSync(process.execPath, ['scripts/build-native.mjs'], { cwd: ROOT, stdio: 'inherit' });
  if (native.status !== 0 || !buildTypeScript() || !compileRunnables()) throw new Error('the build failed');
  const script = path.join(ROOT, 'build/run/test/bench', `${name}.js`);
  const run = spawnSync(process.execPath, ['--expose-gc', script, ...rest], { cwd: ROOT, stdio: 'inherit' });
  process.exitCode = run.status ?? 1;
}

try {
  main();
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
