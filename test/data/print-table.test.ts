/** How tables print: alignment, elision, widths. */
import { describe, expect, it } from 'vitest';

import { importRows } from '../../src/data/import-rows.js';
import type { Table } from '../../src/data/table.js';

function tableOf(rows: readonly object[]): Table {
  const [table] = [...importRows(rows).batches()];
  if (table === undefined) throw new Error('no rows');
  return table;
}

describe('printTable', () => {
  it('aligns numbers, names types and shows nulls', () => {
    const text = tableOf([
      { origin: 'SFO', delay: 12.3456789, n: 1200n, ok: true, at: new Date('2024-02-29T12:30:00Z') },
      { origin: null, delay: -3, n: 7n, ok: false, at: new Date('2024-03-01T00:00:00.5Z') },
    ]).toString({ width: 100 });
    expect(text).toMatchInlineSnapshot(`
      "origin    delay      n  ok     at
      utf8    float64  int64  bool   timestamp(ms)
      ──────────────────────────────────────────────────────
      SFO     12.3457   1200  true   2024-02-29 12:30
      null    -3.0000      7  false  2024-03-01 00:00:00.500
      2 rows × 5 columns"
    `);
  });

  it('cuts long tables in the middle', () => {
    const text = tableOf(Array.from({ length: 100 }, (_, i) => ({ i }))).toString({ width: 80, maxRows: 4 });
    expect(text).toContain('⋮');
    expect(text).toContain('100 rows × 1 column · 96 rows not shown');
  });

  it('names the columns that do not fit', () => {
    const row = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`column_${String(i)}`, i]));
    const lines = tableOf([row]).toString({ width: 40 }).split('\n');
    expect(lines.every((line, i) => i === lines.length - 1 || line.length <= 40)).toBe(true);
    expect(lines.at(-1)).toContain('not shown: column_4');
  });

  it('keeps wide characters and control characters in their cells', () => {
    const lines = tableOf([
      { t: '日本', x: 'a' },
      { t: 'a\nb', x: 'b' },
    ])
      .toString({ width: 60 })
      .split('\n');
    expect(lines[3]).toBe('日本  a');
    expect(lines[4]).toBe('a\\nb  b');
  });
});
