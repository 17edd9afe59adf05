/** Folders of shards that are not whole: each is told from a whole one, says why, and can be replaced. */
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EngineError } from '../../../src/base/engine-error.js';
import { tbl } from '../../../src/query/default-engine.js';
import { injectFileFault } from '../../../src/storage/disk-file.js';
import { decodeManifest, encodeManifest } from '../../../src/storage/shards/manifest.js';
import { openShardFolder } from '../../../src/storage/shards/open-shard-folder.js';
import { scratchFolder } from '../../faults/scratch-folder.js';
import { reopened, shardsOf } from '../../query/shards/shards-of.js';

const root = scratchFolder();
let made = 0;
let path: string;
const rows = Array.from({ length: 40_000 }, (_, i) => ({ g: `key ${i % 4}`, v: Math.sqrt(i) }));
const query = tbl(rows) as never;

const manifest = (): string => join(path, 'shards.json');
const data = (): string => join(path, 'data.vtr');

beforeEach(async () => {
  path = join(root, `folder-${made++}`);
  await shardsOf(query, path, { by: 'g' });
});
afterEach(() => {
  injectFileFault(undefined);
});

function failure(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof EngineError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'no error';
}

async function rejection(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return error instanceof EngineError ? `${error.code}: ${error.message}` : String(error);
}

describe('opening', () => {
  it('gives a whole folder back', () => {
    expect(readdirSync(path).sort()).toEqual(['data.vtr', 'shards.json']);
    const { manifest: found } = openShardFolder(path);
    expect(found.shards.map((shard) => shard.key)).toEqual([['key 0'], ['key 1'], ['key 2'], ['key 3']]);
    expect(found.rows).toBe(rows.length);
  });

  it('knows an interrupted offload', () => {
    rmSync(manifest());
    expect(failure(() => openShardFolder(path))).toMatch(/^format: .*interrupted.*offload to it again/);
    renameSync(data(), join(path, `.data.vtr.1-2-${'0'.repeat(32)}.tmp`));
    expect(failure(() => openShardFolder(path))).toMatch(/^format: .*interrupted/);
  });

  it('knows what never was a folder of shards', () => {
    const empty = join(root, `empty-${made++}`);
    mkdirSync(empty);
    expect(failure(() => openShardFolder(empty))).toMatch(/^format: .*no shards\.json/);
    expect(failure(() => openShardFolder(join(root, 'nowhere')))).toMatch(/^io: /);
  });

  it('names a missing, foreign, changed or cut data file', async () => {
    const copy = readFileSync(data());
    rmSync(data());
    expect(failure(() => openShardFolder(path))).toMatch(/^changed: .*data\.vtr.*it is missing/);
    await tbl(rows).mutate({ more: 1 }).writeVtr(data());
    expect(failure(() => openShardFolder(path))).toMatch(/^changed: .*it is another file/);
    writeFileSync(data(), copy);
    openShardFolder(path);
    appendFileSync(data(), 'x');
    expect(failure(() => openShardFolder(path))).toMatch(/^format: .*where its manifest says/);
    truncateSync(data(), copy.length - 100);
    expect(failure(() => openShardFolder(path))).toMatch(/^format: .*where its manifest says/);
    writeFileSync(data(), copy);
    await tbl(data()).head(1).writeVtr(data(), { append: true });
    expect(failure(() => openShardFolder(path))).toMatch(/^changed: .*rows were added/);
  });

  it('finds every changed bit of the manifest', () => {
    const text = readFileSync(manifest());
    for (let at = 0; at < text.length; at += 7) {
      const flipped = Buffer.from(text);
      flipped[at]! ^= 1;
      writeFileSync(manifest(), flipped);
      expect(failure(() => openShardFolder(path))).toMatch(/^format: the manifest .*shards\.json is damaged/);
    }
    writeFileSync(manifest(), text.subarray(0, text.length >> 1));
    expect(failure(() => openShardFolder(path))).toMatch(/^format: /);
  });

  it('refuses a swapped manifest', async () => {
    const other = join(root, `other-${made++}`);
    await shardsOf(query, other, { by: 'v', method: 'range', n: 3 });
    copyFileSync(join(other, 'shards.json'), manifest());
    expect(failure(() => openShardFolder(path))).toMatch(/^changed: .*it is another file/);
  });
});

