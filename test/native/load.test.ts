/** Loading the addon, and what is said where none fits. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { EngineError } from '../../src/base/engine-error.js';
import { loadAddon, loadAddonFrom } from '../../src/native/load.js';
import { platformName } from '../../src/native/platform.js';

let root: string;

beforeEach(() => {
  root = `${mkdtempSync(join(tmpdir(), 'spillway-load-'))}/`;
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

function failure(run: () => unknown): EngineError {
  try {
    run();
  } catch (error) {
    if (error instanceof EngineError) return error;
  }
  throw new Error('no EngineError was thrown');
}

test('the addon of this checkout loads, once', () => {
  expect(loadAddon()).toBe(loadAddon());
});

test('without any binary, the error names the platform and the build command', () => {
  const error = failure(() => loadAddonFrom(root, 'linux-s390x-glibc'));
  expect(error.code).toBe('native');
  expect(error.message).toContain('no native binary for linux-s390x-glibc: none is included');
  expect(error.message).toContain('npm run build');
});

test('without a fitting binary, the error lists the platforms that exist', () => {
  for (const name of ['linux-x64-glibc', 'darwin-arm64']) {
    mkdirSync(`${root}prebuilds/${name}`, { recursive: true });
    writeFileSync(`${root}prebuilds/${name}/spillway.node`, '');
  }
  const error = failure(() => loadAddonFrom(root, 'linux-x64-musl'));
  expect(error.message).toContain('included are darwin-arm64, linux-x64-glibc');
  expect(error.detail).toEqual({ platform: 'linux-x64-musl', existing: ['darwin-arm64', 'linux-x64-glibc'] });
});

test('a binary that is none is reported with its path and the cause kept', () => {
  mkdirSync(`${root}prebuilds/${platformName()}`, { recursive: true });
  writeFileSync(`${root}prebuilds/${platformName()}/spillway.node`, 'not a binary');
  const error = failure(() => loadAddonFrom(root, platformName()));
  expect(error.code).toBe('native');
  expect(error.message).toContain(`prebuilds/${platformName()}/spillway.node does not load`);
  expect(error.cause).toBeInstanceOf(Error);
});

test('the prebuilt layout is found', () => {
  mkdirSync(`${root}prebuilds/${platformName()}`, { recursive: true });
  cpSync(
    join(import.meta.dirname, '../../build/native/spillway.node'),
    `${root}prebuilds/${platformName()}/spillway.node`,
  );
  expect(loadAddonFrom(root, platformName())).toHaveProperty('version');
});
