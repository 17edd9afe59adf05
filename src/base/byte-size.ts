/** Sizes in bytes as people write and read them. */
import { EngineError } from './engine-error.js';

/** A number of bytes, or text such as `'64MB'` (1 MB is 1024 × 1024 bytes; `MiB` means the same). */
export type ByteSize = number | string;

const UNITS: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['b', 1],
  ['k', 2 ** 10],
  ['kb', 2 ** 10],
  ['kib', 2 ** 10],
  ['m', 2 ** 20],
  ['mb', 2 ** 20],
  ['mib', 2 ** 20],
  ['g', 2 ** 30],
  ['gb', 2 ** 30],
  ['gib', 2 ** 30],
  ['t', 2 ** 40],
  ['tb', 2 ** 40],
  ['tib', 2 ** 40],
]);

/**
 * Bytes that an option means.
 *
 * @param name the option, for the message
 * @throws EngineError `argument` for anything but a positive size below 2 ** 53
 * @example parseByteSize('memory', '1.5 GB') // => 1610612736
 */
export function parseByteSize(name: string, size: unknown): number {
  const match = typeof size === 'string' ? /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(size) : null;
  const unit = UNITS.get(match?.[2]?.toLowerCase() ?? '');
  const bytes =
    typeof size === 'number' ? size : Math.round(Number(match?.[1] ?? Number.NaN) * (unit ?? Number.NaN));
  if (Number.isSafeInteger(bytes) && bytes > 0) return bytes;
  const found = typeof size === 'string' ? JSON.stringify(size) : String(size);
  throw new EngineError('argument', `${name} must be bytes or text like '64MB', not ${found}`, {
    detail: { option: name },
  });
}

/**
 * A size for people, three significant digits.
 *
 * @example formatBytes(1610612736) // => '1.5 GB'
 */
export function formatBytes(bytes: number): string {
  const names = ['B', 'KB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let at = 0;
  while (Math.abs(value) >= 1023.5 && at < names.length - 1) {
    value /= 1024;
    at += 1;
  }
  return `${at === 0 ? String(Math.round(value)) : String(Number(value.toPrecision(3)))} ${names[at]!}`;
}
