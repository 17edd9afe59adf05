/** An engine that runs nothing: it notes what it is asked for and gives prepared tables. */
import type { CheckpointStore, Sink, Source } from '../../src/data/doors.js';
import { importRows } from '../../src/data/import-rows.js';
import { Schema } from '../../src/data/schema.js';
import { Table } from '../../src/data/table.js';
import type { Executor } from '../../src/exec/executor.js';
import type { RunOptions } from '../../src/exec/run-options.js';
import type { PlanNode } from '../../src/plan/node.js';
import { printPlan } from '../../src/plan/print-plan.js';
import type { Engine } from '../../src/query/engine.js';
import { createTbl } from '../../src/query/tbl.js';
import type { Tbl } from '../../src/query/tbl.js';

export interface Asked {
  readonly what: string;
  readonly plan: string;
  readonly options: RunOptions;
}

/** A table of these rows. */
export function tableOf(rows: readonly object[]): Table {
  const [first, ...rest] = importRows(rows).batches();
  if (rest.length > 0) throw new Error('a test table has at most one batch');
  return first ?? new Table(new Schema([]), [], 0);
}

const emptySink: Sink = {
  label: 'nowhere',
  open: () => Promise.reject(new Error('nothing is written here')),
};

const noCheckpoints: CheckpointStore = {
  open: () => {
    throw new Error('nothing is kept here');
  },
};

/** `tbl` over an engine whose sources are given as they are and whose answers are `answer`. */
export function fakeTbl(answer: readonly object[] = []): { readonly tbl: Tbl; readonly asked: Asked[] } {
  const asked: Asked[] = [];
  const note = (what: string, plan: PlanNode, options: RunOptions = {}): void => {
    asked.push({ what, plan: printPlan(plan), options });
  };
  const executor: Executor = {
    collect: async (plan, options) => {
      note('collect', plan, options);
      return tableOf(answer);
    },
    async *batches(plan, options) {
      note('batches', plan, options);
      for (const row of answer) yield tableOf([row]);
    },
    write: async (plan, _sink, options) => {
      note('write', plan, options);
      const stats = { rowsScanned: 0, bytesRead: 0, spillBytes: 0, peakMemory: 0 };
      return { rows: answer.length, bytes: 64, stats };
    },
    writeShards: async (plan, _shards, _sink, options) => {
      note('writeShards', plan, options);
      const stats = { rowsScanned: 0, bytesRead: 0, spillBytes: 0, peakMemory: 0 };
      return { rows: answer.length, bytes: 64, stats, directory: tableOf([]), shardColumn: '$shard' };
    },
    fold: async (plan, folds, options) => {
      note('fold', plan, options);
      const stats = { rowsScanned: 0, bytesRead: 0, spillBytes: 0, peakMemory: 0 };
      return { states: folds.map(() => new Uint8Array()), stats };
    },
    explain: async (plan, options) => {
      note('explain', plan, options);
      return printPlan(plan);
    },
  };
  const engine: Engine = {
    executor,
    stores: { open: (source) => source as Source, vtrSink: () => emptySink, checkpoints: noCheckpoints },
  };
  return { tbl: createTbl(engine), asked };
}

/** `code: message` of what an action throws. */
export function failure(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    const { code, message } = error as { readonly code?: string; readonly message: string };
    return `${code ?? 'not an EngineError'}: ${message}`;
  }
  return 'no error';
}
