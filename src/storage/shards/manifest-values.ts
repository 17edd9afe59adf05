/** Key values and types as JSON: 64-bit integers and ticks as decimal text, NaN and infinities by name; back with every check. */
import type { PhysicalValue } from '../../data/compare-values.js';
import type { Field } from '../../data/schema.js';
import type { DataType, TimeUnit } from '../../data/types.js';
import { isFloat, timestamp, typeIds } from '../../data/types.js';
import { isPlainKind } from './plain-kind.js';

export type JsonValue = null | boolean | number | string;

const units: readonly TimeUnit[] = ['s', 'ms', 'us', 'ns'];
const oddFloats: ReadonlyMap<string, number> = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
]);

/** What is wrong with a manifest, in words; whoever reads it adds where. */
export class MalformedManifest extends Error {}

export function valueToJson(value: PhysicalValue): JsonValue {
  if (typeof value === 'bigint') return String(value);
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}

/** @throws MalformedManifest for what is no value of the type */
export function valueFromJson(json: unknown, type: DataType): PhysicalValue {
  if (json === null) return null;
  const value = readValue(json, type);
  if (value !== undefined) return value;
  throw new MalformedManifest(`a key ${JSON.stringify(json)} that is no ${type.kind}`);
}

function readValue(json: unknown, type: DataType): PhysicalValue | undefined {
  if (type.kind === 'utf8') return typeof json === 'string' ? json : undefined;
  if (type.kind === 'bool') return typeof json === 'boolean' ? json : undefined;
  if (isFloat(type)) {
    if (typeof json === 'number') return type.kind === 'float64' ? json : asFloat32(json);
    return typeof json === 'string' ? oddFloats.get(json) : undefined;
  }
  const whole = wholeOf(json);
  if (whole === undefined || !fits(whole, type)) return undefined;
  if (type.kind === 'timestamp') return whole;
  return BigInt(Number(whole)) === whole && Number.isSafeInteger(Number(whole)) ? Number(whole) : whole;
}

function asFloat32(json: number): number | undefined {
  return Math.fround(json) === json ? json : undefined;
}

function wholeOf(json: unknown): bigint | undefined {
  if (typeof json === 'number') return Number.isSafeInteger(json) ? BigInt(json) : undefined;
  return typeof json === 'string' && /^-?\d{1,20}$/.test(json) ? BigInt(json) : undefined;
}

function fits(value: bigint, { kind }: DataType): boolean {
  if (kind === 'date') return BigInt.asIntN(32, value) === value;
  if (kind === 'timestamp') return BigInt.asIntN(64, value) === value;
  const bits = Number(/\d+$/.exec(kind)?.[0] ?? 0);
  return (kind.startsWith('u') ? BigInt.asUintN(bits, value) : BigInt.asIntN(bits, value)) === value;
}

/** A column of the schema: `["origin", "utf8", true]`, `["seen", "timestamp", false, "us", "Europe/Vienna"]`. */
export function fieldToJson({ name, type, nullable }: Field): readonly JsonValue[] {
  if (type.kind !== 'timestamp') return [name, type.kind, nullable];
  return [name, type.kind, nullable, type.unit, ...(type.zone === undefined ? [] : [type.zone])];
}

/** @throws MalformedManifest */
export function fieldFromJson(json: unknown): Field {
  const [name, kind, nullable, unit, zone] = Array.isArray(json) ? (json as readonly unknown[]) : [];
  if (typeof name !== 'string' || typeof kind !== 'string' || typeof nullable !== 'boolean')
    throw new MalformedManifest('a column that is not [name, type, nullable]');
  const type = typeFromJson(kind, unit, zone);
  if (type === undefined) throw new MalformedManifest(`a column of the unknown type ${JSON.stringify(kind)}`);
  return { name, type, nullable };
}

function typeFromJson(kind: string, unit: unknown, zone: unknown): DataType | undefined {
  if (!Object.hasOwn(typeIds, kind)) return undefined;
  if (isPlainKind(kind)) return Object.freeze({ kind });
  const known = units.find((candidate) => candidate === unit);
  if (known === undefined || (zone !== undefined && typeof zone !== 'string')) return undefined;
  return timestamp(known, zone);
}
