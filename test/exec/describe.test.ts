/** The wire form of a query, read back by an independent decoder. */
import { describe as group, expect, test } from 'vitest';
import type { LiteralValue } from '../../src/data/literal.js';
import type { DataType } from '../../src/data/types.js';
import { bool, date, float32, float64, int32, int64, timestamp, uint64, utf8 } from '../../src/data/types.js';
import { describe } from '../../src/exec/describe.js';
import { sinkOf } from '../../src/exec/description.js';
import type { PipelineDescription } from '../../src/exec/description.js';
import { decodeDescription } from './decode-description.js';

const identity: PipelineDescription = {
  source: { kind: 'scan', index: 0, columns: [0], predicates: [] },
  program: { inputs: [int32], constants: [], instructions: [], outputs: [0] },
  sink: sinkOf('collect'),
};

function roundTrip(pipeline: Partial<PipelineDescription>): ReturnType<typeof decodeDescription>[number] {
  return decodeDescription(describe({ pipelines: [{ ...identity, ...pipeline }] }))[0]!;
}

test('every part of a pipeline arrives where it belongs', () => {
  const decoded = roundTrip({
    source: {
      kind: 'pipeline',
      index: 7,
      columns: [2, 0],
      predicates: [{ column: 1, compare: 'startsWith', constants: [{ type: utf8, value: 'Zürich' }] }],
      rows: { first: 3, end: 2 ** 40 },
      joins: [
        { reference: 5, program: identity.program, columns: [3, 1] },
        {
          reference: undefined,
          program: identity.program,
          columns: [],
          annoy: {
            handle: 2,
            coordinates: 3,
            k: 4,
            searchK: 2 ** 40,
            skipMissing: true,
            excludeSelf: false,
            querySeconds: 0.25,
          },
        },
      ],
    },
    program: {
      inputs: [utf8, float64],
      constants: [{ type: float64, value: -0.5 }],
      instructions: [
        { operation: 'mul', result: float64, args: [1, 2], params: [], label: 'x * -0.5' },
        { operation: 'round', result: float64, args: [3], params: [-2], label: 'round(x)' },
      ],
      outputs: [4, 0],
    },
    sink: sinkOf('aggregate', {
      keyCount: 1,
      aggregates: [{ name: 'quantile', args: [1], params: [0.95], distinct: true, result: float64 }],
      orderBlind: true,
    }),
  });
  expect(decoded).toEqual({
    source: {
      kind: 1,
      index: 7,
      columns: [2, 0],
      predicates: [{ column: 1, compare: 9, constants: [{ type: 11, value: 'Zürich' }] }],
      firstRow: 3n,
      endRow: 2n ** 40n,
      joins: [
        {
          reference: 5,
          program: { inputs: [3], constants: [], instructions: [], outputs: [0] },
          columns: [3, 1],
          annoy: null,
        },
        {
          reference: 0xffff_ffff,
          program: { inputs: [3], constants: [], instructions: [], outputs: [0] },
          columns: [],
          annoy: {
            handle: 2,
            coordinates: 3,
            k: 4,
            searchK: 2n ** 40n,
            skipMissing: true,
            excludeSelf: false,
            querySeconds: 0.25,
          },
        },
      ],
    },
    program: {
      inputs: [11, 10],
      constants: [{ type: 10, value: -0.5 }],
      instructions: [
        { operation: 'mul', result: 10, args: [1, 2], params: [], label: 'x * -0.5' },
        { operation: 'round', result: 10, args: [3], params: [-2n], label: 'round(x)' },
      ],
      outputs: [4, 0],
    },
    sink: {
      kind: 2,
      limit: -1n,
      offset: 0n,
      keyCount: 1,
      aggregates: [{ name: 'quantile', args: [1], params: [0.95], distinct: true, result: 10 }],
      orderBlind: true,
      sortKeys: [],
      groupColumns: 0,
      groupLimit: -1n,
      handle: 0,
      folds: [],
      shards: { method: 0, buckets: 0, bounds: [] },
      neighbors: {
        coordinates: 0,
        keys: 0,
        matchNulls: false,
        metric: 0,
        p: 2,
        k: 0,
        radius: 0,
        skipMissing: false,
        excludeSelf: false,
        method: '',
        expectedQueries: 0n,
      },
    },
  });
});

