/** Writes and spills more than there is room for and prints what came of it: `fill-disk.mjs rows.vtr folder`. */
import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { n, tbl } from '../../../dist/index.js';

const [path, folder] = process.argv.slice(2);
const rows = tbl(path);
const kept = join(folder, 'kept.vtr');
const tempDir = join(folder, 'spill');
mkdirSync(tempDir);
const spilling = { forceSpill: true, tempDir };
const outcomes = [];

async function attempt(name, work) {
  const failure = await work().then(
    () => undefined,
    ({ name: kind, code, message, detail }) => ({ kind, code, message, path: detail?.path }),
  );
  const after = {
    kept: await tbl(kept).numRows(),
    bytes: statSync(kept).size,
    files: readdirSync(folder).sort(),
  };
  // A query's own folder goes when it has cleaned up, which nobody waits for.
  for (let i = 0; i < 100 && readdirSync(tempDir).length > 0; i += 1)
    await new Promise((r) => setTimeout(r, 20));
  outcomes.push({ name, failure, after, spill: readdirSync(tempDir) });
}

await rows.head(1000).writeVtr(kept);
await attempt('replace', () => rows.writeVtr(kept));
await attempt('append', () => rows.writeVtr(kept, { append: true }));
await attempt('new file', () => rows.writeVtr(join(folder, 'new.vtr')));
await attempt('sort', () => rows.arrange('text', 'key').collect(spilling));
await attempt('sort into a file', () =>
  rows.arrange('text', 'key').writeVtr(join(folder, 'new.vtr'), spilling),
);
await attempt('group', () => rows.groupBy('key').summarise({ n: n() }).collect(spilling));
await attempt('shards', () => rows.offload({ by: 'text', path: join(folder, 'shards') }));
await attempt('temporary shards', () => rows.offload({ by: 'text', tempDir }));
const works = (await rows.arrange('text').pull('key')).length;
await rows.head(500).writeVtr(kept);
process.stdout.write(JSON.stringify({ outcomes, works, kept: await tbl(kept).numRows() }));
