/** The native builder compiles again exactly when something that went into an object changed. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT } from '../../scripts/native/layout.mjs';
import { platformName as builderPlatform } from '../../scripts/native/platform-name.mjs';
import { platformName } from '../../src/native/platform.js';

const folder = `build/builder-test-${process.pid}`;
const source = `${folder}/source.cc`;
const object = `${folder}/source.o`;

beforeAll(() => {
  mkdirSync(path.join(ROOT, folder), { recursive: true });
});

afterAll(() => {
  rmSync(path.join(ROOT, folder), { recursive: true });
});

function write(name, text) {
  writeFileSync(path.join(ROOT, folder, name), text);
}

/** Builds in a process of its own, as a user would; returns what was said and how it ended. */
function build(flags = []) {
  const unit = { source, object, flags: ['-O0', ...flags], language: 'c++' };
  const code = `
    import { compileAll } from './scripts/native/compile.mjs';
    import { findToolchain } from './scripts/native/toolchain.mjs';
    await compileAll(findToolchain(), [${JSON.stringify(unit)}]);`;
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  return { compiled: run.stderr.includes('compiled 1 of 1'), status: run.status, words: run.stderr };
}

test('once; again after a header, the source or a flag changed; and not when one changes back', () => {
  // Different in each run of the test, or the store would know it from the last one.
  const unique = `// ${process.pid} ${Date.now()}\n`;
  write('number.h', 'inline int number() { return 1; }\n');
  write('source.cc', `${unique}#include "number.h"\nint twice() { return 2 * number(); }\n`);
  expect(build().compiled).toBe(true);
  const first = readFileSync(path.join(ROOT, object));
  expect(build().compiled).toBe(false);

  write('number.h', 'inline int number() { return 7; }\n');
  expect(build().compiled).toBe(true);
  expect(readFileSync(path.join(ROOT, object)).equals(first)).toBe(false);

  write('number.h', 'inline int number() { return 1; }\n');
  expect(build().compiled).toBe(false);
  expect(readFileSync(path.join(ROOT, object)).equals(first)).toBe(true);

  expect(build(['-DSOMETHING']).compiled).toBe(true);
  write('source.cc', `${unique}int twice() { return 4; }\n`);
  expect(build().compiled).toBe(true);
});

test('a source that does not compile fails the build with the words of the compiler', () => {
  write('source.cc', 'int broken( { return 1; }\n');
  const { status, words } = build();
  expect(status).not.toBe(0);
  expect(words).toContain('source.cc:1');
  expect(words).toContain('1 of 1 sources did not compile');
});

test('builder and loader agree on the name of this platform', () => {
  expect(platformName()).toBe(builderPlatform());
});
