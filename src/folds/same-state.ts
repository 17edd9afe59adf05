/** Whether two accumulators are the same, number by number within a tolerance; and accumulators as text. */

/** Of the numbers that were added up: what rounding may leave where they cancel, in units of the tolerance. */
const roundingShare = 1e-5;

/**
 * True if two accumulators agree; Maps, Sets and objects whatever their order.
 *
 * @param tolerance numbers may differ by this share of the greater one
 * @param parts accumulators that went into these: differences far below the numbers there, at the same place, are rounding
 */
export function sameState(
  a: unknown,
  b: unknown,
  tolerance: number,
  parts: readonly unknown[] = [],
): boolean {
  return same(a, b, tolerance, parts, new Map());
}

function same(
  a: unknown,
  b: unknown,
  tolerance: number,
  parts: readonly unknown[],
  seen: Map<object, unknown>,
): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a === 'number' && typeof b === 'number') return near(a, b, tolerance, parts);
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  // A structure that contains itself: the pair is being compared already.
  if (seen.get(a) === b) return true;
  seen.set(a, b);
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
  const left = contentOf(a);
  const right = contentOf(b);
  if (left.entries.length !== right.entries.length) return false;
  const others = parts.map((part) =>
    typeof part === 'object' && part !== null
      ? new Map(contentOf(part).entries)
      : new Map<unknown, unknown>(),
  );
  const partsAt = (key: unknown): unknown[] => others.map((other) => other.get(key));
  if (left.ordered)
    return left.entries.every(([key, value], i) => {
      const [otherKey, other] = right.entries[i]!;
      return same(key, otherKey, 0, [], seen) && same(value, other, tolerance, partsAt(key), seen);
    });
  const found = new Map(right.entries);
  return left.entries.every(
    ([key, value]) => found.has(key) && same(value, found.get(key), tolerance, partsAt(key), seen),
  );
}

function near(a: number, b: number, tolerance: number, parts: readonly unknown[]): boolean {
  if (a === b) return true;
  if (!Number.isFinite(a) || !Number.isFinite(b)) return false;
  const added = Math.max(0, ...parts.map((part) => (Number.isFinite(part) ? Math.abs(part as number) : 0)));
  return Math.abs(a - b) <= tolerance * Math.max(Math.abs(a), Math.abs(b), roundingShare * added);
}

interface Content {
  /** Keys and values; of lists, their places. */
  readonly entries: readonly (readonly [unknown, unknown])[];
  readonly ordered: boolean;
}

/** What an object consists of. */
function contentOf(value: object): Content {
  if (value instanceof Date) return { entries: [['time', value.getTime()]], ordered: true };
  if (value instanceof ArrayBuffer) return contentOf(new Uint8Array(value));
  if (value instanceof DataView)
    return contentOf(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
  if (ArrayBuffer.isView(value))
    return { entries: [...(value as unknown as Iterable<unknown>)].map((v, i) => [i, v]), ordered: true };
  if (Array.isArray(value)) return { entries: value.map((v: unknown, i) => [i, v]), ordered: true };
  if (value instanceof Map) return keyed([...value]);
  if (value instanceof Set) return keyed([...value].map((v: unknown) => [v, true]));
  return { entries: Object.entries(value), ordered: false };
}

/** Entries found by their keys, unless keys are objects, which are found by their place. */
function keyed(entries: readonly (readonly [unknown, unknown])[]): Content {
  return { entries, ordered: entries.some(([key]) => typeof key === 'object' && key !== null) };
}

/** True if nothing in an accumulator can be seen from outside: an object of a class that shows no fields. */
export function isOpaque(value: unknown): boolean {
  if (typeof value === 'function') return true;
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  const plain = prototype === Object.prototype || prototype === null;
  const builtIn =
    value instanceof Date ||
    value instanceof ArrayBuffer ||
    ArrayBuffer.isView(value) ||
    Array.isArray(value) ||
    value instanceof Map ||
    value instanceof Set;
  return !plain && !builtIn && Object.keys(value).length === 0;
}

/** An accumulator as text, the same for the same content. */
export function stateText(value: unknown, seen = new Set<object>()): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (Object.is(value, -0)) return '-0';
  if (typeof value !== 'object' || value === null) return String(value);
  if (seen.has(value)) return '…';
  seen.add(value);
  const inner = (part: unknown): string => stateText(part, seen);
  const { entries } = contentOf(value);
  const name = (value.constructor as { readonly name?: string } | undefined)?.name ?? '';
  if (value instanceof Date) return value.toJSON() ?? 'Invalid Date';
  const list = Array.isArray(value) || ArrayBuffer.isView(value);
  const text = list
    ? `[${entries.map(([, v]) => inner(v)).join(', ')}]`
    : value instanceof Set
      ? `{${entries.map(([v]) => inner(v)).join(', ')}}`
      : `{ ${entries.map(([k, v]) => `${typeof k === 'string' ? k : inner(k)}: ${inner(v)}`).join(', ')} }`;
  seen.delete(value);
  return name === '' || name === 'Object' || name === 'Array' ? text : `${name} ${text}`;
}
