/** Rows that fits are made of in these tests, and everything that a fit says. */
import { tbl } from 'spillway';
import type { LinearModel } from 'spillway';

/** Everything that a fit says, for comparing two to the bit. */
export function everything(fit: LinearModel): unknown {
  return JSON.parse(
    JSON.stringify(fit, (_, value: unknown) => (typeof value === 'number' ? String(value) : value)),
  );
}

/** Rows of whole numbers and quarters, the same everywhere. */
export const sample = Array.from({ length: 5000 }, (_, i) => {
  const a = ((i * 7919) % 1000) / 4;
  const b = ((i * 104_729) % 997) - 500;
  return {
    a,
    b,
    group: i % 3,
    late: i % 5 === 0,
    y: 3 + 0.5 * a - 2 * b + ((i * 31) % 17),
    w: [1, 4, 9, 0.25][i % 4]!,
  };
});
export const samples = tbl(sample);
