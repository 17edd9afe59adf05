/** A matrix on disk much larger than the memory allowed is searched within it, with the same answers. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createMatrix } from '../../src/index.js';
import { jsonOfChild } from './run-child.js';
import { scratchFolder } from './scratch-folder.js';

const MIB = 2 ** 20;

interface Report {
  readonly digest: string;
  readonly peak: number;
  readonly began: number;
}

test('400 MB are searched within 32 MB as they are without a bound', async () => {
  const path = join(scratchFolder(), 'large');
  const [rows, cols, step] = [800_000, 128, 40_000];
  using m = createMatrix(path, { rows, cols, type: 'float32' });
  const block = new Float32Array(step * cols);
  let state = 1;
  for (let row = 0; row < rows; row += step) {
    for (let i = 0; i < block.length; i += 1) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      block[i] = state >>> 16;
    }
    await m.write(block, { row, rows: step });
  }
  const search = async (memory: string) =>
    jsonOfChild<Report>('search-large-matrix', [`${path}.desc`, '50', memory], 300_000);
  const bounded = await search('32MB');
  expect(bounded.peak).toBeLessThan((32 + 150) * MIB);
  const free = await search('1GB');
  expect(free.digest).toBe(bounded.digest);
}, 600_000);
