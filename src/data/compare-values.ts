/** The engine's order of values of one type: NaN the greatest number, −0 equal to 0, text by UTF-8 bytes, nulls last. */

/** A value as the engine holds it: days for a date, ticks for a timestamp, integers as number while safe, bigint beyond. */
export type PhysicalValue = null | boolean | number | bigint | string;

/** Negative, zero or positive, as sorting functions want it. Both values are of one type. */
export function compareValues(a: PhysicalValue, b: PhysicalValue): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  if (typeof a === 'string' && typeof b === 'string') return compareTexts(a, b);
  const [leftNaN, rightNaN] = [Number.isNaN(a), Number.isNaN(b)];
  if (leftNaN || rightNaN) return Number(leftNaN) - Number(rightNaN);
  // A number and a bigint compare by value.
  return a < b ? -1 : a > b ? 1 : 0;
}

/** By UTF-8 bytes, which is by code points; UTF-16 puts surrogates before U+E000 … U+FFFF. */
function compareTexts(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const left = a.charCodeAt(i);
    const right = b.charCodeAt(i);
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

function rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}
