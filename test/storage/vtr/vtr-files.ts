/** For tests of .vtr files: a folder of their own, rows of every type, writing and reading through the engine. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { Schema } from '../../../src/data/schema.js';
import {
  bool,
  date,
  float32,
  float64,
  int16,
  int32,
  int64,
  int8,
  timestamp,
  uint16,
  uint32,
  uint64,
  uint8,
  utf8,
} from '../../../src/data/types.js';
import { createExecutor } from '../../../src/exec/executor.js';
import { scan } from '../../../src/plan/nodes/scan.js';
import type { WriteVtrOptions } from '../../../src/storage/vtr/vtr-sink.js';
import { writeVtr } from '../../../src/storage/vtr/vtr-sink.js';
import type { OpenVtrOptions } from '../../../src/storage/vtr/vtr-source.js';
import { openVtr } from '../../../src/storage/vtr/vtr-source.js';
import { rowsSource } from '../../exec/table-source.js';

export const executor = createExecutor();

/** A folder that goes when the test file has ended. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'spillway-vtr-'));
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

export const everyType = new Schema([
  { name: 'flag', type: bool, nullable: true },
  { name: 'tiny', type: int8, nullable: true },
  { name: 'short', type: int16, nullable: true },
  { name: 'int', type: int32, nullable: true },
  { name: 'long', type: int64, nullable: true },
  { name: 'utiny', type: uint8, nullable: true },
  { name: 'ushort', type: uint16, nullable: true },
  { name: 'uint', type: uint32, nullable: true },
  { name: 'ulong', type: uint64, nullable: true },
  { name: 'single', type: float32, nullable: true },
  { name: 'double', type: float64, nullable: true },
  { name: '__proto__', type: utf8, nullable: true },
  { name: 'day', type: date, nullable: true },
  { name: 'at', type: timestamp('us', 'Europe/Vienna'), nullable: true },
]);

/** Row `i` of a table of every type; every seventh has no value at all. */
export function rowOfEveryType(i: number): object {
  const row: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  if (i % 7 === 3) return row;
  const values: readonly unknown[] = [
    i % 2 === 0,
    (i % 200) - 100,
    i % 30_000,
    i * 3 - 1000,
    BigInt(i) * 1_000_000_007n,
    i % 250,
    i % 60_000,
    i * 5,
    2n ** 63n + BigInt(i),
    Math.fround(i / 8),
    i / 100,
    i % 5 === 0 ? '' : `näme ${String(i % 50)}`,
    new Date(Date.UTC(1970, 0, 1 + (i % 20_000))),
    new Date(i * 1000),
  ];
  everyType.names.forEach((name, c) => {
    Object.defineProperty(row, name, { value: values[c], enumerable: true });
  });
  return row;
}

export async function writeRows(
  path: string,
  rows: readonly object[],
  options: WriteVtrOptions & { readonly schema?: Schema; readonly threads?: number } = {},
): Promise<{ rows: number; bytes: number }> {
  const { schema, threads, ...rest } = options;
  const run = threads === undefined ? {} : { threads };
  return executor.write(scan(rowsSource(rows, schema)), writeVtr(path, rest), run);
}

export async function readRows(path: string, options: OpenVtrOptions = {}): Promise<object[]> {
  const table = await executor.collect(scan(openVtr(path, options)), { int64: 'bigint', dates: 'bigint' });
  return table.toArray();
}
