/** Sorts with spilling again and again until it is killed: `spill-forever.mjs rows.vtr folder`. */
import { tbl } from '../../../dist/index.js';

const [path, tempDir] = process.argv.slice(2);
for (;;) {
  for await (const batch of tbl(path).arrange('text').batches({ forceSpill: true, tempDir })) {
    if (batch.numRows > 0) process.stdout.write('spilled\n');
  }
}
