// Rules of the house that no linter knows: file sizes, names, heads, and words that mean unfinished work.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { isMain } from './is-main.mjs';
import { ROOT } from './native/layout.mjs';

const MOST_LINES = 350;
const CODE = /\.(ts|mjs|cjs|cc|h|inc|inl)$/;
// A folder of that name, or a file whose name ends so; `common-type.ts` says something.
const GENERIC_NAME = /(^|[/_-])(utils?|helpers?|common|misc|shared|lib)(\/|\.[a-z.]+$)/;

// Written in pieces so that this file does not contain what it looks for.
const BANNED_WORDS = [
  {
    pattern: new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX', 'HA' + 'CK'].join('|')})\\b`),
    why: 'unfinished work',
  },
  {
    pattern: new RegExp(
      `\\b(it|test|describe|bench)\\.(${['on' + 'ly', 'sk' + 'ip', 'to' + 'do'].join('|')})\\b`,
    ),
    why: 'a test left out',
  },
  {
    pattern: new RegExp(`@ts-${'ig' + 'nore'}|@ts-${'no' + 'check'}|eslint-${'dis' + 'able'}`),
    why: 'a check silenced',
  },
  { pattern: /\/(work|home|Users|root)\/\w+\//, why: 'a path of one machine' },
  { pattern: /\bissue #?\d/i, why: 'a tracker number: say the reason itself' },
];

function trackedFiles() {
  const listed = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  if (listed.status !== 0) throw new Error(`git ls-files failed: ${listed.stderr}`);
  return listed.stdout.split('\0').filter(Boolean);
}

function nameProblem(file) {
  if (GENERIC_NAME.test(file))
    return 'a name that says nothing (utils, helpers, common, …): name it for its main export';
  const name = path.posix.basename(file);
  if (/\.(cc|h|inc)$/.test(name))
    return /^[a-z0-9_]+\.(cc|h|inc)$/.test(name) ? null : 'C++ files are snake_case';
  return /^\.?[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9-]+)*\.(ts|mjs|cjs)$/.test(name)
    ? null
    : 'TypeScript files are kebab-case';
}

/** Problems of one file, as sentences; none if it is in order. */
export function problemsOf(file, text) {
  const problems = [];
  const lines = text.split('\n');
  const name = nameProblem(file);
  if (name !== null) problems.push(name);
  if (lines.length > MOST_LINES + 1)
    problems.push(`${lines.length - 1} lines, at most ${MOST_LINES}: split it by idea`);
  if (!/^(\/\/ |\/\*\*|#!)/.test(text)) problems.push('no head: the first line says what the file knows');
  for (const [at, line] of lines.entries()) {
    for (const { pattern, why } of BANNED_WORDS) {
      if (pattern.test(line)) problems.push(`line ${at + 1}: ${why}: ${line.trim().slice(0, 80)}`);
    }
  }
  return problems;
}

function main() {
  let count = 0;
  for (const file of trackedFiles().filter((name) => CODE.test(name))) {
    let text;
    try {
      text = readFileSync(path.join(ROOT, file), 'utf8');
    } catch {
      continue; // Deleted, and not yet committed so.
    }
    for (const problem of problemsOf(file, text)) {
      process.stdout.write(`${file}: ${problem}\n`);
      count += 1;
    }
  }
  if (count > 0) process.exitCode = 1;
}

if (isMain(import.meta.url)) main();
