// Runs the compiler over a list of units, as many at a time as there are processors, skipping what the store already has.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { BUILD, ROOT } from './layout.mjs';
import { fetchObject, storeObject, temporaryName } from './object-store.mjs';

/** Runs a command in the root; resolves to its exit code and all it printed. */
export function run(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
    const output = [];
    child.stdout.on('data', (chunk) => output.push(chunk));
    child.stderr.on('data', (chunk) => output.push(chunk));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      resolve({
        code: code ?? 1,
        output: Buffer.concat(output).toString() + (signal ? `killed by ${signal}\n` : ''),
      });
    });
  });
}

/**
 * Files named by a make rule as the compiler writes it with -MMD; paths with spaces are escaped there. A compiled header
 * stands for its text, which is the same in every checkout.
 */
function parseDependencies(text) {
  const rule = text.replaceAll('\\\n', ' ');
  const names = rule.slice(rule.indexOf(': ') + 1).match(/(?:\\ |[^\s])+/g) ?? [];
  const plain = names.map((name) => name.replaceAll('\\ ', ' ').replace(/\.gch$/, ''));
  return [...new Set(plain.map((name) => path.posix.normalize(name)))];
}

function compileArguments(unit) {
  return [...(unit.language === 'c' ? ['-x', 'c'] : []), ...unit.flags, '-c', unit.source];
}

async function compileUnit(toolchain, unit) {
  const object = temporaryName('.o');
  const rule = temporaryName('.d');
  const { code, output } = await run(toolchain.command, [
    ...compileArguments(unit),
    // Not among the unit's flags: objects of two checkouts are the same but for this, and it keeps it out of them.
    `-ffile-prefix-map=${ROOT}=`,
    // The list of warnings is gcc's; clang must not fail over names it does not know.
    ...(toolchain.clang ? ['-Wno-unknown-warning-option'] : []),
    ...['-MMD', '-MF', rule, '-MT', 'object', '-o', object],
  ]);
  try {
    if (code !== 0) return { id: null, output };
    const id = storeObject(
      toolchain.id,
      unit,
      object,
      parseDependencies(readFileSync(path.join(ROOT, rule), 'utf8')),
    );
    return { id, output };
  } finally {
    rmSync(path.join(ROOT, rule), { force: true });
    rmSync(path.join(ROOT, object), { force: true });
  }
}

/** `build/compile_commands.json`, merged over modes, so that editors understand every source. */
function writeCompileCommands(toolchain, units) {
  const file = path.join(ROOT, BUILD, 'compile_commands.json');
  const entries = units.map((unit) => ({
    directory: ROOT,
    file: unit.source,
    output: unit.object,
    arguments: [toolchain.command, ...compileArguments(unit), '-o', unit.object],
  }));
  let earlier = [];
  try {
    earlier = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    mkdirSync(path.dirname(file), { recursive: true });
  }
  const outputs = new Set(entries.map((entry) => entry.output));
  writeFileSync(
    file,
    JSON.stringify([...earlier.filter((entry) => !outputs.has(entry.output)), ...entries], null, 1),
  );
}

/**
 * Compiles what is not in the store yet.
 *
 * @returns `{ objects, ids }`: paths and identities, in the order of `units`
 * @throws Error after the first failure, once the compilers already running are done; their messages are on stderr
 */
export async function compileAll(toolchain, units, { jobs = availableParallelism(), verbose = false } = {}) {
  writeCompileCommands(toolchain, units);
  const ids = new Map(units.map((unit) => [unit.object, fetchObject(toolchain.id, unit)]));
  const missing = units.filter((unit) => ids.get(unit.object) === null);
  const started = Date.now();
  // Only where someone would wonder whether anything happens.
  if (missing.length > 10)
    process.stderr.write(`compiling ${missing.length} sources with ${toolchain.command} …\n`);
  let failures = 0;
  let done = 0;
  let next = 0;
  const worker = async () => {
    while (next < missing.length && failures === 0) {
      const unit = missing[next++];
      const begin = Date.now();
      const { id, output } = await compileUnit(toolchain, unit);
      done += 1;
      ids.set(unit.object, id);
      if (id === null) failures += 1;
      if (verbose || output !== '') {
        process.stderr.write(
          `[${done}/${missing.length}] ${unit.object} ${Date.now() - begin} ms\n${output}`,
        );
      }
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, Math.min(jobs, missing.length)) }, worker));
  if (failures > 0) throw new Error(`${failures} of ${units.length} sources did not compile`);
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  if (missing.length > 0)
    process.stderr.write(`compiled ${missing.length} of ${units.length} sources in ${seconds} s\n`);
  return { objects: units.map((unit) => unit.object), ids: units.map((unit) => ids.get(unit.object)) };
}