test('the sink of a reference says what is searched, and how', () => {
  const facts = {
    coordinates: 3,
    keys: 2,
    matchNulls: true,
    p: 1.5,
    k: 7,
    radius: Number.POSITIVE_INFINITY,
    skipMissing: true,
    excludeSelf: true,
    method: 'tree',
  };
  const neighbors = { ...facts, metric: 'minkowski' as const, expectedQueries: 2 ** 40 };
  const { sink } = roundTrip({ sink: sinkOf('neighbors', { neighbors }) });
  expect(sink).toMatchObject({ kind: 8, neighbors: { ...facts, metric: 6, expectedQueries: 2n ** 40n } });
});

test('folds carry arguments, parameters and saved states; shards their bounds', () => {
  const fold = { name: 'sums', args: [1, 0], params: [0.5], initial: Uint8Array.of(1, 2, 255) };
  const { sink } = roundTrip({
    sink: sinkOf('fold', {
      folds: [fold],
      shards: { method: 'hash', buckets: 12, bounds: [{ type: int32, value: -4 }] },
    }),
  });
  expect(sink).toMatchObject({
    kind: 6,
    folds: [fold],
    shards: { method: 2, buckets: 12, bounds: [{ type: 3, value: -4n }] },
  });
});

test('a sort sink carries keys, limits and groups', () => {
  const sortKeys = [
    { column: 3, descending: true, nullsFirst: false },
    { column: 0, descending: false, nullsFirst: true },
  ];
  const { sink } = roundTrip({
    sink: sinkOf('sort', { sortKeys, limit: 2 ** 40, offset: 3, groupColumns: 1, groupLimit: 5 }),
  });
  expect(sink).toMatchObject({
    kind: 3,
    limit: 2n ** 40n,
    offset: 3n,
    sortKeys,
    groupColumns: 1,
    groupLimit: 5n,
  });
});

test('descriptions longer than the first buffer', () => {
  const label = 'long '.repeat(2000);
  const instructions = [{ operation: 'neg', result: int32, args: [0], params: [], label }];
  const { program } = roundTrip({ program: { ...identity.program, instructions } });
  expect(program.instructions[0]?.label).toBe(label);
});

group('constants', () => {
  const cases: [DataType, LiteralValue, unknown][] = [
    [bool, true, true],
    [int32, -5, -5n],
    [int64, 2n ** 62n, 2n ** 62n],
    [uint64, 2n ** 64n - 1n, -1n],
    [float32, 0.5, 0.5],
    [float64, Number.NaN, Number.NaN],
    [float64, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY],
    [utf8, '', ''],
    [utf8, null, null],
    [date, 19_000, 19_000n],
    [date, new Date('1969-12-31'), -1n],
    [timestamp('ms'), new Date(1234), 1234n],
    [timestamp('us'), new Date(1234), 1_234_000n],
    [timestamp('ns'), 5n, 5n],
    [timestamp('s'), new Date(-2000), -2n],
  ];
  test.each(cases)('%o %s', (type, value, expected) => {
    const { program } = roundTrip({ program: { ...identity.program, constants: [{ type, value }] } });
    expect(program.constants[0]?.value).toEqual(expected);
  });

  test.each<[DataType, LiteralValue]>([
    [int32, 1.5],
    [date, new Date('2024-01-01T12:00Z')],
    [timestamp('s'), new Date(1)],
    [utf8, 5],
    [bool, 1],
  ])('%o refuses %s', (type, value) => {
    const program = { ...identity.program, constants: [{ type, value }] };
    expect(() => describe({ pipelines: [{ ...identity, program }] })).toThrow(
      expect.objectContaining({ code: 'internal' }),
    );
  });
});
