/** Makes and fills matrices where there is no room for them and prints what came of it: `fill-disk-matrix.mjs folder`. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createMatrix, openMatrix } from '../../../dist/index.js';

const [folder] = process.argv.slice(2);
const outcomes = [];

async function attempt(name, work) {
  try {
    await work();
    outcomes.push({ name });
  } catch ({ code, message }) {
    outcomes.push({ name, code, message });
  }
}

const small = { rows: 1000, cols: 10, type: 'int32' };
createMatrix(join(folder, 'kept'), { ...small, data: new Int32Array(10_000).fill(7) }).close();
const rows = 5_000_000;
await attempt('create', () =>
  createMatrix(join(folder, 'large'), { rows, cols: 1, data: new Float64Array(rows) }),
);
await attempt('replace', () =>
  createMatrix(join(folder, 'kept'), { rows, cols: 1, data: new Float64Array(rows), overwrite: true }),
);
const kept = openMatrix(join(folder, 'kept.desc'));
const values = (await kept.read()).data.filter((value) => value === 7).length;
await kept.write(new Int32Array(10_000).fill(8));
await kept.flush();
process.stdout.write(
  JSON.stringify({ outcomes, values, after: kept.get(999, 9), files: readdirSync(folder).sort() }),
);
