// Formats everything (prettier for TypeScript, JavaScript and JSON; clang-format for C++), or with --check only complains.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT, filesBelow } from './native/layout.mjs';

const check = process.argv.includes('--check');

function runPrettier() {
  const prettier = path.join(ROOT, 'node_modules/prettier/bin/prettier.cjs');
  const args = [check ? '--check' : '--write', '--log-level', check ? 'warn' : 'error', '--cache'];
  args.push('--cache-location', 'build/prettier-cache', '.');
  return spawnSync(process.execPath, [prettier, ...args], { cwd: ROOT, stdio: 'inherit' }).status === 0;
}

/** The binary inside the npm package; it exists for the common platforms only. */
function clangFormatBinary() {
  const folder = path.dirname(createRequire(import.meta.url).resolve('clang-format/package.json'));
  const file = path.join(folder, 'bin', `${process.platform}_${process.arch}`, 'clang-format');
  return existsSync(file) ? file : null;
}

function runClangFormat() {
  const files = ['native', 'test/exchange'].flatMap((folder) =>
    ['.cc', '.h', '.inc', '.inl'].flatMap((suffix) => filesBelow(folder, suffix)),
  );
  const binary = clangFormatBinary();
  if (binary === null) {
    process.stdout.write(
      `clang-format has no binary for ${process.platform}-${process.arch}: C++ files not looked at\n`,
    );
    return true;
  }
  let fine = true;
  for (const file of files) {
    // One file per call: .inc has no language of its own, so the content goes through standard input with a .cc name.
    const text = readFileSync(path.join(ROOT, file), 'utf8');
    const assumed = `--assume-filename=${file.replace(/\.in[cl]$/, '.cc')}`;
    const result = spawnSync(binary, [assumed, '--style=file'], { cwd: ROOT, input: text, encoding: 'utf8' });
    if (result.status !== 0) throw new Error(`clang-format failed on ${file}: ${result.stderr}`);
    if (result.stdout === text) continue;
    if (check) {
      process.stdout.write(`not formatted: ${file}\n`);
      fine = false;
    } else {
      writeFileSync(path.join(ROOT, file), result.stdout);
    }
  }
  return fine;
}

const fine = [runPrettier(), runClangFormat()].every(Boolean);
if (!fine) {
  process.stdout.write('run: npm run format\n');
  process.exitCode = 1;
}
