/** Reads the wire form of a query back, independently of the code that writes it: types and kinds stay numbers. */
import { ByteReader } from './byte-reader.js';

export interface DecodedConstant {
  readonly type: number;
  readonly value: null | boolean | bigint | number | string;
}

interface DecodedAnnoyJoin {
  readonly handle: number;
  readonly coordinates: number;
  readonly k: number;
  readonly searchK: bigint;
  readonly skipMissing: boolean;
  readonly excludeSelf: boolean;
  readonly querySeconds: number;
}

export interface DecodedPipeline {
  readonly source: {
    readonly kind: number;
    readonly index: number;
    readonly columns: readonly number[];
    readonly predicates: readonly {
      column: number;
      compare: number;
      constants: readonly DecodedConstant[];
    }[];
    readonly firstRow: bigint;
    readonly endRow: bigint;
    readonly joins: readonly {
      reference: number;
      program: DecodedPipeline['program'];
      columns: readonly number[];
      annoy: DecodedAnnoyJoin | null;
    }[];
  };
  readonly program: {
    readonly inputs: readonly number[];
    readonly constants: readonly DecodedConstant[];
    readonly instructions: readonly {
      operation: string;
      result: number;
      args: readonly number[];
      params: readonly bigint[];
      label: string;
    }[];
    readonly outputs: readonly number[];
  };
  readonly sink: {
    readonly kind: number;
    readonly limit: bigint;
    readonly offset: bigint;
    readonly keyCount: number;
    readonly aggregates: readonly {
      name: string;
      args: readonly number[];
      params: readonly number[];
      distinct: boolean;
      result: number;
    }[];
    readonly orderBlind: boolean;
    readonly sortKeys: readonly { column: number; descending: boolean; nullsFirst: boolean }[];
    readonly groupColumns: number;
    readonly groupLimit: bigint;
    readonly handle: number;
    readonly folds: readonly {
      name: string;
      args: readonly number[];
      params: readonly number[];
      initial: Uint8Array;
    }[];
    readonly shards: { method: number; buckets: number; bounds: readonly DecodedConstant[] };
    readonly neighbors: {
      coordinates: number;
      keys: number;
      matchNulls: boolean;
      metric: number;
      p: number;
      k: number;
      radius: number;
      skipMissing: boolean;
      excludeSelf: boolean;
      method: string;
      expectedQueries: bigint;
    };
  };
}

const BOOL = 0;
const FLOAT32 = 9;
const FLOAT64 = 10;
const UTF8 = 11;

export function decodeDescription(bytes: Uint8Array): DecodedPipeline[] {
  const input = new ByteReader(bytes);
  const magic = input.u32();
  if (magic !== 0x50575331) throw new Error(`wrong magic ${magic.toString(16)}`);
  const pipelines = input.list(() => ({ source: source(input), program: program(input), sink: sink(input) }));
  if (input.left !== 0) throw new Error(`${input.left} bytes too many`);
  return pipelines;
}

function source(input: ByteReader): DecodedPipeline['source'] {
  return {
    kind: input.u8(),
    index: input.u32(),
    columns: input.list(() => input.u32()),
    predicates: input.list(() => ({
      column: input.u32(),
      compare: input.u8(),
      constants: input.list(() => constant(input)),
    })),
    firstRow: input.i64(),
    endRow: input.i64(),
    joins: input.list(() => ({
      reference: input.u32(),
      program: program(input),
      columns: input.list(() => input.u32()),
      annoy: input.bool() ? annoyJoin(input) : null,
    })),
  };
}

function annoyJoin(input: ByteReader): DecodedAnnoyJoin {
  return {
    handle: input.u32(),
    coordinates: input.u32(),
    k: input.u32(),
    searchK: input.i64(),
    skipMissing: input.bool(),
    excludeSelf: input.bool(),
    querySeconds: input.f64(),
  };
}

function constant(input: ByteReader): DecodedConstant {
  const type = input.u8();
  if (input.bool()) return { type, value: null };
  if (type === BOOL) return { type, value: input.bool() };
  if (type === UTF8) return { type, value: input.text() };
  return { type, value: type === FLOAT32 || type === FLOAT64 ? input.f64() : input.i64() };
}

function program(input: ByteReader): DecodedPipeline['program'] {
  return {
    inputs: input.list(() => input.u8()),
    constants: input.list(() => constant(input)),
    instructions: input.list(() => ({
      operation: input.text(),
      result: input.u8(),
      args: input.list(() => input.u32()),
      params: input.list(() => input.i64()),
      label: input.text(),
    })),
    outputs: input.list(() => input.u32()),
  };
}

function sink(input: ByteReader): DecodedPipeline['sink'] {
  return {
    kind: input.u8(),
    limit: input.i64(),
    offset: input.i64(),
    keyCount: input.u32(),
    aggregates: input.list(() => ({
      name: input.text(),
      args: input.list(() => input.u32()),
      params: input.list(() => input.f64()),
      distinct: input.bool(),
      result: input.u8(),
    })),
    orderBlind: input.bool(),
    sortKeys: input.list(() => ({ column: input.u32(), descending: input.bool(), nullsFirst: input.bool() })),
    groupColumns: input.u32(),
    groupLimit: input.i64(),
    handle: input.u32(),
    folds: input.list(() => ({
      name: input.text(),
      args: input.list(() => input.u32()),
      params: input.list(() => input.f64()),
      initial: input.bytes(),
    })),
    shards: {
      method: input.u8(),
      buckets: input.u32(),
      bounds: input.list(() => constant(input)),
    },
    neighbors: {
      coordinates: input.u32(),
      keys: input.u32(),
      matchNulls: input.bool(),
      metric: input.u8(),
      p: input.f64(),
      k: input.u32(),
      radius: input.f64(),
      skipMissing: input.bool(),
      excludeSelf: input.bool(),
      method: input.text(),
      expectedQueries: input.i64(),
    },
  };
}
