/** Random queries give the same rows here and in DuckDB, under every setting. */
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Table } from '../../src/data/table.js';
import type { RunOptions } from '../../src/exec/run-options.js';
import { tbl } from '../../src/query/default-engine.js';
import { kindOf } from './expression.js';
import { difference, neutralRows, Oracle } from './oracle.js';
import type { AnyQuery, Step } from './plan.js';
import { plan } from './plan.js';
import type { Relation } from './relation.js';
import { recordOf, relation, schemaOf, sqlOf } from './relation.js';

/** Rows never depend on these. */
const settings: readonly { readonly name: string; readonly options: RunOptions }[] = [
  { name: 'as it comes', options: {} },
  { name: 'one thread', options: { threads: 1 } },
  { name: 'forced spill', options: { forceSpill: true, threads: 2 } },
  { name: 'equal hashes', options: { equalHashes: true } },
  { name: 'small batches', options: { batchRows: 7, morselPages: 1 } },
  { name: 'least memory', options: { threads: 1, memory: '6MB' } },
];

interface Collected {
  collect(options: RunOptions): Promise<Table>;
  writeVtr(file: string): Promise<unknown>;
}

/** A file of this process for a relation that is read from disk. */
const file = path.join(tmpdir(), `spillway-logic-${process.pid}.vtr`);

async function check(
  oracle: Oracle,
  input: Relation,
  steps: readonly Step[],
  setting: number,
  onDisk: boolean,
): Promise<void> {
  await oracle.run(sqlOf(input));
  let query = tbl(recordOf(input), { schema: schemaOf(input) }) as unknown as AnyQuery & Collected;
  if (onDisk) {
    await query.writeVtr(file);
    query = tbl(file) as unknown as AnyQuery & Collected;
  }
  let sql = 'select * from t';
  for (const step of steps) {
    query = step.apply(query) as AnyQuery & Collected;
    sql = step.sql(sql);
  }
  const chosen = settings[setting % settings.length]!;
  const table = await query.collect({ ...chosen.options, int64: 'bigint', dates: 'bigint' });
  const { fields, names } = table.schema;
  const theirs = await oracle.rows(
    sql,
    fields.map((f) => f.type),
    names,
  );
  const wrong = difference(neutralRows(table), theirs, steps.at(-1)?.ordered ?? false);
  expect(
    wrong === undefined
      ? 'the same'
      : `${chosen.name}: ${wrong}\n${steps.map((s) => s.text).join('\n')}\n${sql}`,
  ).toBe('the same');
}

const cases = relation.chain((input) =>
  fc.tuple(
    fc.constant(input),
    plan(input.columns.map(({ name, type }) => ({ name, kind: kindOf[type] }))),
    fc.nat({ max: settings.length - 1 }),
    fc.boolean(),
  ),
);

describe('random queries', () => {
  let oracle: Oracle;
  beforeAll(async () => {
    oracle = await Oracle.open();
  });
  afterAll(() => {
    oracle.close();
    rmSync(file, { force: true });
  });

  it('answer as DuckDB does', { timeout: 300_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(cases, ([input, steps, setting, onDisk]) =>
        check(oracle, input, steps, setting, onDisk),
      ),
      { numRuns: Number(process.env['SPILLWAY_ORACLE_RUNS'] ?? 150) },
    );
  });
});
