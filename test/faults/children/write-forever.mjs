/** Replaces or appends to a file again and again until it is killed: `write-forever.mjs path replace|append`. */
import { tbl } from '../../../dist/index.js';

const [path, how] = process.argv.slice(2);
const rows = 40_000;

for (let version = 1; ; version += 1) {
  const content = {
    version: new Int32Array(rows).fill(version),
    value: Float64Array.from({ length: rows }, (_, i) => i * version),
    text: Array.from({ length: rows }, (_, i) => `text ${String((i * version) % 900)}`),
  };
  await tbl(content).writeVtr(path, { append: how === 'append' });
  process.stdout.write(`${String(version)}\n`);
}
