/**
 * `npm run bench -- knn [shape …] [--threads 2] [--runs 3]`: exact search beside usearch, hnswlib-node, DuckDB, a plain
 * loop, and, with SPILLWAY_BENCH_PYTHON naming a Python that has them, FAISS and scikit-learn.
 */
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { compare, measure } from './jobs/compare.js';
import type { Job, Outcome, Setting } from './jobs/job.js';
import { duckdb, hnswlib, inPython, javascript, python, usearch } from './knn/peers.js';
import { shapeData, shapes } from './knn/shapes.js';
import type { Shape } from './knn/shapes.js';
import { spillwaySearch } from './knn/spillway.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rows: { type: 'string', default: '0' },
    threads: { type: 'string', default: String(Math.min(2, availableParallelism())) },
    runs: { type: 'string', default: '3' },
    child: { type: 'string' },
  },
});

type Engine = (shape: Shape, setting: Setting) => Promise<Outcome>;

/** Engines by name; those that only know k do not take part in searches by radius, trees only in few dimensions. */
function enginesOf(shape: Shape): Job['engines'] {
  const all: [string, Engine][] = [
    ['spillway', (s, setting) => spillwaySearch(s, setting, false)],
    ['spillway-cold', (s, setting) => spillwaySearch(s, setting, true)],
    ['faiss', inPython('faiss')],
    ['sklearn', inPython('sklearn')],
  ];
  if (shape.columns <= 8) all.push(['sklearn-tree', inPython('sklearn-tree')]);
  // Filling these two takes minutes for the largest references.
  const fillable = shape.rows * shape.columns <= 5e6;
  if (shape.radius === undefined) all.push(['usearch', usearch]);
  if (shape.radius === undefined && fillable) all.push(['hnswlib', hnswlib]);
  if (fillable) all.push(['duckdb', duckdb]);
  all.push(['javascript', javascript]);
  return Object.fromEntries(all.map(([name, run]) => [name, (setting: Setting) => run(shape, setting)]));
}

const jobs: readonly Job[] = shapes.map((shape) => ({
  name: shape.name,
  what:
    `${shape.name}: ${shape.queries === 0 ? 'all rows' : `${shape.queries} queries`} against ${shape.rows} rows of ` +
    `${shape.columns} float32, ${shape.radius === undefined ? `k = ${shape.k}` : `radius ${shape.radius}`}`,
  tolerance: 1e-3, // of single precision by norms, which is what most peers compute
  prepare: async () => {
    shapeData(shape);
    return Promise.resolve();
  },
  engines: enginesOf(shape),
}));

function has(engine: string): boolean {
  if (engine === 'faiss' || engine.startsWith('sklearn')) return python !== undefined;
  if (engine === 'usearch') return existsSync('test/bench/peers/node_modules/usearch');
  if (engine === 'hnswlib') return existsSync('test/bench/peers/node_modules/hnswlib-node/build/Release');
  return true;
}

async function main(): Promise<void> {
  const unknown = positionals.find((name) => !jobs.some((job) => job.name === name));
  if (unknown !== undefined)
    throw new Error(`no shape ${unknown}; shapes are ${jobs.map((j) => j.name).join(', ')}`);
  const chosen = positionals.length === 0 ? jobs : jobs.filter((job) => positionals.includes(job.name));
  const setting = { rows: Number(values.rows), threads: Number(values.threads) };
  if (values.child !== undefined) {
    await measure(chosen[0]!, values.child, setting);
    process.exit(0);
  }
  process.stdout.write(`${values.threads} threads, medians of ${values.runs} processes\n`);
  const script = fileURLToPath(import.meta.url);
  for (const job of chosen) await compare(job, { ...setting, runs: Number(values.runs), script, has });
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
