// Compiles examples/*.ts and runs each in a folder of its own; every `// => text` in one must be printed, in that order.
//
//   node scripts/run-examples.mjs [--only name]... [--show] [--no-build]
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { isMain } from './is-main.mjs';
import { buildTypeScript } from './build-ts.mjs';
import { ROOT } from './native/layout.mjs';

const EXAMPLE_TIMEOUT_MS = 600_000;

/** Lines that an example promises to print. */
export function promisedLines(source) {
  return [...source.matchAll(/^\s*.*\/\/ => (.*)$/gm)].map((match) => match[1].trim());
}

/** The first promise that `printed` does not keep, or undefined. */
export function brokenPromise(promises, printed) {
  let from = 0;
  for (const promise of promises) {
    const at = printed.indexOf(promise, from);
    if (at < 0) return promise;
    from = at + promise.length;
  }
  return undefined;
}

/** Compiles examples and benchmarks to build/run; they import the package by its name, so dist/ must be there. */
export function compileRunnables() {
  const compiler = path.join(ROOT, 'node_modules/typescript/bin/tsc');
  const { status } = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.run.json'], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  return status === 0;
}

function runExample(name, show) {
  const folder = path.join(ROOT, 'build/examples', name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return new Promise((resolve) => {
    const script = path.join(ROOT, 'build/run/examples', `${name}.js`);
    const child = spawn(process.execPath, [script], {
      cwd: folder,
      stdio: ['ignore', 'pipe', show ? 'inherit' : 'pipe'],
      timeout: EXAMPLE_TIMEOUT_MS,
    });
    const printed = [];
    const complaints = [];
    child.stdout.on('data', (chunk) => {
      printed.push(chunk);
      if (show) process.stdout.write(chunk);
    });
    child.stderr?.on('data', (chunk) => complaints.push(chunk));
    child.on('close', (code, signal) => {
      const text = (chunks) => Buffer.concat(chunks).toString();
      resolve({ code: signal === null ? code : 1, printed: text(printed), complaints: text(complaints) });
    });
  });
}

async function main() {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', multiple: true, default: [] },
      show: { type: 'boolean', default: false },
      'no-build': { type: 'boolean', default: false },
    },
  });
  if (!values['no-build'] && !buildTypeScript()) throw new Error('src/ does not compile');
  if (!compileRunnables()) throw new Error('the examples do not compile');
  const all = readdirSync(path.join(ROOT, 'examples')).filter((name) => name.endsWith('.ts'));
  const names = all.map((name) => name.slice(0, -'.ts'.length)).sort();
  const unknown = values.only.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new Error(`no example ${unknown}; there are ${names.join(', ')}`);
  let failed = 0;
  const chosen = values.only.length > 0 ? values.only : names;
  for (const name of chosen) {
    const { code, printed, complaints } = await runExample(name, values.show);
    const broken = brokenPromise(
      promisedLines(readFileSync(path.join(ROOT, 'examples', `${name}.ts`), 'utf8')),
      printed,
    );
    if (code === 0 && broken === undefined) continue;
    failed += 1;
    const reason = code === 0 ? `did not print: ${broken}` : `exit code ${code}`;
    process.stdout.write(`FAIL examples/${name}.ts: ${reason}\n${values.show ? '' : printed}${complaints}\n`);
  }
  if (!values.show || failed > 0)
    process.stdout.write(`${chosen.length - failed} passed, ${failed} failed\n`);
  if (failed > 0) process.exitCode = 1;
}

if (isMain(import.meta.url)) {
  main().catch((error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  });
}
