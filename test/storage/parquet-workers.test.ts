/** Decoding threads end with their reader, and do not take the process with them while someone waits. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

// A process of its own, because what is at stake is whether it stays alive until the threads are gone.
test('leaving the rows of a file early, with replies still to come, waits for the threads and then exits', () => {
  const code = `
    const { decodeRowGroups } = await import(${JSON.stringify(at('dist/storage/parquet/decode-pool.js'))});
    const path = ${JSON.stringify(at('node_modules/vega-datasets/data/flights-3m.parquet'))};
    const tasks = Array.from({ length: 6 }, (_, rowGroup) => ({ rowGroup, whole: true }));
    for (let round = 0; round < 3; round++) {
      for await (const batch of decodeRowGroups(path, tasks, ['delay'], 2)) {
        if (batch.numRows > 0) break;
      }
    }
    console.log('closed');`;
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
    encoding: 'utf8',
    timeout: 25_000,
  });
  expect({ code: run.status, printed: run.stdout.trim(), complaints: run.stderr }).toEqual({
    code: 0,
    printed: 'closed',
    complaints: '',
  });
});
