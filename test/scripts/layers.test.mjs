/** The layer check finds forbidden imports, type imports too, and cycles. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
let folder;
let output;

const FILES = {
  'src/base/fine.ts': 'export const fine = 1;\n',
  'src/data/upward.ts': "import type { Wish } from '../query/wish.js';\nexport type Upward = Wish;\n",
  'src/query/wish.ts': "import { fine } from '../base/fine.js';\nexport type Wish = typeof fine;\n",
  'src/expr/one.ts': "import type { Two } from './two.js';\nexport type One = Two | 1;\n",
  'src/expr/two.ts': "import type { One } from './one.js';\nexport type Two = One | 2;\n",
  'src/attic/box.ts': "import { fine } from '../base/fine.js';\nexport const box = fine;\n",
};

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'spillway-layers-'));
  for (const [name, text] of Object.entries(FILES)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  for (const name of ['.dependency-cruiser.cjs', 'tsconfig.json', 'package.json'])
    cpSync(path.join(root, name), path.join(folder, name));
  const cruiser = path.join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const args = [cruiser, 'src', '--config', '.dependency-cruiser.cjs', '--output-type', 'err'];
  const run = spawnSync(process.execPath, args, {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  });
  output = run.stdout;
  expect(run.status).not.toBe(0);
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

test.each([
  ['a type imported from above', 'room-data: src/data/upward.ts → src/query/wish.ts'],
  ['a cycle of types', 'no-cycles: src/expr/'],
  ['a room that the table does not have', 'known-rooms: src/attic/box.ts'],
])('%s', (_, line) => {
  expect(output).toContain(line);
});

test('what the table allows is not reported', () => {
  expect(output).not.toContain('error room-query');
});
