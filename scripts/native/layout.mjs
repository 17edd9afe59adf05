// Where things are: the folders of the checkout that the native build reads and writes.
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Root of the checkout, absolute. Every other path of the build is relative to it, so that objects can be shared between checkouts. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export const BUILD = 'build';
export const ADDON = 'build/native/spillway.node';

/** The addon under AddressSanitizer and UBSan; loaded in place of the other by scripts/native/sanitized-addon.cjs. */
export const SANITIZED_ADDON = 'build/native-asan/spillway.node';

/** Compiled objects by content; lives with the packages because it survives `git clean` and is replaced with them. */
export const STORE = 'node_modules/.cache/spillway-native';

/** Path of a test executable, by sanitizer mode. */
export function testBinary(mode) {
  return `${BUILD}/test/spillway-test-${mode}`;
}

/**
 * Files below `folder` whose name ends in `suffix`, relative to the root, sorted so that builds are reproducible.
 * A folder that does not exist has no files.
 */
export function filesBelow(folder, suffix) {
  const absolute = path.join(ROOT, folder);
  if (!existsSync(absolute)) return [];
  return readdirSync(absolute, { recursive: true })
    .map((name) => path.posix.join(folder, name.split(path.sep).join('/')))
    .filter((name) => name.endsWith(suffix))
    .sort();
}
