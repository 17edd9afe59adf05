/** The lock file fits every platform, whatever platform it was written on. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const { packages } = JSON.parse(readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8'));

test('every optional package that a package asks for has an entry; npm ci refuses the lock file otherwise', () => {
  const missing = Object.entries(packages).flatMap(([folder, entry]) =>
    Object.keys(entry.optionalDependencies ?? {}).filter(
      (name) => !(`node_modules/${name}` in packages) && !(`${folder}/node_modules/${name}` in packages),
    ),
  );
  expect(missing).toEqual([]);
});

test('no entry names the registry that it came from', () => {
  expect(Object.values(packages).filter((entry) => 'resolved' in entry && entry.link !== true)).toEqual([]);
});
