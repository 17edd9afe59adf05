/** Damaged, truncated, foreign and hostile files: always an error of code `format`, never wrong rows. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { EngineError } from '../../../src/base/engine-error.js';
import { vtrChecksum } from '../../../src/native/vtr.js';
import { encodeSlot, slotOffsets } from '../../../src/storage/vtr/layout.js';
import { verify } from '../../../src/storage/vtr/verify.js';
import { openVtr } from '../../../src/storage/vtr/vtr-source.js';
import { readStateOf } from '../../../src/storage/vtr/vtr-state.js';
import { everyType, readRows, rowOfEveryType, scratchFolder, writeRows } from './vtr-files.js';

const folder = scratchFolder();
const path = join(folder, 'good.vtr');
const bad = join(folder, 'bad.vtr');
let good: Buffer;
let expected: object[];

beforeAll(async () => {
  await writeRows(
    path,
    Array.from({ length: 120 }, (_, i) => rowOfEveryType(i)),
    {
      schema: everyType,
      id: new Uint8Array(16).fill(9),
    },
  );
  good = readFileSync(path);
  expected = await readRows(path);
});

/** 'same' rows, other rows ('silent'), or the error's code. */
async function outcome(bytes: Uint8Array): Promise<string> {
  writeFileSync(bad, bytes);
  try {
    const rows = await readRows(bad);
    return JSON.stringify(rows, show) === JSON.stringify(expected, show) ? 'same' : 'silent';
  } catch (error) {
    return error instanceof EngineError ? error.code : String(error);
  }
}

const show = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);

test('every truncation is noticed', async () => {
  const outcomes = new Set<string>();
  for (let size = 0; size < good.length; size += size < 4200 ? 97 : 61) {
    outcomes.add(await outcome(good.subarray(0, size)));
  }
  expect([...outcomes]).toEqual(['format']);
});

test('no changed byte gives other rows', async () => {
  const counts = new Map<string, number>();
  for (let at = 0; at < good.length; at += at < 1100 ? 3 : at < 4096 ? 500 : 11) {
    const bytes = Uint8Array.from(good);
    bytes[at]! ^= 1 << (at % 8);
    const result = await outcome(bytes);
    counts.set(result, (counts.get(result) ?? 0) + 1);
  }
  // Bytes that belong to nobody (the empty slot, padding) may change without harm.
  expect([...counts.keys()].sort()).toEqual(['format', 'same']);
  expect(counts.get('format')).toBeGreaterThan(300);
});

test('blocks in each other’s place are noticed', async () => {
  const from = readStateOf(path).segments[0]!.offset - 4096;
  const bytes = Uint8Array.from(good);
  bytes.copyWithin(4096, 4096 + Math.floor(from / 2 / 8) * 8, 4096 + from);
  expect(await outcome(bytes)).toBe('format');
});

describe('files that are something else', () => {
  test('empty, text, another format, a folder, missing', async () => {
    expect(await outcome(new Uint8Array(0))).toBe('format');
    expect(await outcome(new TextEncoder().encode('day,time,delay\n1,2,3\n'))).toBe('format');
    expect(await outcome(new TextEncoder().encode(`PAR1${'x'.repeat(9000)}PAR1`))).toBe('format');
    expect(await outcome(new Uint8Array(10_000))).toBe('format');
    mkdirSync(join(folder, 'folder.vtr'));
    expect(() => openVtr(join(folder, 'folder.vtr'))).toThrow(/not a regular file|it is a folder/);
    expect(() => openVtr(join(folder, 'missing.vtr'))).toThrow(/does not exist/);
  });

  test('a later version is named', () => {
    const bytes = Uint8Array.from(good);
    const view = new DataView(bytes.buffer);
    view.setUint32(8, 2, true);
    const checksum = vtrChecksum(bytes.subarray(0, 56), bytes.slice(16, 32), { kind: 7 });
    view.setBigUint64(56, checksum, true);
    writeFileSync(bad, bytes);
    expect(() => openVtr(bad)).toThrow(/format version 2\.0, this release reads 1\.0/);
  });
});

describe('footers that lie, with checksums that fit', () => {
  const id = new Uint8Array(16).fill(9);

  /** Changes the footer's bytes and signs footer and slot again. */
  function withFooter(change: (view: DataView, bytes: Uint8Array) => void, length?: number): Uint8Array {
    const state = readStateOf(path);
    const bytes = Uint8Array.from(good);
    const view = new DataView(bytes.buffer);
    const offset = Number(view.getBigUint64(slotOffsets[0] + 8, true));
    const footer = bytes.subarray(offset, state.end);
    change(new DataView(bytes.buffer, offset, footer.length), footer);
    const slot = {
      sequence: 1,
      footerOffset: offset,
      footerBytes: length ?? footer.length,
      footerChecksum: vtrChecksum(footer, id, { kind: 5, group: 1 }),
      rows: state.rows,
    };
    bytes.set(encodeSlot(0, slot, id), slotOffsets[0]);
    return bytes;
  }

  const lies: readonly [string, (view: DataView, bytes: Uint8Array) => void][] = [
    ['huge count of columns', (view) => view.setUint32(4, 0xffffffff, true)],
    ['huge count of segments', (view) => view.setUint32(16, 0xffffffff, true)],
    ['huge count of rows', (view) => view.setBigUint64(8, 2n ** 60n, true)],
    ['other count of rows', (view) => view.setBigUint64(8, 121n, true)],
    ['segment outside the file', (view) => view.setBigUint64(24, 2n ** 50n, true)],
    ['segment over the header', (view) => view.setBigUint64(24, 8n, true)],
    ['segment that is too large', (view) => view.setBigUint64(32, 2n ** 62n, true)],
    ['segment of many row groups', (view) => view.setUint32(56, 0xfffffff0, true)],
    ['unknown type', (_, bytes) => (bytes[64 + 2 + 4] = 200)],
    ['another type', (_, bytes) => (bytes[64 + 2 + 4] = 10)],
    ['name beyond the end', (view) => view.setUint16(64, 65_535, true)],
    ['no magic', (view) => view.setUint32(0, 1, true)],
  ];

  for (const [name, lie] of lies) {
    test(name, async () => {
      expect(await outcome(withFooter(lie))).toBe('format');
    });
  }

  test('a footer of many bytes is refused unread', async () => {
    expect(await outcome(withFooter(() => undefined, 2 ** 40))).toBe('format');
  });
});

test('verify finds what a query of other columns would not read', async () => {
  const bytes = Uint8Array.from(good);
  bytes[4096 + 20]! ^= 4;
  writeFileSync(bad, bytes);
  await expect(verify(bad)).rejects.toMatchObject({ code: 'format', detail: { path: bad } });
  expect((await verify(path)).columns).toBe(14);
});
