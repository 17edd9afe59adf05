// Compiles examples/*.ts and the TypeScript of README.md, and runs each in a folder of its own, where the flights of
// vega-datasets are at hand; every `// => text` in one must be printed, in that order.
//
//   node scripts/run-examples.mjs [--only name]... [--show] [--no-build]
import { spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
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

/** The fenced TypeScript of a Markdown page, one text per block. */
export function codeBlocks(markdown) {
  return [...markdown.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map((match) => match[1]);
}

/** Writes each block of README.md as a source to be compiled; returns name → path of the source. */
function writeReadmeExamples() {
  const folder = path.join(ROOT, 'build/readme');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const blocks = codeBlocks(readFileSync(path.join(ROOT, 'README.md'), 'utf8'));
  return blocks.map((block, i) => {
    writeFileSync(path.join(folder, `readme-${i + 1}.ts`), block);
    return [`readme-${i + 1}`, `build/readme/readme-${i + 1}`];
  });
}

/** Name → path without extension, of everything that can be run. */
function listExamples() {
  const files = readdirSync(path.join(ROOT, 'examples')).filter((name) => name.endsWith('.ts'));
  const names = files.map((name) => name.slice(0, -'.ts'.length)).sort();
  return new Map([...names.map((name) => [name, `examples/${name}`]), ...writeReadmeExamples()]);
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

function runExample(name, source, show) {
  const folder = path.join(ROOT, 'build/examples', name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const flights = path.join(ROOT, 'node_modules/vega-datasets/data/flights-3m.parquet');
  if (existsSync(flights)) symlinkSync(flights, path.join(folder, 'flights.parquet'));
  return new Promise((resolve) => {
    const script = path.join(ROOT, 'build/run', `${source}.js`);
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
  const examples = listExamples();
  if (!compileRunnables()) throw new Error('the examples do not compile');
  const unknown = values.only.find((name) => !examples.has(name));
  if (unknown !== undefined)
    throw new Error(`no example ${unknown}; there are ${[...examples.keys()].join(', ')}`);
  let failed = 0;
  const chosen = values.only.length > 0 ? values.only : [...examples.keys()];
  for (const name of chosen) {
    const { code, printed, complaints } = await runExample(name, examples.get(name), values.show);
    const broken = brokenPromise(
      promisedLines(readFileSync(path.join(ROOT, `${examples.get(name)}.ts`), 'utf8')),
      printed,
    );
    if (code === 0 && broken === undefined) continue;
    failed += 1;
    const reason = code === 0 ? `did not print: ${broken}` : `exit code ${code}`;
    process.stdout.write(
      `FAIL ${examples.get(name)}.ts: ${reason}\n${values.show ? '' : printed}${complaints}\n`,
    );
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