describe('verifying', () => {
  it('names the damaged shard and the file', async () => {
    const bytes = readFileSync(data());
    bytes[5000]! ^= 0xff;
    writeFileSync(data(), bytes);
    expect(await rejection(reopened(path).verify())).toMatch(
      /^format: .*data\.vtr is damaged, shards g = "key/,
    );
  });
});

describe('verifying what no page can tell', () => {
  it('names the shard whose rows are others', async () => {
    const found = decodeManifest(readFileSync(manifest(), 'utf8'));
    const shards = found.shards.map((shard, i) =>
      i === 2 ? { ...shard, checksum: shard.checksum ^ 1n } : shard,
    );
    writeFileSync(manifest(), encodeManifest({ ...found, shards }));
    expect(await rejection(reopened(path).verify())).toMatch(
      /^format: .*data\.vtr is damaged, shards g = "key 2": its rows are not those of its manifest/,
    );
  });
});

describe('replacing', () => {
  it('is done when the new shards are whole, and takes the old away', async () => {
    const old = reopened(path);
    await shardsOf(query, path, { by: 'v', method: 'quantile', n: 2 });
    expect(readdirSync(path).sort()).toEqual(['data-1.vtr', 'shards.json']);
    expect(reopened(path).method).toBe('quantile');
    expect(await rejection(old.query().collect())).toMatch(/^(io|changed): /);
    await shardsOf(query, path, { by: 'g' });
    expect(readdirSync(path).sort()).toEqual(['data.vtr', 'shards.json']);
  });

  it('leaves the old shards whole whatever fails', async () => {
    let count = 0;
    // A lock or draft that cannot be taken away stays its writer's, which lives on here.
    const counts = (operation: string, name: string): boolean =>
      operation !== 'remove' || !/\.(lock|tmp)$/.test(name);
    injectFileFault((operation, name) => {
      if (counts(operation, name)) count += 1;
    });
    await shardsOf(query, path, { by: 'g' });
    const operations = count;
    expect(operations).toBeGreaterThan(20);
    for (let k = 1; k <= operations; k++) {
      let left = k;
      injectFileFault((operation, name) => {
        if (!counts(operation, name)) return;
        left -= 1;
        if (left === 0) throw Object.assign(new Error('full'), { code: 'ENOSPC' });
      });
      const outcome = await rejection(shardsOf(query, path, { by: 'g' }));
      injectFileFault(undefined);
      const { manifest: found } = openShardFolder(path);
      expect(found.rows, `operation ${k}: ${outcome}`).toBe(rows.length);
    }
    await shardsOf(query, path, { by: 'g' });
    expect(readdirSync(path).filter((name) => name !== 'shards.json')).toHaveLength(1);
  });

  it('sweeps an interrupted offload', async () => {
    rmSync(manifest());
    await shardsOf(query, path, { by: 'g' });
    expect(readdirSync(path).sort()).toEqual(['data.vtr', 'shards.json']);
    expect(reopened(path).length).toBe(4);
  });

  it('refuses folders with other files, and one that is being written', async () => {
    writeFileSync(join(path, 'notes.txt'), 'mine');
    expect(await rejection(shardsOf(query, path, { by: 'g' }))).toMatch(/^argument: .*notes\.txt/);
    rmSync(join(path, 'notes.txt'));
    const lock = { pid: process.pid, start: '', host: (await import('node:os')).hostname() };
    writeFileSync(`${manifest()}.lock`, JSON.stringify(lock));
    expect(await rejection(shardsOf(query, path, { by: 'g' }))).toMatch(/^locked: /);
  });

  it('leaves no folder where there was none', async () => {
    const fresh = join(root, `fresh-${made++}`);
    injectFileFault((operation, name) => {
      if (operation === 'rename' && name.endsWith('shards.json')) throw new Error('no');
    });
    expect(await rejection(shardsOf(query, fresh, { by: 'g' }))).toMatch(/^io: /);
    expect(readdirSync(root)).not.toContain(`fresh-${made - 1}`);
  });
});
