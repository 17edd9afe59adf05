/** The data types of columns: a small tagged union, their names, and what groups of them have in common. */

export type TimeUnit = 's' | 'ms' | 'us' | 'ns';

export type DataType =
  | { readonly kind: 'bool' }
  | { readonly kind: 'int8' }
  | { readonly kind: 'int16' }
  | { readonly kind: 'int32' }
  | { readonly kind: 'int64' }
  | { readonly kind: 'uint8' }
  | { readonly kind: 'uint16' }
  | { readonly kind: 'uint32' }
  | { readonly kind: 'uint64' }
  | { readonly kind: 'float32' }
  | { readonly kind: 'float64' }
  | { readonly kind: 'utf8' }
  /** Days since 1970-01-01, without a time of day. */
  | { readonly kind: 'date' }
  /** Ticks of `unit` since 1970-01-01T00:00Z; `zone` is kept and shown, the ticks are always UTC. */
  | { readonly kind: 'timestamp'; readonly unit: TimeUnit; readonly zone?: string };

export type TypeKind = DataType['kind'];

/** Numbers of the types where they meet the native side and files: append only, never renumber. */
export const typeIds = {
  bool: 0,
  int8: 1,
  int16: 2,
  int32: 3,
  int64: 4,
  uint8: 5,
  uint16: 6,
  uint32: 7,
  uint64: 8,
  float32: 9,
  float64: 10,
  utf8: 11,
  date: 12,
  timestamp: 13,
} as const satisfies Record<TypeKind, number>;

export const bool: DataType = Object.freeze({ kind: 'bool' });
export const int8: DataType = Object.freeze({ kind: 'int8' });
export const int16: DataType = Object.freeze({ kind: 'int16' });
export const int32: DataType = Object.freeze({ kind: 'int32' });
export const int64: DataType = Object.freeze({ kind: 'int64' });
export const uint8: DataType = Object.freeze({ kind: 'uint8' });
export const uint16: DataType = Object.freeze({ kind: 'uint16' });
export const uint32: DataType = Object.freeze({ kind: 'uint32' });
export const uint64: DataType = Object.freeze({ kind: 'uint64' });
export const float32: DataType = Object.freeze({ kind: 'float32' });
export const float64: DataType = Object.freeze({ kind: 'float64' });
export const utf8: DataType = Object.freeze({ kind: 'utf8' });
export const date: DataType = Object.freeze({ kind: 'date' });

/** Every type that has no parts: all but timestamps. */
export const plainTypes: readonly DataType[] = Object.freeze([
  ...[bool, int8, int16, int32, int64, uint8, uint16, uint32, uint64],
  ...[float32, float64, utf8, date],
]);

/** A timestamp type; `zone` is an IANA name or offset kept as it is. */
export function timestamp(unit: TimeUnit, zone?: string): DataType {
  return Object.freeze(zone === undefined ? { kind: 'timestamp', unit } : { kind: 'timestamp', unit, zone });
}

/** `int32`, `timestamp(ms)`, `timestamp(us, Europe/Vienna)`: how a type is shown. */
export function typeName(type: DataType): string {
  if (type.kind !== 'timestamp') return type.kind;
  return type.zone === undefined ? `timestamp(${type.unit})` : `timestamp(${type.unit}, ${type.zone})`;
}

export function sameType(a: DataType, b: DataType): boolean {
  if (a.kind === 'timestamp' && b.kind === 'timestamp') return a.unit === b.unit && a.zone === b.zone;
  return a.kind === b.kind;
}

export function isSigned(type: DataType): boolean {
  return type.kind === 'int8' || type.kind === 'int16' || type.kind === 'int32' || type.kind === 'int64';
}

export function isUnsigned(type: DataType): boolean {
  return type.kind === 'uint8' || type.kind === 'uint16' || type.kind === 'uint32' || type.kind === 'uint64';
}

export function isInteger(type: DataType): boolean {
  return isSigned(type) || isUnsigned(type);
}

export function isFloat(type: DataType): boolean {
  return type.kind === 'float32' || type.kind === 'float64';
}

export function isNumeric(type: DataType): boolean {
  return isInteger(type) || isFloat(type);
}

export function isTemporal(type: DataType): boolean {
  return type.kind === 'date' || type.kind === 'timestamp';
}
