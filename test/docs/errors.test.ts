/** The page of error codes is complete and says what the code says. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { errorCodes } from '../../src/base/engine-error.js';

test('docs/errors.md lists every code once, in order, with its meaning and an example', () => {
  const page = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');
  const rows = [...page.matchAll(/^\| `([a-z-]+)` \| (.+?) \| (.+) \|$/gm)];
  expect(rows.map(([, code, meaning]) => [code, meaning])).toEqual(Object.entries(errorCodes));
  expect(rows.every(([, , , example]) => example !== undefined && example.length > 10)).toBe(true);
});
