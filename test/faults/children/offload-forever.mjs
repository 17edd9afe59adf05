/** Offloads again and again until it is killed: `offload-forever.mjs folder path?`; without a path into temporary files. */
import { tbl } from '../../../dist/index.js';

const [tempDir, path] = process.argv.slice(2);
const rows = 60_000;

for (let version = 1; ; version += 1) {
  const query = tbl({
    version: new Int32Array(rows).fill(version),
    value: Float64Array.from({ length: rows }, (_, i) => i * version),
    text: Array.from({ length: rows }, (_, i) => `text ${String((i * version) % 900)}`),
  }).arrange('value');
  const cached = await query.offload(path === undefined ? { tempDir } : { tempDir, path });
  process.stdout.write(`${String(version)}\n`);
  if (path === undefined) await cached.release();
}
