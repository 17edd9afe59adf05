/** The format's numbers, which TypeScript and C++ each know: they must know the same. */
import { expect, test } from 'vitest';
import { typeIds } from '../../../src/data/types.js';
import { vtrConstants } from '../../../src/native/vtr.js';
import * as layout from '../../../src/storage/vtr/layout.js';

test('both sides know the same numbers', () => {
  expect({ ...vtrConstants() }).toEqual({
    headerBytes: layout.headerBytes,
    vectorRows: layout.vectorRows,
    pageRows: layout.pageRows,
    groupRows: layout.groupRows,
    maxColumns: layout.maxColumns,
    footerKind: layout.blockKinds.footer,
    slotKind: layout.blockKinds.slot,
    headerKind: layout.blockKinds.header,
    typeCount: Object.keys(typeIds).length,
  });
});

test('a slot reads back, and any changed byte empties it', () => {
  const id = new Uint8Array(16).fill(7);
  const header = layout.encodeHeader(id);
  const slot = { sequence: 3, footerOffset: 4096, footerBytes: 99, footerChecksum: 2n ** 63n, rows: 12 };
  header.set(layout.encodeSlot(1, slot, id), layout.slotOffsets[1]);
  expect(layout.decodeSlot(1, header, id)).toEqual(slot);
  expect(layout.decodeSlot(0, header, id)).toBeUndefined();
  for (let i = 0; i < layout.slotBytes; i += 1) {
    const bad = header.slice();
    bad[layout.slotOffsets[1] + i]! ^= 1;
    expect(layout.decodeSlot(1, bad, id)).toBeUndefined();
  }
});
