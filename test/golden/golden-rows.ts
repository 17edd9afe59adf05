/** The rows in the golden .vtr files: every type, nulls, NaN and signed zeros, and each encoding at least once. */
import { Schema } from '../../src/data/schema.js';
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
} from '../../src/data/types.js';

export const goldenRows = 5000;

export const goldenSchema = new Schema([
  { name: 'flag', type: bool, nullable: true },
  { name: 'tiny', type: int8, nullable: false },
  { name: 'short', type: int16, nullable: true },
  { name: 'scattered', type: int32, nullable: true },
  { name: 'sorted', type: int64, nullable: false },
  { name: 'utiny', type: uint8, nullable: false },
  { name: 'runs', type: uint16, nullable: false },
  { name: 'uint', type: uint32, nullable: false },
  { name: 'huge', type: uint64, nullable: false },
  { name: 'cents', type: float32, nullable: false },
  { name: 'decimal', type: float64, nullable: true },
  { name: 'irregular', type: float64, nullable: false },
  { name: 'code', type: utf8, nullable: true },
  { name: 'text', type: utf8, nullable: true },
  { name: 'constant', type: int32, nullable: false },
  { name: 'nothing', type: utf8, nullable: true },
  { name: 'day', type: date, nullable: false },
  { name: 'at', type: timestamp('ms', 'UTC'), nullable: false },
]);

const special = [Number.NaN, -0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 5e-324];

/** A number that looks random and is the same everywhere. */
function scatter(i: number): number {
  return Math.imul(i ^ (i >>> 7), 0x9e3779b1) >>> 0;
}

export function goldenRow(i: number): object {
  const missing = i % 11 === 4;
  return {
    flag: missing ? null : scatter(i) % 3 === 0,
    tiny: (i % 256) - 128,
    short: i % 13 === 0 ? null : (scatter(i) % 2000) - 1000,
    scattered: missing ? null : scatter(i) | 0,
    sorted: BigInt(i) * 1_000_003n - 5n,
    utiny: scatter(i) % 7,
    runs: Math.floor(i / 300) * 17,
    uint: scatter(i + 1),
    huge: 2n ** 64n - 1n - BigInt(scatter(i) % 1000),
    cents: Math.fround((scatter(i) % 10_000) / 100),
    decimal: i % 97 === 0 ? (special[(i / 97) % special.length] ?? 0) : missing ? null : (scatter(i) % 1_000_000) / 1000,
    irregular: Math.sqrt(i) * 1.000001,
    code: i % 5 === 2 ? null : ['SFO', 'LAX', '', 'Wien–Schwechat', 'JFK'][scatter(i) % 5],
    text: missing ? null : `row ${String(scatter(i))} 日本 ${'x'.repeat(i % 40)}`,
    constant: 42,
    nothing: null,
    day: new Date(Date.UTC(1960, 0, 1 + (i % 30_000))),
    at: new Date(1_600_000_000_000 + i * 37),
  };
}
