// Compiles Annoy itself, from the header in its npm package, into a program that tests and benchmarks run beside ours.
//
//   node scripts/native/annoy-driver.mjs [--fast] [--headers FOLDER]     prints the program's path
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { isMain } from '../is-main.mjs';
import { run } from './compile.mjs';
import { BUILD, ROOT } from './layout.mjs';
import { findToolchain } from './toolchain.mjs';

const SOURCE = 'test/exchange/annoy_driver.cc';

/** Sums in the order they are written in, products rounded: what Annoy computes where nothing is vectorised. */
const PLAIN = ['-O2', '-ffp-contract=off'];
/** As fast as this compiler makes it on this machine. */
const FAST = ['-O3', '-march=native'];

/**
 * The program, compiled unless it was before from the same sources, compiler and flags.
 *
 * @param fast for this machine's instruction set, whose sums round otherwise
 * @param headers a folder with `annoylib.h` and `kissrandom.h`, of Annoy 1.13 to 1.17
 * @returns its absolute path
 */
export async function buildAnnoyDriver({ fast = false, headers = 'node_modules/annoy' } = {}) {
  const toolchain = findToolchain();
  const flags = [...(fast ? FAST : PLAIN), '-std=c++20', '-w', '-pthread', '-DANNOYLIB_MULTITHREADED_BUILD'];
  const hash = createHash('sha256').update(JSON.stringify([toolchain.id, flags]));
  const sources = [SOURCE, ...['annoylib.h', 'kissrandom.h'].map((name) => path.join(headers, name))];
  for (const source of sources) hash.update(readFileSync(path.resolve(ROOT, source)));
  const target = path.join(ROOT, BUILD, 'exchange', `annoy-${hash.digest('hex').slice(0, 16)}`);
  if (existsSync(target)) return target;
  mkdirSync(path.dirname(target), { recursive: true });
  const draft = `${target}.${process.pid}.tmp`;
  const { code, output } = await run(toolchain.command, [...flags, '-isystem', headers, SOURCE, '-o', draft]);
  if (code !== 0) throw new Error(`Annoy's driver does not compile: ${output}`);
  renameSync(draft, target);
  return target;
}

async function main() {
  const { values } = parseArgs({
    options: { fast: { type: 'boolean', default: false }, headers: { type: 'string' } },
  });
  process.stdout.write(`${await buildAnnoyDriver(values)}\n`);
}

if (isMain(import.meta.url)) {
  main().catch((error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  });
}
