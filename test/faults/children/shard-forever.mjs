// Offloads by a key into one folder, or into temporary ones, version after version, and says which is complete.
import { openShards, tbl } from '../../../dist/index.js';

const [, , path, tempDir] = process.argv;
const rows = 30_000;
const say = (version) => process.stdout.write(`${version}\n`);

say(-1);
for (let version = 0; ; version += 1) {
  const query = tbl({
    g: Int32Array.from({ length: rows }, (_, i) => i % 50),
    version: new Int32Array(rows).fill(version),
    value: Float64Array.from({ length: rows }, (_, i) => i * version),
  });
  if (path !== '') {
    await query.offload({ by: 'g', path });
    openShards(path);
  } else {
    const shards = await query.offload({ by: 'g', tempDir });
    await shards.query().numRows();
  }
  say(version);
}
